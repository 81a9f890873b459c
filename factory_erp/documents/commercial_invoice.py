"""The commercial invoice 商业发票 (UNTDID 1001 code 380).

Contents after UCP 600 article 18 and the Chinese 17-field invoice: goods with unit price, trade term
with its source, charges, total in figures and words, bank, declaration of origin.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    draw_lines,
    lines_height,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.page import INK, MM, MUTED, STRONG, TINT, Align, Page
from factory_erp.documents.parts import (
    Draft,
    buyer_row,
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
)
from factory_erp.documents.snapshot import DocumentSnapshot, GoodsLine
from factory_erp.documents.text import country_name, figure, places, totals_by_unit
from factory_erp.documents.typeset import text_width
from factory_erp.domain.money import Money, exponent

ROW_LABEL = 0.9 * MM


def render(snapshot: DocumentSnapshot) -> bytes:
    """The invoice as PDF bytes."""
    return Invoice(snapshot).draw()


class Invoice:
    """One invoice being drawn; other papers with priced goods differ in its head and its declarations."""

    def __init__(self, snapshot: DocumentSnapshot) -> None:
        self.draft = Draft(snapshot)
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
        return [[title_field(draft)], *reference_rows(draft), buyer_row(draft), *self._term_rows()]

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
        return [
            Column(heading("line"), 8, "center"),
            Column(heading("item"), 27),
            Column(heading("description"), 56),
            Column(heading("hs_origin"), 24),
            Column(heading("quantity"), 19, "right"),
            Column(heading("unit_price", money), 23, "right"),
            Column(heading("amount", money), 25, "right"),
        ]

    def _row(self, line: GoodsLine) -> Row:
        number, item, description, hs, quantity, price, amount = (
            column.inner for column in self.table.columns
        )
        counted = f"{figure(line.quantity, self.quantity_places)} {self.words.unit(line.unit)}"
        return (
            set_figure(str(line.line_no), number),
            set_lines(self._item(line), item),
            set_lines(self._description(line, description), description),
            set_lines([Para(f"{line.hs_code}  {line.origin_country}")], hs),
            set_figure(counted, quantity),
            set_figure(figure(line.unit_price, self.price_places), price),
            set_figure(Money(line.amount_minor, self.facts.currency).format(), amount),
        )

    def _item(self, line: GoodsLine) -> list[Para]:
        """Our item number, then the buyer's, and the orders where the lines are of several."""
        paras = [Para(line.item_number, bold=True)]
        if line.customer_item_number:
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
            return [Para(joined)]
        return [Para(text) for text in shown]

    def _totals(self) -> list[Block]:
        """Goods, charges and the total, under the amount column."""
        facts = self.facts
        rows: list[Block] = []
        if facts.charges:
            rows.append(self._sum_row(self.words.label("goods_value"), facts.goods_minor))
            rows.extend(self._sum_row(self.words.inline(c.label), c.amount_minor) for c in facts.charges)
        return [*rows, self._total_row()]

    def _sum_row(self, label: str, minor: int) -> Block:
        columns = self.table.columns
        wide = self.table.width - columns[-1].width - 2 * PAD
        lines = self.draft.spill.clip(label[:40], set_lines([Para(label)], wide), 4)
        amount = set_figure(Money(minor, self.facts.currency).format(), columns[-1].inner)
        height = lines_height(lines) + 2 * ROW_LABEL
        left, right = self.draft.flow.left, self.draft.flow.left + self.table.width

        def draw(page: Page, y: float) -> None:
            draw_lines(page, lines, right - columns[-1].width - PAD, y + ROW_LABEL, "right")
            draw_lines(page, amount, right - PAD, y + ROW_LABEL, "right")
            for x in (left, right - columns[-1].width, right):
                page.rule(x, y, x, y + height)
            page.rule(left, y + height, right, y + height, 0.3)

        return Block(height, draw)

    def _total_row(self) -> Block:
        left, columns = self.draft.flow.left, self.table.columns
        label_width = sum(column.width for column in columns[:3])
        quantity_end = left + label_width + columns[3].width + columns[4].width
        label = [Para(f"{self.words.label('total')}   {self._trade_term()}", 8.4, bold=True, colour=STRONG)]
        lines = self.draft.spill.clip(self.words.label("total"), set_lines(label, label_width - 2 * PAD), 3)
        money = Money(self.facts.total_minor, self.facts.currency)
        amount = set_figure(f"{money.currency} {money.format()}", 44 * MM - 2 * PAD, 9.4, bold=True)
        counted = self._counted(columns[3].width + columns[4].width - 2 * PAD)
        height = max(lines_height(lines), lines_height(counted), lines_height(amount)) + 2.4 * MM
        right = left + self.table.width

        def draw(page: Page, y: float) -> None:
            page.fill(left, y, self.table.width, height, TINT)
            cells: tuple[tuple[Sequence[Line], float, Align], ...] = (
                (lines, left + PAD, "left"),
                (counted, quantity_end - PAD, "right"),
                (amount, right - PAD, "right"),
            )
            for text, x, align in cells:
                draw_lines(page, text, x, y + (height - lines_height(text)) / 2, align)
            page.rule(left, y + height, right, y + height, 0.6, STRONG)
            page.rule(left, y, left, y + height)
            page.rule(right, y, right, y + height)

        return Block(height, draw)

    def _counted(self, width: float) -> list[Line]:
        """Total quantity per unit."""
        sums = totals_by_unit((line.quantity, line.unit) for line in self.facts.lines)
        shown = [f"{figure(value, self.quantity_places)} {self.words.unit(unit)}" for value, unit in sums]
        return [line for text in shown for line in set_figure(text, width, bold=True)]

    def _in_words(self) -> Block:
        money = Money(self.facts.total_minor, self.facts.currency)
        paras = tuple(Para(text, 7.8, bold=True, colour=INK) for text in self.words.amount_in_words(money))
        box = Field(self.words.label("amount_in_words"), paras)
        return stacked(self.draft.stack([[box]], self.draft.flow.width), self.draft.flow.left)

    def _declarations(self) -> Sequence[FieldRow]:
        draft = self.draft
        rows: list[FieldRow] = [self._bank(), [draft.field("declaration", *self._declaration())]]
        return [*rows, remarks_row(draft)]

    def _declaration(self) -> list[str]:
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
