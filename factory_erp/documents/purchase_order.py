"""The purchase order to a supplier 采购订单, with what will be inspected when the goods come.

Prices as the supplier quotes them, with the tax in them or without; both sides sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from factory_erp.documents.boxes import number_and_date, place_text, two_signatures
from factory_erp.documents.details.labels import PurchaseDetails, PurchasedGoods
from factory_erp.documents.layout import (
    BODY,
    PAD,
    SMALL,
    Block,
    Column,
    Field,
    FieldRow,
    Para,
    Row,
    Table,
    draw_lines,
    lines_height,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.page import MM, MUTED, STRONG, TINT, Page
from factory_erp.documents.parts import Draft, clauses_row, header, party_field, tail_height, title_field
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import figure, places
from factory_erp.domain.money import Money, exponent

_WIDE = 182
"""Width of the table in mm: the page between its margins."""


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The purchase order as PDF bytes."""
    return _PurchaseOrder(snapshot, pictures).draw()


class _PurchaseOrder:
    """One purchase order being drawn."""

    def __init__(self, snapshot: DocumentSnapshot, pictures: Pictures) -> None:
        assert isinstance(snapshot.details, PurchaseDetails)  # DocumentSnapshot has checked it
        self.draft = Draft(snapshot, pictures=pictures)
        self.words = self.draft.words
        self.order = snapshot.details
        self.taxed = any(line.tax_percent for line in self.order.lines)
        self.price_places = places(
            (line.unit_price for line in self.order.lines), exponent(self.order.currency)
        )
        self.quantity_places = places(line.quantity for line in self.order.lines)
        self.table = Table(self._columns())

    def draw(self) -> bytes:
        """Head, goods, totals, conditions, signatures."""
        draft = self.draft
        self._head()
        signing = two_signatures(draft, self.order.supplier, "order_accepted")
        tail = [*self._totals(), self._in_words(), *self._conditions(), signing]
        rows = [self._row(line) for line in self.order.lines]
        if rows:
            self.table.flow(draft.flow, rows, tail_height(draft.flow, tail))
        draft.flow.place_together(tail)
        return draft.finish()

    def _head(self) -> None:
        draft, order, company = self.draft, self.order, self.draft.facts.company
        deliver = order.deliver_to
        left: list[FieldRow] = [
            [party_field(draft, "order_from", company, large=True)],
            [party_field(draft, "deliver_to", deliver)] if deliver else [],
        ]
        payment = self.words.pick(order.payment_terms)
        right: list[FieldRow] = [
            [title_field(draft)],
            number_and_date(draft, "order_number"),
            [draft.field("currency", order.currency, bold=True)],
            [party_field(draft, "order_to", order.supplier)],
        ]
        header(draft, [left, right], [[draft.field("payment", *payment)] if payment else []])
        place_text(draft, self.words.sentences("purchase_request"), BODY)

    # goods

    def _columns(self) -> list[Column]:
        kind = "with" if self.order.prices_include_tax else "without"
        price, amount = f"price_{kind}_tax", f"amount_{kind}_tax"
        specs: list[tuple[str, float, bool]] = [
            ("line", 8, True), ("item", 28, False), ("description", 0, False), ("due_on", 21, False),
            ("quantity", 20, True), (price if self.taxed else "unit_price", 24, True),
            *([("tax_percent", 11, True)] if self.taxed else []),
            (amount if self.taxed else "amount", 27, True),
        ]  # fmt: skip
        rest = _WIDE - sum(width for _key, width, _right in specs)
        return [
            Column(tuple(self.words.both(key)), width or rest, "right" if right else "left", key)
            for key, width, right in specs
        ]

    def _row(self, line: PurchasedGoods) -> Row:
        inner = [column.inner for column in self.table.columns]
        counted = f"{figure(line.quantity, self.quantity_places)} {self.words.unit(line.unit)}"
        figures = [
            set_figure(counted, inner[4]),
            set_figure(figure(line.unit_price, self.price_places), inner[5]),
            *([set_figure(_percent(line.tax_percent), inner[6])] if self.taxed else []),
            set_figure(self._money(line.amount_minor), inner[-1]),
        ]
        return [
            set_figure(str(line.line_no), inner[0]),
            set_lines(self._item(line), inner[1]),
            set_lines(self._description(line), inner[2]),
            set_lines([Para(self.words.day(line.due_on))] if line.due_on else [], inner[3]),
            *figures,
        ]

    def _item(self, line: PurchasedGoods) -> list[Para]:
        """Our item number, then the supplier's."""
        own = [Para(line.item_number, bold=True)]
        theirs = line.supplier_item_number
        if not theirs:
            return own
        return [*own, Para(f"{self.words.both('suppliers_item')[0]}: {theirs}", SMALL, colour=MUTED)]

    def _description(self, line: PurchasedGoods) -> list[Para]:
        """The goods, then what will be inspected."""
        told = [Para(text) for text in self.words.pick(line.description)]
        looked_at = self.words.pick(line.inspection)
        if not looked_at:
            return told
        heading = Para(self.words.label("inspection"), SMALL, bold=True, colour=MUTED)
        return [*told, heading, *(Para(text, SMALL) for text in looked_at)]

    # below the goods

    def _totals(self) -> list[Block]:
        """Sum, tax and what is to be paid, under the amounts."""
        order = self.order
        total = self._sum("total", order.total_minor, strong=True)
        if not self.taxed:
            return [total]
        if order.prices_include_tax:
            return [total, self._sum("of_which_tax", order.tax_minor)]
        return [self._sum("net_sum", order.goods_minor), self._sum("tax_sum", order.tax_minor), total]

    def _sum(self, key: str, minor: int, *, strong: bool = False) -> Block:
        flow, size = self.draft.flow, 9.0 if strong else 7.4
        label = set_lines([Para(self.words.label(key), size, bold=strong, colour=STRONG)], 90 * MM)
        shown = f"{self.order.currency} {self._money(minor)}"
        amount = set_figure(shown, 60 * MM, size, bold=strong)
        height = lines_height(label) + (2.2 if strong else 1.4) * MM
        right = flow.left + self.table.width

        def draw(page: Page, y: float) -> None:
            if strong:
                page.fill(flow.left, y, self.table.width, height, TINT)
            draw_lines(page, label, flow.left + PAD, y + (height - lines_height(label)) / 2)
            draw_lines(page, amount, right - PAD, y + (height - lines_height(amount)) / 2, "right")
            page.rule(flow.left, y + height, right, y + height)
            for x in (flow.left, right):
                page.rule(x, y, x, y + height)

        return Block(height, draw)

    def _in_words(self) -> Block:
        money = Money(self.order.total_minor, self.order.currency)
        paras = tuple(Para(text, 7.8, bold=True) for text in self.words.amount_in_words(money))
        return self._across([Field(self.words.label("amount_in_words"), paras, key="amount_in_words")])

    def _conditions(self) -> Sequence[Block]:
        remarks = self.words.pick(self.order.remarks)
        rows = [
            [self.draft.field("remarks", *remarks, limit=20)] if remarks else [],
            clauses_row(self.draft),
        ]
        return [self._across(row) for row in rows if row]

    def _across(self, row: FieldRow) -> Block:
        flow = self.draft.flow
        return stacked(self.draft.stack([row], flow.width), flow.left)

    def _money(self, minor: int) -> str:
        return Money(minor, self.order.currency).format()


def _percent(rate: Decimal) -> str:
    return f"{figure(rate, places([rate]))} %"
