"""What the API changes: state, tags, contacts, messages; and what it refuses to read."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox.models import Contact, Conversation, Message, Tag
from tests import factories
from tests.mail.posting import make_mail_channel, post, written


@pytest.fixture
def address(conversation):
    return f"conversations/{conversation.number}/"


def last_event(workspace):
    with scope(workspace):
        event = Event.objects.order_by("pk").last()
        return event.kind, event.actor_id


def test_a_reply_is_queued_for_its_channel(api, workspace, address, operator):
    shown = api.post(f"{address}messages/", {"text": " Hi "}).json()

    assert (shown["kind"], shown["text"], shown["state"]) == ("outgoing", "Hi", "queued")
    assert shown["author"] == {"id": operator.pk, "name": "Olga Ivanova"}
    assert last_event(workspace) == ("message.queued", operator.pk)


def test_a_mail_may_have_formats_and_nothing_else(api, workspace, address):
    mail = post(make_mail_channel(workspace), written("Is it red?")).conversation
    html = '<p>It <b onclick="x">is</b></p><ul><li>red</li></ul><script>x</script>'

    shown = api.post(f"conversations/{mail.number}/messages/", {"html": html}).json()
    chat = api.post(f"{address}messages/", {"text": "x", "html": html})

    assert (shown["text"], shown["html"]) == (
        "It is\n\n- red",
        "<p>It <b>is</b></p><ul><li>red</li></ul>",
    )
    assert (chat.status_code, chat.json()["code"]) == (422, "no_formats")
    listed = api.get(f"conversations/{mail.number}/messages/").json()["results"]
    assert [one["html"] for one in listed] == ["", shown["html"]]


def test_a_note_stays_inside(api, workspace, address, operator):
    shown = api.post(f"{address}notes/", {"text": "Psst"}).json()

    assert (shown["kind"], shown["state"]) == ("note", "sent")
    assert last_event(workspace) == ("note.added", operator.pk)


def test_a_conversation_is_given_and_given_back(api, workspace, address, admin, operator):
    given = api.put(f"{address}assignment/", {"assignee": admin.pk}).json()
    assert given["assignee"] == {"id": admin.pk, "name": "Marta Silva"}
    assert last_event(workspace) == ("conversation.assigned", operator.pk)

    assert api.delete(f"{address}assignment/").json()["assignee"] is None
    assert last_event(workspace) == ("conversation.unassigned", operator.pk)


def test_nobody_of_elsewhere_is_made_responsible(api, workspace, address, stranger):
    theirs = api.put(f"{address}assignment/", {"assignee": stranger.pk})
    nobody = api.put(f"{address}assignment/", {"assignee": 987654321})

    assert (theirs.status_code, theirs.content) == (400, nobody.content)
    with scope(workspace):
        assert Conversation.objects.get().assignee is None


def test_a_conversation_is_closed_and_reopened_once(api, address):
    answers = [
        api.put(f"{address}closure/"),
        api.put(f"{address}closure/"),
        api.delete(f"{address}closure/"),
        api.delete(f"{address}closure/"),
    ]

    said = [answer.json().get("status", answer.json().get("code")) for answer in answers]
    assert said == ["closed", "already_closed", "open", "not_closed"]
    assert [answer.status_code for answer in answers] == [200, 409, 200, 409]


def test_a_conversation_is_snoozed_and_woken(api, address):
    until = timezone.now() + timedelta(hours=1)
    shown = api.put(f"{address}snooze/", {"until": until.isoformat()}).json()
    assert shown["status"] == "snoozed"

    past = api.put(f"{address}snooze/", {"until": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["code"]) == (422, "past_time")

    assert api.delete(f"{address}snooze/").json()["status"] == "open"
    assert api.delete(f"{address}snooze/").json()["code"] == "not_snoozed"


def test_a_conversation_is_made_urgent(api, workspace, address, operator):
    assert api.put(f"{address}priority/", {"priority": 3}).json()["priority"] == 3
    assert last_event(workspace) == ("conversation.prioritized", operator.pk)
    assert api.put(f"{address}priority/", {"priority": 4}).status_code == 400


@pytest.mark.parametrize("name", ["vip", "%20VIP%20", "a/b", "\N{SNOWMAN}", "%F0%9F%90%99 8"])
def test_a_tag_is_put_on_and_taken_off(api, workspace, address, name):
    [tag] = api.put(f"{address}tags/{name}/").json()["tags"]
    assert tag == tag.strip().lower()
    assert api.get(f"{address}tags/").json() == {"tags": [tag]}
    assert api.put(f"{address}tags/{name}/").json()["tags"] == [tag]
    with scope(workspace):
        assert Tag.objects.count() == 1

    assert api.delete(f"{address}tags/{name}/").json()["tags"] == []


@pytest.mark.parametrize("name", ["%20", "%00", "x" * 61])
def test_a_tag_that_is_none_is_refused(api, workspace, address, name):
    assert api.put(f"{address}tags/{name}/").status_code == 422
    assert api.delete(f"{address}tags/{name}/").status_code == 404
    with scope(workspace):
        assert not Tag.objects.exists()


def test_reading_is_noted(api, address):
    assert api.get(address).json()["is_unread"] is True
    assert api.put(f"{address}read/").json()["is_unread"] is False


def test_a_contact_is_corrected(api, workspace, conversation, operator):
    address = f"contacts/{conversation.contact_id}/"

    shown = api.patch(address, {"email": "ada@byron.test"}).json()

    assert (shown["name"], shown["email"]) == ("Ada", "ada@byron.test")
    assert last_event(workspace) == ("contact.changed", operator.pk)
    assert api.patch(address, {"name": ""}).json()["name"] == ""
    assert api.patch(address, {}).json()["email"] == "ada@byron.test"


@pytest.mark.parametrize(
    "body",
    [
        {"email": "nobody"},
        {"email": "a\x00b@byron.test"},
        {"email": ["ada@byron.test"]},
        {"email": "ada@byron.test\nBcc: eve@evil.test"},
        {"email": f"{'a' * 250}@byron.test"},
        {"name": "x" * 201},
        {"name": None},
        {"name": "\ud800"},
        {"name": "Ada\x00"},
        {"name": True},
        {"handles": []},
        [],
        "Ada",
        None,
    ],
)
def test_a_contact_is_not_spoilt(api, workspace, conversation, body):
    import json

    answer = api.patch(f"contacts/{conversation.contact_id}/", json.dumps(body))

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    with scope(workspace):
        assert list(Contact.objects.values_list("name", "email")) == [("Ada", "")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"text": "Hi"', 400),
        ("[" * 60_000, 400),
        ('{"text": ' + "[" * 900 + "]" * 900 + "}", 400),
        ('{"text": 1e400}', 400),
        ('{"text": NaN}', 400),
        ('{"text": 7}', 400),
        ('{"text": true}', 400),
        ('{"text": null}', 400),
        ('{"text": ["Hi"]}', 400),
        ('{"text": "\\u0000"}', 400),
        ('{"text": "\\ud800"}', 400),
        ('{"\\ud800": 1, "text": "Hi"}', 400),
        ('{"text": "Hi", "author": 1}', 400),
        ("{}", 400),
        ("[]", 400),
        ('"Hi"', 400),
        ("7", 400),
        (b"\xff\xfe", 400),
        ('{"text": "' + "x" * 20_001 + '"}', 400),
        ('{"text": "' + "x" * 20_000 + '"}', 422),
        ('{"text": "' + "x" * 65_536 + '"}', 413),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "1"}])
def test_a_body_that_is_none_is_refused(api, workspace, address, body, status, headers):
    assert api.post(f"{address}messages/", body, **headers).status_code == status
    with scope(workspace):
        assert not Message.objects.exclude(kind="incoming").exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/xml"])
def test_only_json_is_read(api, address, kind):
    answer = api.client.post(
        f"/api/v1/{address}messages/",
        '{"text": "Hi"}',
        content_type=kind,
        headers={"Authorization": f"Bearer {api.secret}"},
    )

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"])
def test_other_methods_are_refused(api, address, method):
    answer = api.call(method, address, None, **{"X-HTTP-Method-Override": "GET"})

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_closure_takes_no_words(api, address):
    assert api.put(f"{address}closure/", {"text": "Bye"}).status_code == 400
    assert api.put(f"{address}closure/?text=Bye").status_code == 400
    assert api.get(address).json()["status"] == "open"


@pytest.mark.parametrize(
    "tail", ["", "nothing/", "conversations", "conversations/1", "me.json", "..;/me/", "Me/"]
)
def test_a_wrong_address_is_not_found(api, conversation, tail):
    answer = api.get(tail)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_no_other_site_may_read_an_answer(api):
    answer = api.get("me/", Origin="https://evil.test")

    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_the_description_is_for_everybody(client, db):
    said = client.get("/api/v1/schema/").json()
    page = client.get("/api/v1/docs/")

    assert said["openapi"].startswith("3.1")
    assert said["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}
    assert said["paths"]["/api/v1/me/"]["get"]["security"] == [{"token": []}]
    assert page.status_code == 200
    html = page.content.decode()
    for path in said["paths"]:
        assert path in html
    assert "https://" not in html
    assert "script-src 'self'" in page["Content-Security-Policy"]


def test_nothing_is_told_of_a_channels_setup(api, workspace):
    channel = factories.make_channel(workspace, origins=["https://shop.test"])

    [shown] = api.get("channels/").json()["results"]

    assert shown == {
        "id": channel.pk,
        "name": channel.name,
        "kind": "webchat",
        "team_id": None,
        "enabled": True,
    }
