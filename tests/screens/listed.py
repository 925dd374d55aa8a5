"""Every screen and state that is pictured, in an order that they do not disturb each other in."""

from tests.screens import doing, doing_chat, doing_state
from tests.screens.camera import Screen

DESK, PHONE = ("desk",), ("phone",)
CHAT, MAIL, UNREAD = "/acme/inbox/{chat}/?view=open", "/acme/inbox/{mail}/", "/acme/inbox/{due}/"
S, T = "/acme/settings/", "/acme/settings/team/"
MAILBOX = f"{S}channels/{{mailbox}}/"
A, F = "/accounts/", "/accounts/security/"

INBOX = [
    Screen("inbox", "/acme/inbox/", does=doing.looking),
    Screen("inbox-empty", "/northwind/inbox/", "owner"),
    Screen("inbox-done", "/fjord-tea/inbox/", "owner", doing.looking),
    Screen("inbox-compact", CHAT, does=doing.compact, on=DESK),
    Screen("inbox-several", "/acme/inbox/", does=doing.choosing),
    Screen("inbox-sort", "/acme/inbox/", does=doing.pressing("Sorting:"), on=DESK),
    Screen("conversation-chat", CHAT, does=doing.beside_a_colleague),
    Screen("conversation-mail", MAIL, does=doing.looking),
    Screen("message-new", "/acme/inbox/new/"),
    Screen("message-forward", "/acme/inbox/{mail}/forward/", on=DESK),
    Screen("merge", "/acme/inbox/{mail}/merge/"),
    Screen("conversation-long", "/acme/inbox/{long}/", does=doing.scrolling_up),
    Screen("conversation-failed", "/acme/inbox/{failed}/", does=doing.looking),
    Screen("conversation-later", "/acme/inbox/{later}/", does=doing.looking),
    Screen("conversation-held", "/acme/inbox/{held}/", does=doing.held),
    Screen("conversation-photo", CHAT, does=doing.photo),
    Screen("inbox-note", CHAT, does=doing.note),
    Screen("inbox-send", CHAT, does=doing.pressing("More ways to send"), on=DESK),
    Screen("inbox-snooze", CHAT, does=doing.pressing("Snooze"), on=DESK),
    Screen("inbox-assign", CHAT, does=doing.pressing("Assigned to"), on=DESK),
    Screen("inbox-emoji", CHAT, does=doing.emoji, on=DESK),
    Screen("inbox-insert", CHAT, does=doing.inserting),
    Screen("inbox-undo-send", UNREAD, does=doing.undo_send),
    Screen("inbox-undo-close", UNREAD, does=doing.undo_close),
    Screen("command-palette", CHAT, does=doing.palette),
    Screen("shortcuts", CHAT, does=doing.keys, on=DESK),
    Screen("inbox-you", "/acme/inbox/", does=doing.pressing("Your account"), on=DESK),
    Screen("swipe", "/acme/inbox/", does=doing.swiping, on=PHONE),
    Screen("views", "/acme/inbox/", does=doing.pressing("Views and queues"), on=PHONE),
]
STATES = [
    Screen("state-loading", "/acme/inbox/", does=doing_state.loading),
    Screen("state-lost", "/acme/inbox/", does=doing_state.lost),
    Screen("state-list-lost", "/acme/inbox/", does=doing_state.list_lost, on=DESK),
    Screen("state-reconnecting", CHAT, does=doing_state.reconnecting),
    Screen("state-offline", CHAT, does=doing_state.offline),
    Screen("error-404", "/acme/inbox/99999/"),
    Screen("error-403", f"{S}channels/"),
    Screen("error-500", "/", does=doing_state.broken, on=DESK),
]
SETTINGS = [
    Screen("settings-channels", f"{S}channels/", "admin"),
    Screen("settings-channel-new", f"{S}channels/new/", "admin"),
    Screen("settings-channel", f"{S}channels/{{website}}/", "admin"),
    Screen("channel-mail-new", f"{S}channels/mail/new/", "admin"),
    Screen("channel-mail-address", f"{MAILBOX}address/", "admin", on=DESK),
    Screen("channel-mail-servers", f"{MAILBOX}servers/", "admin"),
    Screen("channel-mail-fetching", f"{MAILBOX}fetching/", "admin", on=DESK),
    Screen("channel-mail-destination", f"{MAILBOX}destination/", "admin", on=DESK),
    Screen("channel-mail-services", f"{MAILBOX}services/", "admin"),
    Screen("channel-mail-test", f"{MAILBOX}test/", "admin"),
    Screen("saved-replies", f"{S}replies/{{reply}}/", "admin"),
    Screen("saved-reply-new", f"{S}replies/new/", "admin", on=DESK),
    Screen("saved-replies-list", f"{S}replies/", "admin", on=PHONE),
    Screen("settings-blocked", f"{S}blocked/", "admin", on=DESK),
    Screen("settings-team", T, "owner"),
    Screen("settings-team-invite", f"{T}invitations/", "owner"),
    Screen("settings-team-member", f"{T}members/{{member}}/", "owner"),
    Screen("settings-team-new", f"{T}teams/new/", "owner", on=DESK),
    Screen("settings-team-edit", f"{T}teams/{{team}}/", "owner", on=DESK),
    Screen("settings-hours", f"{S}hours/", "admin"),
    Screen("settings-assignment", f"{S}assignment/", "admin"),
    Screen("settings-writing", f"{S}writing/"),
    Screen("api-tokens", f"{S}api-tokens/", "owner"),
    Screen("api-token-new", f"{S}api-tokens/new/", "owner"),
    Screen("settings-sign-in", f"{S}security/", "owner"),
    Screen("audit", f"{S}audit/", "owner"),
    Screen("profile", f"{A}profile/"),
    Screen("profile-keys", f"{A}profile/keys/"),
    Screen("security", F, "chen"),
    Screen("security-app", f"{F}app/", does=doing_state.same_secret),
    Screen("security-app-off", f"{F}app/removal/", "chen", on=DESK),
    Screen("security-codes", f"{F}codes/", "chen", doing_state.same_codes, on=DESK),
    Screen("security-codes-new", f"{F}codes/new/", "chen", on=DESK),
    Screen("security-passkey", f"{F}passkeys/new/", "chen", on=DESK),
    Screen("security-passkey-name", f"{F}passkeys/{{passkey}}/", "chen", on=DESK),
    Screen("security-passkey-off", f"{F}passkeys/{{passkey}}/removal/", "chen", on=DESK),
    Screen("security-confirm", f"{F}confirmation/", "chen", on=DESK),
    Screen("account-confirm", f"{A}reauthenticate/", on=DESK),
    Screen("account-email", f"{A}email/", on=DESK),
    Screen("account-password", f"{A}password/change/", on=DESK),
    Screen("account-sign-out", f"{A}logout/", on=DESK),
    Screen("workspace-new", f"{A}workspaces/new/", on=DESK),
]
ENTRANCE = [
    Screen("login", f"{A}login/", ""),
    Screen(
        "login-second-step", f"{A}login/", "", doing_state.second_step, also=(f"{F}second-step/",)
    ),
    Screen("signup", f"{A}signup/", ""),
    Screen("invitation", f"{A}invitations/{{invitation}}/", ""),
    Screen("invitation-stale", f"{A}invitations/old/", "", on=DESK),
    Screen("password-reset", f"{A}password/reset/", "", on=DESK),
    Screen("password-reset-sent", f"{A}password/reset/done/", "", on=DESK),
    Screen("password-reset-stale", f"{A}password/reset/key/1-old/", "", on=DESK),
    Screen("password-reset-done", f"{A}password/reset/key/done/", "", on=DESK),
    Screen("email-sent", f"{A}confirm-email/", "", on=DESK),
    Screen("email-stale", f"{A}confirm-email/old/", "", on=DESK),
    Screen("account-closed", f"{A}inactive/", "", on=DESK),
]
WIDGET = [
    Screen("widget-closed", "/demo/", ""),
    Screen("widget-page", "/demo/bikes/", "", on=DESK),
    Screen("widget-greeting", "/demo/", "", doing_chat.greeting),
    Screen("widget-form", "/demo/", "", doing_chat.form),
    Screen("widget-conversation", "/demo/", "", doing_chat.conversation),
    Screen("widget-rating", "/demo/", "", doing_chat.rating),
    Screen("widget-several", "/demo/", "", doing_chat.several),
    Screen("widget-offline-form", "/demo/", "", doing_chat.offline_form),
]
SCREENS = INBOX + STATES + SETTINGS + ENTRANCE + WIDGET
