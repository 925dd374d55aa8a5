"""Mail services' APIs, on loopback: each takes mails in its own form, and refuses as a test wants."""

import base64
import json
import threading
from contextlib import suppress
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

PATHS = {
    "mailgun": "/v3/acme.test/messages",
    "mandrill": "/messages/send.json",
    "postmark": "/email",
    "sendgrid": "/mail/send",
    "ses": "/v2/email/outbound-emails",
}
BASES = {"mailgun": "/v3"}


class MailApi:
    """
    One service; ``posts`` are what it was told.

    ``answers`` are given one after another before it is well again: a status and what is said,
    ``die`` to hang up without a word, or ``hang`` to say none.
    """

    def __init__(self, service):
        self.service, self.posts, self.answers = service, [], []
        self._over = threading.Event()
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                api._take(self)

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        base = BASES.get(service, "")
        self.url = f"http://127.0.0.1:{self._server.server_port}{base}"

    def close(self):
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _take(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        said = Said(self.service, request.path, dict(request.headers), body)
        self.posts.append(said)
        answer = self.answers.pop(0) if self.answers else self._well(said)
        if answer == "hang":
            self._over.wait(60)
        if isinstance(answer, str):
            return
        status, words = answer
        raw = (words if isinstance(words, str) else json.dumps(words)).encode()
        with suppress(OSError):
            request.send_response(status)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(raw)))
            if status == 302:
                request.send_header("Location", self.url + "/elsewhere")
            if status == 400 and self.service == "ses":
                request.send_header("x-amzn-ErrorType", json.loads(raw)["__type"])
            request.end_headers()
            request.wfile.write(raw)

    def _well(self, said):
        number = len(self.posts)
        if self.service == "mailgun":
            return 200, {"id": f"<{number}@mailgun.test>", "message": "Queued. Thank you."}
        if self.service == "mandrill":
            return 200, [
                {"email": one, "status": "sent", "_id": f"m{number}-{n}", "reject_reason": None}
                for n, one in enumerate(said.readers)
            ]
        if self.service == "postmark":
            to = said.json.get("To", "")
            return 200, {"To": to, "MessageID": f"p{number}", "ErrorCode": 0, "Message": "OK"}
        if self.service == "sendgrid":
            return 202, ""
        return 200, {"MessageId": f"s{number}"}


class Said:
    """What a service was told, and where the same things stand in it."""

    def __init__(self, service, path, headers, body):
        self.service, self.path, self.body = service, urlsplit(path).path, body
        self.http = {name.lower(): value for name, value in headers.items()}

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        """Return Mailgun's fields, whether there are files beside them or not."""
        kind = self.http["content-type"]
        if kind.startswith("application/x-www-form-urlencoded"):
            pairs = parse_qsl(self.body.decode(), keep_blank_values=True)
        else:
            parts = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + self.body)
            pairs = [
                (part.get_param("name", header="content-disposition"), part)
                for part in parts.get_payload()
            ]
            pairs = [
                (name, part if part.get_filename() else part.get_payload(decode=True).decode())
                for name, part in pairs
            ]
        found: dict[str, list[object]] = {}
        for name, value in pairs:
            found.setdefault(name, []).append(value)
        return found

    @property
    def mail(self):
        """Return the mail that Amazon was given as it was written."""
        raw = base64.b64decode(self.json["Content"]["Raw"]["Data"])
        return message_from_bytes(raw, policy=policy.default)

    @property
    def proof(self):
        """Return what shows that it is us."""
        if self.service == "mailgun":
            return base64.b64decode(self.http["authorization"].split()[1]).decode()
        if self.service == "mandrill":
            return self.json["key"]
        name = "x-postmark-server-token" if self.service == "postmark" else "authorization"
        return self.http[name]

    @property
    def readers(self):
        """Return the addresses that it is to write to."""
        if self.service == "mailgun":
            lists = [self.form.get(name, []) for name in ("to", "cc", "bcc")]
            found = [one for some in lists for one in some]
        elif self.service == "mandrill":
            found = [one["email"] for one in self.json["message"]["to"]]
        elif self.service == "postmark":
            lists = [self.json.get(name, "") for name in ("To", "Cc", "Bcc")]
            found = [one for some in lists for one in some.split(", ") if one]
        elif self.service == "sendgrid":
            [some] = self.json["personalizations"]
            found = [one["email"] for name in ("to", "cc", "bcc") for one in some.get(name, [])]
        else:
            lists = self.json["Destination"]
            names = ("ToAddresses", "CcAddresses", "BccAddresses")
            found = [one for name in names for one in lists.get(name, [])]
        return [one.rpartition("<")[2].rstrip(">") for one in found]

    @property
    def headers(self):
        """Return the headers by lower-case name."""
        if self.service == "mailgun":
            pairs = {k[2:]: v[0] for k, v in self.form.items() if k.startswith("h:")}
        elif self.service == "mandrill":
            pairs = self.json["message"]["headers"]
        elif self.service == "postmark":
            pairs = {one["Name"]: one["Value"] for one in self.json["Headers"]}
        elif self.service == "sendgrid":
            pairs = self.json["headers"]
        else:
            pairs = {name: " ".join(str(value).split()) for name, value in self.mail.items()}
        return {name.lower(): value for name, value in pairs.items()}

    @property
    def words(self):
        """Return subject and text."""
        if self.service == "mailgun":
            return self.form["subject"][0], self.form["text"][0]
        if self.service == "mandrill":
            return self.json["message"]["subject"], self.json["message"]["text"]
        if self.service == "postmark":
            return self.json["Subject"], self.json["TextBody"]
        if self.service == "sendgrid":
            return self.json["subject"], self.json["content"][0]["value"]
        return self.mail["Subject"], self.mail.get_body(("plain",)).get_content()

    @property
    def note(self):
        """Return what it is to tell us again with its reports."""
        if self.service == "mailgun":
            return self.form["v:mail"][0]
        if self.service == "mandrill":
            return self.json["message"]["metadata"]["mail"]
        if self.service == "postmark":
            return self.json["Metadata"]["mail"]
        if self.service == "sendgrid":
            return self.json["personalizations"][0].get("custom_args", {}).get(
                "mail"
            ) or self.json.get("custom_args", {}).get("mail")
        return json.loads(self.mail["X-Metadata"])["mail"]

    @property
    def files(self):
        """Return names and bytes of what is attached."""
        if self.service == "mailgun":
            return [
                (_file_name(one), one.get_payload(decode=True))
                for one in self.form.get("attachment", [])
            ]
        if self.service == "ses":
            return [(one.get_filename(), one.get_content()) for one in self.mail.iter_attachments()]
        where = {"mandrill": ("attachments", "name", "content"),
                 "postmark": ("Attachments", "Name", "Content"),
                 "sendgrid": ("attachments", "filename", "content")}  # fmt: skip
        place, name, content = where[self.service]
        said = self.json["message"] if self.service == "mandrill" else self.json
        return [(one[name], base64.b64decode(one[content])) for one in said.get(place, [])]


def _file_name(part):
    """Read a name that a form has in UTF-8, which no mail would."""
    said = dict(part.raw_items())["Content-Disposition"]
    said = said.encode("ascii", "surrogateescape").decode()
    return said.partition('filename="')[2].partition('"')[0]
