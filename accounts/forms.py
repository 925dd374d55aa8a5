"""What people type about themselves and their workspaces."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.models.workspace import validate_slug_is_free


class SignupForm(forms.Form):
    """Added by allauth to its own sign-up form."""

    field_order = ["name", "email", "password1"]

    name = forms.CharField(label=_("Your name"), max_length=120)

    def signup(self, request: object, user: User) -> None:
        """Allauth wants to be asked; the adapter has stored the name already."""


class JoinForm(forms.Form):
    """What an invited person says who has no account yet; the address came with the mail."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, error_messages={"required": _("Type your name.")}
    )
    password1 = forms.CharField(
        max_length=4096,
        strip=False,
        error_messages={"required": _("Choose a password.")},
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        self.user = User(email=email)
        super().__init__(*args, **kwargs)

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        self.user.name = self.cleaned_data.get("name", "")
        validate_password(password, self.user)
        return password

    def save(self) -> User:
        self.user.set_password(self.cleaned_data["password1"])
        self.user.save(force_insert=True)
        return self.user


if TYPE_CHECKING:
    _Form = forms.ModelForm[Workspace]
else:
    _Form = forms.ModelForm  # takes no parameters at run time


class WorkspaceForm(_Form):
    class Meta:
        model = Workspace
        fields = ["name", "slug"]
        labels = {"name": _("Name of the workspace"), "slug": _("Address")}
        error_messages = {
            "name": {"required": _("Type a name, such as that of your company.")},
            "slug": {
                "unique": _("That address is taken. Choose another."),
                "invalid": _("An address has letters, digits and hyphens only."),
            },
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """Addresses differ in more than capitals, so that /Accounts/ cannot pose as /accounts/."""
        return str(self.cleaned_data["slug"]).lower()

    def clean(self) -> None:
        super().clean()
        if not self.cleaned_data.get("slug") and "slug" not in self.errors:
            self.cleaned_data["slug"] = _free_slug(str(self.cleaned_data.get("name", "")))
            self.instance.slug = self.cleaned_data["slug"]


def _free_slug(name: str) -> str:
    """Make an address of a name, with a number when it is taken."""
    stem = slugify(name)[:30] or "workspace"
    for number in range(1, 1000):
        slug = stem if number == 1 else f"{stem}-{number}"
        try:
            validate_slug_is_free(slug)
        except ValidationError:
            continue
        if not Workspace.objects.filter(slug=slug).exists():
            return slug
    raise ValidationError(_("Type an address for the workspace."))
