"""What a customer's site does to tell us who is signed in there."""

import time

import jwt


def sign_identity(channel, *, secret=None, algorithm="HS256", **claims) -> str:
    """Sign as the documentation says; a claim of None is left out, ``exp_in`` is in seconds."""
    for name in [name for name in claims if name.endswith("_in")]:
        claims[name.removesuffix("_in")] = time.time() + claims.pop(name)
    said = {"sub": "42", "exp": time.time() + 240, "aud": channel.key} | claims
    kept = {name: value for name, value in said.items() if value is not None}
    key = channel.secrets["identity"] if secret is None else secret
    return jwt.encode(kept, key, algorithm=algorithm)
