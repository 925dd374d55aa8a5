"""What stands around the words of a mail: who writes it, and the signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from accounts.models import Membership
from accounts.tenancy import current_workspace
from inbox.connectors.mail.rich import as_html, laid_out
from inbox.enums import FromStyle
from inbox.models import Channel, Message

VARIABLE = re.compile(r"\{(name|first_name|workspace|channel|address)\}")
# By this name, and by "cite", every program knows a quotation and folds it.
QUOTATION = (
    '<div class="gmail_quote"><p>{line}</p><blockquote type="cite" style="margin:0 0 0 .4em;'
    'padding-left:.8em;border-left:2px solid #c8ccc9">{said}</blockquote></div>'
)


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below the words: a quotation with the line above it, or without one as it is."""

    said: str = ""
    line: str = ""

    @property
    def text(self) -> str:
        if not self.line:
            return self.said
        quoted = "\n".join(f"> {line}".rstrip() for line in self.said.splitlines())
        return f"{self.line}\n{quoted}"

    @property
    def html(self) -> str:
        said = as_html(self.said) if self.said else ""
        return QUOTATION.format(line=escape(self.line), said=said) if self.line else said


def sender_name(message: Message) -> str:
    """Say whose name the mail bears, as the channel has it."""
    said = message.channel.setting("from", {})
    style, company = said.get("style", FromStyle.ALONE), said.get("name", "")
    company = company or current_workspace().name
    person = message.author.user.name_for_customers if message.author else ""
    if style == FromStyle.ALONE:
        return person
    is_both = style == FromStyle.PERSON and person
    return f"{person} ({company})" if is_both else company


def signature_of(channel: Channel, author: Membership | None) -> str:
    """Return the person's own signature, or else the channel's, with its variables filled in."""
    own = author.signature.strip() if author else ""
    return VARIABLE.sub(lambda found: _fact(found[1], channel, author), own or _of(channel))


def whole_text(message: Message, below: Below) -> str:
    """Return the words with signature and what stands below, or '' if there is neither."""
    signature = signature_of(message.channel, message.author)
    parts = [message.text, f"-- \n{signature}" if signature else "", below.text]
    return "\n\n".join(filter(None, parts)) if any(parts[1:]) else ""


def whole_html(message: Message, below: Below) -> str:
    """Return the same as HTML, or '' if the words have no formats."""
    if not message.html:
        return ""
    signature = signature_of(message.channel, message.author)
    lines = "<br>".join(map(escape, ["-- ", *signature.splitlines()]))
    signed = f'<div class="signature" style="color:#5b6460"><p>{lines}</p></div>'
    return f"{laid_out(message.html)}{signed if signature else ''}{below.html}"


def _of(channel: Channel) -> str:
    return str(channel.setting("signature")).strip()


def _fact(name: str, channel: Channel, author: Membership | None) -> str:
    facts = {
        "name": author.user.display_name if author else current_workspace().name,
        "first_name": author.user.first_name if author else current_workspace().name,
        "workspace": current_workspace().name,
        "channel": channel.name,
        "address": channel.address,
    }
    return facts[name]
