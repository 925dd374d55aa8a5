"""XOAUTH2, by which the mail servers of Google and Microsoft hear of a token (RFC 7628 is its successor)."""


def answer_to(user: str, token: str) -> str:
    """Return what XOAUTH2 says to a mail server, before it is coded for the line."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"
