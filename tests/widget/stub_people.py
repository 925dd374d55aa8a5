"""What the stub knows of visitors: their conversations, in order."""

from datetime import UTC, datetime

OLGA = {"name": "Olga", "initials": "OI", "hue": 94, "photo": ""}


class Talk:
    """One conversation."""

    def __init__(self, name):
        self.name, self.status, self.rating = name, "open", ""
        self.messages, self.read_seq = [], 0


class Person:
    """What the helpdesk knows of one visitor; without a name, the latest conversation is meant."""

    def __init__(self):
        self.talks = []
        self.seen = []
        self.sockets = set()
        self.files = {}
        self.page = self.form = None

    def talk(self, name=None):
        found = [one for one in self.talks if name in {None, one.name}]
        if not found and name:
            self.talks.append(Talk(name))
            found = self.talks
        return found[-1] if found else Talk(None)

    @property
    def conversation(self):
        return self.talk().name

    @conversation.setter
    def conversation(self, name):
        self.talks = [Talk(name)]

    @property
    def messages(self):
        return self.talk().messages

    def add(self, kind, text, *, client_id=None, at=None, conversation=None, **fields):
        talk = self.talk(conversation or self.conversation or "5f0c")
        at = (at or datetime.now(UTC)).isoformat()
        seq = len(talk.messages) + 1
        message = {"seq": seq, "client_id": client_id, "kind": kind, "text": text, "at": at}
        talk.messages.append(message | fields)
        return talk.messages[-1]

    def listed(self):
        return [
            {
                "conversation": talk.name,
                "status": talk.status,
                "unseen": 0,
                "last": talk.messages[-1],
            }
            for talk in reversed(self.talks)
            if talk.messages
        ]
