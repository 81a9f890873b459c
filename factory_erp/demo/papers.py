"""The demo factory's papers: what stands on them, two letters of credit, a whole set, and what was mailed.

Each step finds again what it did, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Paper
from factory_erp.demo import lookup, papers_books
from factory_erp.demo.papers_credits import (
    CONDITIONS,
    SIGHT_BANK,
    SIGHT_DOCUMENTS,
    USANCE_BANK,
    USANCE_DOCUMENTS,
    Terms,
    message,
)
from factory_erp.demo.papers_marks import pictures
from factory_erp.demo.papers_orders import DEALS, SIGHT, USANCE, Deal, enter, offer_proforma, order_of
from factory_erp.demo.partners import BUYERS
from factory_erp.documents.facts import ShipmentFacts
from factory_erp.domain.money import Money
from factory_erp.models.credits import CreditState
from factory_erp.models.shipping import Shipment, ShipmentState
from factory_erp.services import clock, partners
from factory_erp.services.base import query, use_case
from factory_erp.services.credits import letters as credits
from factory_erp.services.credits.message import from_message
from factory_erp.services.credits.shipments import set_credit
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.issuing import loading
from factory_erp.services.issuing.forms import FieldValue, save_paper_form
from factory_erp.services.issuing.loading import ContainerInput
from factory_erp.services.paper_checks.foreign_papers import foreign_paper, save_foreign
from factory_erp.services.papers import company_pictures, options
from factory_erp.services.papers.kinds import OF_ORDER
from factory_erp.services.papers.options import OptionInput
from factory_erp.services.shipping import serials as cartons
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.shipping.facts import compose_facts, load

BRAND = "LANBEI"
CHOP_NUMBER = "3302050188921"
"""Number on the rim of the chop, which the police gives; this one is invented."""

ISSUED = (
    "commercial_invoice", "packing_list", "shipping_marks", "carton_labels", "loading_plan", "booking_note",
    "shippers_instruction", "vgm_declaration", "origin_general", "beneficiary_certificate",
    "weight_certificate", "bill_of_exchange", "shipping_advice", "customs_declaration",
    "declaration_elements",
)  # fmt: skip
"""All papers of the shipment that is in order, in the order in which they are made."""

_AT_HOME = {
    "zh_CN": ("customs_declaration", "declaration_elements", "loading_plan"),
    "bilingual": ("booking_note", "shippers_instruction", "vgm_declaration"),
}
"""Language → papers that are read in Ningbo, whatever language the buyer reads."""

_LOADING_SECONDS = 0.5
_PACKED_BEFORE, _CREDIT_BEFORE = timedelta(hours=26), timedelta(days=21)
_USANCE_DAYS = 9
"""Days from the present to the latest day of shipment under the second credit."""

_CUSTOMS: dict[str, FieldValue] = {
    "exit_customs.code": "3104", "exit_customs.name": "北仑海关",
    "exit_port.code": "330201", "exit_port.name": "宁波",
}  # fmt: skip


def set_up() -> None:
    """Logo, signature and chop of the company, and its mail server."""
    company = partners.company()
    assert company is not None
    for name, content in pictures(company.name_zh, CHOP_NUMBER, BRAND).items():
        company_pictures.set_picture(name, content)
    papers_books.set_up_mail()


def open_deals(opened: datetime, moment: datetime) -> None:
    """Two buyers order by letter of credit and get their contracts, one of them in Arabic."""
    arabic = lookup.partner(SIGHT.code)
    options.set_option(None, "", OptionInput(show_signature=True))
    options.set_option(arabic, "", OptionInput(language="en"))
    for kind in OF_ORDER:
        options.set_option(arabic, kind, OptionInput(language="ar"))
    for language, kinds in _AT_HOME.items():
        for name in kinds:
            options.set_option(arabic, name, OptionInput(language=language))
    clause = {"en": "Made in China. No wood packing material is used.", "zh_CN": "中国制造，未使用木质包装。"}
    options.set_option(lookup.partner(USANCE.code), "", OptionInput(clauses=(clause,)))
    enter(opened, moment)


def make(moment: datetime) -> None:
    """A proforma in German with the buyer's numbers; both shipments under credits with their papers."""
    german = OptionInput(language="de", hidden=("our_item",))
    options.set_option(lookup.partner(BUYERS[0].name), "", german)
    with clock.at(moment):
        offer_proforma(BUYERS[0])
    for deal in DEALS:
        _pack(deal, moment)
    _take_credit(SIGHT, _sight(moment), moment)
    _take_credit(USANCE, _usance(moment), moment)
    with clock.at(moment):
        sight, today = shipment_of(SIGHT.code), clock.today()
        _load(SIGHT)
        papers_books.write_invoices(sight, today)
        papers_books.type_taxes(today)
        _make_set(sight, today)
        _draft_set(shipment_of(USANCE.code), today)
    papers_books.send(sight, moment)


# The shipments


def _pack(deal: Deal, moment: datetime) -> None:
    with clock.at(moment - _PACKED_BEFORE):
        shipment = shipping.create([order_of(deal)], f"demo:{deal.code}").value
        if _state(shipment) == ShipmentState.DRAFT:
            shipping.pack(shipment)
            _give_serials(shipment)
            _say_transport(deal, shipment, clock.day_of(moment) + timedelta(days=deal.sails_in))


def _say_transport(deal: Deal, shipment: int, sails: date) -> None:
    at_sea = deal is SIGHT
    shipping.set_transport(
        shipment,
        shipping.TransportInput(
            vessel_voyage=deal.vessel,
            port_of_loading="CNNBO",
            port_of_discharge=deal.port,
            etd=sails,
            eta=sails + timedelta(days=24),
            forwarder_id=lookup.partner("F-SEA"),
            booking_number=f"FYB{deal.box[-7:]}",
            bill_number=f"FYNB{deal.box[-7:]}" if at_sea else "",
            on_board=sails if at_sea else None,
        ),
    )


@query
def _state(session: Session, shipment_id: int) -> str:
    return session.scalars(select(Shipment.state).filter_by(id=shipment_id)).one()


@use_case
def _give_serials(session: Session, shipment_id: int) -> None:
    cartons.give_serials(session, load(session, shipment_id, lock=True))


@query
def shipment_of(session: Session, code: str) -> int:
    """The shipment of the buyer with that code."""
    return session.scalars(select(Shipment.id).filter_by(client_key=f"demo:{code}")).one()


@query
def _facts(session: Session, shipment_id: int) -> ShipmentFacts:
    return compose_facts(session, load(session, shipment_id))


def _load(deal: Deal) -> None:
    """Work out how the container is loaded; then its number, seal and weights come from the forwarder."""
    shipment = shipment_of(deal.code)
    if loading.containers(shipment):
        return
    loading.apply_plan(shipment, loading.plan(shipment, seconds=_LOADING_SECONDS, booked=(deal.container,)))
    (planned,) = loading.containers(shipment)
    loading.set_containers(shipment, [_numbered(deal, planned)])


def _numbered(deal: Deal, planned: ContainerInput) -> ContainerInput:
    tare, most = deal.weights
    return replace(planned, number=deal.box, seal=deal.seal, tare_g=tare, max_gross_g=most)


# Letters of credit


def _sight(moment: datetime) -> Terms:
    today = clock.day_of(moment)
    return Terms(
        "SHB26LC004471", clock.day_of(moment - _CREDIT_BEFORE), today + timedelta(days=27),
        today + timedelta(days=6), SIGHT_BANK, "AT SIGHT", "NINGBO, CHINA", "05/05", "NOT ALLOWED", "ALLOWED",
        SIGHT_DOCUMENTS, CONDITIONS,
    )  # fmt: skip


def _usance(moment: datetime) -> Terms:
    today = clock.day_of(moment)
    return Terms(
        "BMC-LCI-260793", clock.day_of(moment - _CREDIT_BEFORE), today + timedelta(days=_USANCE_DAYS + 21),
        today + timedelta(days=_USANCE_DAYS), USANCE_BANK, "60 DAYS AFTER BILL OF LADING DATE",
        "SHANGHAI, CHINA", "", "NOT ALLOWED", "NOT ALLOWED", USANCE_DOCUMENTS, CONDITIONS,
    )  # fmt: skip


def _take_credit(deal: Deal, terms: Terms, moment: datetime) -> None:
    """The advising bank sent the message; the clerk pasted it and put the shipment under it."""
    shipment = shipment_of(deal.code)
    with clock.at(moment - _CREDIT_BEFORE):
        given = from_message(message(terms, _facts(shipment))).given
        credit = credits.save_credit(
            replace(given, customer_id=lookup.partner(deal.code)), f"demo:{deal.code}"
        ).value
        credits.set_state(credit, CreditState.ADVISED)
    with clock.at(moment):
        set_credit(shipment, credit)


# The papers


def _make_set(shipment: int, today: date) -> None:
    """Type what customs and the others say, issue all that is ours."""
    facts = _facts(shipment)
    cover = _insured(facts.total_minor, facts.currency)
    save_paper_form(
        shipment,
        "customs_declaration",
        _CUSTOMS
        | {
            "freight.mark": "3", "freight.amount": Decimal(2150), "freight.currency": "USD",
            "insurance.mark": "3", "insurance.amount": Decimal(95), "insurance.currency": "USD",
        },
    )  # fmt: skip
    issuing.issue(shipment, ISSUED, client_key=f"demo:{SIGHT.code}")
    _keep(shipment, _bill(shipment, today))
    _keep(shipment, _policy(shipment, today, cover))


def _draft_set(shipment: int, today: date) -> None:
    """The forwarder's draft of the bill of lading is there; ours is all to be issued yet.

    An inspection certificate is being written that the credit does not ask for.
    """
    loading.set_containers(shipment, [_numbered(USANCE, ContainerInput(USANCE.container))])
    save_paper_form(shipment, "customs_declaration", _CUSTOMS)
    save_paper_form(shipment, "inspection_certificate", {"inspected_on": today})
    _keep(shipment, foreign_paper(shipment, "bill_of_lading").paper)


def _keep(shipment: int, paper: Paper) -> None:
    save_foreign(shipment, paper.kind, paper)


def _bill(shipment: int, today: date) -> Paper:
    """The carrier's draft, as it will be signed."""
    return replace(
        foreign_paper(shipment, "bill_of_lading").paper,
        date=today, on_board=today, signed=True, copies=3, issuer=Firm("FANYU OCEAN LINES CO., LTD."),
        text="CLEAN ON BOARD. FREIGHT PREPAID.",
    )  # fmt: skip


def _policy(shipment: int, today: date, insured: Decimal) -> Paper:
    start = foreign_paper(shipment, "insurance").paper
    assert start.insurance is not None
    return replace(
        start, number="YJMI26330188", date=today - timedelta(days=1), originals=2, copies=0, signed=True,
        issuer=Firm("YONGJIANG MARINE INSURANCE CO., LTD."),
        insurance=replace(
            start.insurance, insured=insured, risks=("ALL RISKS",), endorsed=True,
            claims_payable_at=SIGHT.place.upper(),
        ),
    )  # fmt: skip


def _insured(total_minor: int, currency: str) -> Decimal:
    """110 % of the invoice, up to the next whole unit (UCP 600 article 28)."""
    cover = Money(total_minor, currency).amount * Decimal("1.1")
    return cover.to_integral_value(ROUND_CEILING)
