"""Who is here, as others see it: it lights up and goes out by itself."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.people import open_chat, say, sign_in
from tests.support.screen import open_row

pytestmark = pytest.mark.journey


def test_an_operator_sees_a_visitor_come_and_go(new_page, live_site):
    question, visitor = f"Anyone there? {uuid4().hex[:8]}", new_page()
    say(open_chat(visitor), question)
    operator = sign_in(new_page(), live_site, "olga")
    open_row(operator, question)
    card = operator.get_by_role("complementary", name="Customer")
    dot = card.locator(".avatar__on")
    expect(card).to_contain_text("On your site now")
    expect(dot).not_to_have_attribute("data-s", "off")

    visitor.goto("about:blank")

    expect(card).to_contain_text("Not on your site")
    expect(dot).to_have_attribute("data-s", "off")
    open_chat(visitor)
    expect(card).to_contain_text("On your site now")
    expect(dot).to_have_attribute("data-s", "on")


def test_colleagues_see_each_other_come_and_go(new_page, live_site):
    question = f"Who takes this? {uuid4().hex[:8]}"
    say(open_chat(new_page()), question)
    operator = sign_in(new_page(), live_site, "olga")
    open_row(operator, question)
    operator.get_by_role("button", name="Choose who answers").click()
    colleague = operator.locator(".person[form=act]", has_text="Ivan Petrov")
    dot = colleague.locator(".avatar__on")
    expect(dot).to_have_attribute("data-s", "off")
    expect(operator.locator(".person[form=act]", has_text="you")).to_contain_text("Here now")

    page = sign_in(new_page(), live_site, "ivan")

    expect(dot).to_have_attribute("data-s", "on")
    expect(colleague).to_contain_text("Here now")
    page.context.close()
    expect(dot).to_have_attribute("data-s", "off")
    expect(colleague).not_to_contain_text("Here now")
