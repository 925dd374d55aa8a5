"""Take a reader's vote."""

from hashlib import sha256

from knowledgebase.models import ArticleTranslation, ArticleVote


def browser_of(token: str) -> str:
    """Return what is kept of what a browser says to be known again."""
    return sha256(token.encode()).hexdigest()


def vote_on(
    translation: ArticleTranslation,
    *,
    browser: str,
    is_helpful: bool,
    why: str = "",
    words: str = "",
) -> ArticleVote:
    """Count a browser's vote once: its last word stands."""
    missing = ("", "") if is_helpful else (why, words)
    facts = {"is_helpful": is_helpful, "why": missing[0], "words": missing[1]}
    vote, _made = ArticleVote.objects.update_or_create(
        translation=translation, browser=browser, defaults=facts
    )
    return vote
