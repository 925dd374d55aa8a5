"""How a journey writes: the parts of the composer."""

from playwright.sync_api import Page, expect

from tests.support.screen import button, open_row

# Gives files to the page as a person's clipboard or mouse would.
GIVE = """(target, [type, files, text, html]) => {
  const data = new DataTransfer();
  for (const { name, kind, bytes } of files) data.items.add(new File([new Uint8Array(bytes)], name, { type: kind }));
  if (text) data.setData("text/plain", text);
  if (html) data.setData("text/html", html);
  const options = { bubbles: true, cancelable: true };
  const event = type === "paste"
    ? new ClipboardEvent(type, { ...options, clipboardData: data })
    : new DragEvent(type, { ...options, dataTransfer: data });
  return !target.dispatchEvent(event);
}"""


def file(name, body, kind=""):
    return {"name": name, "kind": kind, "bytes": list(body)}


def message(page: Page):
    return page.get_by_role("textbox", name="Message", exact=True)


def note(page: Page):
    return page.get_by_role("textbox", name="Note", exact=True)


def type_draft(page: Page, text: str) -> None:
    """Type a reply and wait until the server has it."""
    message(page).fill(text)
    expect(page.locator(".composer__state:visible")).to_have_text("Saved")


def open_and_send(page: Page, question: str, text: str) -> None:
    open_row(page, question)
    message(page).fill(text)
    button(page, "Send").click()


def undo(page: Page):
    """The button of what was just said at the edge of the screen."""
    return page.locator("toast-line").get_by_role("button", name="Undo")
