from django.db import models
from django.utils import timezone

from accounts.models.user import User

# From the most to the least telling: many call themselves by the others' names too.
PROGRAMS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
PHONES = {"iPhone", "iPad", "Android"}


class Browser(models.Model):
    """A browser in which somebody is signed in; it ends with its session."""

    user = models.ForeignKey(User, models.CASCADE, related_name="browsers")
    session_key = models.CharField(max_length=40, unique=True)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} of {self.user_id}"

    @property
    def program(self) -> str:
        return self._first_of(PROGRAMS)

    @property
    def system(self) -> str:
        return self._first_of(SYSTEMS)

    @property
    def is_phone(self) -> bool:
        return self.system in PHONES

    def _first_of(self, names: dict[str, str]) -> str:
        return next((name for word, name in names.items() if word in self.user_agent), "")
