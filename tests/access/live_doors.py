"""
The doors of sockets and commands; ``doors.py`` says how to read a table of doors.

A frame is what a client may say, with an example, and a word for who gets what it asks for;
``{open}`` is that conversation's number, ``{team}`` that team's id, ``there.`` the other workspace's.
"""

from dataclasses import dataclass
from typing import Any

from tests.access.rules import CONVERSATION, MEMBER, PUBLIC, VISITOR, Needs


@dataclass(frozen=True)
class Frame:
    word: str
    example: Any
    needs: Needs | None  # None: nobody gets it
    sees_all: bool = False  # only for people who see every conversation

    def __str__(self) -> str:
        return f"{self.word} {self.example}"


SOCKETS = {
    "<slug:workspace>/live/": "operator",
    "widget/<str:key>/live/": "visitor",
    "": "nobody",
}
OPERATOR = [
    *[
        Frame("view", name, MEMBER)
        for name in ("mine", "unassigned", "open", "snoozed", "closed", "spam")
    ],
    Frame("view", "team-{team}", MEMBER),
    Frame("view", "team-{other_team}", MEMBER, sees_all=True),
    Frame("view", "team-{there.team}", MEMBER, sees_all=True),  # as one that does not exist
    Frame("view", "team-987654", MEMBER, sees_all=True),
    Frame("view", "channel-{channel}", MEMBER),
    Frame("view", "channel-{there.channel}", MEMBER),
    Frame("view", "tag-{tag}", MEMBER),
    Frame("view", "everything", None),
    Frame("conversation", "{open}", CONVERSATION),
    Frame("conversation", "{there.open}", None),
    Frame("conversation", 987_654, None),
    Frame("typing", "reply", CONVERSATION),
    Frame("typing", "note", CONVERSATION),
    Frame("ping", 1, MEMBER),
]
VISITOR_FRAMES = [
    Frame("visitor", "{token}", PUBLIC),
    Frame("typing", True, VISITOR),
    Frame("typing", "{spoken}", VISITOR),
    Frame("typing", "{there.spoken}", None),
    Frame("ping", 1, VISITOR),
]

# What commands refuse that act in a workspace or for a person; why the others ask nobody.
API_TOKEN = ["--workspace={slug}", "--email={email}"]
COMMANDS: dict[str, str | list[list[str]]] = {
    "api_token": [
        ["--workspace=nowhere", "--email={email}"],
        ["--workspace={slug}", "--email=nobody@acme.test"],
        ["--workspace={slug}", "--email={removed}"],
        ["--workspace={slug}", "--email={super_admin_elsewhere}"],
        [*API_TOKEN, "--days=0"],
        [*API_TOKEN, "--days=367"],
        [*API_TOKEN, "--role=operator"],
        [*API_TOKEN, "--name="],
    ],
    "demo": [[], ["--yes"], ["--really"], ["--fill"]],
    "import_mail": [
        ["--workspace=nowhere", "--channel=1", "."],
        ["--workspace={slug}", "--channel=nobody@acme.test", "."],
        ["--workspace={slug}", "--channel=987654", "."],
    ],
    "mail_hook": [
        ["--workspace=nowhere", "--channel=support@acme.test", "--service=postmark"],
        ["--workspace={slug}", "--channel=nobody@acme.test", "--service=postmark"],
        ["--workspace={slug}", "--channel=support@acme.test", "--service=mailgun"],
    ],
    "rebuild_analytics": [["--workspace=nowhere"]],
    "receive_mail": [
        ["--to=nobody@acme.test"],
        ["--to=support@acme.test", "--workspace=nowhere"],
    ],
    "second_factor": [["--remove=nobody@acme.test"], ["--remove={slug}"]],
    "backup": "writes all that the owner of the tables may read, for whoever has the server",
    "clock": "runs the sweepers, which act in every workspace",
    "doctor": "only looks",
    "fetch_mail": "asks the mail servers of every workspace's channels, which only admins name",
    "flush": "Django's own, as the owner of the tables",
    "messages": "writes the catalogues of translations",
    "migrate": "Django's own, as the owner of the tables",
    "permissions": "prints what is in the code",
    "prepare": "migrates as the owner of the tables, and collects static files",
    "restore": "takes a backup back, as the owner of the tables",
    "rotate_keys": "encrypts anew what the owner of the tables may read, and tells none of it",
    "up": "starts the processes",
}
