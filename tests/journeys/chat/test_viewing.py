"""Two operators see of each other who looks at what, and who types."""

import pytest
from playwright.sync_api import expect

from tests.support.composing import message
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import button, heard, listen, open_row, row, thread

pytestmark = pytest.mark.journey


def test_operators_see_who_looks_and_who_types(screen, new_page, live_site, question):
    ivan = sign_in(new_page(), live_site, "ivan")
    line = row(screen, question)
    eye = line.get_by_role("img", name="Viewing: Ivan Petrov")
    expect(line).to_be_visible()
    expect(eye).to_be_hidden()

    # Ivan opens it: his name is in the row, and beside the title for whoever opens it, too.
    open_row(ivan, question)
    expect(eye).to_be_visible()
    open_row(screen, question)
    face = screen.locator("#head").get_by_role("img", name="Ivan Petrov is viewing")
    expect(face).to_be_visible()
    expect(ivan.get_by_role("img", name="is viewing")).to_have_count(1)
    assert serious(screen) == []

    # He types: the row says so.
    listen(screen)
    message(ivan).press_sequentially("On its", delay=30)
    heard(screen, "Ivan is typing")

    # The head is drawn anew, and he stays in it; he goes, and is gone from both.
    screen.get_by_role("button", name="Assign to me").click()
    expect(screen.get_by_role("button", name="Assign to me")).to_be_hidden()
    expect(face).to_be_visible()
    ivan.context.close()
    expect(face).to_be_hidden()
    expect(eye).to_be_hidden()


def test_a_button_stays_while_it_is_pressed(screen, visitor, question):
    open_row(screen, question)
    take = button(screen, "Assign to me")
    expect(take).to_be_visible()

    take.hover()
    screen.mouse.down()
    visitor.says("Are you there?")
    expect(thread(screen)).to_contain_text("Are you there?")
    screen.mouse.up()

    expect(take).to_be_hidden()
