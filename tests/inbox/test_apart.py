"""Many at once, each with words of their own: nobody hears another's."""

import asyncio
import json

from asgiref.testing import ApplicationCommunicator

from helpdesk.asgi import application
from inbox.connectors.webchat import handle_of_token
from tests import factories
from tests.support.doing import make, reply
from tests.support.sockets import PATIENCE, VisitorTab

MANY = 12


async def ask(secret):
    """Call the API through the whole application; return whose name is answered."""
    headers = [(b"host", b"testserver"), (b"authorization", f"Bearer {secret}".encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/me/",
        "query_string": b"",
        "headers": headers,
        "client": ("203.0.113.7", 50000),
    }
    asking = ApplicationCommunicator(application, scope)
    await asking.send_input({"type": "http.request"})
    begun = await asking.receive_output(timeout=PATIENCE)
    assert begun["status"] == 200
    body = (await asking.receive_output(timeout=PATIENCE))["body"]
    await asking.wait(timeout=PATIENCE)
    return json.loads(body)["member"]["name"]


async def test_everybody_hears_their_own(workspace, channel, operator):
    secrets, talks = {}, {}
    for n in range(MANY):
        member = await make(factories.make_membership, workspace, name=f"Canary {n}")
        secrets[f"Canary {n}"] = (await make(factories.make_api_token, member))[1]
        token = factories.new_token()
        value = handle_of_token(channel.key, token)
        talks[token] = await make(factories.make_conversation, channel, value)

    tabs = {token: VisitorTab(channel, token) for token in talks}
    for tab in tabs.values():
        await tab.__aenter__()
        await tab.introduce()

    async def talk(token):
        await reply(workspace, talks[token], f"Only for {token}", operator)
        return (await tabs[token].hear("message"))["message"]["text"]

    names, heard = await asyncio.gather(
        asyncio.gather(*(ask(secret) for _ in range(3) for secret in secrets.values())),
        asyncio.gather(*map(talk, talks)),
    )

    assert names == [*secrets] * 3
    assert heard == [f"Only for {token}" for token in talks]
    for tab in tabs.values():
        await tab.__aexit__()
