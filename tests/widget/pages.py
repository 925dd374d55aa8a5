"""How a test finds its way about a page that carries the chat."""

from datetime import datetime, timedelta

from playwright.sync_api import Page


def open_shop(context, stub, path="/"):
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda line: line.type == "error" and page.complaints.append(line.text))
    page.goto(stub.shop + path)
    return page


def button_of(page: Page):
    return page.get_by_role("button", name="Chat", exact=True)


def panel_of(page: Page):
    return page.frame_locator("iframe[title=Chat]")


def open_chat(page: Page):
    button_of(page).click()
    return panel_of(page)


def box_of(chat):
    return chat.get_by_role("textbox", name="Message", exact=True)


def say(chat, text):
    box_of(chat).fill(text)
    box_of(chat).press("Enter")


def bubbles(chat):
    return chat.locator(".bubble:not(.dots)")


def put_away(page: Page):
    """Hide the chat, and wait until the panel has heard of it."""
    panel = page.frames[1]
    panel.evaluate(
        """() => { window.away = new Promise((done) =>
        addEventListener("message", ({ data }) => data.helpdesk === "closed" && done())) }"""
    )
    page.evaluate("Helpdesk.close()")
    panel.evaluate("window.away")


def stop(clock):
    """Let time pass only when told to: however slow this machine is, in the browser it is no later."""
    clock.pause_at(datetime.now() + timedelta(minutes=1))  # noqa: DTZ005
