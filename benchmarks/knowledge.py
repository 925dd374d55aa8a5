"""How soon an article is found among many, and how many readers a help centre bears."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import accumulate, islice

import psycopg
from django.utils import timezone
from rich.progress import Progress

from accounts.models import Workspace
from accounts.tenancy import scope
from benchmarks.people import Line, Operator, address, repeated
from benchmarks.report import Figure, samples, single
from benchmarks.seeding import LENGTHENED, insert_rows
from knowledgebase.models import Article, ArticleTranslation, Collection
from tests.support.running import Site

ARTICLES = 20_000
PUBLIC = 10  # one article in so many is for customers, the others for those who work here
WORDS = 4_000  # that are used, the first ones often
LENGTH = 250
EVERYWHERE = ("bicycle", "repair", "customer", "warranty")
SYLLABLES = ("ba", "ke", "li", "mo", "nu", "ra", "si", "to", "vu", "za")
RARE = "quokka"  # of which three articles tell
TIMES = 25
READERS = 4


def of_articles(
    site: Site, admin: psycopg.Connection, workspace: Workspace, operator: Operator, number: int
) -> Iterator[Figure]:
    """Write many articles, ask all kinds of questions where an operator does, read one as a customer."""
    path = write_articles(admin, workspace, ARTICLES)
    by_kind: dict[str, list[float]] = {}
    for kind, words in questions().items():
        asked = partial(_ask, operator, address(f"inbox/{number}/insertions/", q=words))
        by_kind[kind] = repeated(asked, TIMES, first=2)
    slowest = [
        f"{kind} {samples(kind, times, 'ms', aim=50).p95:.0f}" for kind, times in by_kind.items()
    ]
    taken = [one for times in by_kind.values() for one in times]
    yield samples(
        f"article search in {ARTICLES:,}", taken, "ms", aim=50, note=f"p95: {', '.join(slowest)}"
    )
    rate, count = _rate(site, path, seconds=5)
    yield single(
        "help centre page from cache",
        rate,
        "per s",
        aim=200,
        at_least=True,
        n=count,
        note=f"an article's page, {READERS} readers at once",
    )


def _ask(operator: Operator, path: str, _: int) -> bytes:
    return operator.get(path)


def questions() -> dict[str, str]:
    words = vocabulary()
    middle = words[200:1000:250]
    return {
        "one rare word": RARE,
        "four words": " ".join(middle),
        "a word of every article": EVERYWHERE[0],
        "four of every article": " ".join(EVERYWHERE),
        "a rare one and three of every article": f"{RARE} {' '.join(EVERYWHERE[1:])}",
        "what nobody has written": "xylograph zymurgy",
    }


def vocabulary() -> list[str]:
    """Make words up; the further down the list, the longer and rarer."""
    chance = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(chance.choices(SYLLABLES, k=2 + len(found) // 1000))] = None
        found["".join(chance.choices(SYLLABLES, k=3 + len(found) // 1000))] = None
    return list(found)[:WORDS]


def write_articles(admin: psycopg.Connection, workspace: Workspace, count: int) -> str:
    """Put so many articles beside those that are there; return the path of one that is public."""
    with scope(workspace):
        like = ArticleTranslation.objects.public().filter(language="en").earliest("pk")
        shelf = Collection.objects.earliest("pk").pk
        known = ArticleTranslation.objects.filter(pk__gt=LENGTHENED).count()
    now = timezone.now()
    plain = {"workspace_id": workspace.pk, "created_at": now, "changed_at": now}
    ids = range(LENGTHENED + 1 + known, LENGTHENED + 1 + count)
    articles = (
        plain
        | {"id": pk, "collection_id": shelf, "audience": "internal" if pk % PUBLIC else "public"}
        for pk in ids
    )
    texts = islice(_texts(count), known, None)
    translations = (
        plain
        | {"id": pk, "article_id": pk, "language": "en", "version": 1}
        | dict.fromkeys(("title", "live_title"), title)
        | dict.fromkeys(("text", "live_text"), text)
        | dict.fromkeys(("html", "live_html"), f"<p>{text}</p>")
        | {"live_at": now, "grams": ""}
        for pk, (title, text) in zip(ids, texts, strict=True)
    )
    with Progress() as progress:
        shown = f"{count:,} articles"
        insert_rows(admin, Article, articles)
        rows = progress.track(translations, total=count, description=shown)
        insert_rows(admin, ArticleTranslation, rows)
    admin.execute("VACUUM ANALYZE knowledgebase_article, knowledgebase_articletranslation")
    return f"/help/{workspace.slug}/en/articles/{like.address}/"


def _texts(count: int) -> Iterator[tuple[str, str]]:
    """Write titles and texts in which few words stand often and most stand rarely."""
    chance, words = random.Random(1), vocabulary()
    weights = list(accumulate(1 / (place + 10) for place in range(len(words))))
    for n in range(count):
        said = chance.choices(words, cum_weights=weights, k=LENGTH)
        said[5 : 5 + len(EVERYWHERE)] = EVERYWHERE
        if n % (count // 3 or 1) == 0:
            said[20] = RARE
        yield " ".join(said[:6]).capitalize(), " ".join(said)


def _rate(site: Site, path: str, *, seconds: float) -> tuple[float, int]:
    """Return how many times a second a page is read by some readers at once."""
    ends, counts = time.monotonic() + seconds, [0] * READERS

    def read(reader: int) -> None:
        line = Line(site.port)
        while time.monotonic() < ends:
            answer, said = line.ask("GET", path, None, {})
            if answer.status != 200:  # noqa: PLR2004
                raise RuntimeError(f"{path}: {answer.status} {said[:300]!r}")
            counts[reader] += 1

    threads = [threading.Thread(target=read, args=(n,)) for n in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds, sum(counts)
