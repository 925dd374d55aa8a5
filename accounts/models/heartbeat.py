from django.db import models


class Heartbeat(models.Model):
    """When a part of the system last showed life, such as ``worker`` or ``clock``."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
