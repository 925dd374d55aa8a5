"""What is ours stays ours, at every door that a stranger finds; and what stood once comes back."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import button

pytestmark = pytest.mark.journey


def test_an_internal_article_is_nowhere_and_an_older_version_comes_back(new_page, live_site):
    word = f"kiw{uuid4().hex[:8]}"
    page = sign_in(new_page(), live_site, "marta", "/acme/knowledge/new/")
    page.get_by_label("Title").fill(f"Guests and {word}")
    page.get_by_label("Collection", exact=True).select_option("Orders and delivery")
    button(page, "Begin writing").click()
    text = page.get_by_role("textbox", name="Text of the article")
    text.fill(f"The first {word}.")
    expect(page.locator(".kb__state")).to_have_text("Saved")
    button(page, "Publish").click()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()
    number = re.search(r"/knowledge/(\d+)/en/", page.url)[1]

    # Whoever works here reads it.
    operator = sign_in(new_page(), live_site, "olga", f"/acme/knowledge/?q={word}")
    operator.get_by_role("link", name=f"Guests and {word}").click()
    expect(operator.get_by_role("article")).to_contain_text(f"The first {word}.")
    assert serious(operator) == []

    # Nobody else does.
    visitor = {"Authorization": f"Visitor {uuid4().hex}{'x' * 11}"}
    ask = new_page().request

    def told(path, headers=None):
        answer = ask.get(path, headers=headers or {})
        return answer.status, word in answer.text().replace(f"“{word}”", "").replace(
            f'value="{word}"', ""
        )

    for path in ("", f"search/?q={word}", f"suggestions/?q={word}"):
        assert told(f"/help/acme/en/{path}") == (200, False)
    assert told("/help/acme/sitemap.xml") == (200, False)
    assert told(f"/widget/demo/articles/?q={word}", visitor) == (200, False)
    assert told("/widget/demo/", visitor) == (200, False)
    assert told(f"/help/acme/en/articles/{number}/") == (404, False)
    assert told(f"/widget/demo/articles/{number}/", visitor) == (404, False)
    assert told(f"/api/v1/articles/{number}/") == (401, False)
    assert told(f"/api/v1/articles/?q={word}") == (401, False)

    # Written anew, compared, and brought back; what stood until then is kept.
    text.fill(f"The second {word}.")
    expect(page.locator(".kb__state")).to_have_text("Saved")
    button(page, "Publish changes").click()
    expect(page.get_by_role("link", name=re.compile("^Version 2 "))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Version 1 ")).click()
    expect(page.locator("del")).to_have_text("first")
    expect(page.locator("ins")).to_have_text("second")
    assert serious(page) == []
    button(page, "Bring it back").click()
    expect(text).to_have_text(f"The first {word}.")
    expect(
        page.get_by_role("link", name=re.compile("Before an older version came back"))
    ).to_be_visible()
    operator.reload()
    expect(operator.get_by_role("article")).to_contain_text(f"The second {word}.")
