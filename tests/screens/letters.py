"""The mails of the pictured day."""

from typing import Any

REPLY = (
    "Good morning Henrik,\n\nyou are right, the number is missing on ours too. I correct the invoice "
    "today; two things change: your VAT number and the date of supply, now 4 March.\n\nOlga"
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LETTERS: list[dict[str, Any]] = [
    {
        "from": "Henrik Solberg <henrik@solbergsykkel.example>",
        "subject": "VAT number missing on invoice 8813",
        "id": "<8813.1@solbergsykkel.example>",
        "is_reply": False,
        "text": "Hello,\n\nour VAT number NO 987 654 321 MVA is missing on invoice 8813.\n",
        "html": (
            "<p>Hello,</p><p>our VAT number <b>NO 987 654 321 MVA</b> is missing on invoice 8813. "
            "Our accountant needs a corrected copy before Thursday.</p>"
            "<table cellpadding=6 style='border-collapse:collapse'>"
            "<tr style='background:#f0f0f0'><th align=left>Invoice<th align=left>Date<th align=right>Sum</tr>"
            "<tr><td>8813<td>4 March<td align=right>kr 184,200</tr></table>"
            "<p>Henrik Solberg<br>Solberg Sykkel AS, Oslo</p>"
        ),
        "files": [("invoice-8813.pdf", "application/pdf", PDF + b"%" * 112_000)],
    },
    {
        "from": "Henrik Solberg <henrik@solbergsykkel.example>",
        "subject": "Re: VAT number missing on invoice 8813",
        "id": "<8813.2@solbergsykkel.example>",
        "is_reply": True,
        "ago": 39,
        "text": "Thank you Olga. Could Liv Berg, our accountant, have it directly?\n",
        "html": (
            "<p>Thank you Olga. Could Liv Berg, our accountant, have it directly?</p>"
            "<blockquote type=cite><p>Good morning Henrik, you are right, the number is missing on ours too.</p></blockquote>"
        ),
        "files": [],
    },
]
