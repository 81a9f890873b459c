"""The quotation 报价单: what is offered, at what price and on what terms, and until when the offer stands.

Drawn like the commercial invoice, with the conditions of the offer in the place of its declarations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from factory_erp.documents.commercial_invoice import Invoice
from factory_erp.documents.facts import ShipmentFacts
from factory_erp.documents.layout import FieldRow
from factory_erp.documents.parts import clauses_row, header, party_field, remarks_row, title_field
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.text import Wording
from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _


@dataclass(frozen=True, slots=True)
class QuotationFacts(ShipmentFacts):
    """What a quotation states. ``consignee`` is the buyer; ``lead_days`` count from the order."""

    valid_until: date | None = None
    lead_days: int | None = None


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The quotation as PDF bytes. Raises InvalidValue for a snapshot of other facts."""
    if not isinstance(snapshot.facts, QuotationFacts):
        raise InvalidValue(_("The stored document cannot be read."), record=snapshot.number)
    return Quotation(snapshot, snapshot.facts, pictures).draw()


class Quotation(Invoice):
    """One quotation being drawn."""

    def __init__(
        self, snapshot: DocumentSnapshot, offer: QuotationFacts, pictures: Pictures = NO_PICTURES
    ) -> None:
        super().__init__(snapshot, pictures)
        self.offer = offer

    def _head(self) -> None:
        draft = self.draft
        left: list[FieldRow] = [
            [party_field(draft, "exporter", self.facts.company, large=True)],
            [party_field(draft, "offered_to", self.facts.consignee)],
        ]
        header(draft, [left, self._right_rows()], [])

    def _right_rows(self) -> list[FieldRow]:
        draft, words = self.draft, self.words
        return [
            [title_field(draft)],
            [
                draft.field("quotation_no", draft.number, bold=True),
                draft.field("date", words.day(draft.snapshot.issued_on), bold=True),
            ],
            [*self._validity(), *self._lead_time()],
            *self._term_rows(),
        ]

    def _validity(self) -> FieldRow:
        until = self.offer.valid_until
        return [self.draft.field("valid_until", self.words.day(until), bold=True)] if until else []

    def _lead_time(self) -> FieldRow:
        lead = lead_sentences(self.words, self.offer.lead_days)
        return [self.draft.field("lead_time", *lead)] if lead else []

    def _declarations(self) -> Sequence[FieldRow]:
        draft = self.draft
        conditions = [draft.field("conditions", *self._conditions())]
        return [self._bank(), conditions, clauses_row(draft), remarks_row(draft)]

    def _conditions(self) -> list[str]:
        until = self.offer.valid_until
        if until is None:
            return []
        return offer_sentences(self.words, until, str(self.facts.trade_term))


def lead_sentences(words: Wording, days: int | None) -> list[str]:
    """When the goods are ready, one sentence per language; none where nobody promises it."""
    if days is None:
        return []
    return words.sentences("day_after_order" if days == 1 else "days_after_order", days=days)


def offer_sentences(words: Wording, until: date, term: str) -> list[str]:
    """Until when and on what terms the offer stands, one sentence per language."""
    return words.sentences("offer", day=words.days(until), term=term)
