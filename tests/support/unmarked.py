"""Finds what people would read that no translator has seen: text outside ``_()``."""

import ast
import re
from html.parser import HTMLParser

READ_ALOUD = {
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "placeholder",
    "title",
}
UNREAD = {"code", "kbd", "pre", "script", "style"}
WORD = re.compile(r"[^\W\d_]+")
TEMPLATE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# Blocks and macros that hold attributes, which stand here without their tag.
ATTRIBUTES = re.compile(r"\{% block body_\w+ %\}.*?\{% endblock %\}", re.DOTALL)
ATTRIBUTE = re.compile(r'[a-z-]+="')
ADDRESS = re.compile(r"https?://\S+")
# Names and units that are the same in every language, and what a program reads.
SAME_EVERYWHERE = {"CSV", "JSON", "UTC", "px", "Ctrl", "Enter", "Esc", "curl"}
# A sentence or a name in a script: a capital, small letters, and another word.
SENTENCE = re.compile(r"""(["'`])([A-Z][a-z]+(?: [\w'{}$.,]+)+)\1""")
COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*|\s//\s[^\n]*", re.DOTALL | re.MULTILINE)
REFUSALS = {"ValidationError", "ParseError", "BadInput", "NotAllowed"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.unread = 0

    def handle_starttag(self, tag, attributes):
        self.unread += tag in UNREAD
        for name, value in attributes:
            if name in READ_ALOUD and value:
                self.note(value)

    def handle_endtag(self, tag):
        self.unread -= tag in UNREAD

    def handle_data(self, data):
        if not self.unread:
            self.note(data)

    def note(self, text):
        said = " ".join(ADDRESS.sub("", text).split())
        if not ATTRIBUTE.match(said) and set(WORD.findall(said)) - SAME_EVERYWHERE:
            self.texts.append(said)


def literals_in_page(source: str) -> list[str]:
    """List texts and attributes of a template that hold letters of their own."""
    reader = _Reader()
    # Statements become nothing that could be read, and keep an attribute's quotes whole.
    reader.feed(TEMPLATE.sub(" ", ATTRIBUTES.sub("", source)))
    reader.close()
    return reader.texts


def literals_in_script(source: str) -> list[str]:
    return [match[2] for match in SENTENCE.finditer(COMMENT.sub("", source))]


def literals_raised(tree: ast.Module) -> list[str]:
    """List sentences that are raised for people as they stand in the code."""
    errors = REFUSALS | {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "DomainError" for base in node.bases)
    }
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)):
            continue
        name = (
            node.exc.func.attr
            if isinstance(node.exc.func, ast.Attribute)
            else getattr(node.exc.func, "id", "")
        )
        for argument in node.exc.args[:1]:
            literal = isinstance(argument, ast.JoinedStr) and not _only_values(argument)
            if name in errors and (
                literal or (isinstance(argument, ast.Constant) and isinstance(argument.value, str))
            ):
                found.append(ast.unparse(argument))
    return found


def _only_values(text: ast.JoinedStr) -> bool:
    words = "".join(part.value for part in text.values if isinstance(part, ast.Constant))
    return not WORD.search(words)
