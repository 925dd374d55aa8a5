"""Doing things from a test of sockets: each in a unit of work, away from the loop."""

from accounts.sockets import in_workspace, outside_workspace
from inbox.actions.messaging import send_message
from inbox.tasks import deliver


async def act(workspace, action, *args, **kwargs):
    return await in_workspace(workspace, action, *args, **kwargs)


async def make(factory, *args, **kwargs):
    return await outside_workspace(factory, *args, **kwargs)


async def reply(workspace, conversation, text, actor):
    """Answer, and have it sent."""
    message = await act(workspace, send_message, conversation, text=text, actor=actor)
    await make(deliver, workspace, message.pk)


def kinds(frames):
    return [frame["kind"] for frame in frames]
