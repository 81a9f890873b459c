"""How fast documents are drawn: bilingual invoices beside the same content through ReportLab's own ways.

``python -m benchmarks.documents --json`` prints one JSON object. Times are CPU seconds of this process,
the best of several passes; each invoice has its own number and quantities, so nothing is drawn twice.
Baseline ``platypus``: ReportLab's LongTable with a Paragraph (wordWrap CJK) per cell.
Baseline ``canvas``: the same strings with bare ``drawString`` calls, no wrapping, no boxes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

from factory_erp.documents import render
from factory_erp.documents.commercial_invoice import Invoice
from factory_erp.documents.page import A4
from factory_erp.documents.snapshot import DocumentSnapshot, texts
from factory_erp.documents.typeset import BOLD, REGULAR, face
from factory_erp.domain.money import UnitPrice
from tests.documents.samples import facts, snapshot

SHORT = (
    ("Vacuum bottle 500 ml", "真空保温杯"),
    ("Travel mug 350 ml", "车载咖啡杯"),
    ("Lunch box 1.0 l", "不锈钢饭盒"),
)


def invoice(count: int, seed: int, *, short: bool) -> DocumentSnapshot:
    """A bilingual invoice; *seed* varies number and quantities, *short* makes 20 lines fit one page."""
    stated = facts(count, charges=())
    lines = []
    for index, line in enumerate(stated.lines):
        quantity = line.quantity + Decimal(seed % 997)
        amount = UnitPrice(line.unit_price, "USD").times(quantity).minor
        changes: dict[str, Any] = {"quantity": quantity, "amount_minor": amount}
        if short:
            english, chinese = SHORT[index % len(SHORT)]
            changes |= {"customer_item_number": "", "description": texts({"en": english, "zh_CN": chinese})}
        lines.append(replace(line, **changes))
    total = sum(line.amount_minor for line in lines)
    stated = replace(stated, lines=tuple(lines), total_minor=total)
    if short:
        stated = replace(
            stated, buyer=None, notify=None, remarks=(), marks=("NORDLYS", "AARHUS", "C/NO. 1-UP")
        )
    return DocumentSnapshot(
        "commercial_invoice", f"CI-2026-{seed:05d}", 1, snapshot().issued_on, "bilingual", stated
    )


def cells(document: DocumentSnapshot) -> list[list[list[str]]]:
    """The item rows as lists of strings per cell, as the document prints them."""
    drawn = Invoice(document)
    return [[[line.text for line in cell] for cell in drawn._row(line)] for line in document.facts.lines]


def head(document: DocumentSnapshot) -> list[str]:
    """What stands outside the item table."""
    inside = {text for row in cells(document) for cell in row for text in cell}
    drawn = Invoice(document)
    drawn.draw()
    page = drawn.draft.flow.pages[0]
    return [mark.text for mark in page.texts if mark.text not in inside]


def platypus(rows: list[list[list[str]]], others: list[str]) -> bytes:
    """Baseline (a): LongTable with a Paragraph per cell."""
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, TableStyle

    style = ParagraphStyle("cell", fontName=REGULAR, fontSize=7.4, leading=9.6, wordWrap="CJK")
    widths = [c.width for c in Invoice(invoice(1, 1, short=True)).table.columns]
    data = [[[Paragraph(escaped(text), style) for text in cell] for cell in row] for row in rows]
    table = LongTable(data, colWidths=widths, repeatRows=1)
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.3, colors.grey)]))
    boxes = [others[i : i + 4] for i in range(0, len(others), 4)]
    padded = [[Paragraph(escaped(text), style) for text in row] + [""] * (4 - len(row)) for row in boxes]
    out = BytesIO()
    story = [LongTable(padded, colWidths=[129] * 4), table]
    SimpleDocTemplate(out, pagesize=A4, leftMargin=40, rightMargin=40, invariant=1).build(story)
    return out.getvalue()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def canvas(rows: list[list[list[str]]], others: list[str]) -> bytes:
    """Baseline (b): bare strings."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    pdf = Canvas(out, pagesize=A4, invariant=1, pageCompression=1, initialFontName=REGULAR)
    pdf.setFont(BOLD, 7.4)
    for index, text in enumerate(others):
        pdf.drawString(40 + index % 4 * 129, 800 - index // 4 * 9, text)
    y = 500.0
    pdf.setFont(REGULAR, 7.4)
    for row in rows:
        for column, cell in enumerate(row):
            for offset, text in enumerate(cell):
                pdf.drawString(40 + column * 74, y - offset * 9.6, text)
        y -= max(map(len, row)) * 9.6 + 5
        if y < 50:
            pdf.showPage()
            pdf.setFont(REGULAR, 7.4)
            y = 800
    pdf.save()
    return out.getvalue()


def per_second(draw: Callable[[int], bytes], count: int, passes: int) -> float:
    """Documents per CPU second, the best of *passes* passes of *count* documents."""
    best = float("inf")
    for number in range(passes):
        begun = time.process_time()
        for index in range(count):
            draw(number * count + index)
        best = min(best, time.process_time() - begun)
    return count / best


def measure(lines: int, count: int, passes: int) -> dict[str, object]:
    """Ours and both baselines for documents of *lines* lines."""
    documents = [invoice(lines, seed, short=lines <= 20) for seed in range(1, count * passes + 1)]
    content = [(cells(document), head(document)) for document in documents]
    pages = render(documents[0]).count(b"/Type /Page\n")
    ours = per_second(lambda i: render(documents[i]), count, passes)
    bare = per_second(lambda i: canvas(*content[i]), count, passes)
    heavy = per_second(lambda i: platypus(*content[i]), count, passes)
    return {
        "lines": lines,
        "pages": pages,
        "documents_per_cpu_second": round(ours, 2),
        "platypus_per_cpu_second": round(heavy, 2),
        "canvas_per_cpu_second": round(bare, 2),
        "times_platypus": round(ours / heavy, 2),
        "times_canvas": round(ours / bare, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()
    face(bold=False)
    face(bold=True)
    render(invoice(20, 0, short=True))
    found = {"one_page": measure(20, 15, 3), "long": measure(1114, 1, 2)}
    print(json.dumps(found, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
