"""Put what we know into an answer, and count it."""

from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.tenancy import current_workspace
from knowledgebase.actions.help_center import help_center
from knowledgebase.enums import Audience
from knowledgebase.markup import clean
from knowledgebase.models import ArticleTranslation, Insertion, SavedReply

LONGEST = 10_000  # characters, as of a message


class NotForCustomers(DomainError):
    code = "not_for_customers"


class NotInserted(DomainError):
    code = "not_inserted"


@dataclass(frozen=True, slots=True)
class Words:
    text: str
    html: str


def insert_reply(reply: SavedReply, *, actor: Membership) -> Insertion:
    return Insertion.objects.create(reply=reply, membership=actor)


def insert_article(
    shown: ArticleTranslation, *, for_customer: bool, is_whole: bool, actor: Membership
) -> Words:
    """
    Return an article's link or its text, to be put into what somebody writes, and count it.

    :raises NotForCustomers: if it is to be sent to a customer and customers may not read it.
    :raises NotInserted: if there is no page to lead to, or the text is longer than a message.
    """
    is_public = shown.article.audience == Audience.PUBLIC
    if for_customer and not is_public:
        raise NotForCustomers(
            _("Not inserted: only people who work here may read this article. It fits into a note.")
        )
    if is_whole and len(shown.live_text) > LONGEST:
        raise NotInserted(
            _("Not inserted: the article is longer than a message may be. Insert its link.")
        )
    link = help_link(shown) if is_public else ""
    if not link and not for_customer:
        link = knowledge_link(shown)
    if not is_whole and not link:
        raise NotInserted(
            _("Not inserted: the help centre is closed, so there is no page. Insert the text.")
        )
    Insertion.objects.create(article=shown.article, membership=actor)
    if is_whole:
        return Words(shown.live_text, clean(shown.live_html))
    return Words(f"{shown.live_title}\n{link}", _anchor(link, shown.live_title))


def help_link(shown: ArticleTranslation) -> str:
    """Return where customers read an article, or nothing while the help centre is closed."""
    if not help_center().is_open:
        return ""
    # Words that addresses spell with percent signs say nothing to anybody: the number finds it.
    last = shown.address if shown.address.isascii() else str(shown.article_id)
    slug = current_workspace().slug
    return f"{settings.BASE_URL}/help/{slug}/{shown.language}/articles/{last}/"


def knowledge_link(shown: ArticleTranslation) -> str:
    """Return where people who work here read an article."""
    slug = current_workspace().slug
    return f"{settings.BASE_URL}/{slug}/knowledge/{shown.article_id}/{shown.language}/"


def _anchor(link: str, words: str) -> str:
    return f'<a href="{escape(link)}">{escape(words)}</a>'
