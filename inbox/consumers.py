"""An operator's tab: it says what is on its screen and hears when that changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from accounts import browsers, limits
from accounts.manners import LANGUAGES
from accounts.models import Membership, Workspace
from accounts.second_factor import is_kept_out
from accounts.sockets import EVERYONE, in_workspace, outside_workspace, publish
from accounts.tenancy import scope
from inbox import languages, live, presence, sidebar, viewing
from inbox.live_socket import TOO_MANY, UNAUTHORIZED, LiveSocket
from inbox.models import Conversation
from inbox.sidebar import UnknownView, View
from inbox.viewing import Opened

TYPING = ["reply", "note"]  # a frame may bring what no set can look up
ABOUT_CONVERSATION = {"conversation", "contact", "typing", "drafting", "viewing"}


class OperatorConsumer(LiveSocket):
    """
    Frames in: ``{"view": key}``, ``{"conversation": number or null}``,
    ``{"typing": "reply" | "note"}``, ``{"ping": 1}``.
    """

    words = frozenset({"view", "conversation", "typing", "ping"})
    workspace: Workspace
    membership: Membership
    session_key: str | None
    watched: Conversation | None = None

    async def connect(self) -> None:
        slug = self.scope["url_route"]["kwargs"]["workspace"]
        self.session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME)
        found = await outside_workspace(_enter, slug, self.session_key)
        if found is None:
            await self.close(code=UNAUTHORIZED)
            return
        self.workspace, self.membership, own = found
        self.language = self._language_of_page()
        await self.join("own", own)
        await self.join("everyone", {EVERYONE})
        await self.accept()
        if not await outside_workspace(self._take_place):
            await self.close(code=TOO_MANY)
            return
        await outside_workspace(self._arrive)

    async def disconnect(self, code: int) -> None:
        await self.leave_all()
        if hasattr(self, "membership"):
            await outside_workspace(self._leave)
            await self._look_at(None)

    async def receive_json(self, content: Any, **_: Any) -> None:
        if "view" in content:
            await self._watch_view(str(content["view"]))
        if "conversation" in content:
            await self._watch_conversation(content["conversation"])
        if content.get("typing") in TYPING:
            await self._pass_on_typing(content["typing"])
        if "ping" in content:
            await self._show_life()

    async def live_push(self, event: dict[str, Any]) -> None:
        """Pass on what is still wanted: a frame may have waited while rights or screen changed."""
        push = event["push"]
        unwatched = self.watched is None or push.get("number") not in {None, self.watched.number}
        if push["kind"] in ABOUT_CONVERSATION and unwatched:
            return
        if push.get("who") != presence.member(self.membership.pk):  # that one is here oneself
            await super().live_push(event)
        if push.get("moved") and self.watched:
            # Those who see its row now have not heard who has it open.
            await self._tell(viewing.tell, self.watched)

    async def live_recheck(self, _: dict[str, Any]) -> None:
        """The open conversation changed hands; may this person still see it?"""
        if self.watched is None or self.membership.sees_everything:
            return
        number = self.watched.number
        if await in_workspace(self.workspace, _find, self.membership.pk, number) is None:
            await self._refuse(number)

    async def live_revoke(self, _: dict[str, Any]) -> None:
        await self.close(code=UNAUTHORIZED)

    async def _watch_view(self, key: str) -> None:
        groups = await in_workspace(self.workspace, _groups_of_view, self.membership.pk, key)
        await self.join("view", groups)
        if not groups:
            await self.send_json({"kind": "refused", "view": key})
            return
        # Join before asking, so that nothing can fall in between.
        opened = await outside_workspace(viewing.opened, self.workspace.pk, but=self.membership)
        seen = await in_workspace(self.workspace, _seen_in, self.membership.pk, key, opened)
        await self.send_json({"kind": "watching", "view": key, "viewers": seen})

    async def _watch_conversation(self, number: object) -> None:
        if number is None:
            await self._look_at(None)
            return
        found = await in_workspace(self.workspace, _find, self.membership.pk, number)
        if found is None:
            await self._refuse(number)
            return
        # Join before reading the number, so that nothing can fall in between.
        await self._look_at(found)
        opened = await outside_workspace(viewing.opened, self.workspace.pk, but=self.membership)
        seq, seen = await in_workspace(self.workspace, _as_it_is, found, opened)
        about = {"conversation": found.number, "seq": seq, "viewers": seen}
        await self.send_json({"kind": "watching"} | about)

    async def _look_at(self, conversation: Conversation | None) -> None:
        """Hear of this conversation alone, and let those who see it know who has it open."""
        before, self.watched = self.watched, conversation
        groups = {live.conversation_group(conversation.pk)} if conversation else set()
        await self.join("conversation", groups)
        if before and before != conversation:
            await self._tell(viewing.leave, before)
        if conversation:
            await self._tell(viewing.look, conversation)

    async def _tell(self, change: Callable[..., None], conversation: Conversation) -> None:
        about = (self.workspace.pk, conversation.pk, self.membership, self.channel_name)
        await outside_workspace(change, *about)

    async def _refuse(self, number: object) -> None:
        await self._look_at(None)
        await self.send_json({"kind": "refused", "conversation": number})

    async def _pass_on_typing(self, what: str) -> None:
        """Tell colleagues who have the conversation open and, of a reply, the contact."""
        if self.watched is None or not self.may_pass_on_typing():
            return
        user, conversation = self.membership.user, self.watched
        who: dict[str, Any] = {"who": presence.member(self.membership.pk), "name": user.first_name}
        told = live.push("typing", number=conversation.number, what=what, **who)
        publish([(live.conversation_group(conversation.pk), told)])
        row = (self.workspace.pk, conversation.pk, "row_typing")
        await outside_workspace(viewing.tell_rows, *row, **who)
        if what == "reply":
            group = live.visitor_group(self.workspace.pk, conversation.handle.value)
            name = user.name_for_customers
            about = {"conversation": str(conversation.public_id), "name": name}
            publish([(group, live.push("typing", **about))])

    async def _show_life(self) -> None:
        """Ask for the rights again: no order to close comes through when Redis is away."""
        found = await outside_workspace(_enter, self.workspace.slug, self.session_key)
        if found is None or found[2] != self.joined["own"]:
            await self.close(code=UNAUTHORIZED)
            return
        self.membership = found[1]
        await outside_workspace(self._take_place)
        await outside_workspace(self._arrive)
        if self.watched:
            await self._tell(viewing.look, self.watched)

    def _language_of_page(self) -> str:
        """Read what the page says it is in: another tab of the same person may be in another."""
        said = parse_qs(self.scope["query_string"]).get(b"language", [b""])[0].decode("latin-1")
        return said if said in LANGUAGES else settings.LANGUAGE_CODE

    def _take_place(self) -> bool:
        return limits.hold("socket", str(self.membership.pk), self.channel_name)

    def _arrive(self) -> None:
        languages.note(self.workspace.pk, self.language)
        who = presence.member(self.membership.pk)
        state = presence.state_of(self.membership)
        if presence.arrive(self.workspace.pk, who, self.channel_name, state=state):
            presence.announce(self.workspace.pk, [who], state)

    def _leave(self) -> None:
        limits.release("socket", str(self.membership.pk), self.channel_name)
        who = presence.member(self.membership.pk)
        if presence.leave(self.workspace.pk, who, self.channel_name):
            presence.announce(self.workspace.pk, [who], presence.OFF)


def _enter(slug: str, session_key: str | None) -> tuple[Workspace, Membership, set[str]] | None:
    """Return who comes in, and the groups that tell by their names what they may see."""
    person = browsers.signed_in(session_key)
    workspace = Workspace.objects.filter(slug=slug).first()
    if workspace is None or person is None:
        return None
    user, browser = person
    with scope(workspace):
        mine = Membership.objects.active().filter(user=user).select_related("user")
        membership = mine.first()
        if membership is None or is_kept_out(user, workspace):
            return None
        own = {live.membership_group(membership.pk), live.people_group(workspace.pk)}
        own |= {browsers.group(browser)} | sidebar.count_groups_for(membership)
        return workspace, membership, own


def _groups_of_view(membership_id: int, key: str) -> set[str]:
    try:
        return View.parse(key).groups_for(Membership.objects.active().get(pk=membership_id))
    except (UnknownView, Membership.DoesNotExist):
        return set()


def _seen_in(membership_id: int, key: str, opened: Opened) -> list[dict[str, Any]]:
    """Say who has open what this view lists."""
    membership = Membership.objects.active().filter(pk=membership_id).first()
    if membership is None:
        return []
    return viewing.described(opened, View.parse(key).conversations(membership))


def _as_it_is(conversation: Conversation, opened: Opened) -> tuple[int, list[dict[str, Any]]]:
    """Return how far a conversation has come, and who has it open."""
    conversation.refresh_from_db(fields=["last_seq"])
    this = Conversation.objects.filter(pk=conversation.pk)
    return conversation.last_seq, viewing.described(opened, this)


def _find(membership_id: int, number: object) -> Conversation | None:
    if not isinstance(number, int) or not 0 < number < 2**63:
        return None
    membership = Membership.objects.active().filter(pk=membership_id).first()
    if membership is None:
        return None
    visible = Conversation.objects.visible_to(membership).select_related("handle")
    return visible.filter(number=number).first()
