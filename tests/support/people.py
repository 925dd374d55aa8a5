"""How people of the first workspace come in, and how a visitor opens the chat."""

from playwright.sync_api import FrameLocator, Page, expect

from tests.support.rows import inside


def password_of(site) -> str:
    """Read the password that ``up`` printed."""
    lines = (site.data_dir / "secrets.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)["DEMO_PASSWORD"]


def sign_in(page: Page, site, name: str, path: str = "/acme/inbox/", *, undo: int = 0) -> Page:
    """
    Sign in as a person of the first workspace, once for all journeys, and go to a page of it.

    :param undo: seconds that their replies wait; who does not look at that waits for nothing.
    """
    set_habits(site, name, undo_seconds=undo)
    if name in site.sessions:
        page.context.add_cookies([site.sessions[name]])
        page.goto(path)
    if name not in site.sessions or "/accounts/login/" in page.url:
        fill_sign_in(page, site, name, path)
    page.wait_for_url(f"**{path}")
    return page


def fill_sign_in(page: Page, site, name: str, path: str) -> None:
    """Go through the form and remember the session, which any browser of theirs may use."""
    page.goto(f"/accounts/login/?next={path}")
    page.get_by_label("Email").fill(f"{name}@acme.test")
    page.get_by_label("Password", exact=True).fill(password_of(site))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")
    cookies = page.context.cookies(site.url)
    site.sessions[name] = next(one for one in cookies if one["name"] == "session")


def set_habits(site, name: str, **habits) -> None:
    """Let a person like to write in a certain way."""
    changes = ", ".join(f"{habit} = %s" for habit in habits)
    whose = "user_id = (SELECT id FROM accounts_user WHERE email = %s)"
    with inside(site) as connection:
        statement = f"UPDATE accounts_membership SET {changes} WHERE {whose}"
        connection.execute(statement, [*habits.values(), f"{name}@acme.test"])


def open_chat(page: Page, path: str = "/demo/") -> FrameLocator:
    """Open the chat on a page of the demo site."""
    page.goto(path)
    page.get_by_role("button", name="Chat").click()
    return page.frame_locator('iframe[title="Chat"]')


def say(chat: FrameLocator, text: str) -> None:
    """Say something as the visitor and see it acknowledged."""
    chat.get_by_role("textbox", name="Message").fill(text)
    chat.get_by_role("button", name="Send").click()
    expect(chat.get_by_role("log", name="Messages")).to_contain_text(text)
