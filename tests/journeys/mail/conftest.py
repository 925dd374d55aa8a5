"""Somebody at their desk, whose mail comes by a real mail server and goes by one of ours."""

import pytest

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.post import post

__all__ = ["post"]


@pytest.fixture
def mail_in(post):
    """Let a mail come; return its subject, which no other mail has."""
    return post.bring


@pytest.fixture
def server(post):
    """The mail server by which support@ sends; it has taken nothing yet."""
    post.server.answers = {}
    post.server.mails.clear()
    post.server.envelopes.clear()
    return post.server


@pytest.fixture
def screen(new_page, live_site):
    """Olga's screen, which everybody can use in the state in which a journey leaves it, too."""
    page = sign_in(new_page(), live_site, "olga")
    yield page
    assert serious(page) == []
