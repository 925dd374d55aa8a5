# ruff: noqa: RUF001 (dashes of all lengths are meant)
"""
What is new in a mail: without what it quotes and without its signature.

Nothing is ever thrown away for it; it decides what is folded. A wrong cut hides an answer, so
where the text is not plainly "answer, then quotation" all of it counts as new.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inbox.connectors.mail import marks

MOST_LINES = 10_000  # nobody writes as many; more of them are searched for no quotation
LONGEST_MARK = 500  # characters
LONGEST_SIGNATURE = 15  # lines
LONGEST_FIRM_SIGNATURE = 60  # lines; disclaimers are long
LONGEST_DEVICE = 3  # lines that a telephone adds
LONGEST_ATTRIBUTION = 4  # lines that a mail program may break it into
LONG_LINE = 65  # characters, from which on a program may break a line
HEADERS = 9  # lines among which those of a header block stand


def new_part(
    text: str,
    quoted_from: int | None = None,
    *,
    signatures: Sequence[str] = (),
    is_forward: bool = False,
) -> str:
    """
    Return what a mail adds; of a mail of more than MOST_LINES that is all of it.

    :param quoted_from: the line where the mail's HTML says that its quotation begins.
    :param signatures: what the mail's HTML says to be one.
    :param is_forward: whether the mail hands on another: then that is what it says.
    """
    lines = _without_armour(text).split("\n")
    if len(lines) > MOST_LINES:
        return "\n".join(lines).strip("\n").rstrip()
    # A line that long is never a mark; looking for one in it could take very long.
    short = [line if len(line) <= LONGEST_MARK else f"\x00{at}" for at, line in enumerate(lines)]
    if not is_forward:
        short = _without_quotation(short, quoted_from)
        if not any(map(marks.FORWARD.match, short)):
            short = _without_signature(_without_known(short, signatures))
    said = [lines[int(line[1:])] if line[:1] == "\x00" else line for line in short]
    return "\n".join(said).strip("\n").rstrip()


def _without_armour(text: str) -> str:
    """Take the words out of a text that is signed within itself (RFC 9580, section 7)."""
    found = marks.SIGNED.fullmatch(text.strip()) if "-----BEGIN PGP" in text else None
    return re.sub(r"^- ", "", found[1], flags=re.MULTILINE) if found else text


def _without_quotation(lines: list[str], quoted_from: int | None) -> list[str]:
    plain = [marks.DIRECTION.sub("", line) for line in lines]
    for cut in (quoted_from, _cut(plain)):
        if cut is None or any(map(marks.FORWARD.match, plain[cut : cut + 3])):
            continue
        if _says_something(plain[:cut]) and not _goes_on(plain[cut:]):
            return lines[:cut]
    after = _after_leading_quotation(plain)
    return lines if after is None else lines[after:]


def _cut(lines: list[str]) -> int | None:
    """Return the first line of the quotation at the end, or None."""
    for index, line in enumerate(lines):
        if not marks.MARK.match(line):
            continue  # most lines: nothing here could be one
        if marks.FORWARD.match(line):
            return None  # what is forwarded is what is said
        if marks.DIVIDER.match(line) or marks.ABOVE.match(line):
            return index
        if _is_header_block(lines, index):
            return _with_rule(lines, index)
        start = _attribution(lines, index)
        if start is not None and _is_followed_by_quotation(lines, start, index + 1):
            return start
    return _marked_at_the_end(lines)


def _marked_at_the_end(lines: list[str]) -> int | None:
    quoted = len(lines)
    while quoted and (_is_quoted(lines[quoted - 1]) or not lines[quoted - 1].strip()):
        quoted -= 1
    if not any(_is_quoted(line) for line in lines[quoted:]):
        return None
    # In a language that is not listed: the last line before it names somebody and a time.
    introduced = quoted and marks.INTRODUCTION.search(lines[quoted - 1])
    return quoted - 1 if introduced else quoted


def _attribution(lines: list[str], end: int) -> int | None:
    """
    Return where "On …, somebody wrote:" begins if it ends in this line, or None.

    It is as few of the lines as name a time besides the person, or else the person alone.
    """
    line = lines[end]
    closes = marks.ENDS.search(line) or (
        _wrote(line) and (marks.BEGINS.match(line) or marks.DASHED.match(line))
    )
    if not closes or _is_quoted(line):
        return None
    joined, named = "", None
    for start in range(end, max(end - LONGEST_ATTRIBUTION, -1), -1):
        if not lines[start].strip() or _is_quoted(lines[start]):
            break
        joined = f"{lines[start].strip()} {joined}".strip()
        wrote, address = _wrote(joined), marks.ADDRESS.search(joined)
        if marks.TIME.search(joined) and (wrote or marks.NAMED.search(joined)):
            return _with_its_date(lines, start)
        by_name = wrote and (
            marks.DASHED.match(joined) or marks.BEGINS.match(joined) or end == start
        )
        if named is None and ((wrote and address) or by_name):
            named = start
    return named


def _wrote(text: str) -> bool:
    return bool(marks.WROTE.search(text.lower()))


def _with_its_date(lines: list[str], start: int) -> int:
    """Take the line before, if the first half of the date stands there."""
    before = lines[start - 1].strip() if start else ""
    is_cut = not marks.BEGINS.match(lines[start]) and marks.DAY.search(before)
    return start - 1 if is_cut and before[-1] not in ".!?:" and not _is_quoted(before) else start


def _is_followed_by_quotation(lines: list[str], start: int, end: int) -> bool:
    """Tell an attribution from a sentence that sounds like one."""
    first = next((line for line in lines[end:] if line.strip()), None)
    if first is None or _is_quoted(first):
        return True
    said = " ".join(lines[start:end])
    return bool(marks.DAY.search(said) or marks.ADDRESS.search(said) or marks.DASHED.match(said))


def _is_header_block(lines: list[str], index: int) -> bool:
    """Tell whether a mail program's From, Sent, To and Subject stand here, in whatever order."""
    if not marks.LABELLED.match(lines[index]):
        return False
    if not any(label.match(lines[index]) for label in marks.LABEL):
        return False
    block = [line for line in lines[index : index + HEADERS] if marks.LABELLED.match(line)]
    found = sum(any(label.match(line) for line in block) for label in marks.LABEL)
    # Three of them may also be a form that somebody filled in.
    told = any(marks.ADDRESS.search(line) or marks.CLOCK.search(line) for line in block)
    return found == len(marks.LABEL) or (found == len(marks.LABEL) - 1 and told)


def _with_rule(lines: list[str], index: int) -> int:
    """Take the line that a program draws above its header block along."""
    above = index - 1
    while above > 0 and not lines[above].strip():
        above -= 1
    drawn = above >= 0 and (marks.RULE.match(lines[above]) or marks.DASHED.match(lines[above]))
    return above if drawn else index


def _goes_on(lines: list[str]) -> bool:
    """Tell whether somebody answers inside or below a quotation that is marked line by line."""
    marked = next((index for index, line in enumerate(lines) if _is_quoted(line)), None)
    if marked is None:
        return False
    # An attribution takes a line or two; more of them are a quotation that is not marked.
    if sum(bool(line.strip()) for line in lines[:marked]) > LONGEST_ATTRIBUTION:
        return False
    rest = lines[marked:]
    answers = [
        line
        for index, line in enumerate(rest)
        if line.strip()
        and not _is_quoted(line)
        and not marks.DIVIDER.match(line)
        and not _is_wrapped(rest, index)
        and _attribution(rest, index) is None
    ]
    return _says_something(_without_signature(answers))


def _is_wrapped(lines: list[str], index: int) -> bool:
    """Tell the rest of a quoted line that a program broke without marking it again."""
    before, after = lines[index - 1], lines[index + 1 : index + 2]
    is_between = index > 0 and _is_quoted(before) and bool(after) and _is_quoted(after[0])
    return is_between and len(before) >= LONG_LINE and not lines[index][:1].isupper()


def _after_leading_quotation(lines: list[str]) -> int | None:
    """Return where the words below a quotation at the very beginning stand, if that is one block."""
    first = _past_blank(lines, 0)
    for end in range(first, min(first + LONGEST_ATTRIBUTION, len(lines))):
        if _attribution(lines, end) == first:
            first = _past_blank(lines, end + 1)
            break
    if first >= len(lines) or not _is_quoted(lines[first]):
        return None
    while first < len(lines) and (_is_quoted(lines[first]) or not lines[first].strip()):
        first += 1
    rest = lines[first:]
    return first if _says_something(rest) and not any(map(_is_quoted, rest)) else None


def _past_blank(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _without_known(lines: list[str], signatures: Sequence[str]) -> list[str]:
    """Drop the signatures that stand at the end, however their lines are broken."""
    for signature in reversed(signatures):
        sought, found = _letters(signature), ""
        for index in range(len(lines) - 1, -1, -1):
            found = _letters(lines[index]) + found
            if len(found) >= len(sought):
                if found == sought and _says_something(lines[:index]):
                    lines = lines[:index]
                break
    return lines


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _without_signature(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    lines = lines[:end]
    for index in range(end - 1, max(end - LONGEST_FIRM_SIGNATURE, -1), -1):
        if _begins_signature(lines, index) and _says_something(lines[:index]):
            return _without_signature(lines[:index])
    return lines


def _begins_signature(lines: list[str], index: int) -> bool:
    line, after = lines[index], len(lines) - index
    if line == marks.FIRM_SIGNATURE:
        return True
    if marks.SIGNATURE.match(line):
        return after <= LONGEST_SIGNATURE + 1
    if after > LONGEST_DEVICE:
        return False
    plain = marks.LINK.sub("", line).strip()
    return bool(marks.DEVICE.match(plain) or marks.OUTLOOK.match(plain))


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _says_something(lines: list[str]) -> bool:
    return any(line.strip(" \t>*_-–—") for line in lines)
