"""What people type about articles and where they stand."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Team
from knowledgebase.enums import Audience, Language
from knowledgebase.markup import html_of
from knowledgebase.models import Collection

LONGEST = 1_000_000


class BadInput(DomainError):
    code = "malformed"
    status = 422


class Strict(forms.Form):
    """A form whose first mistake is a refusal with a sentence."""

    @classmethod
    def parse(cls, said: QueryDict) -> dict[str, Any]:
        form = cls(said)
        if form.is_valid():
            return form.cleaned_data
        field, mistakes = next(iter(form.errors.items()))
        raise BadInput(f"{mistakes[0]}" if field == "__all__" else f"{field}: {mistakes[0]}")


class ArticleForm(Strict):
    """``html`` is what the editor wrote; without it ``text`` is all there is."""

    title = forms.CharField(
        max_length=200, error_messages={"required": _("Give the article a title.")}
    )
    html = forms.CharField(required=False, strip=False, max_length=LONGEST)
    text = forms.CharField(required=False, strip=False, max_length=LONGEST)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        text = facts.pop("text", "")
        return facts | {"html": facts.get("html") or html_of(text)}


class NewArticleForm(forms.Form):
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        error_messages={"required": _("Give the article a title.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language)
    collection: Any = forms.ModelChoiceField(None, label=_("Collection"))

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["collection"].queryset = Collection.objects.order_by("position", "pk")  # type: ignore[attr-defined]


class PlaceForm(Strict):
    audience = forms.ChoiceField(choices=Audience)
    collection: Any = forms.ModelChoiceField(None)
    team: Any = forms.ModelChoiceField(None, required=False)
    is_archived = forms.BooleanField(required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["collection"].queryset = Collection.objects.all()  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.all()  # type: ignore[attr-defined]


class TranslationForm(Strict):
    language = forms.ChoiceField(choices=Language)


class CollectionForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        error_messages={"required": _("Give the collection a name.")},
    )
    language = forms.ChoiceField(choices=Language)


class HelpCenterForm(Strict):
    is_open = forms.BooleanField(required=False)
    default_language = forms.ChoiceField(choices=Language)
