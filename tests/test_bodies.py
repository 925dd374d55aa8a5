"""Bodies that are too large, or that the disk cannot hold, before Django has them."""

import errno
import json

import pytest
from django.conf import settings

from helpdesk.bodies import LARGEST_MAIL, LimitedBody

MOST = settings.ATTACHMENT_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class Knock:
    """One request to an application that reads all of its body."""

    def __init__(self, pieces, declared=None, error=None, path="/"):
        self.pieces, self.error = list(pieces), error
        self.read, self.sent = 0, []
        headers = [] if declared is None else [(b"content-length", declared)]
        self.scope = {"type": "http", "headers": headers, "path": path}

    async def _application(self, scope, receive, send):
        more = True
        while more:
            message = await receive()
            more = message["more_body"]
            self.read += len(message["body"])
            if self.error:
                raise self.error
        await send({"type": "http.response.start", "status": 204})

    async def _receive(self):
        body = self.pieces.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(self.pieces)}

    async def _send(self, message):
        self.sent.append(message)

    async def answer(self):
        await LimitedBody(self._application)(self.scope, self._receive, self._send)
        status = self.sent[0]["status"]
        return status, json.loads(self.sent[1]["body"])["code"] if status >= 400 else None


async def test_a_body_of_the_largest_size_comes_through():
    knock = Knock([b"x" * 1000, b"y" * (MOST - 1000)], str(MOST).encode())

    assert await knock.answer() == (204, None)
    assert knock.read == MOST


async def test_a_larger_one_is_refused_before_it_is_read():
    knock = Knock([b"x"], str(MOST + 1).encode())

    assert await knock.answer() == (413, "too_large")
    assert knock.read == 0


async def test_mail_services_may_post_larger_ones():
    most = str(LARGEST_MAIL).encode()

    assert await Knock([b"x"], most, path="/hooks/mail/ses/key/").answer() == (204, None)
    assert await Knock([b"x"], most + b"0", path="/hooks/mail/ses/key/").answer() == (
        413,
        "too_large",
    )
    assert await Knock([b"x"], most, path="/hooks/").answer() == (413, "too_large")


@pytest.mark.parametrize("declared", [None, b"10", b"-1", b"nonsense"])
async def test_what_a_client_declares_is_not_believed(declared):
    knock = Knock([b"x" * (MOST // 2)] * 4, declared)

    assert await knock.answer() == (413, "too_large")
    assert knock.read <= MOST


async def test_a_full_disk_is_said():
    knock = Knock([b"x"], error=OSError(errno.ENOSPC, "No space left on device"))

    assert await knock.answer() == (507, "storage_full")


async def test_other_errors_are_ours():
    with pytest.raises(OSError, match="denied"):
        await Knock([b"x"], error=OSError(errno.EACCES, "denied")).answer()
