from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

# First path segments that are ours: no workspace may be called so.
RESERVED_SLUGS = frozenset(
    [
        *["accounts", "admin", "api", "demo", "files", "healthz", "help", "hooks", "metrics"],
        *["rate", "readyz", "static", "widget", "widget.js"],
    ]
)


def validate_slug_is_free(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("The address “%s” is taken. Choose another.") % slug)


class Workspace(models.Model):
    """A tenant. Any request may read this directory; only its own workspace may change a row."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True, validators=[validate_slug_is_free])
    created_at = models.DateTimeField(auto_now_add=True)
    # Lets in only people who prove themselves in two steps.
    second_factor_required = models.BooleanField(default=False)
    # Statistics are for admins; may everybody see their own?
    operators_see_numbers = models.BooleanField(default=False)
    # By mail, once a conversation is closed.
    asks_for_ratings = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="slug_is_lower_case", condition=models.Q(slug=Lower("slug"))
            )
        ]

    def __str__(self) -> str:
        return self.slug
