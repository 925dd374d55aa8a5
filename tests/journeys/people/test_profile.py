"""Chen says who he is, in which language and zone, and Sam sees it."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import Visitor, button, open_row, row, thread

pytestmark = pytest.mark.journey

PROFILE = "/accounts/profile/?workspace=acme"


@pytest.fixture
def chen(new_page, live_site):
    """Chen at his profile, which is his own again when the test ends."""
    page = sign_in(new_page(), live_site, "chen", PROFILE)
    yield page
    page.goto(PROFILE)
    page.locator("[name=language]").select_option("")
    page.locator("[name=name]").fill("Chen Wei")
    page.locator("form:has([name=signature]) .btn--primary").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.fixture
def sam(new_page, live_site):
    return sign_in(new_page(), live_site, "sam")


def choose_zone(page, typed):
    page.locator("[popovertarget=zones]").click()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def save(page, words="Saved"):
    page.locator("form:has([name=signature]) .btn--primary").click()
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def colleague(page, name):
    page.get_by_role("button", name=re.compile("Choose who answers")).click()
    return page.locator("#assign .person", has_text=name)


def test_a_colleague_sees_the_name_the_picture_and_who_is_away(chen, sam, live_site, tmp_path):
    from PIL import Image

    name = f"Chen {uuid4().hex[:6].title()}"
    question = Visitor(live_site).says(f"Where is it? {uuid4().hex[:8]}")
    Image.new("RGB", (400, 300), "orange").save(tmp_path / "me.png")
    chen.get_by_label("For colleagues").fill(name)
    save(chen)
    chen.get_by_label("Choose a picture").set_input_files(tmp_path / "me.png")
    expect(chen.locator("photo-field img")).to_be_visible()
    assert serious(chen) == []

    sam.goto("/acme/inbox/?view=open")
    open_row(sam, question)
    row_of_chen = colleague(sam, name)
    picture = row_of_chen.locator("img")
    expect(picture).to_have_attribute("src", re.compile(r"^/files/people/[\w-]+\.jpg$"))
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 256

    chen.goto("/acme/inbox/")
    expect(row_of_chen).to_contain_text("Here now")
    chen.get_by_role("button", name=re.compile("^Your account")).click()
    button(chen, "Away").click()
    expect(row_of_chen).to_contain_text("Away")
    expect(row_of_chen.locator(".avatar__on")).to_have_attribute("data-s", "away")
    expect(chen.locator("#own-mark")).to_have_attribute("data-s", "away")
    button(chen, "Available").click()
    expect(row_of_chen).to_contain_text("Here now")


def test_the_inbox_turns_russian_and_hears_changes_in_russian(chen, sam, live_site):
    question = Visitor(live_site).says(f"Where is it? {uuid4().hex[:8]}")
    chen.get_by_label("Language").select_option("ru")
    save(chen, "Сохранено")
    assert serious(chen) == []

    chen.goto("/acme/inbox/?view=open")
    expect(chen.get_by_role("heading", level=1)).to_contain_text("Все открытые")
    row(chen, question).get_by_role("link").click()
    log = chen.get_by_role("log", name="Сообщения")
    expect(log).to_contain_text(question)
    sam.goto("/acme/inbox/?view=open")
    open_row(sam, question)
    button(sam, "Assign to me").click()

    expect(thread(sam)).to_contain_text("Sam took this")
    expect(log).to_contain_text("Sam берёт диалог")
    expect(chen.locator("#head")).to_contain_text("Открыт")
    sam.get_by_role("tab", name="Note").click()
    sam.get_by_role("textbox", name="Note").fill("Looked it up")
    button(sam, "Add note").click()
    expect(log.locator(".note")).to_contain_text("Внутренняя заметка")
    expect(thread(sam).locator(".note")).to_contain_text("Internal note")


def test_the_clock_is_that_of_the_zone(chen, live_site):
    choose_zone(chen, "tokyo")
    save(chen)
    question = Visitor(live_site).says(f"Where is it? {uuid4().hex[:8]}")
    now = datetime.now(UTC) + timedelta(hours=9)

    chen.goto("/acme/inbox/?view=open")
    open_row(chen, question)

    said = thread(chen).locator(".msg", has_text=question).locator("local-time")
    shown = {f"{now + timedelta(minutes=n):%H:%M}" for n in (-1, 0, 1)}
    assert said.inner_text() in shown
    expect(said).to_have_attribute("title", re.compile(r"GMT\+9|JST|Japan"))
    chen.goto(PROFILE)
    choose_zone(chen, "lisb")
    expect(chen.locator("[data-chosen]")).to_contain_text("Lisbon")
