"""Who wrote when, and what became of it: the same stories for the same seed and day."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from helpdesk.demo.people import LIMITED, PEOPLE
from helpdesk.demo.scripts import Person, Script, person, scripts, words_for

SEED = "halden"
COUNT = 300
DAYS = 90
WAITING = 8  # wrote within the last hours, and nobody has answered yet
BY_HOUR = (2, 1, 1, 1, 1, 2, 5, 10, 22, 34, 40, 38, 30, 32, 36, 36, 32, 26, 22, 20, 18, 14, 9, 5)
BY_WEEKDAY = (1.25, 1.15, 1.1, 1.0, 0.95, 0.55, 0.4)
OPENS, CLOSES, SUNDAY = 8, 19, 6
THANKS = {
    "bad": ("Took far too long", "I had to explain it twice", ""),
    "good": ("", "", "Friendly, a bit slow", "It works now"),
    "excellent": ("", "", "Knew the answer at once", "Quick and kind", "Thank you, it rides again"),
}
SPEAKS = {
    "en": {"admin", "marta", "olga", "ivan", "chen", "sam", "lea"},
    "ru": {"olga", "ivan"},
    "de": {"sam", "chen"},
    "es": {"marta", "lea"},
    "pt": {"marta"},
    "fr": {"lea", "chen"},
}


@dataclass(frozen=True)
class Step:
    at: datetime
    verb: str
    who: str = ""
    said: Any = ""


@dataclass
class Story:
    """One conversation: its contact, where they wrote from, and everything in order."""

    number: int
    contact: Person
    page_url: str
    page_title: str
    steps: list[Step] = field(default_factory=list)


def seeded(part: object) -> Random:
    """Return the dice of one part of the demo, which fall the same every time."""
    return Random(f"{SEED}-{part}")  # noqa: S311


def stories(now: datetime) -> Iterator[Story]:
    """Tell every story up to now, in the order in which they began."""
    rng = seeded("all")
    deck = [(use, script) for use in range(COUNT // len(scripts()) + 1) for script in scripts()]
    deck = deck[:COUNT]
    rng.shuffle(deck)
    openings = _openings(now, rng)
    for number, (opened, (use, script)) in enumerate(zip(openings, deck, strict=True), 1):
        is_waiting = number > COUNT - WAITING
        yield _Teller(script, use, number, opened, now).tell(only_ask=is_waiting)


def _openings(now: datetime, rng: Random) -> list[datetime]:
    """Choose when people write: most on weekday mornings, few at night."""
    first = (now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    hours = [first + timedelta(hours=n) for n in range(1, DAYS * 24 - 5)]
    weights = [BY_HOUR[hour.hour] * BY_WEEKDAY[hour.weekday()] for hour in hours]
    chosen = rng.choices(hours, weights, k=COUNT - WAITING)
    past = sorted(hour + timedelta(seconds=rng.randrange(3600)) for hour in chosen)
    recent = sorted(rng.uniform(2, 240) for _ in range(WAITING))
    return past + [now - timedelta(minutes=ago) for ago in reversed(recent)]


class _Teller:
    """Turns a script into steps at their times."""

    def __init__(
        self, script: Script, use: int, number: int, opened: datetime, now: datetime
    ) -> None:
        self.script, self.use, self.now, self.at = script, use, now, opened
        self.rng = seeded(number)
        contact = person(script.language, self.rng)
        self.words = words_for(self.rng, contact)
        self.words["name"] = contact.name.split()[0] if contact.name else ""
        self.operator = self._someone()
        self.story = Story(number, contact, *self._page())
        self.speaker = ""  # who spoke last
        self.is_taken = self.is_closed = False

    def tell(self, *, only_ask: bool) -> Story:
        lines = self._lines(only_ask=only_ask)
        for line in lines:
            getattr(self, f"_{NAMES[line[0]]}")(*line[1:])
        if not only_ask and lines == self.script.lines:
            self._end()
        elif not only_ask and not self.is_taken and self.rng.random() < 0.6:  # noqa: PLR2004
            # Somebody looks in at the weekend too, and answers on Monday.
            self._pass(self._spread(900, 0.8, most=14_400))
            self._triage()
            self._add("read", self.operator)
        steps = [step for step in self.story.steps if step.at <= self.now]
        self.story.steps = sorted(steps, key=lambda step: step.at)
        return self.story

    def _lines(self, *, only_ask: bool) -> tuple[tuple[Any, ...], ...]:
        """Take the whole script, or break off where the contact still waits for a word."""
        lines = self.script.lines
        asks = [place for place, line in enumerate(lines) if line[0] == "c"]
        if only_ask:
            until = next((n for n, line in enumerate(lines) if line[0] != "c"), len(lines))
            return lines[:until]
        is_recent = self.now - self.at < timedelta(days=5)
        if is_recent and self.rng.random() < 0.45:  # noqa: PLR2004
            return lines[: self.rng.choice(asks) + 1]
        return lines

    def _contact(self, *wordings: str) -> None:
        if self.speaker:
            same = self.speaker == "c"
            self._pass(self._spread(25 if same else 170, 0.6 if same else 1.3, most=72_000))
        self._add("receive", said=self._wording(wordings))
        self.speaker, self.is_closed = "c", False

    def _operator(self, *wordings: str) -> None:
        first = not self.is_taken
        at_once = first and self.rng.random() < 0.15  # noqa: PLR2004 - somebody was looking
        median, sigma = (3, 0.5) if at_once else (330, 1.5) if first else (140, 1.0)
        self._pass(self._spread(median, sigma, most=100_000))
        self._wait_for_morning()
        if first:
            self._triage()
        if self.speaker == "c" or first:
            self._add("read", self.operator)
        self._pass(self._spread(3 if at_once else 35, 0.7, most=600))
        self._add("send", self.operator, self._wording(wordings))
        self._add_later(1, "sent")
        if self.rng.random() < 0.5:  # noqa: PLR2004
            self._add_later(2 + self._spread(8, 1.2, most=120), "seen")
        self.speaker = "o"

    def _note(self, *wordings: str) -> None:
        self._pass(self._spread(60, 0.8, most=3_600))
        self._add("note", self.operator, self._wording(wordings))
        self.speaker = "n"

    def _snooze(self, hours: float) -> None:
        self._pass(self._spread(40, 0.6, most=600))
        until = self.at + timedelta(hours=hours)
        self._add("snooze", self.operator, until)
        self._add_later(hours * 3600 + 3, "wake")
        self.at = until

    def _close(self) -> None:
        self._pass(self._spread(600, 1.2, most=40_000))
        self._add("close", self.operator)
        self._rate()
        self.speaker, self.is_closed = "x", True
        self._pass(self._spread(40_000, 0.8, most=400_000))

    def _rate(self) -> None:
        """Two contacts in five say what they thought of it, mostly well."""
        rng = seeded(f"rating-{self.story.number}")
        if rng.random() < 0.4:  # noqa: PLR2004
            value = rng.choices([*THANKS], weights=[6, 30, 64])[0]
            words = rng.choice(THANKS[value]) if self.script.language == "en" else ""
            later = self.at + timedelta(seconds=rng.uniform(20, 1_500))
            self.story.steps.append(Step(later, "rate", said=(value, words)))

    def _reopen(self) -> None:
        self._pass(self._spread(900, 1.0, most=10_000))
        self._add("reopen", self.operator)
        self.is_closed = False

    def _hand_over(self) -> None:
        self._pass(self._spread(90, 0.8, most=3_600))
        before, self.operator = self.operator, self._someone(but=self.operator)
        self._add("assign", before, self.operator)

    def _triage(self) -> None:
        """Put it where it belongs, as whoever takes it does."""
        self._add("move", self.operator, self.script.team)
        for tag in self.script.tags:
            self._pass(self._spread(2, 0.5, most=60))
            self._add("tag", self.operator, tag)
        self._add("assign", self.operator, self.operator)
        self.is_taken = True

    def _end(self) -> None:
        age = self.now - self.at
        chance = 0.98 if age > timedelta(days=7) else 0.55
        if self.is_closed:
            return
        if self.rng.random() < chance:
            self._close()
        elif self.rng.random() < 0.5 or age > timedelta(days=7):  # noqa: PLR2004
            self._pass(self._spread(120, 0.8, most=1_800))
            ahead = timedelta(hours=self.rng.choice([3, 16, 40, 64, 160]))
            self._add("snooze", self.operator, self.now + ahead)

    def _add(self, verb: str, who: str = "", said: Any = "") -> None:
        self.story.steps.append(Step(self.at, verb, who, said))

    def _add_later(self, seconds: float, verb: str) -> None:
        self.story.steps.append(Step(self.at + timedelta(seconds=seconds), verb))

    def _pass(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def _spread(self, median: float, sigma: float, *, most: float) -> float:
        """Choose seconds as people take them: mostly around the median, at times far more."""
        return min(self.rng.lognormvariate(math.log(median), sigma) + 4, most)

    def _wait_for_morning(self) -> None:
        if self.rng.random() < 0.1:  # noqa: PLR2004 - somebody works late
            return
        while self.at.weekday() == SUNDAY or not OPENS <= self.at.hour < CLOSES:
            late = self.at.hour >= CLOSES or self.at.weekday() == SUNDAY
            day = self.at.date() + timedelta(days=1 if late else 0)
            self.at = datetime.combine(day, time(OPENS), self.at.tzinfo)
            self._pass(self.rng.uniform(60, 5_400))

    def _wording(self, wordings: tuple[str, ...]) -> str:
        """Take the wording that answers the one in which the conversation began."""
        kind = self.use % (len(self.script.lines[0]) - 1)
        return wordings[min(kind, len(wordings) - 1)].format(**self.words, me=self._me())

    def _me(self) -> str:
        return PEOPLE[self.operator][0].split()[0]

    def _someone(self, but: str = "") -> str:
        """Choose who speaks the language, best from the team."""
        speakers = {key for key in SPEAKS[self.script.language] if self._may_see(key)} - {but}
        able = speakers or (SPEAKS["en"] - LIMITED - {but})
        team = {key for key in able if self.script.team in PEOPLE[key][2]}
        return self.rng.choice(sorted(team or able))

    def _may_see(self, key: str) -> bool:
        return key not in LIMITED or self.script.team in PEOPLE[key][2]

    def _page(self) -> tuple[str, str]:
        bike = self.words["bike"]
        pages = [
            ("", "Halden Cycles"),
            ("bikes/", "All bikes · Halden Cycles"),
            (f"bikes/{bike.lower().replace(' ', '-')}/", f"{bike} · Halden Cycles"),
            ("account/orders/", "Your orders · Halden Cycles"),
        ]
        path, title = self.rng.choice(pages)
        return f"https://halden-cycles.example/{path}", title


NAMES = {
    "c": "contact",
    "o": "operator",
    "n": "note",
    "z": "snooze",
    "x": "close",
    "r": "reopen",
    "a": "hand_over",
}
