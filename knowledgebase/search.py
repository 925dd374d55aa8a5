"""Finding what is live, in English, Russian, Chinese and what else articles are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from accounts.rls import call_door
from knowledgebase.models import ArticleTranslation
from knowledgebase.models.article import TranslationQuerySet

LONGEST = 200  # characters of a question
MOST_WORDS = 12
MOST = 20
MOST_READ = 40_000  # characters of an article: more would not fit a tsvector
NEAREST = 500  # that the door returns, of all audiences
FRONT = 50  # of them that are looked at first
# Written without spaces between words: Han, Hiragana and Katakana.
SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
WORD = re.compile(r"[^\W_]+")
AROUND = 160  # characters of what is shown of a hit


@dataclass(frozen=True, slots=True)
class Hit:
    translation: ArticleTranslation
    snippet: list[tuple[str, bool]]  # stretches of its text, and whether each was asked for


def grams_of(text: str) -> str:
    """Spell every sign and pair of neighbours of a text without spaces, as plain words, each once."""
    found: list[str] = []
    for run in SPACELESS.findall(text[:MOST_READ]):
        found += [_spelt(sign) for sign in run]
        found += [_spelt(run[at : at + 2]) for at in range(len(run) - 1)]
    return " ".join(dict.fromkeys(found))


def words_of(question: str) -> tuple[list[str], list[str]]:
    """Read a question: its words, and the pairs of signs where words have no spaces."""
    said = question.replace("\x00", "")[:LONGEST].lower()
    grams: list[str] = []
    for run in SPACELESS.findall(said):
        pairs = [run[at : at + 2] for at in range(len(run) - 1)] or [run]
        grams += [_spelt(pair) for pair in pairs]
    words = WORD.findall(SPACELESS.sub(" ", said))
    return words[:MOST_WORDS], grams[: 2 * MOST_WORDS]


def find(
    question: str, among: TranslationQuerySet, *, language: str, otherwise: str, most: int = MOST
) -> list[Hit]:
    """
    Return what says all that was asked, or else some of it, the nearest first.

    :param among: what the person may read; nothing else is found.
    :param language: in which an article is shown if it is live in it, else in ``otherwise``.
    """
    words, grams = words_of(question)
    if not words and not grams:
        return []
    for needs_all in (True, False) if len(words) + len(grams) > 1 else (True,):
        ranks = _ranked(words, grams, needs_all=needs_all)
        if found := _articles(among, ranks, language, otherwise, most):
            return [Hit(one, snippet(one.live_text, words, question)) for one in found]
    return []


def in_language(
    among: TranslationQuerySet, articles: list[int], language: str, otherwise: str
) -> list[ArticleTranslation]:
    """Return articles in their order, each in the nearest of the languages that may be read."""
    shown: dict[int, ArticleTranslation] = {}
    near = {otherwise: 1, language: 0}
    wanted = among.filter(article__in=articles).select_related("article__collection")
    for one in wanted.order_by("pk"):
        known = shown.setdefault(one.article_id, one)
        if near.get(one.language, 2) < near.get(known.language, 2):
            shown[one.article_id] = one
    return [shown[article] for article in articles if article in shown]


def snippet(text: str, words: list[str], question: str) -> list[tuple[str, bool]]:
    """Cut out where a text first says what was asked for, and mark it; its beginning if nothing was."""
    asked = sorted({_stem(word) for word in words} | set(SPACELESS.findall(question)), key=len)
    if not asked:
        return [(_cut(text[: AROUND + 1]) + "…" * (len(text) > AROUND), False)]
    pattern = "|".join(re.escape(one) for one in reversed(asked))
    wanted = re.compile(rf"(?:(?<![^\W_])|(?<=[\u3040-\u9fff]))(?:{pattern})[^\W_]*", re.IGNORECASE)
    first = wanted.search(text)
    begin = max(0, first.start() - AROUND // 3) if first else 0
    begin = text.rfind(" ", 0, begin) + 1 if begin else 0
    piece = _cut(text[begin : begin + AROUND + 1])
    parts, at = [], 0
    for found in wanted.finditer(piece):
        parts += [(piece[at : found.start()], False), (found[0], True)]
        at = found.end()
    parts.append((piece[at:] + ("…" if begin + AROUND < len(text) else ""), False))
    return [("…", False)] * bool(begin) + [part for part in parts if part[0]]


def _cut(text: str) -> str:
    """Cut a text that is too long where a word of it ends, if that is near."""
    if len(text) > AROUND:
        end = text.rfind(" ", AROUND - 20, AROUND + 1)
        text = text[: end if end > 0 else AROUND]
    return text.replace("\n", " ")


def _ranked(words: list[str], grams: list[str], *, needs_all: bool) -> dict[int, float]:
    return dict(call_door("find_articles", words, grams, needs_all, NEAREST))


def _articles(
    among: TranslationQuerySet, ranks: dict[int, float], language: str, otherwise: str, most: int
) -> list[ArticleTranslation]:
    """Choose articles by their best hit, whatever language it is in."""
    best: dict[int, float] = {}
    for wanted in (_front(ranks), ranks):
        for pk, article in among.filter(pk__in=wanted).values_list("pk", "article_id"):
            best[article] = max(best.get(article, 0), ranks[pk])
        if len(best) >= most or len(wanted) == len(ranks):
            break
    nearest = sorted(best, key=lambda article: (-best[article], article))[:most]
    return in_language(among, nearest, language, otherwise)


def _front(ranks: dict[int, float]) -> list[int]:
    """Return those in front, which are mostly enough, and whatever is as near as the last of them."""
    nearest = sorted(ranks.values(), reverse=True)
    least = nearest[min(FRONT, len(nearest)) - 1] if nearest else 0
    return [pk for pk, rank in ranks.items() if rank >= least]


def _spelt(signs: str) -> str:
    return "g" + "".join(f"{ord(sign):x}" for sign in signs)


def _stem(word: str) -> str:
    """Cut an ending off, roughly: enough to mark a word that stands in another form."""
    return word if len(word) < 5 else word[: max(4, len(word) - 2)]  # noqa: PLR2004
