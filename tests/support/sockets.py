"""Sockets for tests: Channels' own helper insists on Daphne, and so on Twisted."""

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

from accounts.sockets import outside_workspace
from inbox.consumers import OperatorConsumer
from inbox.visitor_consumer import VisitorConsumer

PATIENCE = 20


class Socket(ApplicationCommunicator):
    def __init__(self, application, path, *, origin=b"http://testserver", query=b"", **scope):
        headers = [(b"host", b"testserver"), *([(b"origin", origin)] if origin else [])]
        super().__init__(
            application,
            {
                "type": "websocket",
                "path": path,
                "query_string": query,
                "headers": headers,
                **scope,
            },
        )

    async def connect(self):
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(timeout=PATIENCE)
        return answer["type"] == "websocket.accept", answer.get("code")

    async def say(self, content):
        await self.send_input({"type": "websocket.receive", "text": json.dumps(content)})

    async def hear(self, kind=None):
        """Return the next frame, or the next of a kind."""
        while True:
            answer = await self.receive_output(timeout=PATIENCE)
            assert answer["type"] == "websocket.send", answer
            frame = json.loads(answer["text"])
            if kind in {None, frame["kind"]}:
                return frame

    async def hears_nothing(self, seconds=0.3):
        return await self.receive_nothing(timeout=seconds)

    async def closes(self):
        """Return the code with which the server ends the socket."""
        while True:
            answer = await self.receive_output(timeout=PATIENCE)
            if answer["type"] == "websocket.close":
                return answer["code"]

    async def disconnect(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(timeout=PATIENCE)

    async def __aenter__(self):
        self.accepted, self.code = await self.connect()
        return self

    async def __aexit__(self, *_):
        await self.disconnect()


class Tab(Socket):
    """An operator's browser tab, as the server sees it."""

    def __init__(self, workspace, membership, client=None, language="en"):
        route = {"kwargs": {"workspace": workspace.slug}}
        path = f"/{workspace.slug}/live/"
        self.user, self.client = membership.user, client
        query = f"language={language}".encode()
        application = OperatorConsumer.as_asgi()
        super().__init__(application, path, query=query, cookies={}, url_route=route)

    async def connect(self):
        if self.client is None:
            self.client = Client()
            await outside_workspace(self.client.force_login, self.user)
        name = settings.SESSION_COOKIE_NAME
        self.scope["cookies"][name] = self.client.cookies[name].value
        return await super().connect()

    async def watch(self, **what):
        """Look at a view, a conversation or both; return the answers."""
        await self.say(what)
        answers: list[dict[str, Any]] = []
        while len(answers) < len(what):
            frame = await self.hear()
            if frame["kind"] in {"watching", "refused"}:
                answers.append(frame)
        return answers


class VisitorTab(Socket):
    """A visitor's panel, as the server sees it."""

    def __init__(self, channel, token, address="203.0.113.7"):
        self.token = token
        route, client = {"kwargs": {"key": channel.key}}, (address, 50000)
        path = f"/widget/{channel.key}/live/"
        super().__init__(VisitorConsumer.as_asgi(), path, url_route=route, client=client)

    async def introduce(self):
        await self.say({"visitor": self.token})
        return await self.hear("watching")
