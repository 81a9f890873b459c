"""What each paper of a shipment, an order or a purchase says now: one set of facts, and the paper's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.checking.demands import Demand, demands, head_of
from factory_erp.documents.details.customs import DeclarationDetails
from factory_erp.documents.details.origin import OriginDetails
from factory_erp.documents.facts import ShipmentFacts
from factory_erp.documents.snapshot import Details, DocumentSnapshot, Kind, Language
from factory_erp.domain.errors import NotAllowed
from factory_erp.i18n import _
from factory_erp.models.documents import Document, DocumentKind, DocumentState
from factory_erp.models.planning import PurchaseOrder
from factory_erp.models.shipping import Shipment
from factory_erp.services.base import get
from factory_erp.services.credits.letters import to_checking
from factory_erp.services.customs import declarations, origins
from factory_erp.services.issuing import loading, order_facts, trade_details
from factory_erp.services.papers.inputs import PaperOf, typed_over
from factory_erp.services.papers.kinds import OF_SHIPMENT, language_for, paper
from factory_erp.services.papers.options import Chosen, chosen_for
from factory_erp.services.shipping import serials as cartons
from factory_erp.services.shipping.facts import compose_facts, load, own_company, stated_by

NO_NUMBER = "—"


_ORIGIN_FORMS = (("FORM A", "origin_form_a"), ("FORM E", "origin_form_e"), ("RCEP", "origin_rcep"))


def paper_for(demand: Demand) -> str:
    """Our kind of paper for what a clause asks for; "" where somebody else issues it."""
    if demand.kind == "certificate_of_origin":
        said = demand.text.upper()
        return next((kind for words, kind in _ORIGIN_FORMS if words in said), "origin_general")
    if demand.kind == "certificate":
        head = head_of(demand.text)
        if "INSPECTION" in head:
            return "inspection_certificate"
        return "weight_certificate" if "WEIGHT" in head else ""
    if demand.kind == "draft":
        return "bill_of_exchange"
    return demand.kind if demand.kind in OF_SHIPMENT else ""


class Desk:
    """The papers of one shipment, its facts read once."""

    def __init__(self, session: Session, shipment: Shipment) -> None:
        self.session = session
        self.shipment = shipment

    @cached_property
    def facts(self) -> ShipmentFacts:
        """The one set of facts."""
        return compose_facts(self.session, self.shipment)

    @cached_property
    def demands(self) -> tuple[Demand, ...]:
        """What the letter of credit asks for; nothing without one."""
        credit = trade_details.credit_of(self.session, self.shipment)
        return tuple(demands(to_checking(credit))) if credit else ()

    @cached_property
    def invoice(self) -> Document | None:
        """The commercial invoice in force."""
        return self.session.scalar(
            select(Document).filter_by(
                shipment_id=self.shipment.id,
                kind=DocumentKind.COMMERCIAL_INVOICE,
                state=DocumentState.ISSUED,
            )
        )

    @property
    def invoice_number(self) -> str:
        """Its number, "" before it is issued."""
        return self.invoice.number if self.invoice else ""

    def chosen(self, kind: str) -> Chosen:
        """How the customer wants papers of *kind*."""
        return chosen_for(self.session, self.shipment.consignee_id, kind, own_company(self.session))

    def details(self, kind: str, variant: str = "") -> Details | None:
        """What a paper of *kind* says beyond the facts: worked out, with what was typed laid over it.

        Raises NotAllowed or InvalidValue where something is missing, saying what.
        """
        usual = self.usual(kind, variant)
        of = PaperOf(kind, shipment_id=self.shipment.id, variant=variant)
        return None if usual is None else typed_over(self.session, of, usual)

    def usual(self, kind: str, variant: str = "") -> Details | None:
        """What the paper says before anything is typed; None for kinds that say no more than the facts."""
        match kind:
            case "booking_note" | "shippers_instruction":
                return trade_details.booking(self.session, self.shipment)
            case "vgm_declaration":
                return trade_details.vgm(self.session, self.shipment)
            case "shipping_advice":
                return trade_details.advice(self.shipment, self.invoice_number)
            case "bill_of_exchange":
                return trade_details.draft(self.session, self.shipment, self.facts, self.invoice_number)
            case "beneficiary_certificate" | "inspection_certificate" | "weight_certificate":
                demand = self._demand(kind, variant)
                return trade_details.certificate(kind, self.invoice_number, demand)
            case "origin_general" | "origin_form_e" | "origin_rcep" | "origin_form_a":
                return self._origin(paper(kind).kind)
            case "customs_declaration" | "declaration_elements":
                return self._declaration(variant)
            case "carton_labels":
                return cartons.label_details(self.session, self.shipment, self.facts)
            case "loading_plan":
                return loading.loading_details(self.session, self.shipment)
            case _:
                return None

    def _demand(self, kind: str, variant: str) -> Demand | None:
        """The clause of the credit that asks for this certificate; the second for variant "2"."""
        found = [one for one in self.demands if paper_for(one) == kind]
        place = int(variant) - 1 if variant.isdigit() else 0
        return found[place] if place < len(found) else None

    def _origin(self, kind: Kind) -> OriginDetails:
        made = origins.origin_details(self.session, self.shipment, self.facts, kind)
        made = replace(made, remarks=trade_details.credit_named(self.session, self.shipment))
        invoice = self.invoice
        if invoice is None:
            return made
        return replace(made, invoice_number=invoice.number, invoice_date=invoice.issued_on)

    @cached_property
    def declarations(self) -> tuple[DeclarationDetails, ...]:
        """The export declarations, 50 items each, before anything is typed for them. Raises NotAllowed."""
        return declarations.declaration_facts(self.session, self.shipment, self.facts).declarations

    def _declaration(self, variant: str) -> Details:
        place = int(variant) - 1 if variant.isdigit() else 0
        if place >= len(self.declarations):
            raise NotAllowed(
                _("Shipment {number} has no export declaration {variant}.",
                  number=self.shipment.number, variant=variant),
                record=self.shipment.number,
                remedy=_("A declaration takes 50 items; there are no more."),
            )  # fmt: skip
        return self.declarations[place]

    def snapshot(
        self,
        kind: str,
        variant: str = "",
        *,
        day: date,
        number: str = NO_NUMBER,
        revision: int = 1,
        language: Language | None = None,
    ) -> DocumentSnapshot:
        """The paper as it would be issued on *day*, in *language* or as the customer wants it.

        A paper for customs is in English and Chinese where another language is wanted.
        """
        chosen = self.chosen(kind)
        return DocumentSnapshot(
            kind=paper(kind).kind,
            number=number,
            revision=revision,
            issued_on=day,
            language=language_for(kind, language or chosen.language),
            facts=stated_by(kind, self.facts),
            invoice_number=self.invoice_number if kind == "packing_list" else "",
            details=self.details(kind, variant),
            options=chosen.options,
        )


def compose(
    session: Session, of: PaperOf, day: date, language: Language | None = None, purchase_id: int | None = None
) -> DocumentSnapshot:
    """What a paper says now, without a number. Raises NotFound, NotAllowed, InvalidValue."""
    if of.shipment_id is not None:
        return Desk(session, load(session, of.shipment_id)).snapshot(
            of.kind, of.variant, day=day, language=language
        )
    if of.sales_order_id is not None:
        return order_paper(session, of, day, language)
    return purchase_paper(session, get(session, PurchaseOrder, purchase_id or 0), day, language)


def order_paper(session: Session, of: PaperOf, day: date, language: Language | None) -> DocumentSnapshot:
    """The proforma invoice or the contract of a sales order."""
    order = order_facts.load_order(session, of.sales_order_id or 0)
    chosen = chosen_for(session, order.customer_id, of.kind, own_company(session))
    return DocumentSnapshot(
        kind=paper(of.kind).kind,
        number=NO_NUMBER,
        revision=1,
        issued_on=day,
        language=language or chosen.language,
        facts=order_facts.order_facts(session, order),
        details=typed_over(session, of, order_facts.contract_terms(order)),
        options=chosen.options,
    )


def purchase_paper(
    session: Session, order: PurchaseOrder, day: date, language: Language | None
) -> DocumentSnapshot:
    """The order to a supplier, in Chinese where nothing else is chosen."""
    chosen = chosen_for(session, order.supplier_id, "purchase_order", own_company(session))
    details = order_facts.purchase_details(session, order)
    return DocumentSnapshot(
        kind="purchase_order",
        number=NO_NUMBER,
        revision=1,
        issued_on=day,
        language=language or chosen.language,
        facts=order_facts.purchase_facts(session, order, details),
        details=details,
        options=chosen.options,
    )
