"""Only a few modules open connections: everybody else asks them, so that no way out is unguarded."""

import ast

from helpdesk.env import BASE_DIR

# Who opens connections by themselves, and why they may.
OPENERS = {
    "inbox/connectors/reaching.py": "the check itself",
    "inbox/connectors/web.py": "HTTP over a line that was checked",
    "inbox/connectors/mail/imap_line.py": "IMAP over a line that was checked",
    "inbox/connectors/mail/sending.py": "SMTP over a line that was checked",
    "inbox/mail_api/line.py": "the mail library's HTTP over a line that was checked",
    "inbox/storage/s3.py": "files, at the address of the site's own settings",
    "helpdesk/address.py": "looks whether the site's own port is free",
    "helpdesk/launcher.py": "looks whether the site's own port is free",
    "helpdesk/doctor/site.py": "asks this very site, at the address of its own settings",
}
OPENING = {
    "asyncio.open_connection",
    "http.client.HTTPConnection", "http.client.HTTPSConnection",
    "imapclient.IMAPClient", "imaplib.IMAP4", "imaplib.IMAP4_SSL",
    "smtplib.SMTP", "smtplib.SMTP_SSL", "smtplib.LMTP",
    "socket.create_connection", "socket.socket",
    "urllib.request.build_opener", "urllib.request.urlopen", "urllib.request.Request",
}  # fmt: skip
LIBRARIES = (
    "aiohttp.",
    "boto3.",
    "botocore.",
    "ftplib.",
    "httpx.",
    "poplib.",
    "requests.",
    "urllib3.",
    "websockets.",
)


def test_nothing_else_opens_connections():
    found = {
        path.relative_to(BASE_DIR).as_posix()
        for app in ("accounts", "analytics", "helpdesk", "inbox", "knowledgebase", "routing")
        for path in (BASE_DIR / app).rglob("*.py")
        if opens_by_itself(ast.parse(path.read_text()))
    }

    assert found == set(OPENERS)


def opens_by_itself(module):
    """Whether a module calls or extends, by whatever name, what connects without asking anybody."""
    known: dict[str, str] = {}
    used: list[str] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            known |= {one.asname or one.name: one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            known |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Call):
            either = isinstance(node.func, ast.IfExp)
            called = (node.func.body, node.func.orelse) if either else (node.func,)
            used += [ast.unparse(one) for one in called]
        elif isinstance(node, ast.ClassDef):
            used += [ast.unparse(base) for base in node.bases]
    names = [
        real + said.removeprefix(name)
        for said in used
        for name, real in known.items()
        if f"{said}.".startswith(f"{name}.")
    ]
    return any(name in OPENING or name.startswith(LIBRARIES) for name in names)
