"""To whom an answer goes: what is suggested, typed, refused and kept."""

import pytest

from accounts.tenancy import scope
from inbox.actions.recipients import BadRecipients, as_typed, read_recipients, suggest_recipients
from inbox.actions.withdrawing import withdraw_message
from inbox.models import Contact, Conversation, Draft, Mail, Message
from tests import factories
from tests.mail.answering import answer, carry, outcomes, read
from tests.mail.posting import ADDRESS, post, written

CC = {"to": f"{ADDRESS}, Eve <eve@example.test>", "cc": '"Berg, Liv" <liv@example.test>'}


@pytest.fixture
def conversation(mailbox):
    return post(mailbox, written(**CC)).conversation


def suggested(conversation):
    with scope(conversation.workspace):
        found = suggest_recipients(Conversation.objects.with_people().get(pk=conversation.pk))
    return as_typed(found.recipients.people()), [one.address for one in found.offered]


def test_the_first_answer_goes_to_all_whom_the_mail_was_for(conversation):
    assert suggested(conversation) == (
        {
            "to": '"Ada" <ada@example.test>',
            "cc": '"Eve" <eve@example.test>, "Berg, Liv" <liv@example.test>',
        },
        [],
    )


def test_whom_a_later_mail_names_is_offered_and_gets_nothing_by_itself(
    mailbox, conversation, operator, server
):
    carry(answer(conversation, operator, to="ada@example.test", cc="eve@example.test"))
    named = {"cc": "Mallory <mallory@evil.test>", "in_reply_to": "<1@example.test>"}
    post(mailbox, written("And?", message_id="<2@example.test>", **named))

    assert suggested(conversation) == (
        {"to": '"Ada" <ada@example.test>', "cc": "eve@example.test"},
        ["mallory@evil.test"],
    )
    carry(answer(conversation, operator))
    assert server.envelopes[-1] == ["ada@example.test", "eve@example.test"]


def test_bcc_gets_the_mail_and_stands_nowhere_in_it(conversation, operator, server):
    sent = answer(conversation, operator, to="ada@example.test", bcc="boss@acme-corp.test")

    carry(sent)

    [raw] = server.mails
    assert server.envelopes == [["ada@example.test", "boss@acme-corp.test"]]
    assert read(raw)["To"] == "ada@example.test"
    assert read(raw)["Cc"] is None
    assert b"boss" not in raw
    assert {state for state, _ in outcomes(sent).values()} == {"taken"}


def test_whoever_is_written_to_takes_part_and_others_words_are_not_quoted_to_the_contact(
    mailbox, conversation, operator, server
):
    carry(answer(conversation, operator, to="ada@example.test", bcc="boss@acme-corp.test"))
    ours = read(server.mails[0])["Message-ID"]
    said = {"sender": "boss@acme-corp.test", "message_id": "<3@x>", "in_reply_to": ours}
    joined = post(mailbox, written("Do not pay her", **said))

    carry(answer(conversation, operator, "Soon", to="ada@example.test"))

    assert joined.conversation_id == conversation.pk
    assert b"Do not pay" not in server.mails[1]
    assert "> Hello" in read(server.mails[1]).get_content()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"to": "ada@example.test\r\nBcc: eve@evil.test"}, "no line breaks"),
        ({"to": "Ada\x00 <ada@example.test>"}, "no line breaks"),
        ({"cc": "ada"}, "“ada” is no mail address"),
        ({"to": "a@b@c.test"}, "no mail address"),
        ({"to": ADDRESS}, "is an inbox of yours"),
        ({"to": "support+c.tag@acme.test"}, "is an inbox of yours"),
        ({"to": " , ;"}, "Say who"),
        ({"bcc": ", ".join(f"a{n}@x.test" for n in range(51))}, "50 recipients at most"),
    ],
    ids=["crlf", "nul", "word", "two-ats", "own", "own-tagged", "none", "many"],
)
def test_what_is_no_recipient_is_refused_in_a_sentence(workspace, mailbox, said, sentence):
    with scope(workspace), pytest.raises(BadRecipients, match=sentence):
        read_recipients(said)


def test_an_encoded_line_break_in_a_name_makes_no_header(conversation, operator, server):
    name = "=?utf-8?Q?A=0D=0ABcc:_evil@x.test?="

    carry(answer(conversation, operator, to=f"{name} <ada@example.test>"))

    assert read(server.mails[0])["Bcc"] is None
    assert server.envelopes == [["ada@example.test"]]


def test_everybody_is_written_to_once(workspace, mailbox):
    with scope(workspace):
        read_twice = read_recipients({"to": "Ada <ada@x.test>", "cc": "ADA@x.test, eve@x.test"})

    assert as_typed(read_twice.people()) == {"to": '"Ada" <ada@x.test>', "cc": "eve@x.test"}


def test_the_screen_keeps_sends_and_gives_back_what_was_typed(
    workspace, conversation, operator_client, operator
):
    door = f"/{workspace.slug}/inbox/{conversation.number}/"
    typed = {"to": "ada@example.test", "cc": "Liv <liv@example.test>", "bcc": "half typ"}
    kept = {"kind": "reply", "text": "Dear", "seen_seq": 2, "version": 0}
    kept["client_id"] = "6f0c2b1e-3a52-4d0e-9d29-5a0b8c4f1e77"

    operator_client.post(f"{door}drafts/", kept | typed)
    page = operator_client.get(door).content.decode()
    refused = operator_client.post(f"{door}messages/", {"text": "Dear"} | typed)
    sent = operator_client.post(f"{door}messages/", {"text": "Dear"} | typed | {"bcc": ""})

    assert 'name="bcc" value="half typ"' in page
    assert 'name="cc" value="Liv &lt;liv@example.test&gt;"' in page
    assert (refused.status_code, sent.status_code) == (422, 302)
    with scope(workspace):
        message = Message.objects.get(kind="outgoing")
        assert [one["address"] for one in message.recipients] == [
            "ada@example.test", "liv@example.test",
        ]  # fmt: skip
        Message.objects.filter(pk=message.pk).update(state="queued", attempts=0)
        withdraw_message(message, actor=operator)
        assert not Mail.objects.filter(message=message).exists()
        given_back = Draft.objects.get(membership=operator).recipients
    assert given_back == {"to": "ada@example.test", "cc": '"Liv" <liv@example.test>'}


def test_a_chat_has_no_recipients(workspace, channel, operator_client):
    number = factories.make_conversation(channel).number
    door = f"/{workspace.slug}/inbox/{number}/messages/"

    refused = operator_client.post(door, {"text": "Hi", "to": "ada@example.test"})

    assert refused.status_code == 422
    assert "Only mails have recipients" in refused.content.decode()


def test_names_are_completed_from_the_contacts_one_may_know_of(
    workspace, conversation, operator_client, operator, django_assert_num_queries
):
    door = f"/{workspace.slug}/inbox/recipients/"
    with scope(workspace):
        for name in ("Adam", "Adele"):
            Contact.objects.create(name=name, email=f"{name.lower()}@example.test")
        Contact.objects.create(name="Adrian without an address")

    found = operator_client.get(door, {"q": "ad exam"}).json()["people"]
    for query in ("ad", "adam"):  # three, and one
        with django_assert_num_queries(7):
            operator_client.get(door, {"q": query})

    assert [one["name"] for one in found] == ["Adele", "Adam", "Ada"]
    assert operator_client.get(door, {"q": ""}).json() == {"people": []}
    with scope(workspace):
        operator.limited_to_teams = True
        operator.save(update_fields=["limited_to_teams"])
    assert operator_client.get(door, {"q": "ad"}).json() == {"people": []}


def test_the_api_names_recipients_and_tells_what_became_of_each(
    workspace, conversation, operator, client
):
    _, secret = factories.make_api_token(operator)
    door = f"/api/v1/conversations/{conversation.number}/messages/"
    headers = {"Authorization": f"Bearer {secret}"}

    def post_json(**said):
        return client.post(door, said, content_type="application/json", headers=headers)

    sent = post_json(text="Hi", to=["Ada <ada@example.test>"], bcc=["boss@acme-corp.test"])
    bad = post_json(text="Hi", to=["ada@example.test\r\nBcc: x@evil.test"])
    nobody = post_json(text="Hi", to=[])

    assert sent.json()["recipients"] == [
        {"header": header, "name": name, "address": address, "state": "waiting", "said": ""}
        for header, name, address in (
            ("to", "Ada", "ada@example.test"), ("bcc", "", "boss@acme-corp.test"),
        )
    ]  # fmt: skip
    assert (bad.status_code, nobody.status_code) == (422, 422)
    with scope(workspace):
        assert Message.objects.filter(kind="outgoing").count() == 1
