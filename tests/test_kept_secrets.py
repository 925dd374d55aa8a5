"""Whoever reads the database or a page finds no token that opens anything."""

import json

import psycopg
from django.test import Client
from psycopg import sql

from accounts.tenancy import scope
from inbox.models import Conversation
from tests import factories
from tests.support.entrance import client_of
from tests.support.identity import sign_identity
from tests.support.invitations import make_invitation
from tests.support.servers import SERVERS
from tests.support.visitors import Visitor


def rows_with(text):
    """Name the tables that have a text in any column, past every policy."""
    with psycopg.connect(SERVERS.postgres.url("postgres", SERVERS.database)) as admin:
        tables = admin.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r'"
        ).fetchall()
        return [
            name
            for (name,) in tables
            if admin.execute(
                sql.SQL("SELECT 1 FROM {} AS t WHERE t::text LIKE %s LIMIT 1").format(
                    sql.Identifier(name)
                ),
                [f"%{text}%"],
            ).fetchone()
        ]


def test_no_token_is_kept_or_shown(workspace, channel, admin, settle):
    visitor, guest, invited = Visitor(channel), Visitor(channel), factories.new_token()
    identity = sign_identity(channel, name="Ada Byron")
    visitor.ask("POST", "identity/", {"identity": identity})
    visitor.say("Hello there")
    guest.say("Hello again")
    secret = factories.make_api_token(admin)[1]
    make_invitation(admin, token=invited)
    Client().get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"})
    settle(workspace)
    with scope(workspace):
        number = Conversation.objects.latest("pk").number

    assert rows_with("Hello there")
    tokens = {
        "visitor": visitor.token,
        "guest": guest.token,
        "API": secret,
        "invitation": invited,
        "identity": identity,
    }
    for name, token in tokens.items():
        assert rows_with(token) == [], name

    home, client = f"/{workspace.slug}", client_of(admin)
    pages = [
        *(f"{home}/inbox/{tail}" for tail in ("", f"{number}/", f"{number}/card/")),
        *(f"{home}/settings/{tail}/" for tail in ("team", "api-tokens", "channels")),
    ]
    bearer = {"Authorization": f"Bearer {secret}"}
    answers = [client.get(path) for path in pages]
    answers += [
        client.get(f"/api/v1/{tail}", headers=bearer)
        for tail in (f"conversations/{number}/", f"conversations/{number}/messages/", "contacts/")
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.request["PATH_INFO"]
        text = answer.content.decode()
        told = [
            name for name, token in tokens.items() if token in text or json.dumps(token) in text
        ]
        assert told == [], answer.request["PATH_INFO"]
