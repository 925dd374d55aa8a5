"""A helpdesk of one channel in memory, and a shop that carries its widget: the contract without Django."""

import asyncio
import contextlib
import json
import socket
import threading
from collections import defaultdict
from urllib.parse import parse_qs

import uvicorn

from inbox.models.webchat import Webchat
from tests.widget.stub_pages import KEY, Pages
from tests.widget.stub_people import OLGA, Person, Talk

TOKEN = "k" * 43


class Refused(Exception):
    def __init__(self, status, code, detail="", **headers):
        self.status, self.headers = status, headers
        self.body = {"detail": detail, "code": code}


class Stub(Pages):
    """Answers as the product does, and does wrong what a test asks for."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # Two names of one machine are two sites to a browser.
        self.desk, self.shop = f"http://127.0.0.1:{self.port}", f"http://localhost:{self.port}"
        config = uvicorn.Config(self, "127.0.0.1", self.port, log_level="critical", lifespan="off")
        self.server = uvicorn.Server(config)
        self.reset()

    def reset(self):
        self.people = defaultdict(Person)
        self.bound = {}
        self.calls = []
        self.frames = []
        self.faults = []
        self.sockets_allowed, self.tries = True, 0
        self.online = True
        self.identity_required = False
        self.origins = [self.shop, self.desk]
        self.ancestors = [self.shop, self.desk]
        self.history = 200
        self.chat = Webchat(greeting="Good morning. How can we help?")
        self.direction = "ltr"
        self.snippet = ""
        self.team = []
        self.replies_in = self.back_at = None
        self.visits = []
        self.help = ""

    @contextlib.contextmanager
    def running(self):
        thread = threading.Thread(target=self.server.run)
        thread.start()
        while not self.server.started:
            threading.Event().wait(0.01)
        self.loop = self.server.servers[0].get_loop()
        yield self
        self.server.should_exit = True
        thread.join()

    # What a test does to it

    @property
    def person(self):
        (person,) = [one for one in self.people.values() if one.messages] or self.people.values()
        return person

    def fail_next(self, path, *, status=None, code="", detail="", after=False, times=1, **headers):
        """Refuse, or (without a status) cut the line: before the work is done or after it."""
        self.faults += [(path, status, code, detail, after, headers)] * times

    def answer(self, text, author=OLGA, **fields):
        """Let an operator write."""
        message = self.person.add("outgoing", text, author=author, **fields)
        self.push(kind="message", message=message, conversation=self.person.conversation)

    def push(self, person=None, **frame):
        for say in (person or self.person).sockets:
            asyncio.run_coroutine_threadsafe(say(frame), self.loop).result(5)

    def hang_up(self, code=1012):
        for say in list(self.person.sockets):
            asyncio.run_coroutine_threadsafe(say(None, code), self.loop).result(5)

    # What a browser asks of it

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            return await self.live(receive, send)
        body = b""
        while (chunk := await receive())["type"] == "http.request":
            body += chunk["body"]
            if not chunk.get("more_body"):
                break
        try:
            status, content, headers = self.route(scope, body)
        except Refused as refused:
            status, content = refused.status, json.dumps(refused.body).encode()
            headers = {"Content-Type": "application/json", **refused.headers}
        if status is None:
            return None  # the line is cut
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": named})
        return await send({"type": "http.response.body", "body": content})

    def route(self, scope, body):
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        path = scope["path"]
        if "localhost" in headers["host"]:
            return self.shop_page(path)
        if path == "/widget.js":
            return self.file("static/widget/loader.js")
        if path.startswith("/static/"):
            return self.file(path[1:])
        if path == f"/widget/{KEY}/":
            return self.panel()
        if path.startswith("/demo/"):
            return self.demo(path)
        if not path.startswith(f"/widget/{KEY}/"):
            raise Refused(404, "not_found")
        name = path.removeprefix(f"/widget/{KEY}/")
        self.calls.append((scope["method"], name))
        return self.door(name, scope, headers, body)

    def door(self, name, scope, headers, body):
        fault = next(
            (one for one in self.faults if one[0] in {name, name.partition("/")[0] + "/"}), None
        )
        if fault:
            self.faults.remove(fault)
        if fault and not fault[4]:
            return self.broken(fault)
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise Refused(403, "wrong_origin")
        token = headers["authorization"].removeprefix("Visitor ")
        if len(token) != 43 or headers.get("cookie"):
            raise Refused(401, "bad_token")
        self.asked = name.split("/")[1]
        is_file = name.startswith("attachments/")
        content = len(body) if is_file else json.loads(body or "{}")
        if name == "identity/":
            answer = self.identify(token, content["identity"])
        elif self.identity_required and token not in self.bound:
            raise Refused(401, "identity_required")
        else:
            person = self.of(token)
            answer = getattr(self, name.partition("/")[0])(
                person, content, parse_qs(scope["query_string"])
            )
        return self.broken(fault) if fault else answer

    def broken(self, fault):
        _, status, code, detail, _, headers = fault
        if status is None:
            return None, b"", {}
        raise Refused(status, code, detail, **headers)

    def of(self, token):
        return self.people[self.bound.get(token, token)]

    def identify(self, token, jwt):
        if jwt == "forged":
            raise Refused(401, "identity_invalid", "The signature is wrong.")
        self.bound[token] = f"customer {jwt.split('.')[1]}"
        return self.json(200, {"name": "Ada"})

    def home(self, person, *_):
        answer = {"online": self.online, "team": self.team, "replies_in": self.replies_in}
        answer["back_at"] = self.back_at
        asks = self.chat.to_ask((), staffed=self.online)
        return self.json(200, answer | {"asks": asks, "conversations": person.listed()})

    def conversation(self, person, _, query):
        after = int(query[b"after"][0])
        wanted = query.get(b"conversation", [b""])[0].decode()
        known = not wanted or wanted in {talk.name for talk in person.talks}
        talk = person.talk(wanted or None) if known else Talk(None)
        messages = talk.messages[after:][-self.history :]
        answer = {"conversation": talk.name, "status": talk.status, "online": self.online}
        answer |= {"seq": len(talk.messages), "read_seq": talk.read_seq, "messages": messages}
        return self.json(200, answer | {"rating": talk.rating})

    def messages(self, person, content, _):
        said = [one for talk in person.talks for one in talk.messages]
        known = [one for one in said if one["client_id"] == content["client_id"]]
        if known:
            return self.json(200, known[0])
        name = content["conversation"]
        message = person.add(
            "incoming",
            content["text"],
            client_id=content["client_id"],
            conversation=name,
            attachments=[person.files[one] for one in content.get("attachments", [])],
        )
        person.page, person.form = content.get("page"), content.get("form")
        frame = {"kind": "message", "message": message, "conversation": person.talk(name).name}
        for say in person.sockets:
            asyncio.run_coroutine_threadsafe(say(frame), self.loop)
        return self.json(201, message)

    def attachments(self, person, content, query):
        name = query[b"name"][0].decode()
        person.files[self.asked] = {
            "id": self.asked,
            "name": name,
            "size": content,
            "content_type": "text/plain",
            "width": None,
            "height": None,
            "url": f"{self.desk}/files/{self.asked}",
            "thumbnail_url": None,
        }
        return self.json(201, person.files[self.asked])

    def rating(self, person, content, _):
        talk = person.talk(content["conversation"])
        if talk.rating:
            raise Refused(409, "already_rated")
        talk.rating, talk.comment = content["value"], content["comment"]
        return self.json(201, {"rating": talk.rating})

    def visit(self, person, content, _):
        self.visits.append(content)
        return 204, b"", {}

    def read(self, person, content, _):
        person.seen.append(content["seq"])
        return 204, b"", {}

    def json(self, status, content):
        return status, json.dumps(content).encode(), {"Content-Type": "application/json"}

    async def live(self, receive, send):
        await receive()
        self.tries += 1
        if not self.sockets_allowed:
            return await send({"type": "websocket.close", "code": 1013})
        await send({"type": "websocket.accept"})

        async def say(frame, code=None):
            if frame is None:
                await send({"type": "websocket.close", "code": code})
            else:
                await send({"type": "websocket.send", "text": json.dumps(frame)})

        person = None
        while (event := await receive())["type"] == "websocket.receive":
            frame = json.loads(event["text"])
            self.frames.append(frame)
            if "visitor" not in frame:
                continue
            if self.identity_required and frame["visitor"] not in self.bound:
                return await say(None, 4403)
            person = self.of(frame["visitor"])
            person.sockets.add(say)
            watching = {"conversation": person.conversation, "seq": len(person.messages)}
            await say({"kind": "watching", "online": self.online, **watching})
        if person:
            person.sockets.discard(say)
        return None
