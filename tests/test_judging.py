"""Contrast that was found good once is not measured again, and whatever is bad is always found."""

import pytest

from tests.support import judging
from tests.support.judging import serious

PAGE = '<!doctype html><html lang="en"><title>Page</title><main style="{page}">{body}</main></html>'
GOOD = '<p style="color: #767676; font-size: 16px">Words</p>'
BAD = {
    "colour": ("", '<p style="color: #777; font-size: 16px">Words</p>'),
    "page": ("background: #eee", GOOD),
    "fading": ("opacity: 0.9", GOOD),
    "beneath": ("", f'<div style="position: absolute; inset: 0; background: #eee; z-index: -1"></div>{GOOD}'),
    "behind": ("", f'<div style="height: 60px; margin-bottom: -60px; background: #eee"></div>{GOOD}'),
    "weight": ("", '<p style="color: #949494; font-size: 19px; font-weight: 400">Words</p>'),
    "size": ("", '<p style="color: #949494; font-size: 18px; font-weight: 700">Words</p>'),
}  # fmt: skip
LARGE = '<p style="color: #949494; font-size: 19px; font-weight: 700">Words</p>'


@pytest.fixture
def page(browser, monkeypatch):
    monkeypatch.setattr(judging, "READABLE", set())
    return browser.new_context().new_page()


def judge(page, body, style=""):
    page.set_content(PAGE.format(page=style, body=body))
    return [rule for rule, _ in serious(page)]


def test_what_was_good_is_remembered_and_what_is_bad_is_found_every_time(page):
    assert judge(page, GOOD) == judge(page, LARGE) == []
    known = set(judging.READABLE)
    assert len(known) == 2

    assert judge(page, GOOD) == judge(page, LARGE) == serious(page) == []
    assert known == judging.READABLE
    for _ in range(2):
        found = {what: judge(page, body, style) for what, (style, body) in BAD.items()}
        assert found == {what: ["color-contrast"] for what in BAD}
