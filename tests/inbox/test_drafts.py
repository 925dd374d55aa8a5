"""What is written and not sent: kept, never lost to another tab, and read by colleagues."""

from uuid import uuid4

import pytest

from accounts.tenancy import scope
from inbox.actions.drafts import LONGEST_DRAFT, DraftTooLong, save_draft
from inbox.actions.messaging import NothingToSay, SentBefore, add_note, send_message
from inbox.enums import DraftKind
from inbox.models import Draft, Message
from tests import factories
from tests.support.doing import act
from tests.support.sockets import Tab

REPLY, NOTE = DraftKind.REPLY, DraftKind.NOTE


def save(conversation, actor, text, *, kind=REPLY, client_id=None, version=0):
    with scope(conversation.workspace):
        return save_draft(
            conversation,
            kind=kind,
            text=text,
            actor=actor,
            client_id=client_id or uuid4(),
            version=version,
        )


def texts(workspace):
    with scope(workspace):
        return list(Draft.objects.order_by("pk").values_list("kind", "text"))


def test_a_reply_and_a_note_are_kept_apart(workspace, conversation, operator, admin):
    save(conversation, operator, "Dear Ada")
    save(conversation, operator, "She is a regular", kind=NOTE)
    save(conversation, admin, "Hello")

    assert texts(workspace) == [
        ("reply", "Dear Ada"),
        ("note", "She is a regular"),
        ("reply", "Hello"),
    ]


def test_what_was_typed_last_stands_and_what_it_replaced_is_handed_back(
    workspace, conversation, operator
):
    first = save(conversation, operator, "From the laptop")

    kept = save(conversation, operator, "From the phone", version=0)

    assert (kept.version, kept.replaced) == (first.version + 1, "From the laptop")
    assert texts(workspace) == [("reply", "From the phone")]


def test_a_screen_that_knew_of_the_last_version_replaces_nothing(conversation, operator):
    first = save(conversation, operator, "Half")

    assert save(conversation, operator, "Other words", version=first.version).replaced == ""


def test_going_on_with_the_same_words_is_no_loss(conversation, operator):
    save(conversation, operator, "Half a sen")

    assert save(conversation, operator, "Half a sentence", version=0).replaced == ""


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_emptied_draft_is_none(workspace, conversation, operator, text):
    version = save(conversation, operator, "Half").version

    assert save(conversation, operator, text, version=version).version == 0
    assert texts(workspace) == []


def test_lines_come_back_as_they_were_typed(workspace, conversation, operator):
    """Forms send each line's end as two characters; a screen would take that for other words."""
    save(conversation, operator, "Dear Ada,\r\n\r\nyours")

    assert texts(workspace) == [("reply", "Dear Ada,\n\nyours")]


def test_a_draft_may_be_long_but_not_endless(workspace, conversation, operator):
    save(conversation, operator, "x" * LONGEST_DRAFT)
    with pytest.raises(DraftTooLong):
        save(conversation, operator, "x" * (LONGEST_DRAFT + 1))

    assert len(texts(workspace)[0][1]) == LONGEST_DRAFT


@pytest.mark.parametrize(("kind", "write"), [(REPLY, send_message), (NOTE, add_note)])
def test_sending_ends_the_draft(workspace, conversation, operator, admin, kind, write):
    client_id = uuid4()
    save(conversation, operator, "Dear Ada", kind=kind, client_id=client_id)
    save(conversation, admin, "Mine stays", kind=kind)

    with scope(workspace):
        write(conversation, text="Dear Ada", actor=operator, client_id=client_id)

    assert texts(workspace) == [(kind.value, "Mine stays")]


def test_what_is_refused_stays_a_draft(workspace, conversation, operator):
    client_id = uuid4()
    save(conversation, operator, "Dear Ada", client_id=client_id)

    with scope(workspace), pytest.raises(NothingToSay):
        send_message(conversation, text=" ", actor=operator, client_id=client_id)

    assert texts(workspace) == [("reply", "Dear Ada")]


def test_a_draft_that_comes_after_its_message_is_told_so(workspace, conversation, operator):
    client_id = uuid4()
    with scope(workspace):
        send_message(conversation, text="Dear Ada", actor=operator, client_id=client_id)

    kept = save(conversation, operator, "Dear Ada", client_id=client_id)

    assert (kept.version, kept.sent) == (0, "Dear Ada")
    assert texts(workspace) == []


def test_a_changed_text_is_not_taken_for_the_message_sent_before(workspace, conversation, operator):
    client_id = uuid4()
    with scope(workspace):
        send_message(conversation, text="One", actor=operator, client_id=client_id)

    with scope(workspace), pytest.raises(SentBefore):
        send_message(conversation, text="One, two", actor=operator, client_id=client_id)

    with scope(workspace):
        assert list(Message.objects.filter(kind="outgoing").values_list("text", flat=True)) == [
            "One"
        ]


# Pages


@pytest.fixture
def home(workspace):
    return f"/{workspace.slug}/inbox/"


@pytest.fixture
def said(conversation):
    return {
        "kind": "reply",
        "text": "Dear Ada",
        "client_id": str(uuid4()),
        "seen_seq": 2,
        "version": 0,
    }


def test_a_screen_keeps_and_fetches_its_draft(operator_client, conversation, home, said):
    url = f"{home}{conversation.number}/drafts/"

    answer = operator_client.post(url, said)

    assert answer.json() == {"version": 1, "replaced": "", "sent": None}
    kept = {"text": "Dear Ada", "id": said["client_id"], "seen": 2, "version": 1}
    assert operator_client.get(url).json() == {"reply": kept | {"people": {}, "html": ""}}
    assert operator_client.get(f"{home}drafts/").json() == {
        "drafts": [f"{conversation.number}:reply"]
    }
    page = operator_client.get(f"{home}{conversation.number}/").content.decode()
    assert "\nDear Ada</textarea>" in page
    assert f'value="{said["client_id"]}"' in page


@pytest.mark.parametrize(
    "change", [{"kind": "letter"}, {"client_id": "1"}, {"version": "x"}, {"seen_seq": 2**31}]
)
def test_a_malformed_draft_is_refused(workspace, operator_client, conversation, home, said, change):
    answer = operator_client.post(f"{home}{conversation.number}/drafts/", said | change)

    assert answer.status_code == 422
    assert texts(workspace) == []


def test_colleagues_read_what_is_shared(client, workspace, conversation, operator, admin, home):
    save(conversation, operator, "Dear <b>Ada</b>")
    client.force_login(admin.user)

    shown = client.get(f"{home}{conversation.number}/drafts/{operator.pk}/")
    page = client.get(f"{home}{conversation.number}/").content.decode()

    assert "Dear &lt;b&gt;Ada&lt;/b&gt;" in shown.content.decode()
    assert "has begun a reply" in page
    assert "Dear" not in page


def test_private_drafts_are_nobodys_else(client, workspace, conversation, operator, admin, home):
    with scope(workspace):
        operator.shares_drafts = False
        operator.save(update_fields=["shares_drafts"])
    save(conversation, operator, "Dear Ada")
    client.force_login(admin.user)

    assert client.get(f"{home}{conversation.number}/drafts/{operator.pk}/").status_code == 404
    page = client.get(f"{home}{conversation.number}/").content.decode()
    assert 'data-begun="[]"' in page


def test_the_list_names_no_draft_where_one_may_no_longer_look(client, workspace, channel, home):
    limited = factories.make_membership(
        workspace, teams=[factories.make_team(workspace)], limited=True
    )
    save(factories.make_conversation(channel), limited, "Hi")
    client.force_login(limited.user)

    assert client.get(f"{home}drafts/").json() == {"drafts": []}


# Live


async def test_other_tabs_and_colleagues_hear_of_a_draft(workspace, conversation, operator, admin):
    number = conversation.number
    async with Tab(workspace, operator) as mine, Tab(workspace, admin) as colleague:
        await mine.watch(conversation=number)
        await colleague.watch(conversation=number)

        client_id = uuid4()
        facts = {"kind": REPLY, "actor": operator, "client_id": client_id}
        await act(workspace, save_draft, conversation, text="Dear", **facts)

        told = {"number": number, "what": "reply", "exists": True}
        assert await mine.hear("draft") == {"kind": "draft", **told}
        who = {"who": f"m{operator.pk}", "name": "Olga"}
        assert await colleague.hear("drafting") == {"kind": "drafting", **told, **who}
        await act(
            workspace, send_message, conversation, text="Dear", actor=operator, client_id=client_id
        )
        assert (await mine.hear("draft"))["exists"] is False
        assert (await colleague.hear("drafting"))["exists"] is False


async def test_nobody_hears_of_a_private_draft(workspace, conversation, operator, admin):
    operator.shares_drafts = False
    async with Tab(workspace, admin) as colleague:
        await colleague.watch(conversation=conversation.number)

        facts = {"kind": REPLY, "actor": operator, "client_id": uuid4()}
        await act(workspace, save_draft, conversation, text="Dear", **facts)

        assert await colleague.hears_nothing()
