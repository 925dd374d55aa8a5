"""Journeys of people who have just made an account, so that nobody else's sign-in changes."""

from dataclasses import dataclass
from uuid import uuid4

from playwright.sync_api import Page

PASSWORD = "staple battery horse"


@dataclass
class Newcomer:
    """Somebody with a workspace of their own, and the page they look at."""

    page: Page
    home: str  # a passkey needs a name, so this is localhost
    email: str
    slug: str

    def goes(self, path: str) -> Page:
        self.page.goto(self.home + path)
        return self.page

    def sees(self, path: str) -> None:
        self.page.wait_for_url(f"**{path}")

    def signs_in(self, page: Page | None = None, path: str = "") -> Page:
        """Type email and password, in another page or in this one after it forgot everything."""
        if page is None:
            self.page.goto("about:blank")  # the page that forgets asks nothing more
            self.page.context.clear_cookies()
        page = page or self.page
        page.goto(f"{self.home}/accounts/login/?next={path or self.inbox}")
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        return page

    def confirms(self) -> None:
        self.sees("/accounts/reauthenticate/**")
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Go on").click()

    @property
    def inbox(self) -> str:
        return f"/{self.slug}/inbox/"


def make_newcomer(page: Page, site) -> Newcomer:
    """Sign somebody up who makes a workspace."""
    word = uuid4().hex[:8]
    home = site.url.replace("127.0.0.1", "localhost")
    someone = Newcomer(page, home, f"noor-{word}@acme.test", f"team-{word}")
    someone.goes("/accounts/signup/")
    page.get_by_label("Your name").fill("Noor Haddad")
    page.get_by_label("Email").fill(someone.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    someone.sees("/workspaces/new/")
    page.get_by_label("Name", exact=True).fill(someone.slug)
    page.get_by_role("button", name="Make").click()
    someone.sees(someone.inbox)
    return someone
