"""How fast documents are drawn: bilingual invoices beside other ways, labels, a whole set.

``python -m benchmarks.documents --json`` prints one JSON object. Times are CPU seconds of this process,
the best of several passes, in each of which every way has its turn; each invoice has its own number and
quantities, so nothing is drawn twice.
Baseline ``canvas``: the same strings with bare ``drawString`` calls, no wrapping, no boxes.
Baseline ``platypus``: ReportLab's LongTable with a Paragraph (wordWrap CJK) per cell.
Baseline ``weasyprint``: the same strings as an HTML table; null where WeasyPrint is not installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from html import escape
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from factory_erp.config import resources_dir
from factory_erp.documents import render
from factory_erp.documents.commercial_invoice import Invoice
from factory_erp.documents.facts import texts
from factory_erp.documents.page import A4
from factory_erp.documents.snapshot import DocumentSnapshot, Kind
from factory_erp.documents.typeset import BOLD, REGULAR, face
from factory_erp.domain.money import UnitPrice
from tests.documents.every_kind import sample
from tests.documents.samples import facts, snapshot
from tests.documents.samples_cartons import label_document, labels

SET: tuple[Kind, ...] = (
    "sales_contract",
    "commercial_invoice",
    "packing_list",
    "shipping_marks",
    "booking_note",
    "vgm_declaration",
    "origin_rcep",
    "beneficiary_certificate",
    "bill_of_exchange",
    "shipping_advice",
    "customs_declaration",
    "declaration_elements",
)
"""A whole set: what a shipment under a letter of credit takes."""

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


def weasyprint(rows: list[list[list[str]]], others: list[str]) -> bytes:
    """Baseline (c): an HTML table through WeasyPrint, with the same font embedded."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    def cell(texts: list[str]) -> str:
        return "<td>" + "<br>".join(escape(text, quote=False) for text in texts)

    font = (resources_dir() / "fonts" / "NotoSansSC_400Regular.ttf").as_uri()
    fonts = FontConfiguration()
    style = CSS(
        string=f"@font-face {{font-family: sc; src: url({font})}} @page {{size: A4; margin: 14mm}}"
        "body {font: 7.4pt sc} table {width: 100%; border-collapse: collapse}"
        "td {border: 0.3pt solid grey; padding: 2pt; vertical-align: top}",
        font_config=fonts,
    )
    boxes = "".join(
        "<tr>" + "".join(cell([text]) for text in others[i : i + 4]) for i in range(0, len(others), 4)
    )
    table = "".join("<tr>" + "".join(map(cell, row)) for row in rows)
    page = HTML(string=f"<table>{boxes}</table><table>{table}</table>")
    drawn: bytes = page.write_pdf(stylesheets=[style], font_config=fonts)
    return drawn


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def rates(ways: dict[str, Callable[[int], bytes]], count: int, passes: int) -> dict[str, float]:
    """Documents per CPU second of each way, the best of *passes* passes of *count* documents."""
    best = dict.fromkeys(ways, float("inf"))
    for number in range(passes):
        for name, draw in ways.items():
            spent = seconds(partial(_draw, draw, range(number * count, (number + 1) * count)))
            best[name] = min(best[name], spent)
    return {name: count / spent for name, spent in best.items()}


def _draw(draw: Callable[[int], bytes], indices: range) -> None:
    for index in indices:
        draw(index)


def measure(lines: int, count: int, passes: int) -> dict[str, object]:
    """Ours and the baselines for documents of *lines* lines."""
    documents = [invoice(lines, seed, short=lines <= 20) for seed in range(1, count * passes + 1)]
    content = [(cells(document), head(document)) for document in documents]
    found = rates(
        {
            "ours": lambda i: render(documents[i]),
            "canvas": lambda i: canvas(*content[i]),
            "platypus": lambda i: platypus(*content[i]),
        },
        count,
        passes,
    )
    slow = rates({"weasyprint": lambda i: weasyprint(*content[i])}, 1, 2) if find_spec("weasyprint") else {}
    ours = found["ours"]
    return {
        "lines": lines,
        "pages": render(documents[0]).count(b"/Type /Page\n"),
        "documents_per_cpu_second": round(ours, 2),
        "canvas_per_cpu_second": round(found["canvas"], 2),
        "platypus_per_cpu_second": round(found["platypus"], 2),
        "weasyprint_per_cpu_second": round(slow["weasyprint"], 3) if slow else None,
        "times_canvas": round(ours / found["canvas"], 2),
        "times_platypus": round(ours / found["platypus"], 2),
        "times_weasyprint": round(ours / slow["weasyprint"]) if slow else None,
    }


def carton_labels(count: int) -> dict[str, object]:
    """A file of *count* labels with their GS1-128 symbols, one to a page."""
    document = label_document(labels(count))
    spent = min(seconds(lambda: render(document)) for _pass in range(3))
    return {"labels": count, "cpu_s": round(spent, 3), "kb": len(render(document)) // 1024}


def whole_set(lines: int) -> dict[str, object]:
    """Every document of a set once, drawn and hashed, in two languages."""
    documents = [sample(kind, lines, "bilingual") for kind in SET]
    passes = []
    for _pass in range(3):
        begun = time.perf_counter()
        spent = {
            document.kind: seconds(lambda document=document: hashlib.sha256(render(document)).hexdigest())
            for document in documents
        }
        passes.append((time.perf_counter() - begun, sum(spent.values()), spent))
    wall, cpu, spent = min(passes, key=lambda one: one[1])
    each = {kind: round(one * 1000, 1) for kind, one in spent.items()}
    return {
        "documents": len(SET),
        "lines": lines,
        "wall_s": round(wall, 3),
        "cpu_s": round(cpu, 3),
        "cpu_ms": each,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments = parser.parse_args()
    face(bold=False)
    face(bold=True)
    render(invoice(20, 0, short=True))
    found = {
        "one_page": measure(20, 15, 4),
        "long": measure(1114, 1, 3),
        "labels": carton_labels(1000),
        "set": whole_set(20),
    }
    print(json.dumps(found, indent=None if arguments.json else 2))


if __name__ == "__main__":
    main()
