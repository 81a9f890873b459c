"""The shipping marks sheet 唛头: what is to be painted or printed on the cartons of each range.

Main marks after UNECE Recommendation 15 (consignee, reference, destination, package number, in plain
capitals); the side mark of the trade beside it (item, quantity, weights, size, origin), always in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from factory_erp.documents.facts import CartonLine, carton_groups
from factory_erp.documents.layout import (
    PAD,
    SMALL,
    Block,
    Line,
    Para,
    draw_lines,
    lines_height,
    set_figure,
    set_lines,
)
from factory_erp.documents.page import MM, MUTED, STRONG, TINT, Page
from factory_erp.documents.parts import (
    Draft,
    header,
    kilograms,
    marks_row,
    packages_text,
    party_rows,
    title_field,
    weight_places,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import country_name, figure, places
from factory_erp.domain.quantity import unit_name
from factory_erp.domain.weight import Dimensions

NO_MARKS = "N/M"
"""No marks, as documents say it."""

_CARTON_LINE = re.compile(
    r"\s*((?:(?:C|CTNS?|CARTONS?|CASES?|PACKAGES?|PKGS?|BOX|BOXES)\s*[/.]?\s*)?NOS?\b\s*[.:]*\s*#?|箱号\s*[:：]?)"
    r"\s*(?:[A-Z]{0,8}\s*[0-9]|_|X).*",
    re.IGNORECASE,
)
_MAIN, _SIDE = 17.0, 10.5


def marked(marks: Sequence[str], carton: str) -> tuple[str, ...]:
    """The shipping *marks* as they stand on cartons *carton* ("12/485", "1-25").

    The line of the carton numbers ("C/NO. 1-485") gets these instead, with its own wording; where there is
    none, it is added. Without marks a carton says N/M.
    """
    if not marks:
        return (NO_MARKS,)
    found = [_CARTON_LINE.fullmatch(line) for line in marks]
    if not any(found):
        return (*marks, f"C/NO. {carton}")
    return tuple(
        f"{match[1].rstrip()} {carton}" if match else line for line, match in zip(marks, found, strict=True)
    )


def side_mark(group: Sequence[CartonLine], origin: str) -> tuple[str, ...]:
    """What stands on the side of each carton of *group*, which holds the items of its lines."""
    first = group[0]
    net = sum(line.net_g_per_carton for line in group)
    decimals = weight_places([net, first.gross_g_per_carton])
    made_in = (f"MADE IN {country_name(origin, 'en').upper()}",) if origin else ()
    return (
        *(line for one in group for line in _contents(one)),
        f"G.W.: {kilograms(first.gross_g_per_carton, decimals)} KGS",
        f"N.W.: {kilograms(net, decimals)} KGS",
        f"MEAS.: {size_text(first.length_mm, first.width_mm, first.height_mm)} CM",
        *made_in,
    )


def size_text(length_mm: int, width_mm: int, height_mm: int) -> str:
    """45×32.5×28, in centimetres; empty where a side is not known."""
    if min(length_mm, width_mm, height_mm) < 1:
        return ""
    return Dimensions(length_mm, width_mm, height_mm).format()


def quantity_text(quantity: Decimal, unit: str, language: str = "en") -> str:
    """1,800 PCS."""
    return f"{figure(quantity, places([quantity]))} {unit_name(unit, language)}"


def _contents(line: CartonLine) -> Iterable[str]:
    yield f"ITEM NO.: {line.item_number}"
    yield f"QTY: {quantity_text(line.per_carton, line.unit)}"


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The marks sheet as PDF bytes."""
    draft = Draft(snapshot, pictures=pictures)
    _head(draft)
    for group in carton_groups(snapshot.facts.cartons):
        draft.flow.place(_panels(draft, group))
        draft.flow.y += 2.5 * MM
    return draft.finish()


def _head(draft: Draft) -> None:
    facts, words = draft.facts, draft.words
    references = [
        draft.field("document_no", draft.number, bold=True),
        draft.field("date", words.day(draft.snapshot.issued_on), bold=True),
    ]
    invoice = draft.snapshot.invoice_number
    orders = ", ".join(facts.order_numbers)
    more = [draft.field(key, text) for key, text in (("invoice_no", invoice), ("order_no", orders)) if text]
    header(draft, [party_rows(draft), [[title_field(draft)], references, more]], [marks_row(draft)[1:]])


def _panels(draft: Draft, group: Sequence[CartonLine]) -> Block:
    """Main mark left, side mark right, of one range of cartons, under its heading."""
    flow, first = draft.flow, group[0]
    half = flow.width / 2
    main = _fitted(marked(draft.facts.marks, first.carton_ranges), _MAIN, half - 6 * MM, bold=True)
    origin = _origin(draft, group)
    side = _fitted(side_mark(group, origin), _SIDE, half - 6 * MM)
    head = _heading(draft, group)
    caption = _captions(draft, half)
    body = max(lines_height(main), lines_height(side)) + 8 * MM
    tops = lines_height(head) + 2 * PAD, lines_height(caption[0]) + PAD

    def draw(page: Page, y: float) -> None:
        page.fill(flow.left, y, flow.width, tops[0], TINT)
        draw_lines(page, head, flow.left + PAD, y + PAD)
        top = y + tops[0]
        page.box(flow.left, y, flow.width, sum(tops) + body)
        page.rule(flow.left + half, top, flow.left + half, top + tops[1] + body)
        for lines, left in zip(caption, (flow.left, flow.left + half), strict=True):
            draw_lines(page, lines, left + PAD, top + PAD * 0.75)
        _middle(page, main, flow.left + half / 2, top + tops[1], body)
        _middle(page, side, flow.left + half * 1.5, top + tops[1], body)

    return Block(sum(tops) + body, draw)


def _heading(draft: Draft, group: Sequence[CartonLine]) -> list[Line]:
    first = group[0]
    label = draft.words.label("cartons_of_mark")
    text = f"{label}: {first.carton_ranges}   {packages_text(first.cartons, draft.words)}"
    return set_lines([Para(text, 8.4, bold=True, colour=STRONG)], draft.flow.width - 2 * PAD)


def _captions(draft: Draft, width: float) -> list[list[Line]]:
    return [
        set_lines([Para(draft.words.label(key), SMALL, colour=MUTED)], width - 2 * PAD)
        for key in ("main_mark", "side_mark")
    ]


def _fitted(texts: Iterable[str], size: float, width: float, *, bold: bool = False) -> list[Line]:
    """Each text on one line of its own, as a mark is painted."""
    return [line for text in texts for line in set_figure(text, width, size, bold=bold)]


def _middle(page: Page, lines: Sequence[Line], x: float, y: float, height: float) -> None:
    draw_lines(page, lines, x, y + (height - lines_height(lines)) / 2 - PAD, "center")


def _origin(draft: Draft, group: Sequence[CartonLine]) -> str:
    """Country of origin of the goods in the cartons, of the shipment where the lines do not tell."""
    by_line = {line.line_no: line.origin_country for line in draft.facts.lines}
    known = {by_line.get(line.line_no, "") for line in group} - {""}
    return known.pop() if len(known) == 1 else draft.facts.origin_country
