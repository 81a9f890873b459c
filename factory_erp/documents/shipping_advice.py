"""The shipping advice 装运通知: the goods have left, by which ship, in which containers, and when they come.

The buyer insures (FOB, CFR) and prepares his warehouse by it, so it says who insures under the trade term.
"""

from __future__ import annotations

from datetime import date

from factory_erp.documents.boxes import (
    addressee_field,
    columns,
    contract_boxes,
    counted,
    counted_totals,
    in_pairs,
    number_and_date,
    place_text,
    quantity_places,
    signed,
    stated,
    titles_field,
)
from factory_erp.documents.details.trade import AdviceDetails
from factory_erp.documents.facts import ContainerFacts, GoodsLine
from factory_erp.documents.layout import (
    BODY,
    Field,
    FieldRow,
    Para,
    Row,
    Table,
    set_figure,
    set_lines,
    stacked,
)
from factory_erp.documents.parts import (
    GAP,
    Draft,
    clauses_row,
    closing,
    common_purchase_orders,
    header,
    marks_row,
    party_field,
    remarks_row,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.incoterms import incoterm
from factory_erp.domain.money import Money
from factory_erp.i18n import _


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The shipping advice as PDF bytes. Raises InvalidValue for a snapshot of another kind."""
    if not isinstance(snapshot.details, AdviceDetails):
        raise InvalidValue(_("The stored document cannot be read."), record=snapshot.number)
    return ShippingAdvice(signed(snapshot), snapshot.details, pictures).draw()


class ShippingAdvice:
    """One shipping advice being drawn."""

    def __init__(
        self, snapshot: DocumentSnapshot, advice: AdviceDetails, pictures: Pictures = NO_PICTURES
    ) -> None:
        self.draft = Draft(snapshot, pictures=pictures)
        self.facts = snapshot.facts
        self.words = self.draft.words
        self.advice = advice
        texts = (("customer_po", 34), ("item", 34), ("description", 78))
        self.table = Table(columns(self.words, texts, (("quantity", 36),)))

    def draw(self) -> bytes:
        """Head, greeting, voyage, containers, goods, who insures, signature."""
        draft = self.draft
        header(draft, [self._left_rows(), self._right_rows()], [])
        place_text(draft, self.words.sentences("advice_greeting"), BODY + 1.2)
        shipped = [*self._voyage(), self._containers(), marks_row(draft)]
        draft.flow.place(stacked(draft.stack(shipped, draft.flow.width), draft.flow.left))
        draft.flow.y += GAP
        end = closing(draft, [self._insurance(), remarks_row(draft), clauses_row(draft)])
        self.table.flow(draft.flow, self._rows(), end.height)
        draft.flow.place(end)
        return draft.finish()

    def _left_rows(self) -> list[FieldRow]:
        exporter = party_field(self.draft, "exporter", self.facts.company, large=True)
        return [[exporter], [addressee_field(self.draft, self.advice.addressee)]]

    def _right_rows(self) -> list[FieldRow]:
        draft, facts = self.draft, self.facts
        orders = ", ".join(common_purchase_orders(facts))
        value = Money(facts.total_minor, facts.currency)
        return [
            [titles_field(self.words.both(draft.snapshot.kind))],
            number_and_date(draft, "draft_no"),
            *in_pairs(
                [
                    *contract_boxes(draft, self.advice.invoice_number),
                    *stated(draft, "customer_po", orders),
                    draft.field("amount_of_goods", f"{value.currency} {value.format()}"),
                    draft.field("trade_term", str(facts.trade_term)),
                ]
            ),
        ]

    def _voyage(self) -> list[FieldRow]:
        """Ship, bill of lading, ports and days."""
        draft, facts, words, advice = self.draft, self.facts, self.words, self.advice
        on_board, eta = advice.on_board or facts.on_board, advice.eta or facts.eta
        known: list[Field] = [
            *stated(draft, "vessel", facts.vessel_voyage, bold=True),
            *stated(draft, "bill_no", advice.bill_number or facts.bill_number, bold=True),
            *stated(draft, "carrier", advice.carrier),
            *stated(draft, "port_of_loading", words.port(facts.port_of_loading)),
            *stated(draft, "port_of_discharge", words.port(facts.port_of_discharge)),
            *stated(draft, "final_destination", facts.final_destination),
            *self._days(on_board=on_board, etd=None if on_board else facts.etd, eta=eta),
        ]
        return in_pairs(known, 4)

    def _days(self, **days: date | None) -> FieldRow:
        return [self.draft.field(key, self.words.day(day), bold=True) for key, day in days.items() if day]

    def _containers(self) -> FieldRow:
        facts = self.facts
        known = [_container(one) for one in facts.containers] or list(facts.container_numbers)
        return stated(self.draft, "container_and_seal", *known)

    def _insurance(self) -> FieldRow:
        """Who insures under the trade term, and the policy where there is one."""
        term = self.facts.trade_term
        ours = incoterm(term.code).seller_insures
        said = self.words.sentences("advice_insured" if ours else "advice_insure", term=str(term))
        policy = stated(self.draft, "policy_no", self.advice.policy_number, bold=True)
        return [self.draft.field("insurance", *said, share=1.6), *policy]

    def _rows(self) -> list[Row]:
        """The goods in general terms, then the sums per unit; no prices."""
        lines, words = self.facts.lines, self.words
        width = self.table.columns[3].inner
        decimals = quantity_places(lines)
        totals = counted_totals(words, lines)
        total = [line for text in totals for line in set_figure(text, width, bold=True)]
        label = set_lines([Para(words.label("total"), bold=True)], self.table.columns[0].inner)
        return [*(self._row(line, decimals) for line in lines), [label, [], [], total]]

    def _row(self, line: GoodsLine, decimals: int) -> Row:
        order, item, description, quantity = (column.inner for column in self.table.columns)
        items = [Para(text) for text in (line.item_number, line.customer_item_number) if text]
        return [
            set_lines([Para(line.customer_po or line.order_number)], order),
            set_lines(items, item),
            set_lines([Para(text) for text in self.words.pick(line.description)], description),
            set_figure(counted(self.words, line.quantity, line.unit, decimals), quantity),
        ]


def _container(one: ContainerFacts) -> str:
    return " / ".join(part for part in (one.number, one.seal, one.type_code) if part)
