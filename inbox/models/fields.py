"""Values that the database keeps but cannot read."""

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from accounts.encryption import fernet

if TYPE_CHECKING:
    _Text = models.TextField[Any, Any]
else:
    _Text = models.TextField  # takes no parameters at run time


class EncryptedJSONField(_Text):
    """A JSON value encrypted with the newest of the keys (Fernet: AES-128-CBC and HMAC)."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> str:
        return fernet().encrypt(json.dumps(value).encode()).decode()

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        return None if value is None else json.loads(fernet().decrypt(value.encode()))

    def to_python(self, value: Any) -> Any:
        return value
