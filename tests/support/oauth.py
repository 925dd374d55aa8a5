"""A service that gives tokens, on loopback: it follows what Google and Microsoft document, and is as strict."""

import base64
import hashlib
import json
import threading
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

CLIENT, SECRET = "desk.example", "a secret of the installation"
SCOPES = {
    "google": "https://mail.google.com/",
    "microsoft": "https://outlook.office.com/IMAP.AccessAsUser.All"
    " https://outlook.office.com/SMTP.Send offline_access",
}
PAGE = """<!doctype html><title>{service}</title><h1>{service} asks</h1>
<p>{client} wants: {scope}</p><p>Signed in as {address}</p>
<a href="{allow}">Allow</a> <a href="{deny}">Cancel</a>"""


@dataclass
class Consent:
    """What somebody has allowed, and the codes and tokens that stand for it."""

    service: str
    address: str
    redirect_uri: str
    challenge: str
    scope: str
    is_lasting: bool
    refresh: str = field(default="")


class OAuthServer:
    """
    Both services beside each other, at /google/… and /microsoft/….

    ``lives`` is how many seconds an access token is good for, ``troubles`` holds what the token
    endpoint answers before it answers well (a status and a body), ``asked`` what it was asked.
    While ``gate`` is not set it answers nothing.
    """

    def __init__(self) -> None:
        self._serial = count(1)
        self._lock = threading.Lock()
        self.gate = threading.Event()
        self.forget()
        server = type("Handler", (_Handler,), {"office": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), server)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forget(self) -> None:
        """Be as new, for the next test."""
        self.lives = 3600
        self.denied_scopes: set[str] = set()
        self.troubles: list[tuple[int, object]] = []
        self.asked: list[dict[str, str]] = []
        self._codes: dict[str, Consent] = {}
        self._refreshing: dict[str, Consent] = {}
        self._access: dict[str, str] = {}
        self.gate.set()

    @property
    def whose_url(self) -> str:
        return f"{self.url}/whose"

    def addresses(self, key) -> dict[str, str]:
        """Return what settings say of a service."""
        return {
            "AUTHORIZE_URL": f"{self.url}/{key}/authorize",
            "TOKEN_URL": f"{self.url}/{key}/token",
            "CLIENT_ID": CLIENT,
            "CLIENT_SECRET": SECRET,
        }

    def whose(self, token) -> str | None:
        return self._access.get(token)

    def grants(self, kind) -> list[dict[str, str]]:
        return [one for one in self.asked if one["grant_type"] == kind]

    def consent(self, url, *, address=None) -> dict[str, str]:
        """Allow what a page asks at an address, without a browser; return what comes back."""
        key = urlsplit(url).path.split("/")[1]
        asked = dict(parse_qsl(urlsplit(url).query))
        return dict(parse_qsl(urlsplit(self.allow(key, asked, address)).query))

    def take_back(self, address) -> None:
        """Forget that somebody has ever consented."""
        self._refreshing = {
            token: one for token, one in self._refreshing.items() if one.address != address
        }
        self._access = {token: who for token, who in self._access.items() if who != address}

    def run_out(self) -> None:
        """Let every access token be over, though nobody was told."""
        self._access.clear()

    # What the browser sees.

    def wrong_with(self, key, asked) -> str:
        needs = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        if key == "google":
            needs["prompt"] = "consent"
        wrong = [name for name, value in needs.items() if asked.get(name) != value]
        wrong += [
            name for name in ("state", "redirect_uri", "code_challenge") if not asked.get(name)
        ]
        if asked.get("scope") != SCOPES[key]:
            wrong.append("scope")
        return ", ".join(wrong)

    def allow(self, key, asked, address=None) -> str:
        assert not self.wrong_with(key, asked), self.wrong_with(key, asked)
        is_lasting = asked.get("access_type") == "offline" or "offline_access" in asked["scope"]
        code = f"code-{next(self._serial)}"
        self._codes[code] = Consent(
            key,
            address or asked["login_hint"],
            asked["redirect_uri"],
            asked["code_challenge"],
            asked["scope"],
            is_lasting,
        )
        query = {"code": code, "state": asked["state"], "scope": asked["scope"]}
        return f"{asked['redirect_uri']}?{urlencode(query)}"

    # What the product asks.

    def token(self, key, said) -> tuple[int, object]:
        self.gate.wait(60)
        with self._lock:
            self.asked.append(said)
            if self.troubles:
                return self.troubles.pop(0)
            if (said.get("client_id"), said.get("client_secret")) != (CLIENT, SECRET):
                return 401, {"error": "invalid_client", "error_description": "No such client."}
            is_first = said["grant_type"] == "authorization_code"
            return (self._redeem if is_first else self._renew)(key, said)

    def _redeem(self, key, said) -> tuple[int, object]:
        consent = self._codes.pop(said["code"], None)
        digest = hashlib.sha256(said["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if consent is None or consent.service != key:
            return self._ended(key, "Malformed auth code.")
        if (consent.challenge, consent.redirect_uri) != (challenge, said["redirect_uri"]):
            return self._ended(key, "Invalid code verifier.")
        return 200, self._issue(consent, is_first=True)

    def _renew(self, key, said) -> tuple[int, object]:
        consent = self._refreshing.get(said["refresh_token"])
        if consent is None or consent.service != key:
            return self._ended(key, "Token has been expired or revoked.")
        return 200, self._issue(consent)

    def _issue(self, consent, *, is_first=False) -> dict[str, object]:
        access = f"access-{next(self._serial)}"
        self._access[access] = consent.address
        granted = [
            one
            for one in consent.scope.split()
            if one != "offline_access" and one not in self.denied_scopes
        ]
        answer = {
            "access_token": access,
            "expires_in": self.lives,
            "scope": " ".join(granted),
            "token_type": "Bearer",
        }
        # Google gives one once; Microsoft another one each time.
        if consent.is_lasting and (is_first or consent.service == "microsoft"):
            self._refreshing.pop(consent.refresh, None)
            consent.refresh = f"refresh-{next(self._serial)}"
            self._refreshing[consent.refresh] = consent
            answer["refresh_token"] = consent.refresh
        return answer

    def _ended(self, key, words) -> tuple[int, object]:
        if key == "microsoft":
            words = f"AADSTS70008: {words}\r\nTrace ID: 1\r\nCorrelation ID: 2\r\nTimestamp: 3"
        return 400, {"error": "invalid_grant", "error_description": words}


class _Handler(BaseHTTPRequestHandler):
    office: OAuthServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/whose":
            who = self.office.whose(asked.get("access_token", ""))
            said = {"email": who or "", "active": "true" if who else "false"}
            self._answer(200, json.dumps(said))
            return
        key = parts.path.split("/")[1]
        if key not in SCOPES:
            self._answer(404, "", "text/plain")
            return
        if wrong := self.office.wrong_with(key, asked):
            self._answer(400, f"Error 400: invalid_request: {escape(wrong)}", "text/html")
            return
        if "address" in asked:
            self.send_response(302)
            self.send_header("Location", self.office.allow(key, asked, asked["address"]))
            self.end_headers()
            return
        denied = urlencode({"error": "access_denied", "state": asked["state"]})
        words = {
            "service": key,
            "client": CLIENT,
            "scope": escape(asked["scope"]),
            "address": escape(asked["login_hint"]),
            "allow": escape(f"{self.path}&{urlencode({'address': asked['login_hint']})}"),
            "deny": escape(f"{asked['redirect_uri']}?{denied}"),
        }
        self._answer(200, PAGE.format(**words), "text/html")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, answer = self.office.token(
            urlsplit(self.path).path.split("/")[1], dict(parse_qsl(body))
        )
        self._answer(status, answer if isinstance(answer, str) else json.dumps(answer))

    def _answer(self, status, text, kind="application/json") -> None:
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
