# ruff: noqa: RUF001 (the letters of many scripts are meant)
"""
What is new in a mail: without what it quotes and without its signature.

Nothing is ever thrown away for it; it decides what is folded. A wrong cut hides an answer, so
where the text is not plainly "answer, then quotation" all of it counts as new.
"""

from __future__ import annotations

import re

ATTRIBUTION = re.compile(
    r"""^\s*(?:[>*_]\s*)*(?:
        On\s.{4,200}\bwrote\s*:?
      | Am\s.{4,200}\b(?:schrieb|hat).{0,120}:
      | Le\s.{4,200}\ba\s+[ée]crit\s*:
      | El\s.{4,200}\bescribi[óo]\s*:
      | Il\s.{4,200}\bha\s+scritto\s*:
      | Op\s.{4,200}\b(?:schreef|heeft).{0,120}:
      | Em\s.{4,200}\bescreveu\s*:
      | (?:W\sdniu|Dnia)\s.{4,200}\bnapisa[łl].{0,10}:
      | Den\s.{4,200}\b(?:skrev|skrev\s.{0,100})\s*:
      | P[åa]\s.{4,200}\bskrev\s*:
      | .{1,200}\s<[^<>\s]+@[^<>\s]+>\s*(?:wrote|schrieb|a\s[ée]crit|escribi[óo]|ha\sscritto|escreveu|пишет|писал\(?а?\)?|написал\(?а?\)?|[:：])\s*[:：]?
      | .{4,200}\b(?:писал\(?а?\)?|пишет|написал\(?а?\)?)\s*:
      | .{4,200}(?:写道|寫道)\s*[:：]
      | .{4,200}\s(?:のメール|さんは書きました)\s*[:：]
      | .{1,100}\bwrote\s*:
      | .{1,100}\bschrieb\s*:
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
INTRODUCTION = re.compile(r"(?=.*(?:\d|@)).*[:：]\s*$")
DIVIDER = re.compile(
    r"""^\s*(?:
        -{2,}\s*(?:original\s(?:message|appointment)|urspr[üu]ngliche\snachricht|message\sd'origine|mensaje\soriginal|messaggio\soriginale
          |oorspronkelijk\sbericht|mensagem\soriginal|исходное\sсообщение|пересылаемое\sсообщение\sответа|原始邮件|oryginalna\swiadomo[śs][ćc])\s*-{2,}
      | [-–—_*]{2,}\s*(?:reply\sabove\sthis\sline|write\sabove\sthis\sline|please\s(?:type|reply).{0,30}above.{0,40})\s*[-–—_*]{2,}
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
RULE = re.compile(r"^\s*_{20,}\s*$")
LABELS = (
    r"(?:From|Von|De|От|Da|Van|Od|Från|Fra|发件人|差出人|From:)",
    r"(?:Sent|Date|Gesendet|Datum|Envoyé|Fecha|Enviado(?: el)?|Отправлено|Дата|Inviato|Data|Verzonden|Wysłano|Skickat|发送时间|日期|送信日時)",
    r"(?:To|An|À|Para|Кому|A|Aan|Do|Till|Til|收件人|宛先)",
    r"(?:Subject|Betreff|Objet|Asunto|Тема|Oggetto|Onderwerp|Assunto|Temat|Ämne|Emne|主题|件名)",
)
HEADER_BLOCK = tuple(
    re.compile(rf"^\s*[*_]*{label}\s*[*_]*\s*[:：]", re.IGNORECASE) for label in LABELS
)
FORWARD = re.compile(
    r"^\s*(?:-{2,}|_{2,})?\s*(?:begin\s)?(?:forwarded\smessage|weitergeleitete\snachricht|message\s(?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|mensaje\sreenviado|messaggio\s(?:inoltrato)|doorgestuurd\sbericht|mensagem\s(?:encaminhada|reencaminhada)"
    r"|пересылаемое\sсообщение|пересланное\sсообщение|转发的邮件|転送メッセージ|fwd?\sby)\b",
    re.IGNORECASE,
)
SIGNATURE = re.compile(r"^--\s?$|^—\s?$|^_{2,5}\s*$")
DEVICE = re.compile(
    r"""^\s*(?:
        sent\s(?:from|via|with|by)\s(?:my\s|the\s)?[\w .'’&-]{2,40}(?:\sfor\s[\w ]{2,20})?
      | get\soutlook\sfor\s(?:ios|android|mac).{0,60}
      | (?:von|gesendet\s(?:von|mit))\s(?:meinem|unterwegs|der|outlook)\b.{0,50}(?:gesendet)?
      | envoy[ée]\s(?:de|depuis)\smon\b.{1,40} | envoy[ée]\s(?:depuis|à\spartir\sde)\s.{1,50}
      | enviado\s(?:desde|do|de|a\spartir\sdo)\s(?:mi|meu)\b.{1,40}
      | inviato\s(?:da|dal)\s(?:mio\s)?.{1,40}
      | verzonden\s(?:vanaf|met|via)\s.{1,40} | verstuurd\svanaf\s.{1,40}
      | отправлено\s(?:с|из|через)\s.{1,50}
      | 发自我的.{1,30} | 從我的.{1,30}傳送 | iPhoneから送信
    )\s*\.?$""",
    re.VERBOSE | re.IGNORECASE,
)
LONGEST_MARK = 500  # characters
LONGEST_SIGNATURE = 15  # lines
LONGEST_ATTRIBUTION = 4  # lines that a mail program may break it into


def new_part(text: str, quoted_from: int | None = None) -> str:
    """
    Return what a mail adds.

    :param quoted_from: the line where the mail's HTML says that its quotation begins.
    """
    lines = text.split("\n")
    # A line that long is never a mark; looking for one in it could take very long.
    short = [line if len(line) <= LONGEST_MARK else f"\x00{at}" for at, line in enumerate(lines)]
    visible = _without_signature(_without_quotation(short, quoted_from))
    said = [lines[int(line[1:])] if line[:1] == "\x00" else line for line in visible]
    return "\n".join(said).strip("\n").rstrip()


def _without_quotation(lines: list[str], quoted_from: int | None) -> list[str]:
    for cut in filter(lambda at: at is not None, (quoted_from, _cut(lines))):
        before = lines[:cut]
        if _says_something(before) and not _goes_on(lines[cut:]):
            return before
    after = _after_leading_quotation(lines)
    return lines if after is None else after


def _cut(lines: list[str]) -> int | None:
    """Return the first line of the quotation at the end, or None."""
    for index, line in enumerate(lines):
        if FORWARD.match(line):
            return None  # what is forwarded is what is said
        if DIVIDER.match(line) or (RULE.match(line) and _is_header_block(lines, index + 1)):
            return index
        if _is_header_block(lines, index) or (_attribution_end(lines, index) is not None):
            return index
    quoted = len(lines)
    while quoted and (_is_quoted(lines[quoted - 1]) or not lines[quoted - 1].strip()):
        quoted -= 1
    if not any(_is_quoted(line) for line in lines[quoted:]):
        return None
    # In a language that is not listed above: the last line before it names somebody and a time.
    introduced = quoted and INTRODUCTION.search(lines[quoted - 1])
    return quoted - 1 if introduced else quoted


def _attribution_end(lines: list[str], index: int) -> int | None:
    """Return the line after "On …, somebody wrote:", which may be broken into several."""
    joined = ""
    for end in range(index, min(index + LONGEST_ATTRIBUTION, len(lines))):
        if not lines[end].strip():
            return None
        joined = f"{joined} {lines[end].strip()}".strip()
        if ATTRIBUTION.match(joined):
            return end + 1 if _is_followed_by_quotation(lines, end + 1) else None
    return None


def _is_followed_by_quotation(lines: list[str], index: int) -> bool:
    """Tell an attribution from a sentence that sounds like one."""
    rest = [line for line in lines[index:] if line.strip()]
    if not rest:
        return True
    return _is_quoted(rest[0]) or bool(re.search(r"@|\d{1,2}[:.]\d{2}|\d{4}", lines[index - 1]))


def _is_header_block(lines: list[str], index: int) -> bool:
    """Tell whether a mail program's From, Sent, To and Subject stand here."""
    if index >= len(lines) or not HEADER_BLOCK[0].match(lines[index]):
        return False
    block = lines[index + 1 : index + 9]
    return sum(any(label.match(line) for line in block) for label in HEADER_BLOCK[1:]) >= 2  # noqa: PLR2004


def _goes_on(lines: list[str]) -> bool:
    """Tell whether somebody answers inside or below a quotation that is marked line by line."""
    marked = [index for index, line in enumerate(lines) if _is_quoted(line)]
    if not marked:
        return False
    rest = lines[marked[0] :]
    answers = [line for line in rest if line.strip() and not _is_quoted(line)]
    return _says_something(
        _without_signature([line for line in answers if not _is_attribution(line)])
    )


def _is_attribution(line: str) -> bool:
    return bool(ATTRIBUTION.match(line) or DIVIDER.match(line))


def _after_leading_quotation(lines: list[str]) -> list[str] | None:
    """Return what stands below a quotation at the very beginning, if that is one block."""
    start = next((index for index, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return None
    end = _attribution_end(lines, start)
    first = start if end is None else end
    while first < len(lines) and not lines[first].strip():
        first += 1
    if first >= len(lines) or not _is_quoted(lines[first]):
        return None
    while first < len(lines) and (_is_quoted(lines[first]) or not lines[first].strip()):
        first += 1
    rest = lines[first:]
    return rest if _says_something(rest) and not any(map(_is_quoted, rest)) else None


def _without_signature(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    lines = lines[:end]
    for index in range(len(lines) - 1, max(len(lines) - LONGEST_SIGNATURE - 2, -1), -1):
        begins = SIGNATURE.match(lines[index]) or (
            DEVICE.match(lines[index]) and index >= len(lines) - 3
        )
        if begins and _says_something(lines[:index]):
            return _without_signature(lines[:index])
    return lines


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _says_something(lines: list[str]) -> bool:
    return any(line.strip(" \t>*_-–—") for line in lines)
