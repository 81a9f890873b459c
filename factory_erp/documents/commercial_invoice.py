"""The commercial invoice 商业发票 (UNTDID 1001 code 380).

Contents after UCP 600 article 18 and the Chinese 17-field invoice: goods with unit price, trade term
with its source, charges, total in figures and words, bank, declaration of origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from factory_erp.documents.facts import GoodsLine
from factory_erp.documents.layout import (
    BODY,
    PAD,
    SMALL,
    Block,
    Column,
    Field,
    FieldRow,
    Line,
    Para,
    Row,
    Table,
    draw_figures,
    draw_lines,
    lines_height,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.page import INK, MM, MUTED, STRONG, TINT, Page
from factory_erp.documents.parts import (
    Draft,
    buyer_row,
    clauses_row,
    closing,
    country_row,
    header,
    marks_row,
    party_rows,
    reference_rows,
    remarks_row,
    tail_height,
    title_field,
    transport_rows,
    wanted,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import country_name, figure, places, totals_by_unit
from factory_erp.documents.typeset import text_width
from factory_erp.domain.money import Money, exponent

ROW_LABEL = 0.9 * MM


KEPT = frozenset({"description", "quantity", "unit_price", "amount"})
"""Columns that no option hides: what an invoice is about."""


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The invoice as PDF bytes."""
    return Invoice(snapshot, pictures).draw()


class Invoice:
    """One invoice being drawn; other papers with priced goods differ in its head and its declarations."""

    def __init__(self, snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> None:
        self.draft = Draft(snapshot, pictures=pictures)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.table = Table(self._columns())
        lines = self.facts.lines
        self.price_places = places((line.unit_price for line in lines), exponent(self.facts.currency))
        self.quantity_places = places(line.quantity for line in lines)
        self.many_orders = len({(line.order_number, line.customer_po) for line in lines}) > 1

    def draw(self) -> bytes:
        """Head, goods, totals, words, bank and declarations, signature."""
        draft = self.draft
        self._head()
        tail = [*self._totals(), self._in_words(), closing(draft, self._declarations())]
        self.table.flow(
            draft.flow, (self._row(line) for line in self.facts.lines), tail_height(draft.flow, tail)
        )
        draft.flow.place_together(tail)
        return draft.finish()

    def _head(self) -> None:
        draft = self.draft
        header(
            draft,
            [[*party_rows(draft), country_row(draft)], self._right_rows()],
            [*transport_rows(draft), marks_row(draft)],
        )

    def _right_rows(self) -> list[FieldRow]:
        draft = self.draft
        rows = [[title_field(draft)], *reference_rows(draft), buyer_row(draft), *self._term_rows()]
        return [*rows, self._import_row()]

    def _import_row(self) -> FieldRow:
        """The importer's number, where no party's box states it already, and why the goods are sent."""
        facts = self.facts
        stated = {party.tax_id for party in (facts.consignee, facts.buyer) if party}
        number = "" if facts.importer_tax_id in stated else facts.importer_tax_id
        known = (("importer_tax_id", number), ("export_reason", facts.export_reason))
        return [self.draft.field(key, text) for key, text in known if text]

    def _term_rows(self) -> list[FieldRow]:
        """Trade term and currency, then how it is paid."""
        draft, facts = self.draft, self.facts
        terms = [
            draft.field("trade_term", self._trade_term(), bold=True, share=1.6),
            draft.field("currency", facts.currency, bold=True),
        ]
        payment = self.words.pick(facts.payment_terms)
        return [terms, [draft.field("payment", *payment)] if payment else []]

    def _trade_term(self) -> str:
        return str(self.facts.trade_term)

    def _columns(self) -> list[Column]:
        def heading(key: str, addition: str = "") -> tuple[str, ...]:
            first, *rest = self.words.both(key)
            return (first + addition, *rest)

        money = f" ({self.facts.currency})"
        return wanted(
            self.draft,
            [
                Column(heading("line"), 8, "center", "line"),
                Column(heading("item"), 27, key="item"),
                Column(heading("description"), 56, key="description"),
                Column(heading("hs_origin"), 24, key="hs_origin"),
                Column(heading("quantity"), 19, "right", "quantity"),
                Column(heading("unit_price", money), 23, "right", "unit_price"),
                Column(heading("amount", money), 25, "right", "amount"),
            ],
            KEPT,
        )

    def _row(self, line: GoodsLine) -> Row:
        return [self._cell(line, column.key, column.inner) for column in self.table.columns]

    def _cell(self, line: GoodsLine, key: str, width: float) -> list[Line]:
        """What *line* states in the column *key*."""
        if key == "item":
            return set_lines(self._item(line), width)
        if key == "description":
            return set_lines(self._description(line, width), width)
        if key == "hs_origin":
            return set_lines([Para(f"{line.hs_code}  {line.origin_country}")], width)
        if key == "quantity":
            return set_figure(self._count(line.quantity, line.unit), width)
        if key == "unit_price":
            return set_figure(figure(line.unit_price, self.price_places), width)
        if key == "amount":
            return set_figure(Money(line.amount_minor, self.facts.currency).format(), width)
        return set_figure(str(line.line_no), width)

    def _count(self, quantity: Decimal, unit: str) -> str:
        return f"{figure(quantity, self.quantity_places)} {self.words.unit(unit)}"

    def _item(self, line: GoodsLine) -> list[Para]:
        """Our item number, then the buyer's, and the orders where the lines are of several."""
        paras = [Para(line.item_number, bold=True)] if self.draft.shows("our_item") else []
        if line.customer_item_number and self.draft.shows("buyers_item"):
            paras.append(Para(line.customer_item_number, SMALL, colour=MUTED))
        if self.many_orders:
            numbers = " / ".join(number for number in (line.customer_po, line.order_number) if number)
            paras.append(Para(numbers, SMALL, colour=MUTED))
        return paras

    def _description(self, line: GoodsLine, width: float) -> list[Para]:
        """The description per language, on one line where both fit."""
        shown = self.words.pick(line.description)
        joined = "  ".join(shown)
        if len(joined) < 60 and text_width(joined, BODY) <= width:
            shown = [joined]
        return [*(Para(text) for text in shown), *self._particulars(line)]

    def _particulars(self, line: GoodsLine) -> list[Para]:
        """Brand and material, as far as they are stated and wanted."""
        known = (("brand", line.brand), ("material", self.words.inline(line.material, " / ")))
        told = [f"{self._label(key)}: {text}" for key, text in known if text and self.draft.shows(key)]
        return [Para(text, SMALL, colour=MUTED) for text in told]

    def _totals(self) -> list[Block]:
        """Goods, charges and the total, under the amount column."""
        facts = self.facts
        rows: list[Block] = []
        if facts.charges:
            rows.append(self._sum_row(self.words.label("goods_value"), facts.goods_minor))
            rows.extend(self._sum_row(self.words.inline(c.label), c.amount_minor) for c in facts.charges)
        return [*rows, self._total_row()]

    def _sum_row(self, label: str, minor: int) -> Block:
        left, right = self.draft.flow.left, self.draft.flow.left + self.table.width
        span = self.table.span(left, "amount")
        lines = self.draft.spill.clip(label[:40], set_lines([Para(label)], span[0] - left - 2 * PAD), 4)
        amount = set_figure(Money(minor, self.facts.currency).format(), span[1] - span[0] - 2 * PAD)
        height = lines_height(lines) + 2 * ROW_LABEL

        def draw(page: Page, y: float) -> None:
            draw_lines(page, lines, span[0] - PAD, y + ROW_LABEL, "right")
            draw_figures(page, amount, span, y + ROW_LABEL)
            for x in (left, span[0], right):
                page.rule(x, y, x, y + height)
            page.rule(left, y + height, right, y + height, 0.3)

        return Block(height, draw)

    def _total_row(self) -> Block:
        left, right = self.draft.flow.left, self.draft.flow.left + self.table.width
        end_of_text = self.table.span(left, "description")[1]
        # A mirrored page has its figures at the other edge of their column: they may not reach across it.
        mirrored = self.draft.flow.mirrored
        quantity, amount = self.table.span(left, "quantity"), self.table.span(left, "amount")
        if not mirrored:
            quantity, amount = (end_of_text, quantity[1]), (right - 44 * MM, right)
        label = [Para(f"{self.words.label('total')}   {self._trade_term()}", 8.4, bold=True, colour=STRONG)]
        lines = set_lines(label, end_of_text - left - 2 * PAD)
        lines = self.draft.spill.clip(self.words.label("total"), lines, 3)
        money = Money(self.facts.total_minor, self.facts.currency)
        room = amount[1] - amount[0] - 2 * PAD
        due = set_figure(f"{money.currency} {money.format()}", room, 9.4, bold=True)
        counted = self._counted(quantity[1] - quantity[0] - 2 * PAD)
        height = max(map(lines_height, (lines, counted, due))) + 2.4 * MM

        def draw(page: Page, y: float) -> None:
            page.fill(left, y, self.table.width, height, TINT)
            draw_lines(page, lines, left + PAD, y + (height - lines_height(lines)) / 2)
            draw_figures(page, counted, quantity, y + (height - lines_height(counted)) / 2)
            draw_figures(page, due, amount, y + (height - lines_height(due)) / 2)
            page.rule(left, y + height, right, y + height, 0.6, STRONG)
            page.rule(left, y, left, y + height)
            page.rule(right, y, right, y + height)

        return Block(height, draw)

    def _counted(self, width: float) -> list[Line]:
        """Total quantity per unit."""
        sums = totals_by_unit((line.quantity, line.unit) for line in self.facts.lines)
        return [
            line for value, unit in sums for line in set_figure(self._count(value, unit), width, bold=True)
        ]

    def _in_words(self) -> Block:
        money = Money(self.facts.total_minor, self.facts.currency)
        paras = tuple(Para(text, 7.8, bold=True, colour=INK) for text in self.words.amount_in_words(money))
        box = Field(self.words.label("amount_in_words"), paras, key="amount_in_words")
        return stacked(self.draft.stack([[box]], self.draft.flow.width), self.draft.flow.left)

    def _declarations(self) -> Sequence[FieldRow]:
        draft = self.draft
        declared = draft.field("declaration", *self._declaration())
        return [self._bank(), [declared], clauses_row(draft), remarks_row(draft)]

    def _declaration(self) -> list[str]:
        """Where the goods come from, and that the invoice is right; unless certified, errors are excepted."""
        words = self.words
        certified = self.draft.options.certified
        ends = words.sentences("certified") if certified else words.both("errors_excepted")
        return [f"{said}  {end}" for said, end in zip(self._origin_declared(), ends, strict=True)]

    def _origin_declared(self) -> list[str]:
        origins = {line.origin_country for line in self.facts.lines}
        if len(origins) != 1 or not all(origins):
            return self.words.sentences("true_declaration")
        names = {code: country_name(min(origins), code) for code in self.words.codes}
        return self.words.sentences("origin_declaration", origin=names)

    def _bank(self) -> FieldRow:
        bank = self.facts.bank
        if bank is None:
            return []
        named = (
            ("beneficiary", bank.beneficiary),
            ("bank_name", bank.bank_name),
            ("bank_address", bank.bank_address),
            ("account", bank.account),
            ("swift", bank.swift),
        )
        return [self.draft.field("bank", *(f"{self._label(key)}: {text}" for key, text in named if text))]

    def _label(self, key: str) -> str:
        first, *rest = self.words.both(key)
        return rest[0] if rest and first in rest[0] else " ".join([first, *rest])
