"""Spam: out of sight, in its own view, and taken back."""

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.screen import button, leave_list, row, thread, view

pytestmark = pytest.mark.journey


def test_spam_lies_in_its_own_view_and_is_taken_back(screen, mail_in):
    spam, honest = mail_in("Buy now", x_spam_flag="YES"), mail_in("My bell is broken")
    expect(row(screen, honest)).to_be_visible()
    expect(row(screen, spam)).to_have_count(0)

    view(screen, "Spam").click()
    row(screen, spam).get_by_role("link").click()
    leave_list(screen)
    expect(thread(screen)).to_contain_text("Buy now")
    expect(screen.locator("#head .status")).to_have_text("Spam")
    assert serious(screen) == []
    button(screen, "Not spam").click()
    expect(screen.locator("toast-line")).to_contain_text("Taken back into the inbox.")
    expect(row(screen, spam)).to_have_count(0)

    view(screen, "All open").click()
    row(screen, spam).get_by_role("link").click()
    leave_list(screen)
    expect(screen.locator("#head .status")).to_have_text("Open")
    expect(thread(screen)).to_contain_text("no spam")
    screen.keyboard.press("!")
    expect(row(screen, spam)).to_have_count(0)
    expect(screen.locator("toast-line")).to_contain_text("Marked as spam.")
    screen.keyboard.press("z")
    expect(row(screen, spam)).to_be_visible()

    for subject in (spam, honest):
        row(screen, subject).get_by_role("checkbox").check()
    button(screen, "More for the selected").click()
    screen.locator("#several-more").get_by_role("button", name="Mark as spam").click()
    expect(screen.locator("toast-line")).to_contain_text("Moved 2 conversations.")
    expect(row(screen, honest)).to_have_count(0)
