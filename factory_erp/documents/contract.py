"""The proforma invoice 形式发票 (UNTDID code 325), the sales contract 售货合同 or confirmation 销售确认书.

Both are drawn like the commercial invoice and signed by both sides. The proforma invoice states its terms in
boxes; the contract in numbered clauses, with the usual general ones where no others were agreed. A proforma
invoice never serves where a credit asks for an invoice (ISBP C1), so it is titled as what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from factory_erp.documents.boxes import (
    Article,
    TitledDraft,
    allowed,
    buyer_of,
    in_pairs,
    number_and_date,
    place_articles,
    place_text,
    signed,
    stated,
    titles_field,
    two_signatures,
)
from factory_erp.documents.commercial_invoice import Invoice
from factory_erp.documents.details.trade import Clause, ContractTerms, PartialShipment
from factory_erp.documents.facts import Texts, texts
from factory_erp.documents.layout import BODY, Block, Field, FieldRow, side_by_side, stacked
from factory_erp.documents.parts import (
    clauses_row,
    common_purchase_orders,
    country_row,
    header,
    marks_row,
    party_field,
    remarks_row,
    tail_height,
)
from factory_erp.documents.pictures import NO_PICTURES, Pictures
from factory_erp.documents.snapshot import DocumentSnapshot, Language
from factory_erp.documents.text import Wording
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.incoterms import incoterm
from factory_erp.domain.money import Money
from factory_erp.i18n import _

_GENERAL = ("claims", "force_majeure", "arbitration", "originals")
"""Labels of the usual general clauses; the sentence of each is the same key with "_clause"."""


def default_clauses(
    trade_term_code: str,
    *,
    by_credit: bool = False,
    languages: Iterable[Language] = ("en", "zh_CN"),
) -> tuple[Clause, ...]:
    """The usual general clauses: insurance, payment by credit, claims, force majeure, arbitration, originals.

    Who insures follows from the Incoterm; payment is among them only where it is *by_credit*. Raises
    ``InvalidValue`` for a term that Incoterms 2020 does not have.
    """
    insured = "insured_by_seller" if incoterm(trade_term_code).seller_insures else "insured_by_buyer"
    payment = [("letter_of_credit", "payment_by_credit")] if by_credit else []
    keys = [("insurance", insured), *payment, *((key, f"{key}_clause") for key in _GENERAL)]
    wordings = [Wording(language) for language in languages]
    return tuple(
        Clause(
            texts({words.codes[0]: words.both(heading)[0] for words in wordings}),
            texts({words.codes[0]: words.sentences(sentence)[0] for words in wordings}),
        )
        for heading, sentence in keys
    )


def render(snapshot: DocumentSnapshot, pictures: Pictures = NO_PICTURES) -> bytes:
    """The proforma invoice or sales contract as PDF bytes."""
    terms = snapshot.details
    if not isinstance(terms, ContractTerms):
        raise InvalidValue(_("The stored document cannot be read."), record=snapshot.number)
    drawn = Proforma if snapshot.kind == "proforma_invoice" else Contract
    return drawn(signed(snapshot), terms, pictures).draw()


class _Agreement(Invoice):
    """What both papers share: parties, references, the deposit beneath the total, two signatures."""

    number_label = ""

    def __init__(
        self, snapshot: DocumentSnapshot, terms: ContractTerms, pictures: Pictures = NO_PICTURES
    ) -> None:
        if terms.deposit_minor > snapshot.facts.total_minor:
            raise InvalidValue(_("The deposit is above the total."), record=snapshot.number, field="deposit")
        super().__init__(snapshot, pictures)
        self.terms = terms
        self.draft = TitledDraft(snapshot, self._titles(), pictures=pictures)

    def _titles(self) -> list[str]:
        kind = self.draft.snapshot.kind
        confirmed = kind == "sales_contract" and self.terms.confirmation
        return self.words.both("sales_confirmation" if confirmed else kind)

    def _head(self) -> None:
        header(self.draft, [self._left_rows(), self._right_rows()], self._across())

    def _left_rows(self) -> list[FieldRow]:
        """Seller and buyer; the consignee, where it is another."""
        draft, facts = self.draft, self.facts
        buyer = buyer_of(facts)
        rows: list[FieldRow] = [
            [party_field(draft, "seller", facts.company, large=True)],
            [party_field(draft, "buyer", buyer)],
        ]
        if facts.consignee != buyer:
            rows.append([party_field(draft, "consignee", facts.consignee)])
        return rows

    def _right_rows(self) -> list[FieldRow]:
        draft = self.draft
        return [
            [titles_field(self._titles())],
            number_and_date(draft, self.number_label),
            *in_pairs(self._references()),
            *self._term_rows(),
            country_row(draft),
        ]

    def _references(self) -> list[Field]:
        draft, facts = self.draft, self.facts
        terms, words = self.terms, self.words
        until = words.day(terms.valid_until) if terms.valid_until else ""
        own = facts.contract_number == draft.snapshot.number or self.number_label == "contract_no"
        known = (
            ("valid_until", until),
            ("signed_at", terms.signed_at),
            ("contract_no", "" if own else facts.contract_number),
            ("lc_no", facts.lc_number),
            ("order_no", ", ".join(facts.order_numbers)),
            ("customer_po", ", ".join(common_purchase_orders(facts))),
        )
        return [field for key, text in known for field in stated(draft, key, text)]

    def _across(self) -> list[FieldRow]:
        raise NotImplementedError

    def _totals(self) -> list[Block]:
        """The total, and what is paid of it in advance and later."""
        rows = super()._totals()
        deposit = self.terms.deposit_minor
        if not deposit:
            return rows
        parts = (("deposit", deposit), ("balance", self.facts.total_minor - deposit))
        return [*rows, *(self._sum_row(self.words.label(key), minor) for key, minor in parts)]

    def _place_goods(self) -> None:
        """The item table with its totals and the amount in words, which share a page with the last items."""
        flow = self.draft.flow
        tail = [*self._totals(), self._in_words()]
        self.table.flow(flow, (self._row(line) for line in self.facts.lines), tail_height(flow, tail))
        flow.place_together(tail)

    def _signatures(self) -> Block:
        return two_signatures(self.draft, buyer_of(self.facts), "buyer")


class Proforma(_Agreement):
    """One proforma invoice being drawn."""

    number_label = "proforma_no"

    def draw(self) -> bytes:
        """Head, goods, totals and deposit, words; then bank and conditions with the two signatures."""
        draft = self.draft
        self._head()
        self._place_goods()
        draft.flow.place_together([self._bank_and_conditions(), self._signatures()])
        return draft.finish()

    def _across(self) -> list[FieldRow]:
        draft, terms, words, facts = self.draft, self.terms, self.words, self.facts
        return [
            [
                *stated(draft, "port_of_loading", words.port(facts.port_of_loading)),
                *stated(draft, "port_of_discharge", words.port(facts.port_of_discharge)),
                *stated(draft, "partial_shipment", *allowed(words, terms.partial_shipment)),
                *stated(draft, "transshipment", *allowed(words, terms.transshipment)),
            ],
            [
                *stated(draft, "shipment_time", *words.pick(terms.shipment_time)),
                *stated(draft, "packing", *words.pick(terms.packing)),
            ],
            [
                *stated(draft, "insurance", *words.pick(terms.insurance)),
                *stated(draft, "tolerance", *tolerance(words, terms)),
            ],
            marks_row(draft),
        ]

    def _bank_and_conditions(self) -> Block:
        draft = self.draft
        conditions = [
            [draft.field("terms_and_conditions", *self._conditions())],
            remarks_row(draft),
            clauses_row(draft),
        ]
        bank = draft.stack([self._bank()], draft.flow.width / 2)
        if not bank.height:
            return stacked(draft.stack(conditions, draft.flow.width), draft.flow.left)
        return side_by_side([bank, draft.stack(conditions, draft.flow.width / 2)], draft.flow.left)

    def _conditions(self) -> list[str]:
        """What the paper is subject to."""
        words, terms = self.words, self.terms
        subject = words.sentences("proforma_conditions")
        if terms.valid_until:
            subject += words.sentences("proforma_valid", day=words.days(terms.valid_until))
        if terms.deposit_minor:
            asked = Money(terms.deposit_minor, self.facts.currency)
            amount = f"{asked.currency} {asked.format()}"
            subject += words.sentences("proforma_deposit", amount=amount)
        return subject


class Contract(_Agreement):
    """One sales contract being drawn."""

    number_label = "contract_no"

    def draw(self) -> bytes:
        """Head, goods, totals, words, the clauses over as many pages as they need, two signatures."""
        draft = self.draft
        self._head()
        place_text(draft, self.words.sentences("contract_preamble"), BODY)
        self._place_goods()
        draft.flow.y += 2 * BODY
        place_articles(draft, self._articles())
        draft.flow.y += BODY
        draft.flow.place(self._signatures())
        return draft.finish()

    def _across(self) -> list[FieldRow]:
        return []

    def _articles(self) -> list[Article]:
        """What was agreed for this sale, then the general clauses, then the customer's."""
        words, terms = self.words, self.terms
        general = terms.clauses or default_clauses(
            self.facts.trade_term_code,
            by_credit=bool(self.facts.lc_number),
            languages=words.codes,
        )
        insured = bool(terms.insurance) and not terms.clauses
        return [
            *self._agreed(),
            *(self._article(one) for one in (general[1:] if insured else general)),
            *self._customers(),
        ]

    def _article(self, clause: Clause) -> Article:
        return Article(tuple(self.words.pick(clause.heading)), tuple(self.words.pick(clause.text)))

    def _agreed(self) -> list[Article]:
        words, terms, facts = self.words, self.terms, self.facts
        known: tuple[tuple[str, Sequence[str]], ...] = (
            ("packing", words.pick(terms.packing)),
            ("marks", [", ".join(facts.marks)] if facts.marks else []),
            ("shipment_time", words.pick(terms.shipment_time)),
            ("ports", self._ports()),
            ("insurance", words.pick(terms.insurance)),
            ("payment", words.pick(facts.payment_terms)),
            ("tolerance", tolerance(words, terms)),
            ("bank", self._bank_lines()),
            ("remarks", words.pick(facts.remarks)),
        )
        return [Article(tuple(words.both(key)), tuple(said)) for key, said in known if said]

    def _ports(self) -> list[str]:
        """From where to where, and whether the goods may be split or change ships on the way."""
        words, facts, terms = self.words, self.facts, self.terms
        loading = {code: Wording(code).port(facts.port_of_loading) for code in words.codes}
        discharge = {code: Wording(code).port(facts.port_of_discharge) for code in words.codes}
        said: list[str] = []
        if facts.port_of_loading and facts.port_of_discharge:
            said = words.sentences("contract_ports", loading=loading, discharge=discharge)
        elif facts.port_of_loading:
            said = words.sentences("contract_from", loading=loading)
        elif facts.port_of_discharge:
            said = words.sentences("contract_to", discharge=discharge)
        choices = (("partial_shipment", terms.partial_shipment), ("transshipment", terms.transshipment))
        parts = [said, *(self._splitting(key, choice) for key, choice in choices)]
        joints = {"zh_CN": "", "ja": "", "th": " "}
        return [
            joints.get(code, " ").join(part[index] for part in parts if part)
            for index, code in enumerate(words.codes)
        ]

    def _splitting(self, key: str, choice: PartialShipment) -> list[str]:
        """Whether shipment in parts, or with transshipment, is allowed; nothing where it was not said."""
        if not choice:
            return []
        codes = self.words.codes
        what = dict(zip(codes, self.words.both(key), strict=True))
        said = dict(zip(codes, allowed(self.words, choice), strict=True))
        return self.words.sentences("contract_splitting", what=what, allowed=said)

    def _bank_lines(self) -> list[str]:
        if not self.draft.shows("bank"):
            return []
        return [para.text for box in self._bank() for para in box.paras]

    def _customers(self) -> list[Article]:
        clauses: tuple[Texts, ...] = self.draft.options.clauses
        said = [text for clause in clauses for text in self.words.pick(clause)]
        return [Article(tuple(self.words.both("other_conditions")), tuple(said))] if said else []


def tolerance(words: Wording, terms: ContractTerms) -> list[str]:
    """How much more or less may be delivered; nothing where none was agreed."""
    if not terms.tolerance_percent:
        return []
    return words.sentences("tolerance_clause", percent=f"{terms.tolerance_percent.normalize():f}")
