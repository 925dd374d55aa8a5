"""Mail without a server ends where a developer looks for it."""

from email import message_from_bytes

from django.core.mail import EmailMessage, get_connection


def test_local_mail_is_shown_and_kept(settings, tmp_path, capsys):
    settings.DATA_DIR = tmp_path
    backend = get_connection("helpdesk.mail.LocalBackend")

    sent = EmailMessage("Привет", "Sign in.", to=["ada@acme.test"], connection=backend).send()

    (kept,) = (tmp_path / "mail").iterdir()
    assert sent == 1
    assert message_from_bytes(kept.read_bytes())["To"] == "ada@acme.test"
    assert "To: ada@acme.test\nSubject: Привет\n\nSign in.\n" in capsys.readouterr().out
