"""Addresses and browsers of visitors, reduced to what an operator may see."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

LONGEST = 2000
LONGEST_VALUE = 64
# A parameter of such a name may open an account or name its owner.
SECRET = re.compile(
    r"token|key|secret|pass|pwd|auth|code|sess|sid|sig|jwt|otp|nonce|state|mail|phone|user|login",
    re.IGNORECASE,
)
BROWSERS = (
    ("Edge", r"Edg(?:A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Samsung Internet", r"SamsungBrowser/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:HeadlessChrome|Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari"),
)
SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


def parts_of(address: str) -> SplitResult:
    """Take an address apart; one that is none has no parts."""
    try:
        return urlsplit(address)
    except ValueError:  # such as http://[
        return urlsplit("")


def shown_address(value: object) -> str:
    """Return an http(s) address without what might be a secret, or ''."""
    parts = parts_of(str(value or "")[:LONGEST])
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return ""
    asked = parse_qsl(parts.query, keep_blank_values=True)
    harmless = [
        (name, said)
        for name, said in asked
        if not SECRET.search(name) and len(said) <= LONGEST_VALUE
    ]
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query=urlencode(harmless), fragment="").geturl()[:LONGEST]


def browser_of(user_agent: str) -> str:
    """Name a browser and its system, such as "Firefox 133, Windows"; '' if it does not say."""
    names = [
        f"{name} {found[1]}" for name, said in BROWSERS if (found := re.search(said, user_agent))
    ]
    systems = [name for name, said in SYSTEMS if re.search(said, user_agent)]
    return ", ".join(names[:1] + systems[:1])
