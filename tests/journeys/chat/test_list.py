"""A long list in a real browser: paging, orders, coming back, and rows that keep still."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import Visitor, leave_list, open_row, row, thread, view

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}
TALL = 110  # rows: more than two pages of fifty
NEVER = 2**53
MOVED_ON = """count => document.querySelectorAll('.row').length !== count
    || !document.querySelector('.list__more:not(.is-failed)')"""


@pytest.fixture(scope="module")
def crowd(live_site):
    """So many have written that the list has several pages."""
    mark = uuid4().hex[:8]
    for number in range(TALL):
        Visitor(live_site).says(f"Row {number:03} {mark}")
    return mark


def scroll_to(page, text):
    """Scroll down, page by page, until a row is there."""
    wanted = row(page, text)
    for _ in range(20):
        if wanted.count():
            break
        count = page.locator(".row").count()
        page.locator(".row").last.scroll_into_view_if_needed()
        page.wait_for_function(MOVED_ON, arg=count)
        expect(page.get_by_text("The next conversations did not load.")).to_be_hidden()
    wanted.scroll_into_view_if_needed()
    return wanted


def top_of(page):
    return page.locator(".list__scroll").evaluate("list => Math.round(list.scrollTop)")


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE])
def test_list_pages_by_scrolling_and_keeps_its_place(new_page, live_site, crowd, viewport):
    page = sign_in(new_page(viewport=viewport), live_site, "olga")
    expect(page.locator(".row")).to_have_count(50)
    wanted = scroll_to(page, f"Row 004 {crowd}")
    assert serious(page) == []
    open_row(page, f"Row 004 {crowd}")
    left = top_of(page)

    if viewport == PHONE:
        page.get_by_role("link", name="Back to the list").click()
        expect(wanted.get_by_role("link")).to_be_focused()
    else:
        page.go_back()
        expect(thread(page)).to_have_count(0)

    expect(wanted).to_be_in_viewport()
    if viewport != PHONE:
        page.wait_for_function(
            "top => Math.abs(document.querySelector('.list__scroll').scrollTop - top) < 2",
            arg=left,
        )


def test_list_goes_on_without_a_script(new_page, live_site, crowd):
    page = sign_in(new_page(java_script_enabled=False), live_site, "olga")

    page.get_by_role("link", name="Show more").click()

    expect(page.locator(".row")).to_have_count(50)
    expect(row(page, f"Row 055 {crowd}")).to_be_visible()


def test_list_is_sorted_as_asked_and_stays_so(new_page, live_site, crowd):
    page = sign_in(new_page(), live_site, "olga")
    page.get_by_role("button", name="Sorting: Newest first").click()
    assert serious(page) == []
    page.get_by_role("link", name="Longest waiting").click()
    expect(page.get_by_role("button", name="Sorting: Longest waiting")).to_be_visible()
    expect(page).to_have_url(re.compile("view=open&sort=waiting$"))
    waited = [
        float(row.get_attribute("data-waiting") or NEVER) for row in page.locator(".row").all()
    ]
    leave_list(page)

    latest = Visitor(live_site).says(f"Just now {uuid4().hex[:8]}")
    view(page, "Unassigned").click()

    expect(page).to_have_url(re.compile("view=unassigned&sort=waiting$"))
    expect(page.get_by_role("button", name="Sorting: Longest waiting")).to_be_visible()
    assert (len(waited), waited) == (50, sorted(waited))
    expect(page.locator(".row").first).not_to_contain_text(latest)
    page.goto("/acme/inbox/?view=unassigned&sort=newest")
    expect(page.locator(".row").first).to_contain_text(latest)


def test_list_says_that_a_page_did_not_come_and_tries_again(new_page, live_site, crowd):
    page = new_page()
    page.route(re.compile("before="), lambda route: route.abort())
    # The list is fetched once more when the socket is there, and goes on from its end by itself.
    with page.expect_response(
        lambda answer: answer.request.resource_type == "fetch" and "?view" in answer.url
    ):
        sign_in(page, live_site, "olga")

    page.locator(".row").last.scroll_into_view_if_needed()

    expect(page.get_by_text("The next conversations did not load.")).to_be_visible()
    # Reading the last row draws it anew, and it is still the last that is known.
    last = page.locator(f"#{page.locator('.row').last.get_attribute('id')}")
    last.get_by_role("link").press("Enter")
    expect(last).to_have_attribute("data-readers", re.compile(r"\d"))
    page.unroute(re.compile("before="))
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".row")).to_have_count(100)


def test_list_that_did_not_load_is_asked_for_again(new_page, live_site, crowd):
    page = sign_in(new_page(), live_site, "olga")
    snoozed = page.get_by_role("navigation", name="Inbox views").get_by_role(
        "link", name=re.compile("^Snoozed")
    )
    page.route("**/inbox/?view=snoozed", lambda route: route.abort())
    snoozed.click()
    expect(page.get_by_role("heading", name="This list did not load")).to_be_visible()
    assert serious(page) == []
    page.unroute("**/inbox/?view=snoozed")

    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("heading", level=1, name=re.compile("^Snoozed"))).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_list_shows_rows_in_outline_while_it_waits(new_page, live_site, crowd):
    page = sign_in(new_page(), live_site, "olga")
    waiting = []

    def keep(route):
        waiting.append(route)

    page.route("**/inbox/?view=snoozed", keep)
    page.get_by_role("navigation", name="Inbox views").get_by_role(
        "link", name=re.compile("^Snoozed")
    ).click()

    expect(page.locator(".list__scroll > .skeletons .skeleton-row").first).to_be_visible()
    expect(page.locator(".row").first).to_be_hidden()
    waiting[0].continue_()
    expect(page.locator(".list__scroll > .skeletons .skeleton-row").first).to_be_hidden()


def test_conversation_that_did_not_load_is_asked_for_again(new_page, live_site, crowd):
    page = sign_in(new_page(), live_site, "olga")
    text = f"Row {TALL - 1:03} {crowd}"
    number = row(page, text).get_attribute("data-number")
    address = re.compile(rf"/inbox/{number}/")
    page.route(address, lambda route: route.abort())
    row(page, text).get_by_role("link").click()
    expect(page.get_by_role("heading", name="This conversation did not load")).to_be_visible()
    assert serious(page) == []
    page.unroute(address)

    page.get_by_role("button", name="Try again").click()

    expect(thread(page)).to_contain_text(text)
    expect(page).to_have_url(address)


def test_rows_keep_still_under_the_pointer(new_page, live_site, crowd):
    page = sign_in(new_page(), live_site, "olga")
    under, mark = page.locator(".row").nth(3), uuid4().hex[:8]
    before, place = under.get_attribute("id"), under.bounding_box()["y"]
    # Having read it changes the row, which is nothing new and moves nothing.
    under.get_by_role("link").click()
    expect(under).not_to_have_class(re.compile("is-unread"))
    expect(under).to_have_attribute("data-readers", re.compile(r"\d"))

    for number in range(3):
        Visitor(live_site).says(f"New {number} {mark}")

    bar = page.get_by_role("button", name="3 new")
    expect(bar).to_be_visible()
    assert serious(page) == []
    assert (under.get_attribute("id"), under.bounding_box()["y"]) == (before, place)
    bar.click()
    expect(page.locator(".row").first).to_contain_text(f"New 2 {mark}")
    expect(bar).to_be_hidden()
    again = Visitor(live_site).says(f"Later {mark}")
    expect(page.get_by_role("button", name="1 new")).to_be_visible()
    leave_list(page)
    expect(page.locator(".row").first).to_contain_text(again)


def test_list_is_made_compact_and_wide_and_stays_so(new_page, live_site, crowd):
    page = sign_in(new_page(), live_site, "olga")
    roomy = page.locator(".row").first.bounding_box()
    page.get_by_role("button", name="Sorting").click()
    page.get_by_role("radio", name="Compact").check(force=True)
    page.keyboard.press("Escape")
    edge = page.get_by_role("separator", name="Width of the list")
    edge.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")

    page.reload()

    compact = page.locator(".row").first.bounding_box()
    assert compact["height"] < roomy["height"]
    assert round(compact["width"] - roomy["width"]) == 48
    assert serious(page) == []


def test_skipping_leads_to_the_list_where_it_is_alone(new_page, live_site, crowd):
    page = sign_in(new_page(viewport=PHONE), live_site, "olga")
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Skip to content").press("Enter")

    expect(page.locator(".row").first.get_by_role("link")).to_be_focused()
