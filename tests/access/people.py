"""Everybody who may knock: people in a browser, tokens at the API, visitors of a chat."""

from dataclasses import dataclass
from itertools import product

from accounts.enums import Role, TokenScope


@dataclass(frozen=True)
class Person:
    name: str
    role: Role | None = None  # in the workspace whose doors are tried; None is no place there
    is_signed_in: bool = True
    is_blind: bool = False  # what the doors are tried with belongs to a team of others
    membership: str = ""  # whose, if not their own
    tries_all: bool = False  # also methods that no door has

    @property
    def tries_fragments(self) -> bool:
        """Outsiders are all stopped at the same gate, before anything knows what is asked."""
        return self.tries_all or self.role is not None

    @property
    def who(self) -> str:
        return self.membership or self.name


OPERATOR, ADMIN, SUPER_ADMIN = Role.OPERATOR, Role.ADMIN, Role.SUPER_ADMIN
PEOPLE = (
    Person("super_admin", SUPER_ADMIN, tries_all=True),
    Person("admin", ADMIN),
    Person("operator", OPERATOR),
    Person("limited", OPERATOR, tries_all=True),
    Person("limited_of_another_team", OPERATOR, is_blind=True, membership="limited"),
    Person("removed"),
    Person("stranger", tries_all=True),
    Person("super_admin_elsewhere"),
    Person("anonymous", is_signed_in=False, tries_all=True),
)
BY_NAME = {person.name: person for person in PEOPLE}


@dataclass(frozen=True)
class Bearer:
    """Who calls the API; without a role nobody's token is good."""

    name: str
    role: Role | None = None
    scope: TokenScope = TokenScope.WRITE
    is_workspaces: bool = False
    is_blind: bool = False
    is_foreign: bool = False  # at home in another workspace
    membership: str = ""
    tries_all: bool = False


BEARERS = (
    *[
        Bearer(f"{role}_{scope}", role, scope, membership=role, tries_all=role == SUPER_ADMIN)
        for role, scope in product(Role, TokenScope)
    ],
    *[Bearer(f"workspace_{role}", role, is_workspaces=True) for role in Role],
    Bearer("workspace_reader", OPERATOR, TokenScope.READ, is_workspaces=True),
    Bearer("limited", OPERATOR, membership="limited"),
    Bearer("limited_of_another_team", OPERATOR, is_blind=True, membership="limited"),
    Bearer("elsewhere", SUPER_ADMIN, TokenScope.ADMIN, is_foreign=True),
    Bearer("expired"),
    Bearer("revoked"),
    Bearer("removed"),
    Bearer("nonsense"),
    Bearer("made_up"),
    Bearer("signed_in", tries_all=True),  # by a browser's session, which the API does not look at
    Bearer("no_token"),
)
SUPER_BEARER = next(one for one in BEARERS if one.name == "super_admin_admin")


@dataclass(frozen=True)
class Guest:
    """A visitor of a chat: where they knock, with what, and what the answer is if it is no."""

    name: str
    channel: str = "channel"
    token: str = "own"
    refusal: int | None = None
    is_refused_late: bool = False  # once the method is known
    has_spoken: bool = False


GUESTS = (
    Guest("visitor", has_spoken=True),
    Guest("another_visitor", token="new"),
    Guest("visitor_at_another_channel", channel="second_channel"),
    Guest("visitor_of_another_workspace", token="foreign"),
    Guest("no_token", token="", refusal=401),
    Guest("nonsense", token="nonsense", refusal=401),
    Guest("operators_session", token="session", refusal=401),
    Guest("unidentified", channel="strict_channel", refusal=401, is_refused_late=True),
    Guest("nowhere", channel="no_channel", refusal=404),
)
