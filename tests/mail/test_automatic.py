"""What programs answer in their many languages is told from what people write."""

from datetime import UTC, datetime

import pytest

from inbox.connectors.mail.reading import Verdict, read_mail

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def verdict_of(subject):
    raw = f"From: Ann <ann@example.test>\nMessage-ID: <1@example.test>\nSubject: {subject}\n\nx"
    return read_mail(raw.encode(), now=NOW).verdict


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: x", "[Auto-Reply] x", "Abwesend: x", "Réponse automatique : x",
        "Respuesta automática: x", "Resposta automática: x", "Risposta automatica: x",
        "Automatisch antwoord: x", "Automatiskt svar: x", "Automatisk svar: x",
        "Automaattinen vastaus: x", "Automatická odpověď: x", "Odpowiedź automatyczna: x",
        "Автоматический ответ: x", "Автовідповідь: x", "Otomatik Yanıt: x", "Automatikus válasz: x",
        "Răspuns automat: x", "Αυτόματη απάντηση: x", "自动答复: x", "自動回覆: x", "自動応答: x",
        "자동 회신: x", "رد تلقائي: x", "תשובה אוטומטית: x",
    ],
)  # fmt: skip
def test_an_absence_is_automatic(subject):
    assert verdict_of(subject) == Verdict.AUTOMATIC


@pytest.mark.parametrize(
    "subject",
    ["Question about your out of office tool", "On holiday pay", "Automatic door is broken"],
)
def test_a_question_is_not(subject):
    assert verdict_of(subject) == Verdict.ACCEPTED
