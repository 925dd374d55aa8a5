"""Two operators see of each other who looks at what, and who types."""

import pytest
from playwright.sync_api import expect

from tests.support.composing import message
from tests.support.people import sign_in
from tests.support.screen import open_row, row, serious

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

A_WHILE = 20_000


def test_operators_see_who_looks_and_who_types(screen, new_page, live_site, question):
    ivan = sign_in(new_page(), live_site, "ivan")
    line = row(screen, question)
    eye = line.get_by_role("img", name="Viewing: Ivan Petrov")
    expect(line).to_be_visible()
    expect(eye).to_be_hidden()

    # Ivan opens it: his name is in the row, and beside the title for whoever opens it, too.
    open_row(ivan, question)
    expect(eye).to_be_visible(timeout=A_WHILE)
    open_row(screen, question)
    face = screen.locator("#head").get_by_role("img", name="Ivan Petrov is viewing")
    expect(face).to_be_visible(timeout=A_WHILE)
    expect(ivan.get_by_role("img", name="is viewing")).to_have_count(1)
    assert serious(screen) == []

    # He types: the row says so.
    message(ivan).press_sequentially("On its", delay=30)
    expect(line.get_by_text("Ivan is typing")).to_be_visible(timeout=A_WHILE)

    # The head is drawn anew, and he stays in it; he goes, and is gone from both.
    screen.get_by_role("button", name="Assign to me").click()
    expect(screen.get_by_role("button", name="Assign to me")).to_be_hidden()
    expect(face).to_be_visible()
    ivan.context.close()
    expect(face).to_be_hidden(timeout=A_WHILE)
    expect(eye).to_be_hidden(timeout=A_WHILE)
