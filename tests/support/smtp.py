"""A mail server of our own, on loopback, that behaves as badly as a test wants."""

import base64
import socket
import threading
from contextlib import suppress

OK = "250 fine"
REFUSAL = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'


class MailServer:
    """
    Speaks enough SMTP to take mails, which it keeps in ``mails``.

    ``answers`` replaces what it says to a word: MAIL, RCPT, DATA, or END after the mail; RCPT
    may be followed by the one address that it is for. There
    ``hang`` says nothing and ``die`` hangs up; ``die`` at BODY hangs up in the middle of it.

    :param whose: says whose a token is; only with one it takes mails then, by XOAUTH2.
    """

    def __init__(self, whose=None) -> None:
        self.whose = whose
        self.signed_in: list[str] = []
        self.mails: list[bytes] = []
        self.envelopes: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.visits = 0
        self._over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        self.visits += 1
        with suppress(OSError), line, line.makefile("rwb") as talk:
            self._say(talk, "220 here")
            readers: list[str] = []
            while words := talk.readline().decode(errors="replace").split():
                word = words[0].upper()
                if word == "QUIT":
                    return
                if self.whose and word in {"EHLO", "AUTH"}:
                    self._let_in(talk, words)
                    continue
                answer = self.answers.get(word, "354 go on" if word == "DATA" else OK)
                if word == "RCPT":
                    reader = words[1][len("TO:<") : -1]
                    answer = self.answers.get(f"RCPT {reader}", answer)
                    readers += [reader] if answer == OK else []
                if not self._say(talk, answer):
                    return
                if word == "DATA" and answer.startswith("354") and not self._take(talk, readers):
                    return

    def _let_in(self, talk, words) -> None:
        """Ask for a token as Google's server does, which says of a refusal why before it refuses."""
        if words[0].upper() == "EHLO":
            self._say(talk, "250-here\r\n250 AUTH XOAUTH2")
            return
        user, token, *_ = base64.b64decode(words[2]).decode().split("\x01")
        name, token = user.removeprefix("user="), token.removeprefix("auth=Bearer ")
        if words[1] == "XOAUTH2" and self.whose(token) == name:
            self.signed_in.append(name)
            self._say(talk, "235 2.7.0 Accepted")
            return
        self._say(talk, f"334 {base64.b64encode(REFUSAL).decode()}")
        assert talk.readline() == b"\r\n"
        self._say(talk, "535 5.7.8 Username and Password not accepted.")

    def _take(self, talk, readers) -> bool:
        mail = []
        while (text := talk.readline()) != b".\r\n":
            mail.append(text)
            if self.answers.get("BODY") == "die":
                return False
        answer = self.answers.get("END", OK)
        if answer[:3] == "250" or answer in {"hang", "die"}:
            self.mails.append(b"".join(mail))
            self.envelopes.append(readers)
        return self._say(talk, answer)

    def _say(self, talk, answer: str) -> bool:
        if answer == "hang":
            self._over.wait(30)
        if answer in {"hang", "die"}:
            return False
        talk.write(answer.encode() + b"\r\n")
        talk.flush()
        return True
