"""A server on the loopback that speaks as much of S3 as files need."""

import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MISSING = b"<Error><Code>NoSuchKey</Code></Error>"
DENIED = b"<Error><Code>AccessDenied</Code></Error>"
BROKEN = b"<Error><Code>InternalError</Code></Error>"


class Bucket:
    """What was kept, and how the server feels."""

    def __init__(self):
        self.objects: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        self.is_broken = self.is_closed = False
        self.hangs = threading.Event()
        self.hangs.set()  # cleared, it answers nobody
        self.url = ""


@contextmanager
def stub_of_s3():
    bucket = Bucket()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.bucket = bucket
    bucket.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()


def listed(keys):
    found = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
    return f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Be quiet."""

    def _answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_one_request(self):
        self.key = None
        super().handle_one_request()

    def _begin(self):
        """Return the body, unless the request is unsigned or the server out of order."""
        self.key = self.path.partition("?")[0].removeprefix("/files-of-acme/")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.bucket.asked.append((self.command, self.key))
        self.server.bucket.hangs.wait(20)
        if self.server.bucket.is_closed:
            self._answer(403, DENIED)
        elif self.server.bucket.is_broken:
            self._answer(500, BROKEN)
        elif "AWS4-HMAC-SHA256" not in self.headers.get("Authorization", ""):
            self._answer(403)
        else:
            return body
        return None

    def do_PUT(self):
        body = self._begin()
        if body is not None:
            self.server.bucket.objects[self.key] = body
            self._answer(200, ETag='"x"')

    def do_DELETE(self):
        if self._begin() is not None:
            self.server.bucket.objects.pop(self.key, None)
            self._answer(204)

    def do_GET(self):
        if self._begin() is None:
            return
        if self.key == "/files-of-acme":
            self._answer(200, listed(sorted(self.server.bucket.objects)))
            return
        kept = self.server.bucket.objects.get(self.key)
        if kept is None:
            self._answer(404, MISSING)
            return
        if "Range" not in self.headers:
            self._answer(200, kept)
            return
        first, last = map(int, re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"]).groups())
        piece = kept[first : last + 1]
        self._answer(206, piece, Content_Range=f"bytes {first}-{last}/{len(kept)}")
