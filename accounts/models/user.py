from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

# Not reversed: pictures are drawn inside workspaces, whose addresses are others.
PHOTOS_URL = "/files/people/"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person, who signs in by email and may have a place in several workspaces."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    # What customers read; empty is the first word of the name.
    public_name = models.CharField(max_length=60, blank=True)
    # Empty is what the browser says.
    language = models.CharField(max_length=8, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    # The random name of a picture under PHOTOS in the default storage.
    photo = models.CharField(max_length=64, blank=True)
    # By the name of a shortcut, where they are not those of the table (`accounts/keys.py`).
    keys = models.JSONField(default=dict, blank=True)
    # Off for those whose voice or hands press letters that they did not mean.
    letter_keys = models.BooleanField(default=True)
    # How a customer's new message is told while the inbox is open.
    notifies = models.BooleanField(default=False)
    hides_words = models.BooleanField(default=False)  # in notifications, which others may see
    sounds = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="email_is_lower_case", condition=models.Q(email=Lower("email"))
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    @property
    def display_name(self) -> str:
        return self.name or self.email.partition("@")[0]

    @property
    def first_name(self) -> str:
        return next(iter(self.display_name.split()), "")

    @property
    def name_for_customers(self) -> str:
        return self.public_name or self.first_name

    @property
    def for_customers(self) -> dict[str, str | int]:
        """Return what customers see of the person who answers them."""
        return {
            "name": self.name_for_customers,
            "initials": self.initials,
            "hue": self.hue,
            "photo": self.photo_url,
        }

    @property
    def photo_url(self) -> str:
        return f"{PHOTOS_URL}{self.photo}" if self.photo else ""

    @property
    def initials(self) -> str:
        words = self.display_name.replace(".", " ").split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def hue(self) -> int:
        """Degrees on the colour wheel, the same wherever the person is drawn."""
        return self.pk * 47 % 360
