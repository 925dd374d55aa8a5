"""What all web processes count together: tries of sign-ins and of codes."""

import json
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from accounts.redis import PATIENCE, Once


class Json:
    """Nothing that Redis returns is run, as a pickle would be."""

    def dumps(self, value: Any) -> bytes | int:
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class SharedCache(RedisCache):
    """Kept in Redis; while Redis is away each process counts alone, so that nobody may guess freely."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        options = {"serializer": Json(), "retry": Once(), **patience}
        super().__init__(server, params | {"KEY_PREFIX": "cache", "OPTIONS": options})
        self._alone = LocMemCache("alone", {"OPTIONS": {"MAX_ENTRIES": 100_000}})

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try("add", key, value, *args, **kwargs))

    def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        return self._try("get", key, *args, **kwargs)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        self._try("set", key, value, *args, **kwargs)

    def delete(self, key: str, *args: Any, **kwargs: Any) -> bool:
        return bool(self._try("delete", key, *args, **kwargs))

    def clear(self) -> None:
        self._try("clear")
        self._alone.clear()

    def _try(self, name: str, *args: Any, **kwargs: Any) -> Any:
        shared: Callable[..., Any] = getattr(super(), name)
        try:
            return shared(*args, **kwargs)
        except RedisError:
            return getattr(self._alone, name)(*args, **kwargs)
