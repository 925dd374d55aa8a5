"""
What went into a running site and what came of it: the two sides that every fault must leave equal.

Whoever puts something in takes its words from the ledger, says them as often as it needs to, and
notes the answer. Words that were acknowledged are stored once; words whose sender never heard an
answer may be; no others are.
"""

import re
import threading
from collections import Counter
from uuid import uuid4

from tests.support.rows import rows, until

SAID = "SELECT id, conversation_id, kind, text FROM inbox_message WHERE text LIKE %s"
# What is told of a message once, whatever became of those who told it.
TOLD = """
    SELECT event.kind, said.id, count(*) FROM accounts_event event
    CROSS JOIN LATERAL jsonb_array_elements_text(event.data->'messages') AS said(id)
    WHERE event.kind IN ('message.received', 'message.queued', 'message.sent', 'note.added')
    GROUP BY 1, 2
"""
NUMBERS = """
    SELECT subject_id FROM accounts_event WHERE subject_kind = 'conversation' AND seq IS NOT NULL
    GROUP BY 1 HAVING count(*) <> max(seq) OR min(seq) <> 1
"""
PUBLIC_NUMBERS = """
    SELECT conversation_id FROM inbox_message WHERE public_seq IS NOT NULL
    GROUP BY 1 HAVING count(*) <> max(public_seq) OR min(public_seq) <> 1
"""
OWED = """
    SELECT 'follow-ups', count(*) FROM accounts_followup
    UNION ALL SELECT 'replies', count(*) FROM inbox_message WHERE state = 'queued' AND send_at <= now()
    UNION ALL SELECT 'deliveries', count(*) FROM inbox_delivery WHERE state = 'waiting'
    UNION ALL SELECT 'letters', count(*) FROM accounts_letter WHERE state = 'queued' AND send_at <= now()
"""
STUCK = """
    SELECT 'follow-up ' || task, error FROM accounts_followup WHERE gave_up_at IS NOT NULL
    UNION ALL SELECT 'delivery', error FROM inbox_delivery WHERE state = 'unreadable'
    UNION ALL SELECT 'letter', error FROM accounts_letter WHERE state = 'failed'
    UNION ALL SELECT 'reply', error FROM inbox_message WHERE state IN ('failed', 'unknown') AND text LIKE %s
"""
TELLS = {
    "incoming": ["message.received"],
    "outgoing": ["message.queued", "message.sent"],
    "note": ["note.added"],
}


class Ledger:
    """Of one workspace of a site; words may be taken and noted by many threads at once."""

    def __init__(self, site, slug="acme") -> None:
        self.site, self.slug = site, slug
        self.mark = uuid4().hex[:8]
        self.offered: list[str] = []
        self.acknowledged: set[str] = set()
        self._lock = threading.Lock()

    def words(self, way="said") -> str:
        """Return words that nobody else says, such as ``4f1c0a2b said 17``."""
        with self._lock:
            words = f"{self.mark} {way} {len(self.offered)}"
            self.offered.append(words)
            return words

    def acknowledge(self, words: str) -> None:
        """Note that the site has said it has them: from now on they must be there, once."""
        with self._lock:
            self.acknowledged.add(words)

    def rows(self, query, *arguments):
        return rows(self.site, query, *arguments, slug=self.slug)

    def settled(self, seconds=120) -> None:
        """
        Wait until everything that follows from what went in is done; nothing was put aside.

        :param seconds: after which there has to be less to do than ever before.
        """
        while least := self._owed():
            until(lambda least=least: self._owed() < least, seconds, 0.5)
        assert self.rows(STUCK, f"%{self.mark}%") == []

    def _owed(self) -> int:
        return sum(many for _, many in self.rows(OWED))

    def check(self) -> None:
        """Say of everything that went in whether it is there, once, and nothing beside it."""
        said = self.rows(SAID, f"%{self.mark}%")
        stored = Counter(self._words_in(text) for *_, text in said)
        assert sorted(self.acknowledged - stored.keys()) == [], "lost"
        assert {words: n for words, n in stored.items() if n > 1} == {}, "doubled"
        assert sorted(stored.keys() - set(self.offered)) == [], "never said"
        told = {(kind, int(message)): n for kind, message, n in self.rows(TOLD)}
        wrong = {
            (text, kind): told.get((kind, pk), 0)
            for pk, _, how, text in said
            for kind in TELLS.get(how, ())
            if told.get((kind, pk), 0) != 1
        }
        assert wrong == {}, "told never, or more than once"
        ours = {conversation for _, conversation, *_ in said}
        assert ours & {found for (found,) in self.rows(NUMBERS)} == set(), "numbers with gaps"
        assert ours & {found for (found,) in self.rows(PUBLIC_NUMBERS)} == set(), "public numbers"

    def _words_in(self, text: str) -> str:
        """A mail may say more than what it was given."""
        found = re.search(rf"{self.mark} [\w-]+ \d+", text)
        assert found, f"{text!r} says more than was put in"
        return found[0]
