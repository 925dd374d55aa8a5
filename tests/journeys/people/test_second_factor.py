"""Somebody guards their sign-in with an app, with backup codes and with a passkey."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.factors import code_now
from tests.support.judging import serious
from tests.support.newcomers import make_newcomer

pytestmark = pytest.mark.journey


@pytest.fixture
def noor(new_page, live_site):
    return make_newcomer(new_page(), live_site)


@pytest.fixture
def virtual_key(noor):
    """A device that holds passkeys and recognises Noor's finger."""
    session = noor.page.context.new_cdp_session(noor.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def recognise(yes):
        key = {"authenticatorId": made["authenticatorId"], "isUserVerified": yes}
        session.send("WebAuthn.setUserVerified", key)

    return recognise


def add_app(noor) -> tuple[str, list[str]]:
    """Add an authenticator app; return its key and the backup codes."""
    page = noor.goes("/accounts/security/")
    page.get_by_role("link", name="Authenticator app").click()
    noor.confirms()
    secret = page.locator("#secret").inner_text()
    assert serious(page) == []
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Switch it on").click()
    noor.sees("/security/codes/")
    codes = [code.replace(" ", "") for code in page.locator("#codes code").all_inner_texts()]
    assert serious(page) == []
    with page.expect_download() as kept:
        page.get_by_role("link", name="Download").click()
    assert kept.value.path().read_text().split() == codes
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 of 10 left")).to_be_visible()
    assert serious(page) == []
    return secret, codes


def test_an_app_and_its_backup_codes_guard_the_sign_in(noor):
    secret, codes = add_app(noor)
    page = noor.signs_in()
    noor.sees("/second-step/")
    assert serious(page) == []

    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That code is not right")).to_be_visible()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    noor.sees(noor.inbox)
    noor.goes("/accounts/security/")
    expect(page.get_by_text("9 of 10 left")).to_be_visible()

    noor.signs_in()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That code is not right")).to_be_visible()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Sign in").click()
    noor.sees(noor.inbox)


def test_a_passkey_signs_in_alone_and_as_second_step(noor, virtual_key):
    page = noor.goes("/accounts/security/")
    page.get_by_role("link", name="Passkey", exact=True).click()
    noor.confirms()
    assert serious(page) == []
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Make the passkey").click()
    noor.sees("/security/codes/")
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="Rename Laptop").click()
    page.get_by_label("Name").fill("Desk")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_text("Desk")).to_be_visible()

    page.context.clear_cookies()
    noor.goes(f"/accounts/login/?next={noor.inbox}")
    assert serious(page) == []
    virtual_key(False)
    page.get_by_role("button", name="Continue with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The browser gave no passkey.")
    virtual_key(True)
    page.get_by_role("button", name="Continue with a passkey").click()
    noor.sees(noor.inbox)

    noor.signs_in()
    noor.sees("/second-step/")
    page.get_by_role("button", name="Use a passkey").click()
    noor.sees(noor.inbox)

    noor.goes("/accounts/security/")
    page.get_by_role("link", name="Remove Desk").click()
    page.wait_for_url(re.compile("/(reauthenticate|confirmation|removal)/"))
    if "/reauthenticate/" in page.url:
        noor.confirms()
    page.get_by_role("button", name="Remove it").click()
    noor.sees("/accounts/security/")
    expect(page.get_by_text("Desk")).to_have_count(0)
    noor.signs_in()
    noor.sees(noor.inbox)
