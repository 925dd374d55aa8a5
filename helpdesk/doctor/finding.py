"""What a check says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: is it well, and if not, what is to be done?"""

    name: str
    ok: bool
    says: str
