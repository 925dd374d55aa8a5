"""What an admin says about a chat widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.named_form import NamedForm
from inbox.forms.channels import origin_of
from inbox.forms.colours import COLOUR, readable
from inbox.models import Channel
from inbox.models.webchat import FIELDS, OUR_COLOUR, TEXTS, Ask, Offline, Webchat

MOST_ORIGINS = 20
MOST_LANGUAGES = 12
MOST_TOPICS, LONGEST_TOPIC = 8, 60
FARTHEST = 200
GREETING = _("Hello. How can we help?")
# By their own names: whoever looks for one finds it.
LANGUAGES = {
    "en": "English",
    "ar": "العربية",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "es": "Español",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
    "zh": "中文",
}
LONGEST = {
    "launcher": 30,
    "greeting": 200,
    "intro": 200,
    "away": 200,
    "topic": 80,
    "topics": 600,
    "consent": 300,
}
TEXT_LABELS = {
    "launcher": _("Beside the round button"),
    "greeting": _("Greeting"),
    "intro": _("Under the greeting"),
    "away": _("While nobody is here"),
    "topic": _("Question with choices"),
    "topics": _("Its choices, one a line"),
    "consent": _("Words of consent"),
}
ASK_LABELS = {
    "name": _("Name"),
    "email": _("Email"),
    "phone": _("Phone"),
    "topic": _("Question with choices"),
    "consent": _("Consent"),
}
HOW = [(Ask.OFF, _("Not asked")), (Ask.OPTIONAL, _("If they like")), (Ask.REQUIRED, _("Required"))]
SIDES = [("end", _("Right")), ("start", _("Left"))]
WHILE_AWAY = [
    (Offline.FORM, _("Ask for an email address first")),
    (Offline.CHAT, _("Let them write as ever")),
]
DEFAULTS = {
    one.name: one.default if one.default is not MISSING else {} for one in fields(Webchat)
} | {"origins": [], "identity_required": False}


class WebchatForm(NamedForm):
    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Give the channel a name.")}
    )
    origins = forms.CharField(
        label=_("Your sites"),
        help_text=_("One address a line. The chat opens on these sites only."),
        widget=forms.Textarea,
        error_messages={"required": _("Name at least one site, such as https://example.com.")},
    )
    colour = forms.CharField(label=_("Colour"), max_length=7, required=False)
    side = forms.ChoiceField(label=_("Corner"), choices=SIDES, required=False)
    offset_x = forms.IntegerField(label=_("From the side"), min_value=0, max_value=FARTHEST)
    offset_y = forms.IntegerField(label=_("From the bottom"), min_value=0, max_value=FARTHEST)
    offline = forms.ChoiceField(label=_("While nobody is here"), choices=WHILE_AWAY, required=False)
    privacy_url = forms.URLField(
        label=_("Privacy notice"), max_length=500, required=False, assume_scheme="https"
    )
    sound = forms.BooleanField(label=_("Sound"), required=False)
    identity_required = forms.BooleanField(label=_("Only for signed-in customers"), required=False)
    enabled = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, data: Any = None, *, channel: Channel | None = None) -> None:
        self.channel = channel
        initial = _initial(channel)
        self.languages = _languages(data, initial["languages"])
        self.is_draft = bool(data) and bool({"add", "drop"} & set(data))
        if self.is_draft:  # not to be judged yet
            unticked = dict.fromkeys(("sound", "identity_required", "enabled"), False)
            initial = initial | unticked | data.dict()
        super().__init__(None if self.is_draft else data, initial=initial)
        self.fields |= dict(_more_fields(self.languages))
        for name in ("offset_x", "offset_y"):
            self.fields[name].required = False
        if channel is None:
            del self.fields["enabled"]  # a new one is on
        elif not channel.origins:
            self.fields["origins"].required = False  # the demo's, which lives on our own page

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Channel.objects.filter(name=name)
        if self.channel:
            others = others.exclude(pk=self.channel.pk)
        if others.exists():
            raise ValidationError(_("Another channel has this name. Choose another."))
        return name

    def clean_origins(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["origins"].splitlines()]
        origins = list(dict.fromkeys(origin_of(line) for line in lines if line))
        if len(origins) > MOST_ORIGINS:
            raise ValidationError(_("At most %d sites.") % MOST_ORIGINS)
        return origins

    def clean_colour(self) -> str:
        colour: str = self.cleaned_data["colour"] or OUR_COLOUR
        if not COLOUR.fullmatch(colour):
            raise ValidationError(_("A colour looks like #1c5a8c."))
        return readable(colour.lower())

    @property
    def config(self) -> dict[str, Any]:
        """What the channel keeps of the form: all that is valid and not as it would be anyhow."""
        said = getattr(self, "cleaned_data", {})
        config = {name: said[name] for name in DEFAULTS if said.get(name) is not None}
        config["languages"] = list(self.languages)
        config["asks"] = {
            name: said[f"ask_{name}"]
            for name in FIELDS
            if said.get(f"ask_{name}", Ask.OFF) not in {"", Ask.OFF}
        }
        texts = {language: self._texts(language) for language in self.languages}
        config["texts"] = {language: said for language, said in texts.items() if said}
        defaults = DEFAULTS | {"languages": ["en"]}
        return {name: value for name, value in config.items() if value not in (defaults[name], "")}

    def _texts(self, language: str) -> dict[str, str]:
        said = {name: self.cleaned_data.get(f"text_{language}_{name}", "") for name in TEXTS}
        return {name: text for name, text in said.items() if text}

    # For the template, which asks for fields by what they are.

    @property
    def ask_fields(self) -> list[forms.BoundField]:
        return [self[f"ask_{name}"] for name in FIELDS]

    @property
    def texts_by_language(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        return [
            (language, LANGUAGES[language], [self[f"text_{language}_{name}"] for name in TEXTS])
            for language in self.languages
        ]

    @property
    def other_languages(self) -> list[tuple[str, str]]:
        if len(self.languages) >= MOST_LANGUAGES:
            return []
        return [one for one in LANGUAGES.items() if one[0] not in self.languages]


def _topics(text: str) -> None:
    topics = [line.strip() for line in text.splitlines() if line.strip()]
    if len(topics) > MOST_TOPICS:
        raise ValidationError(_("At most %d choices.") % MOST_TOPICS)
    if any(len(topic) > LONGEST_TOPIC for topic in topics):
        raise ValidationError(_("A choice has at most %d characters.") % LONGEST_TOPIC)


def _more_fields(languages: list[str]) -> Iterator[tuple[str, forms.Field]]:
    """Make a field for everything that may be asked, and for every text in every language."""
    for name in FIELDS:
        yield (
            f"ask_{name}",
            forms.ChoiceField(label=ASK_LABELS[name], choices=HOW, required=False),
        )
    for language in languages:
        for name in TEXTS:
            checks = [_topics] if name == "topics" else []
            widget = forms.Textarea if name == "topics" else forms.TextInput
            field = forms.CharField(
                label=TEXT_LABELS[name],
                max_length=LONGEST[name],
                required=False,
                widget=widget,
                validators=checks,
            )
            yield f"text_{language}_{name}", field


def _languages(data: Any, initial: list[str]) -> list[str]:
    """Return the languages of the form, the first of which speaks to everybody else."""
    chosen = data.getlist("languages") if data else initial
    if data:
        chosen = [
            one
            for one in [*chosen, data.get("new_language") if "add" in data else ""]
            if one != data.get("drop")
        ]
    known = [one for one in dict.fromkeys(chosen) if one in LANGUAGES]
    return known[:MOST_LANGUAGES] or ["en"]


def _initial(channel: Channel | None) -> dict[str, Any]:
    config = channel.config if channel else {"offline": Offline.FORM}
    chat = Webchat.read(config)
    initial = {name: getattr(chat, name) for name in DEFAULTS if hasattr(chat, name)}
    initial |= {"languages": list(chat.languages)}
    initial |= {f"ask_{name}": chat.asks.get(name, Ask.OFF) for name in FIELDS}
    for language in chat.languages:
        for name, text in chat.texts_in(language).items():
            initial[f"text_{language}_{name}"] = text
    if channel is None:
        return initial | {"name": _("Website"), "text_en_greeting": GREETING}
    return initial | {
        "name": channel.name,
        "origins": "\n".join(channel.origins),
        "identity_required": channel.identity_required,
        "enabled": channel.enabled,
    }
