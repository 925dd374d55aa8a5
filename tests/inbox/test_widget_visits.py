"""What a visitor is asked and tells, what they see of the team, and what is kept of where they look."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tenancy import scope
from inbox import presence
from inbox.actions.visits import MOST_PAGES
from inbox.connectors.addresses import browser_of, shown_address
from inbox.models import Channel, Contact, Conversation
from tests import factories
from tests.support.visitors import Visitor


@pytest.fixture
def visitor(channel):
    return Visitor(channel)


def home_of(visitor):
    return visitor.ask("GET", "home/").json()


def set_up(channel, **config):
    with scope(channel.workspace):
        Channel.objects.filter(pk=channel.pk).update(config=config)


def test_what_a_channel_insists_on_is_asked_before_anything_is_kept(workspace, channel, visitor):
    set_up(
        channel,
        asks={"name": "required", "email": "optional", "topic": "required", "consent": "required"},
        texts={"en": {"topics": "An order\nA repair"}},
    )
    asks = home_of(visitor)["asks"]
    form = {"name": "Ada", "email": "ada@acme.test", "topic": "An order", "consent": True}

    refused = [
        visitor.say(),
        visitor.say(form={"name": "Ada"}),
        visitor.say(form=form | {"topic": "Something else"}),
        visitor.say(form=form | {"consent": False}),
    ]
    with scope(workspace):
        assert Contact.objects.count() == 0
    accepted = visitor.say(form=form)

    assert asks == {
        "name": "required",
        "email": "optional",
        "topic": "required",
        "consent": "required",
    }
    assert {(one.status_code, one.json()["code"]) for one in refused} == {(422, "form_incomplete")}
    assert accepted.status_code == 201
    with scope(workspace):
        contact, conversation = Contact.objects.get(), Conversation.objects.get()
    assert (contact.name, contact.email) == ("Ada", "ada@acme.test")
    assert conversation.answers == [
        {"field": "topic", "value": "An order"},
        {"field": "consent", "value": "yes"},
    ]
    assert home_of(visitor)["asks"] == {"topic": "required", "consent": "required"}
    assert visitor.say("More").status_code == 201


@pytest.mark.parametrize("form", [{"email": "ada@"}, {"phone": "call me"}, {"name": "\ud800"}])
def test_a_form_that_makes_no_sense_is_refused(workspace, visitor, form):
    response = visitor.say(form=form)

    assert (response.status_code, response.json()["code"]) == (400, "malformed")
    with scope(workspace):
        assert Contact.objects.count() == 0


def test_whoever_claims_anothers_address_sees_nothing_of_theirs(workspace, channel, visitor):
    visitor.say("Private", form={"email": "ada@acme.test"})
    other = Visitor(channel)
    other.say("Hello", form={"email": "ada@acme.test"})

    assert len(home_of(other)["conversations"]) == 1
    with scope(workspace):
        assert Contact.objects.filter(email="ada@acme.test").count() == 2


def test_while_nobody_is_here_the_address_is_asked_for(workspace, channel, operator, visitor):
    set_up(channel, offline="form")
    assert home_of(visitor)["asks"] == {"email": "required"}

    presence.arrive(workspace.pk, presence.member(operator.pk), "socket")

    home = home_of(visitor)
    assert (home["asks"], home["online"]) == ({}, True)
    user = operator.user
    assert home["team"] == [
        {"name": "Olga", "initials": user.initials, "hue": user.hue, "photo": ""}
    ]
    assert home["replies_in"] is None


def test_how_soon_answers_come_is_said_where_it_is_known(workspace, channel, operator, visitor):
    presence.arrive(workspace.pk, presence.member(operator.pk), "socket")
    now = timezone.now()
    for n, minutes in enumerate((1, 2, 4, 60, 90)):
        conversation = factories.make_conversation(channel, f"known-{n}")
        assert home_of(visitor)["replies_in"] is None
        with scope(workspace):
            Conversation.objects.filter(pk=conversation.pk).update(
                opened_at=now, first_response_at=now + timedelta(minutes=minutes)
            )

    assert home_of(visitor)["replies_in"] == 240


def test_pages_are_kept_only_after_the_first_message(workspace, visitor):
    visit = {
        "page": {"url": "https://acme.test/cart?size=4&token=abc#pay", "title": "Cart"},
        "referrer": "https://search.example/?q=bike",
        "language": "de-DE",
        "zone": "Europe/Berlin",
        "fields": {"Plan": "Pro"},
    }
    assert visitor.ask("POST", "visit/", visit).status_code == 204
    with scope(workspace):
        assert Contact.objects.count() == 0
    visitor.say()

    visitor.ask("POST", "visit/", visit, **{"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/133.0"})

    with scope(workspace):
        kept = Contact.objects.get().visit
    (page,) = kept.pop("pages")
    assert (page["url"], page["title"]) == ("https://acme.test/cart?size=4", "Cart")
    assert kept == {
        "browser": "Firefox 133, Linux",
        "language": "de-DE",
        "zone": "Europe/Berlin",
        "referrer": "https://search.example/?q=bike",
        "fields": {"Plan": "Pro"},
    }


def test_only_the_last_pages_are_kept(workspace, visitor):
    visitor.say()
    for n in range(MOST_PAGES + 3):
        for _ in range(2):  # a page that is only loaded again is one page
            visitor.ask("POST", "visit/", {"page": {"url": f"https://acme.test/{n}"}})

    with scope(workspace):
        pages = Contact.objects.get().visit["pages"]
    assert len(pages) == MOST_PAGES
    assert [page["url"] for page in pages[:2]] == [
        f"https://acme.test/{MOST_PAGES + 2}",
        f"https://acme.test/{MOST_PAGES + 1}",
    ]


@pytest.mark.parametrize(
    "visit",
    [{"fields": {str(n): "x" for n in range(21)}}, {"fields": {"a": "x" * 201}}, {"fields": "x"}],
)
def test_a_visit_that_says_too_much_is_refused(visitor, visit):
    visitor.say()

    assert visitor.ask("POST", "visit/", visit).status_code == 400


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.test/x?utm_source=mail&page=2", "https://a.test/x?utm_source=mail&page=2"),
        ("https://a.test/?reset_token=1&Session=2&code=3&email=x", "https://a.test/"),
        ("https://me:secret@a.test:8000/", "https://a.test:8000/"),
        (f"https://a.test/?q={'x' * 65}", "https://a.test/"),
        ("javascript:alert(1)", ""),
        ("https:///x", ""),
        ("http://[", ""),
    ],
)
def test_an_address_is_shown_without_its_secrets(address, shown):
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
            "Chrome 131, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari 18, iPhone",
        ),
        ("Mozilla/5.0 (Macintosh) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge 131, macOS"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named(agent, name):
    assert browser_of(agent) == name


def test_operators_see_where_a_contact_is_and_what_they_told(
    workspace, channel, visitor, operator_client
):
    set_up(channel, asks={"topic": "optional"}, texts={"en": {"topics": "An order"}})
    visitor.say(form={"topic": "An order", "phone": "+351 21 555"})
    visitor.ask(
        "POST",
        "visit/",
        {
            "page": {"url": "https://acme.test/cart", "title": "<b>Cart</b>"},
            "referrer": "https://search.example/",
            "zone": "Asia/Tokyo",
            "language": "ja",
            "fields": {"Plan": "<i>Pro</i>"},
        },
    )

    card = operator_client.get(f"/{workspace.slug}/inbox/1/card/").content.decode()

    for words in ("An order", "+351 21 555", "&lt;b&gt;Cart", "search.example", "where they are"):
        assert words in card
    assert "Plan: &lt;i&gt;Pro" in card


def test_a_zone_that_is_none_is_not_kept(workspace, visitor):
    visitor.say()
    visitor.ask("POST", "visit/", {"zone": "Mars/Olympus"})

    with scope(workspace):
        assert Contact.objects.get().local_time == ""
