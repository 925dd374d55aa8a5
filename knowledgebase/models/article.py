from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.text import slugify

from accounts.models import Membership, OwnedForeignKey, Team, TeamMembership, WorkspaceOwned
from accounts.permissions import Permission, may
from accounts.tenancy import ScopedManager
from knowledgebase.enums import Audience, Language, Missing, VersionKind


class HelpCenter(WorkspaceOwned):
    """What customers may read by themselves, at ``/help/<workspace>/``; one in each workspace."""

    default_language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    is_open = models.BooleanField(default=False)
    # Another one with every change of what readers see: drawn pages are kept under it.
    shown = models.UUIDField(default=uuid4)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_help_center")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Collection(WorkspaceOwned):
    """A shelf of articles, with a name in each language that has one."""

    names = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.name_in("")

    def name_in(self, language: str, otherwise: str = "") -> str:
        names: dict[str, str] = self.names
        return names.get(language) or names.get(otherwise) or next(iter(names.values()), "")


class Article(WorkspaceOwned):
    """Something that is known, written in one language or several."""

    collection = OwnedForeignKey(Collection, models.PROTECT, related_name="articles")
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.INTERNAL)
    team = OwnedForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_team_articles_have_a_team",
                condition=Q(audience=Audience.TEAM) | Q(team=None),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class TranslationQuerySet(models.QuerySet["ArticleTranslation"]):
    def live(self) -> "TranslationQuerySet":
        return self.filter(live_at__isnull=False, article__archived_at=None)

    def public(self) -> "TranslationQuerySet":
        """Return what strangers may read."""
        return self.live().filter(article__audience=Audience.PUBLIC)

    def readable_by(self, membership: Membership) -> "TranslationQuerySet":
        """Return what somebody who works here may read: not what is only written yet."""
        if may(membership, Permission.MANAGE_KNOWLEDGE):
            return self.live()
        # A token of the workspace's own is nobody, and in no team.
        mine = TeamMembership.objects.filter(membership_id=membership.pk).values("team")
        ours = Q(article__audience__in=[Audience.PUBLIC, Audience.INTERNAL])
        return self.live().filter(ours | Q(article__audience=Audience.TEAM, article__team__in=mine))

    def for_list(self) -> "TranslationQuerySet":
        texts = ("html", "text", "live_html", "live_text", "grams")
        return self.select_related("article__collection").defer(*texts).order_by("title", "pk")


TranslationManager = ScopedManager.from_queryset(TranslationQuerySet)


class ArticleTranslation(WorkspaceOwned):
    """
    An article in one language: what is being written, and what readers see of it.

    PostgreSQL adds ``search``, made of what is live.
    """

    article = OwnedForeignKey(Article, models.CASCADE, related_name="translations")
    language = models.CharField(max_length=8, choices=Language)
    title = models.CharField(max_length=200)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    # Counts what was saved: who saves says which they have seen.
    version = models.PositiveIntegerField(default=0)
    changed_by = OwnedForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    live_title = models.CharField(max_length=200, blank=True)
    live_html = models.TextField(blank=True)
    live_text = models.TextField(blank=True)
    live_at = models.DateTimeField(null=True, blank=True)
    # Pairs of signs of what is live and has no spaces between its words.
    grams = models.TextField(blank=True)

    objects = TranslationManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "article", "language"], name="article_once_in_each_language"
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "-live_at"],
                name="article_newest",
                condition=Q(live_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        return self.live_at is not None

    @property
    def has_changes(self) -> bool:
        """Tell whether what is written differs from what readers see."""
        return (self.title, self.html) != (self.live_title, self.live_html)

    @property
    def address(self) -> str:
        """Return the last part of its web address: the number finds it, the words may change."""
        words = slugify(self.live_title, allow_unicode=True)[:80].strip("-")
        return f"{self.article_id}-{words}" if words else str(self.article_id)

    @property
    def minutes(self) -> int:
        """Estimate how long reading takes: 200 words a minute, or 400 signs without spaces."""
        return max(1, round(len(self.live_text.split()) / 200 + len(self.grams.split()) / 800))


class ArticleVersion(WorkspaceOwned):
    """How an article in one language stood once; never changed."""

    translation = OwnedForeignKey(ArticleTranslation, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=VersionKind)
    title = models.CharField(max_length=200)
    html = models.TextField(blank=True)
    text = models.TextField(blank=True)
    made_by = OwnedForeignKey(Membership, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "translation", "number"], name="article_version_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.translation_id}"


class ArticleVote(WorkspaceOwned):
    """Whether an article helped one reader, and what was missing if not; their browser has one."""

    translation = OwnedForeignKey(ArticleTranslation, models.CASCADE, related_name="votes")
    browser = models.CharField(max_length=64)  # a hash of its cookie
    is_helpful = models.BooleanField()
    why = models.CharField(max_length=10, choices=Missing, blank=True)
    words = models.TextField(max_length=1000, blank=True)
    at = models.DateTimeField(auto_now=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "translation", "browser"], name="one_vote_of_a_browser"
            )
        ]
        indexes = [models.Index(fields=["workspace", "at"], name="vote_at")]

    def __str__(self) -> str:
        return f"{'yes' if self.is_helpful else 'no'} to {self.translation_id}"
