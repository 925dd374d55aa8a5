"""Signing in to a mail service without its password: what is asked, said and believed."""

import base64
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from inbox.connectors.base import PermanentConnectorError, TemporaryConnectorError
from inbox.connectors.mail import imap_line, oauth, sending
from inbox.connectors.mail.imap import opened
from inbox.connectors.mail.imap_line import ImapServer
from inbox.connectors.mail.imap_words import Refused
from inbox.connectors.mail.sending import Server, greet
from inbox.connectors.mail.xoauth import answer_to
from inbox.connectors.reaching import OffLimits
from inbox.oauth_services import service_of
from tests.support.oauth import SCOPES
from tests.support.smtp import REFUSAL

BACK = "https://desk.example/accounts/mail/google/"


@pytest.fixture(params=["google", "microsoft"])
def service(request, services):
    return services(request.param)


def sign_in(service, office, address="help@acme.test"):
    verifier = oauth.new_secret()
    url = oauth.consent_url(
        service, redirect_uri=BACK, state="s", verifier=verifier, address=address
    )
    code = office.consent(url)["code"]
    return oauth.redeem(service, code=code, verifier=verifier, redirect_uri=BACK)


def test_consent_is_asked_as_each_service_documents_it(settings):
    known = settings.OAUTH_SERVICES.items()
    settings.OAUTH_SERVICES = {key: said | {"CLIENT_ID": "desk"} for key, said in known}
    asked = {}
    for key in ("google", "microsoft"):
        service = service_of(key)
        url = oauth.consent_url(
            service,
            redirect_uri=BACK,
            state="s",
            verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            address="help@acme.test",
        )
        asked[key] = url.partition("?")[0], dict(parse_qsl(urlsplit(url).query))

    same = {
        "client_id": "desk",
        "response_type": "code",
        "redirect_uri": BACK,
        "state": "s",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "login_hint": "help@acme.test",
    }
    assert asked["google"] == (
        "https://accounts.google.com/o/oauth2/v2/auth",
        same | {"scope": SCOPES["google"], "access_type": "offline", "prompt": "consent"},
    )
    assert asked["microsoft"] == (
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        same | {"scope": SCOPES["microsoft"], "prompt": "select_account", "response_mode": "query"},
    )


def test_a_code_brings_tokens_and_those_bring_others(service, mail_service):
    tokens = sign_in(service, mail_service)
    newer = oauth.renew(service, tokens.refresh)

    assert tokens.seconds == newer.seconds == 3600
    assert mail_service.whose(tokens.access) == mail_service.whose(newer.access) == "help@acme.test"
    assert (newer.refresh == tokens.refresh) == (service.key == "google")  # Microsoft's is another
    assert "access-" not in repr(tokens)
    assert service.client_secret not in repr(service)


def test_a_code_is_good_once_and_for_whoever_began(service, mail_service):
    verifier = oauth.new_secret()
    url = oauth.consent_url(service, redirect_uri=BACK, state="s", verifier=verifier, address="a@b")
    code, stolen = mail_service.consent(url)["code"], mail_service.consent(url)["code"]
    oauth.redeem(service, code=code, verifier=verifier, redirect_uri=BACK)

    with pytest.raises(oauth.SignInEnded, match="Malformed auth code"):
        oauth.redeem(service, code=code, verifier=verifier, redirect_uri=BACK)
    with pytest.raises(oauth.SignInEnded, match="Invalid code verifier"):
        oauth.redeem(service, code=stolen, verifier=oauth.new_secret(), redirect_uri=BACK)


def test_what_is_taken_back_needs_a_person(service, mail_service):
    tokens = sign_in(service, mail_service)
    mail_service.take_back("help@acme.test")

    with pytest.raises(oauth.SignInEnded) as refused:
        oauth.renew(service, tokens.refresh)
    assert str(refused.value).endswith("Token has been expired or revoked.")  # no ids of traces


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (503, "<h1>Backend error</h1>", "gives no access now: 503"),
        (429, {"error": "rate_limit_exceeded"}, "gives no access now: rate_limit_exceeded"),
        (401, {"error": "invalid_client"}, "installation's client ID or secret: invalid_client"),
        (200, "not JSON", "makes no sense"),
        (200, [], "makes no sense"),
        (200, {"token_type": "Bearer"}, "makes no sense"),
        (200, {"access_token": "a\r\nb", "token_type": "Bearer"}, "makes no sense"),
        (200, {"access_token": 7}, "makes no sense"),
        (200, {"access_token": "a", "token_type": "mac"}, "makes no sense"),
    ],
)
def test_what_may_pass_is_tried_again(services, mail_service, status, body, words):
    mail_service.troubles = [(status, body)]
    with pytest.raises(TemporaryConnectorError, match=words):
        oauth.renew(services("google"), "refresh")


@pytest.mark.parametrize(
    ("said", "seconds"), [("60", 60), (None, 3600), ("soon", 3600), (-1, 1), (10**9, 86400)]
)
def test_how_long_a_token_lives_is_believed_within_bounds(services, mail_service, said, seconds):
    mail_service.troubles = [(200, {"access_token": "a", "expires_in": said})]
    assert oauth.renew(services("google"), "refresh") == oauth.Tokens("a", "refresh", seconds)


def test_a_box_left_unticked_is_told_at_once(service, mail_service):
    mail_service.denied_scopes = {SCOPES[service.key].split()[0]}
    with pytest.raises(oauth.SignInEnded, match="Tick every box"):
        sign_in(service, mail_service)


def test_a_service_is_asked_only_where_it_may_be(services, mail_service):
    private = replace(services("google"), is_trusted=False)
    with pytest.raises(PermanentConnectorError, match="without encryption"):
        oauth.renew(private, "refresh")
    with pytest.raises(OffLimits):
        oauth.renew(replace(private, token_url="https://127.0.0.1/token"), "refresh")
    with pytest.raises(TemporaryConnectorError, match="not known to Google"):
        oauth.renew(replace(private, client_secret=""), "refresh")
    assert mail_service.asked == []


def test_what_a_mail_server_hears_is_what_both_document():
    assert answer_to("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg") == (
        "user=someuser@example.com\x01"
        "auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01"
    )


def test_a_token_opens_the_mailbox_that_it_is_for(services, mail_service, dovecot):
    access = sign_in(services("google"), mail_service, "token1").access
    said = {"host": "127.0.0.1", "port": dovecot.port, "tls": "none", "is_trusted": True}

    with opened(ImapServer(**said, user="token1", token=access)) as session:
        assert session.open("INBOX").count == 0
    for user, token in (("token1", "made-up"), ("another", access)):
        with (
            pytest.raises(Refused, match="The mail server refused our sign-in by OAuth"),
            opened(ImapServer(**said, user=user, token=token)),
        ):
            pass


def test_a_mail_server_that_says_why_hears_nothing_more(services):
    """Google's says it before it refuses, and waits for an empty line."""
    heard: list[bytes] = []

    def talk():
        line, _ = listening.accept()
        with line, line.makefile("rwb", buffering=0) as said:
            said.write(b"* OK here\r\n")
            while words := said.readline().split():
                tag = words[0]
                if words[1] == b"AUTHENTICATE":
                    said.write(b"+ \r\n")
                    heard.append(base64.b64decode(said.readline()))
                    said.write(b"+ " + base64.b64encode(REFUSAL) + b"\r\n")
                    heard.append(said.readline())
                    said.write(tag + b" NO [AUTHENTICATIONFAILED] Invalid credentials\r\n")
                    return
                said.write(b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n" + tag + b" OK done\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        talking = pool.submit(talk)
        way = {"host": "127.0.0.1", "port": listening.getsockname()[1], "tls": "none"}
        server = ImapServer(**way, user="ada", token="t0k", is_trusted=True)
        with pytest.raises(Refused, match="Invalid credentials"), opened(server):
            pass
        talking.result(60)

    assert heard == [b"user=ada\x01auth=Bearer t0k\x01\x01", b"\r\n"]


def test_a_token_opens_the_sending_server(services, mail_service):
    access = sign_in(services("google"), mail_service, "token2").access
    said = {"host": "127.0.0.1", "port": mail_service.smtp.port, "tls": "none", "is_trusted": True}

    greet(Server(**said, user="token2", token=access))
    assert mail_service.smtp.signed_in[-1:] == ["token2"]
    for user, token in (("token2", "made-up"), ("another", access)):
        with pytest.raises(TemporaryConnectorError, match="our sign-in by OAuth: 535"):
            greet(Server(**said, user=user, token=token))


def test_no_token_goes_over_an_open_line(services, mail_service, dovecot, monkeypatch):
    def connect(host, port, **_):
        return socket.create_connection((host, port), timeout=60)

    monkeypatch.setattr(sending, "reach", connect)
    monkeypatch.setattr(imap_line, "reach", connect)
    open_line = {"host": "127.0.0.1", "tls": "none", "user": "a", "token": "t"}
    before = list(mail_service.smtp.signed_in)

    with pytest.raises(Refused), opened(ImapServer(**open_line, port=dovecot.port)):
        pass
    with pytest.raises(PermanentConnectorError, match="Without encryption"):
        greet(Server(**open_line, port=mail_service.smtp.port))
    assert mail_service.smtp.signed_in == before
