"""Bad input at the sockets: with which code each frame ends one, and whom that leaves in peace."""

import json

from helpdesk.web import configuration
from tests import factories
from tests.support.sockets import Tab, VisitorTab

FORGED, TOO_LARGE = 1008, 1009


async def test_what_ends_a_socket_ends_no_other(workspace, operator, channel, conversation):
    rows = [
        # the kind of frame, what it says, and the code that ends the socket
        ("text", "", FORGED),
        ("text", "\x00", FORGED),
        ("text", '{"ping": 1', FORGED),
        ("text", '{"ping": 1}{"ping": 1}', FORGED),
        ("text", '{"__proto__": {"view": "open"}}', FORGED),
        ("text", '{"kind": "message", "message": {"text": "Forged"}}', FORGED),
        ("text", '{"type": "live.push", "push": {"kind": "row"}}', FORGED),
        ("text", '{"ping": 1, "group": "w1.all"}', FORGED),
        ("bytes", b'{"ping": 1}', FORGED),
        ("bytes", b"\xff" * 1000, FORGED),
        ("text", json.dumps({"ping": "x" * 65_536}), TOO_LARGE),
        ("text", "[" * 1_000_000, TOO_LARGE),
    ]
    token = factories.new_token()
    async with Tab(workspace, operator) as watching, VisitorTab(channel, token) as chatting:
        await watching.watch(conversation=conversation.number)
        await chatting.introduce()
        for kind, said, code in rows:
            tab, visitor = Tab(workspace, operator), VisitorTab(channel, factories.new_token())
            async with tab, visitor:
                await visitor.introduce()
                for socket in (tab, visitor):
                    await socket.send_input({"type": "websocket.receive", kind: said})
                    assert await socket.closes() == code, said[:40]
        answers = await watching.watch(view="open")
        assert [one["kind"] for one in answers] == ["watching"]
        await chatting.say({"visitor": token})
        assert (await chatting.hear("watching"))["seq"] == 0


async def test_words_that_a_visitor_may_not_say_lead_nowhere(workspace, channel):
    rows = [
        {"visitor": None},
        {"visitor": ""},
        {"visitor": "%"},
        {"visitor": ["a" * 43]},
        {"visitor": {"$ne": ""}},
        {"visitor": "\x00" * 43},
        {"visitor": "\ud800" * 43},
        {"visitor": "a" * 44},
        {"typing": True},
        {"ping": 1},
        {},
    ]
    for said in rows:
        async with VisitorTab(channel, "") as tab:
            await tab.say(said)
            assert await tab.closes() == 4403, said


def test_a_frame_is_not_held_that_is_larger_than_any_of_ours():
    assert configuration("127.0.0.1", 8000, 1).ws_max_size == 65_536
