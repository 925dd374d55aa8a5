"""Forms of things that have a name of their own in the workspace."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms

from accounts.errors import Taken


class NamedForm(forms.Form):
    @contextmanager
    def naming(self) -> Iterator[None]:
        """Tell beside the name that somebody took it between our look and our writing."""
        try:
            yield
        except Taken as refusal:
            self.add_error("name", str(refusal))
