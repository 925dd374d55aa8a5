"""Who works at Acme, in which teams, and the channel on their shop's pages."""

from datetime import datetime

from allauth.account.models import EmailAddress

from accounts.actions.workspaces import create_workspace
from accounts.enums import Role
from accounts.models import Membership, Team, TeamMembership, User, Workspace
from accounts.tenancy import scope
from helpdesk.demo import clock, knowledge
from inbox.actions.channels import create_mail_channel, create_webchat
from inbox.views.demo import CHANNEL_KEY

SLUG = "acme"
PEOPLE = {
    "owner": ("Olive Winter", Role.SUPER_ADMIN, ()),
    "admin": ("Daniel Okoro", Role.ADMIN, ("Orders",)),
    "marta": ("Marta Silva", Role.ADMIN, ("Orders", "Billing")),
    "olga": ("Olga Ivanova", Role.OPERATOR, ("Orders", "Billing")),
    "ivan": ("Ivan Petrov", Role.OPERATOR, ("Technical", "Orders")),
    "chen": ("Chen Wei", Role.OPERATOR, ("Technical",)),
    "sam": ("Sam Lindqvist", Role.OPERATOR, ("Orders", "Technical")),
    "lea": ("Léa Marchand", Role.OPERATOR, ("Billing",)),
}
LIMITED = {"lea"}
MAIL = f"support@{SLUG}.test"
CHAT = {
    "origins": [],
    "colour": "#1c5a8c",
    "sound": True,
    "languages": ["en", "de", "ru"],
    "texts": {
        "en": {
            "greeting": "Hello. How can we help?",
            "intro": "We build these bikes, and ride them to work.",
            "away": "Nobody is at the counter now. Write anyway: the answer comes here.",
        },
        "de": {
            "greeting": "Hallo. Wie können wir helfen?",
            "intro": "Wir bauen diese Räder und fahren damit zur Arbeit.",
            "away": "Gerade ist niemand da. Schreiben Sie ruhig: Die Antwort kommt hierher.",
        },
        "ru": {
            "greeting": "Здравствуйте. Чем помочь?",
            "intro": "Мы собираем эти велосипеды и сами на них ездим.",
            "away": "Сейчас никого нет. Напишите: ответ придёт сюда.",
        },
    },
}
TEAMS = ("Orders", "Technical", "Billing")


def create(password: str, *, at: datetime) -> Workspace:
    """Make the workspace with its people, teams and channel, as if some time ago."""
    with clock.moved(at):
        users = {
            key: User.objects.create_user(email_of(key), password, name=name)
            for key, (name, _, _) in PEOPLE.items()
        }
        # Their addresses are made up: nobody could follow a link to confirm them.
        EmailAddress.objects.bulk_create(
            EmailAddress(user=user, email=user.email, verified=True, primary=True)
            for user in users.values()
        )
        workspace, owner = create_workspace(name="Acme", slug=SLUG, owner=users["owner"])
        with scope(workspace):
            _staff(users)
            create_webchat(name="Website", config=CHAT, actor=owner, key=CHANNEL_KEY)
            create_mail_channel(name="E-mail", address=MAIL, actor=owner)
            knowledge.write(owner)
    return workspace


def sign_ins(password: str) -> list[str]:
    return [f"{email_of(key)}  {password}  {role.label}" for key, (_, role, _) in PEOPLE.items()]


def email_of(key: str) -> str:
    return f"{key}@acme.test"


def _staff(users: dict[str, User]) -> None:
    teams = {name: Team.objects.create(name=name) for name in TEAMS}
    for key, (_, role, names) in PEOPLE.items():
        if role == Role.SUPER_ADMIN:  # made with the workspace
            continue
        limited = key in LIMITED
        member = Membership.objects.create(user=users[key], role=role, limited_to_teams=limited)
        for name in names:
            TeamMembership.objects.create(team=teams[name], membership=member)
