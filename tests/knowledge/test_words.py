"""Words with gaps: what fills them, what is said instead, what is left."""

import pytest

from knowledgebase.words import fill, gaps_left, mistakes

ADA = {"contact.first_name": "Ada", "contact.email": ""}


@pytest.mark.parametrize(
    ("text", "said", "missing"),
    [
        ("Hello {{ contact.first_name | there }},", "Hello Ada,", []),
        ("{{contact.first_name}}", "Ada", []),
        ("to {{ contact.email | your address }}.", "to your address.", []),
        ("to {{ contact.email |}}.", "to .", []),
        ("to {{ contact.email }}.", "to {{ contact.email }}.", ["contact.email"]),
        ("{{ contact.email }} {{contact.email}}", None, ["contact.email"]),
        ("a template: {{ page.title }}", "a template: {{ page.title }}", []),
        ("{ contact.email } {{", "{ contact.email } {{", []),
        ("", "", []),
    ],
)
def test_gaps_are_filled(text, said, missing):
    filled = fill(text, ADA)

    assert (filled.text, filled.missing) == (text if said is None else said, missing)


def test_what_a_customer_is_called_opens_no_gap():
    filled = fill("{{ contact.first_name }}", {"contact.first_name": "{{ contact.email }}"})

    assert filled.text == "{{ contact.email }}"
    assert [part.is_missing for part in filled.parts] == [False]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Hello {{ contact.first_name | there }}", 0),
        ("{{ contact.fist_name }}", 1),
        ("{{ }}", 1),
        ("{{ contact.name", 1),
        ("contact.name }}", 1),
        ("{{ contact.name | " + "x" * 101 + " }}", 1),
        ("{{ {{ contact.name }} }}", 1),
    ],
)
def test_misspelt_gaps_are_told(text, count):
    assert len(mistakes(text)) == count


def test_only_gaps_of_ours_hold_an_answer_back():
    text = "{{ contact.email }} and {{ page.title }} and {{contact.email}}"

    assert gaps_left(text) == ["{{ contact.email }}", "{{contact.email}}"]


def test_a_hostile_text_is_read_in_time():
    assert mistakes("{{" * 5000) == mistakes("{{")
    assert fill("{{ contact.name " * 700, ADA).text.startswith("{{ contact.name ")
