"""What the stub serves before anybody says a word: the shop, the loader, the panel, the demo."""

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from helpdesk.static_files import joined

ROOT = Path(__file__).parents[2]
KEY = "wch_bGl0IGRlc2s"
PADS = {"article_id": 7, "live_title": "Brake pads", "language": "en"}
PANEL_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors {shop}"
)
SHOP_POLICY = (
    "default-src 'none'; img-src data:; script-src {desk}; frame-src {desk}; "
    "require-trusted-types-for 'script'"
)
SHOP_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="icon" href="data:,">
<script async src="{desk}/widget.js" data-channel="{key}"></script></head>
<body><h1>{title}</h1><a href="/bikes">Bikes</a></body></html>"""

ROUGH = """<style>
* { all: revert; color: red !important; font: 40px serif !important; margin: 30px !important }
div, iframe, button, span, svg { display: none !important; position: static !important; width: 3px !important;
  transform: rotate(9deg) !important; opacity: .1 !important; visibility: hidden !important }
</style><script>
Object.prototype.extend = function () {};
Array.prototype.each = Array.prototype.remove = function () {};
Array.prototype.toJSON = () => "polluted";
(window.Helpdesk = window.Helpdesk || []).push(["setFields", { name: "Ada", plan: "Pro" }],
  ["on", "open", () => (window.opened = (window.opened || 0) + 1)]);
</script>"""


def templates():
    pages = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals.update(
        _=str,
        language=lambda: "en",
        static=lambda path: f"/static/{path}",
        url=lambda name: {"demo": "/demo/", "demo-bikes": "/demo/bikes/"}[name],
    )
    return pages


class Pages:
    """Needs ``desk`` and ``shop`` (addresses), ``origins`` and ``ancestors``, and where there is ``help``."""

    templates = templates()

    def shop_page(self, path):
        policy = SHOP_POLICY.format(desk=self.desk)
        page = SHOP_PAGE.format(desk=self.desk, key=KEY, title="Shop" + path)
        headers = {"Content-Type": "text/html"}
        if (
            path == "/rough"
        ):  # an old page: no policy, rules for everything, objects that are not what they were
            page = page.replace("</head>", ROUGH + "</head>").replace(
                'lang="en"', 'lang="he" dir="rtl"'
            )
            return 200, page.encode(), headers
        if path.startswith("/look"):
            page = page.replace(f'"{KEY}"', f'"{KEY}" {self.snippet}')
        return 200, page.encode(), headers | {"Content-Security-Policy": policy}

    def file(self, path):
        kind = {"Content-Type": mimetypes.guess_type(path)[0] or "text/plain"}
        bundle = (ROOT / path).with_suffix(".bundle")
        if bundle.exists():
            return 200, joined(bundle)[1].encode(), kind
        file = ROOT / path
        return (200, file.read_bytes(), kind) if file.is_file() else (404, b"", kind)

    def panel(self):
        page = self.templates.get_template("widget/panel.html").render(
            channel={"key": KEY, "name": "Chat"},
            workspace_name="Halden Cycles",
            chat=self.chat,
            texts=self.chat.texts_in("en"),
            topics=self.chat.topics_in("en"),
            language_code="en",
            direction=self.direction,
            preview=None,
            help=self.help,
            offered=[PADS] if self.help else [],
            product_name="Helpdesk",
            origins=self.origins,
        )
        policy = PANEL_POLICY.format(host=urlsplit(self.desk).netloc, shop=" ".join(self.ancestors))
        headers = {"Content-Type": "text/html", "Content-Security-Policy": policy}
        return 200, page.encode(), headers

    def demo(self, path):
        name = "index" if path == "/demo/" else path.split("/")[2]
        page = self.templates.get_template(f"demo/{name}.html").render(
            base_url=self.desk, channel_key=KEY, button={}, product_name="Helpdesk"
        )
        return 200, page.encode(), {"Content-Type": "text/html"}
