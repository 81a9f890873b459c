"""The declaration elements sheet 申报要素表: item by item what the tariff asks and what was answered.

A broker and the person who knows the goods read it together: what is still missing stands out, and the
length of the line that customs stores is counted.
"""

from __future__ import annotations

from factory_erp.documents.customs_declaration import declared
from factory_erp.documents.details.customs import DeclarationDetails, DeclarationItem
from factory_erp.documents.layout import (
    BODY,
    SMALL,
    Block,
    Column,
    FieldRow,
    Para,
    Row,
    Table,
    draw_lines,
    gap,
    lines_height,
    set_figure,
    set_lines,
    side_by_side,
)
from factory_erp.documents.page import MM, MUTED, STRONG, Colour, Page
from factory_erp.documents.parts import GAP, Draft, title_field
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import figure, places
from factory_erp.domain.customs_codes import ELEMENTS_LENGTH, stored_length

WARNING: Colour = (0.72, 0.11, 0.11)

_COLUMNS = (("line", 10), ("de_element", 62), ("de_answer", 110))
"""Label and width in mm: 182 mm, an A4 page upright."""


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The sheet as PDF bytes. Raises InvalidValue for a snapshot that declares nothing."""
    return _Sheet(snapshot, declared(snapshot), pictures).draw()


class _Sheet:
    """One sheet being drawn."""

    def __init__(self, snapshot: DocumentSnapshot, details: DeclarationDetails, pictures: Pictures) -> None:
        self.details = details
        self.draft = Draft(snapshot, pictures=pictures)
        self.words = self.draft.words
        self.table = Table(
            [
                Column(tuple(self.words.both(key)), wide, "center" if key == "line" else "left", key)
                for key, wide in _COLUMNS
            ]
        )

    def draw(self) -> bytes:
        """Title, then a block per item."""
        draft, flow = self.draft, self.draft.flow
        half = flow.width / 2
        columns: list[list[FieldRow]] = [[[title_field(draft)]], self._references()]
        flow.place(side_by_side([draft.stack(rows, half) for rows in columns], flow.left))
        for item in self.details.items:
            self._place(item)
        return draft.finish()

    def _references(self) -> list[FieldRow]:
        draft, d = self.draft, self.details
        return [
            [
                draft.field("cd_contract", d.contract_number, bold=True),
                draft.field("date", self.words.day(draft.snapshot.issued_on), bold=True),
            ],
            [
                draft.field("cd_consignor", d.consignor),
                draft.field("cd_arrival_country", d.destination_country.name),
            ],
        ]

    def _place(self, item: DeclarationItem) -> None:
        """The block of one item; its heading never stands alone at the foot of a page."""
        flow = self.draft.flow
        heading, foot = self._heading(item), self._foot(item)
        if flow.room < heading.height + self.table.head_height + foot.height + 14 * MM:
            flow.new_page()
        flow.place(gap(0 if flow.is_fresh else 2 * GAP))
        flow.place(heading)
        self.table.flow(flow, self._rows(item), foot.height)
        flow.place(foot)

    def _heading(self, item: DeclarationItem) -> Block:
        """Item number, tariff code and name; below them quantities and the supplier's name for the goods."""
        words, flow = self.words, self.draft.flow
        title = f"{words.label('cd_item')} {item.item_no}   {item.hs_code}   {item.name}"
        units = [one for one in (item.first, item.second, item.transaction) if one and one.unit.code]
        counted = " / ".join(
            f"{figure(one.quantity, places([one.quantity]))} {one.unit.name}" for one in units
        )
        notes = [
            f"{words.label('cd_quantity')}: {counted}",
            f"{words.label('cd_source')}: {item.source_place.name}",
        ]
        if item.supplier_tax_name:
            notes.append(f"{words.label('de_supplier_name')}: {item.supplier_tax_name}")
        paras = [
            Para(title, 9, bold=True, colour=STRONG),
            *(Para(text, SMALL, colour=MUTED) for text in notes),
        ]
        lines = set_lines(paras, flow.width)
        return Block(lines_height(lines) + 1.2 * MM, lambda page, y: draw_lines(page, lines, flow.left, y))

    def _rows(self, item: DeclarationItem) -> list[Row]:
        rows = [self._row(index, name, answer) for index, (name, answer) in enumerate(item.elements, 1)]
        return rows or [self._row(1, "", "")]

    def _row(self, number: int, element: str, answer: str) -> Row:
        widths = [column.inner for column in self.table.columns]
        told = (
            Para(answer) if answer else Para(self.words.label("de_missing"), BODY, bold=True, colour=WARNING)
        )
        return (
            set_figure(str(number), widths[0]),
            set_lines([Para(element)], widths[1]),
            set_lines([told], widths[2]),
        )

    def _foot(self, item: DeclarationItem) -> Block:
        """The line that customs stores, with its length."""
        flow, long = self.draft.flow, stored_length(item.elements_line)
        counted = "  ".join(self.words.sentences("de_length", long=long, most=ELEMENTS_LENGTH))
        colour = WARNING if long > ELEMENTS_LENGTH else MUTED
        paras = [
            Para(f"{self.words.label('de_line')}: {item.elements_line}", SMALL),
            Para(counted, SMALL, bold=long > ELEMENTS_LENGTH, colour=colour),
        ]
        lines = set_lines(paras, flow.width)

        def draw(page: Page, y: float) -> None:
            draw_lines(page, lines, flow.left, y + 0.8 * MM)

        return Block(lines_height(lines) + 1.6 * MM, draw)
