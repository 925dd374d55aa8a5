"""How a chat widget looks, speaks and asks: a channel's config, read with what it leaves out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

OUR_COLOUR = "#1c5a8c"  # of a chat that names none
# What each language has of its own; a text left empty is said in the product's words.
TEXTS = ("launcher", "greeting", "intro", "away", "topic", "topics", "consent")


class Ask(StrEnum):
    """Whether something is asked before the first message."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Offline(StrEnum):
    """What a visitor meets while nobody is here."""

    FORM = "form"  # asks where to answer
    CHAT = "chat"  # writes as ever


FIELDS = ("name", "email", "phone", "topic", "consent")


@dataclass(frozen=True, slots=True)
class Webchat:
    """The settings of one chat widget; offsets are CSS pixels from the corner."""

    colour: str = OUR_COLOUR
    side: str = "end"
    offset_x: int = 28
    offset_y: int = 24
    languages: tuple[str, ...] = ("en",)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    offline: str = Offline.CHAT
    privacy_url: str = ""
    sound: bool = False
    greeting: str = ""  # of channels from before each language had its own

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Webchat:
        known = {one.name for one in fields(cls)}
        said = {name: value for name, value in config.items() if name in known}
        if "languages" in said:
            said["languages"] = tuple(said["languages"])
        return cls(**said)

    def language_for(self, wanted: Iterable[str]) -> str:
        """Choose the first language that the visitor reads and the channel speaks."""
        for tag in wanted:
            for language in (tag.lower(), tag.lower().split("-")[0]):
                if language in self.languages:
                    return language
        return self.languages[0]

    def texts_in(self, language: str) -> dict[str, str]:
        """Return every text in a language; what is not said in it is empty."""
        said = self.texts.get(language, {})
        texts = {name: said.get(name, "") for name in TEXTS}
        texts["greeting"] = texts["greeting"] or self.greeting
        return texts

    def topics_in(self, language: str) -> list[str]:
        lines = self.texts_in(language)["topics"].splitlines()
        return [line.strip() for line in lines if line.strip()]

    @property
    def button(self) -> dict[str, str]:
        """What the line of code says of the round button: all that is not as it would be anyhow."""
        look = {"colour": self.colour, "side": self.side, "x": self.offset_x, "y": self.offset_y}
        plain = {"colour": OUR_COLOUR, "side": "end", "x": 28, "y": 24, "label": ""}
        first, *others = self.languages
        look["label"] = label = self.texts_in(first)["launcher"]
        named = {one: self.texts_in(one)["launcher"] for one in others}
        look |= {f"label-{one}": text for one, text in named.items() if text != label}
        return {name: str(said) for name, said in look.items() if said != plain.get(name)}

    @property
    def topics(self) -> set[str]:
        return {topic for language in self.languages for topic in self.topics_in(language)}

    def to_ask(self, known: Collection[str], *, staffed: bool) -> dict[str, str]:
        """Return what to ask before a new conversation, and whether it must be answered."""
        asks = {name: self.asks.get(name, Ask.OFF) for name in FIELDS if name not in known}
        if self.offline == Offline.FORM and not staffed and "email" not in known:
            asks["email"] = Ask.REQUIRED
        if not self.topics:
            asks.pop("topic", None)
        return {name: how for name, how in asks.items() if how != Ask.OFF}
