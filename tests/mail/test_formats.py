"""Words with formats: what is kept of them, and how they read as text."""

from uuid import uuid4

import pytest

from inbox.connectors.mail.rich import clean, laid_out, read_words, shown

PICTURE = uuid4()
EVERYTHING = (
    "<p>Good <strong>morning</strong>, <em>two</em> things:</p>"
    '<ul><li><p>one</p></li><li><p>two, <a href="https://a.example/x">here</a></p></li></ul>'
    '<ol start="3"><li>three</li><li>four<ul><li>deep</li></ul></li></ol>'
    "<blockquote><p>said</p><p>more</p><blockquote>deeper</blockquote></blockquote>"
    "<pre><code>a  b\n c</code></pre>"
    f'<p>the<br>end</p><img src="cid:{PICTURE}" alt="stairs.png">'
)
AS_TEXT = """Good morning, two things:

- one
- two, here (https://a.example/x)

3. three
4. four
   - deep

> said
>
> more
>
> > deeper

a  b
 c

the
end

[stairs.png]"""


def test_formats_read_as_text():
    words = read_words(EVERYTHING)

    assert words.text == AS_TEXT
    assert words.pictures == (PICTURE,)
    assert clean(words.html) == words.html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            '<p><b>a</b> <a href="https://a.example/">https://a.example</a></p>',
            "a https://a.example",
        ),
        ('<p><b>a</b> <a href="mailto:x@y.example">x@y.example</a></p>', "a x@y.example"),
        ('<p><a href="mailto:x@y.example">write</a></p>', "write (x@y.example)"),
        ("<div><b>a</b></div><div>b</div>", "a\nb"),
        ("<ul><li><p>a</p><p>b</p></li></ul><p>c</p>", "- a\n  b\n\nc"),
        (f'<b>src="cid:{PICTURE}"</b>', f'src="cid:{PICTURE}"'),
    ],
    ids=["address", "mail", "named", "lines", "item", "lookalike"],
)
def test_small_things_read_well(html, text):
    words = read_words(html)

    assert (words.text, words.pictures) == (text, ())
    assert words.html


@pytest.mark.parametrize("html", ["<p>a</p><p>b<br>c</p>", "", "<p> </p>", "<p><b></b></p>"])
def test_what_has_no_format_is_text_alone(html):
    assert read_words(html).html == ""


HOSTILE = [
    "<script>alert(1)</script><b>x</b>",
    "<style>b { color: red }</style><b>x</b>",
    '<b onclick="alert(1)" style="position:fixed" class="fab" id="head">x</b>',
    '<b>x</b><a href="javascript:alert(1)">y</a><a href="//evil.example">z</a><a href=" JaVascript:x">q</a>',
    '<b>x</b><img src="data:image/png;base64,aa"><img src="https://evil.example/t.gif"><img src="cid:../x">',
    "<b>x</b><iframe src=/></iframe><object data=/></object><form action=/><input name=text></form><svg onload=1>",
    '<b>x</b><img alt="<img onerror=alert(1) x" src=x><a href=\'https://a.example/"><script>\'>y</a>',
    "<b>x</b><math><mtext></p><style><!--</style><img title='--><img src=1 onerror=alert(1)>'>",
]


@pytest.mark.parametrize("html", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_acts_loads_or_hides_is_kept(html):
    for made in (read_words(html).html, shown(html, {}), laid_out(clean(html))):
        lower = made.lower()
        assert "<b>x</b>" in lower
        bad = (
            "<script",
            "onclick=",
            "onerror=alert(1)>",
            "javascript",
            "data:",
            "<iframe",
            "<form",
            "<svg",
        )
        assert [one for one in bad if one in lower] == []
        assert [
            one for one in ("position", 'class="', 'id="', "evil.example", "<style") if one in lower
        ] == []
        assert "<img onerror" not in lower


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 5000 + "<b>deep</b>" + "</div>" * 5000,
        "<blockquote>" * 5000 + "<b>deep</b>",
        "<ul><li>" * 5000 + "<b>deep</b>",
        "<p><b><i>" * 15000 + "deep",
    ],
    ids=["divs", "quotations", "lists", "soup"],
)
def test_whatever_is_nested_in_whatever_ends(html):
    words = read_words(html)

    assert words.text.endswith("deep")
    assert len(words.text) < 200
