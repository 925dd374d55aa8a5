"""
HTML of strangers, made fit to be shown.

The first of two walls: what is left still goes into a frame that runs nothing and loads nothing.
"""

from __future__ import annotations

import re

import nh3

LONGEST = 1_000_000  # characters; a longer one is shown as text
TAGS = nh3.ALLOWED_TAGS | {
    "article", "center", "dd", "dl", "dt", "figure", "figcaption", "font", "h1", "h2", "h3", "h4",
    "h5", "h6", "section", "small", "strike", "sub", "sup", "tfoot", "u",
}  # fmt: skip
SIZES = {"width", "height", "align", "valign", "bgcolor"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt"} | SIZES,
    "table": {"border", "cellpadding", "cellspacing"} | SIZES,
    "td": {"colspan", "rowspan", "nowrap"} | SIZES,
    "th": {"colspan", "rowspan", "nowrap", "scope"} | SIZES,
    "tr": SIZES,
    "col": SIZES | {"span"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
    "blockquote": {"type"},
    "div": {"align"},
    "p": {"align"},
}
# Nothing that leaves its place, covers something or loads something.
STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color",
    "border-left", "border-radius", "border-right", "border-spacing", "border-style",
    "border-top", "border-width", "color", "direction", "display", "font", "font-family",
    "font-size", "font-style", "font-variant", "font-weight", "height", "letter-spacing",
    "line-height", "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right",
    "margin-top", "max-width", "min-width", "padding", "padding-bottom", "padding-left",
    "padding-right", "padding-top", "text-align", "text-decoration", "text-indent",
    "text-transform", "vertical-align", "white-space", "width", "word-break", "word-wrap",
}  # fmt: skip
LOADING = re.compile(
    r"\\|(?:url|image|image-set|src|expression|attr|var|env|element)\s*\(", re.IGNORECASE
)
SCHEMES = {"http", "https", "mailto", "tel", "cid"}


def sanitise(html: str) -> str:
    """
    Return HTML without anything that acts, loads by itself or leaves its place.

    Pictures keep ``cid:`` and ``https:`` addresses; whoever shows them decides about loading.
    Addresses without a scheme are dropped: in our page they would be ours.
    """
    return nh3.clean(
        html[:LONGEST],
        tags=TAGS,
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        attributes=ATTRIBUTES,
        filter_style_properties=STYLES,
        url_schemes=SCHEMES,
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in {"href", "src"}:
        scheme, colon, _ = value.strip().partition(":")
        return value if colon and scheme.lower() in SCHEMES else None
    if name == "style":
        return ";".join(said for said in value.split(";") if not LOADING.search(said))
    return value
