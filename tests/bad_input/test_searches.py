"""Bad input at everything that searches: answered, with nothing of another workspace."""

from urllib.parse import quote

from django.core.cache import cache
from django.test import Client

from accounts.enums import Role
from accounts.redis import client as redis
from accounts.tenancy import scope
from knowledgebase.actions.articles import create_article, publish_translation
from knowledgebase.actions.help_center import change_help_center, name_collection
from knowledgebase.actions.saved_replies import write_reply
from tests import factories
from tests.access.mailing import make_mail
from tests.mail.posting import make_mail_channel

OURS, THEIRS = "Zanzibar", "Quetzal"
REFUSED = 400
QUERIES = [
    "' \" \\ : & | ! ( ) * <->",
    "zanzibar:* | !x & (",
    "'; SELECT pg_sleep(9); --",
    "%",
    "_",
    "the of and",
    "(a+)+$" + "a" * 60,
    "a" * 30_000,
    "zanzibar " * 3_000,
    "\u0301" * 500,
    "\u202e\u200b",
    "#" + "9" * 30,
    "-1",
    "[]",
    "{{ q }}",
    THEIRS.lower(),
    f"{THEIRS.lower()}@far.test",
]
HALF = "\ud800"  # in an address it becomes a sign for what cannot be read
# PostgreSQL keeps no such letter: a program is told so, a person finds nothing by it.
UNFIT = ["\x00", "zanzibar\x00"]


def furnish(workspace, mark):
    """Make something that each search can find, called by a mark."""
    boss = factories.make_membership(workspace, Role.SUPER_ADMIN, name=f"{mark} Smith")
    channel = make_mail_channel(workspace, f"{mark.lower()}@desk.test")
    conversation = factories.make_conversation(channel, f"{mark.lower()}@far.test", mark)
    make_mail(conversation, mark)
    with scope(workspace):
        conversation.contact.name, conversation.contact.email = mark, f"{mark.lower()}@far.test"
        conversation.contact.save()
        said = {"text": mark, "is_own": False, "team": None}
        write_reply(None, name=mark, shortcut=mark.lower(), actor=boss, **said)
        change_help_center(is_open=True, default_language="en", actor=boss)
        facts = {"title": mark, "html": f"<p>{mark}</p>", "audience": "public"}
        shelf = name_collection(None, language="en", name=mark, actor=boss)
        article = create_article(collection=shelf, language="en", actor=boss, **facts)
        publish_translation(article, actor=boss)
    return boss, conversation


def test_searches(workspace, elsewhere):
    boss, conversation = furnish(workspace, OURS)
    furnish(elsewhere, THEIRS)
    chat = factories.make_channel(workspace)
    here, number = f"/{workspace.slug}", conversation.number
    bearer = {"Authorization": f"Bearer {factories.make_api_token(boss)[1]}"}
    visitor = {"Authorization": f"Visitor {factories.new_token()}"}
    people = Client()
    people.force_login(boss.user)
    doors = [
        # the address, who asks, and whether it says so of what it cannot look for
        (f"{here}/settings/team/", people, {}, False),
        (f"{here}/settings/channels/", people, {}, False),
        (f"{here}/settings/replies/", people, {}, False),
        (f"{here}/inbox/finding/", people, {}, False),
        (f"{here}/inbox/recipients/", people, {}, False),
        (f"{here}/inbox/{number}/insertions/", people, {}, False),
        (f"{here}/knowledge/", people, {}, False),
        (f"/help/{workspace.slug}/en/search/", Client(), {}, False),
        (f"/help/{workspace.slug}/en/suggestions/", Client(), {}, False),
        ("/api/v1/articles/", Client(), bearer, True),
        (f"/widget/{chat.key}/articles/", Client(), visitor, False),
    ]
    wrong = []
    for path, client, headers, is_program in doors:

        def ask(query, path=path, client=client, headers=headers):
            cache.clear()
            redis().flushdb()
            said = quote(query.encode("utf-8", "surrogatepass"), safe="")
            return client.get(f"{path}?q={said}", headers=headers)

        found = ask(OURS)
        assert (found.status_code, OURS in found.content.decode()) == (200, True), path
        for query in [*QUERIES, HALF, *UNFIT]:
            answer = ask(query)
            expected = {REFUSED} if is_program and (query in UNFIT or len(query) > 200) else {200}
            if answer.status_code not in expected:
                wrong.append((path, query[:20], answer.status_code))
            if THEIRS in answer.content.decode():
                wrong.append((path, query[:20], "tells of elsewhere"))

    assert not wrong, "\n".join(map(str, wrong))
