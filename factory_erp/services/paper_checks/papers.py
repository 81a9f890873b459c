"""Our own papers as the checker reads them: what the snapshot of each kind states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import (
    Cartons,
    Certificate,
    Container,
    Draft,
    Goods,
    OriginForm,
    Paper,
)
from factory_erp.documents.boxes import buyer_of
from factory_erp.documents.details.customs import DeclarationDetails
from factory_erp.documents.details.origin import OriginDetails, OriginItem
from factory_erp.documents.details.trade import (
    AdviceDetails,
    BookingDetails,
    CertificateDetails,
    DraftDetails,
    VgmContainer,
    VgmDetails,
)
from factory_erp.documents.facts import CartonLine
from factory_erp.documents.origin_forms import FORMS
from factory_erp.documents.origin_rules import states_value
from factory_erp.documents.snapshot import Details, DocumentSnapshot
from factory_erp.services.paper_checks.declarations import Suppliers, declaration
from factory_erp.services.paper_checks.reading import (
    CHECKED,
    Reading,
    cubic_metres,
    firm,
    invoice,
    kilograms,
    marks_sheet,
    on_day,
    vessel_and_voyage,
)

FORM_OF: Mapping[str, OriginForm] = MappingProxyType(
    {
        "origin_general": "general",
        "origin_form_e": "form_e",
        "origin_rcep": "rcep",
        "origin_form_a": "form_a",
    }
)
"""Our kind of certificate of origin → its form."""

_NOBODY: Suppliers = MappingProxyType({})


def paper_of(snapshot: DocumentSnapshot, variant: str = "", suppliers: Suppliers = _NOBODY) -> Paper | None:
    """What the paper states; None for a kind that states nothing to check."""
    if snapshot.kind not in CHECKED:
        return None
    read = Reading(snapshot)
    paper = read.start(variant)
    if snapshot.kind == "commercial_invoice":
        return invoice(read, paper)
    if snapshot.kind == "packing_list":
        return _packing_list(read, paper)
    if CHECKED[snapshot.kind] == "carton_label":
        return marks_sheet(read, paper)
    return _detailed(read, paper, snapshot.details, suppliers)


def _detailed(read: Reading, paper: Paper, details: Details | None, suppliers: Suppliers) -> Paper:
    """The papers that say more than the facts."""
    match details:
        case BookingDetails():
            return _booking(read, paper, details)
        case VgmDetails():
            return _vgm(read, paper, details)
        case OriginDetails():
            return _origin(read, paper, details)
        case CertificateDetails():
            return _certificate(read, paper, details)
        case DraftDetails():
            return _draft(read, paper, details)
        case AdviceDetails():
            return _advice(read, paper, details)
        case DeclarationDetails():
            return declaration(read, paper, details, suppliers)
        case _:
            return paper


# The packing list


def _packing_list(read: Reading, paper: Paper) -> Paper:
    facts, shows = read.facts, read.shows
    stated = replace(
        paper,
        issuer=None if read.neutral else paper.issuer,
        signed=False if read.neutral else None,
        addressee=firm(buyer_of(facts)) if shows("buyer") else firm(facts.consignee),
        consignee=firm(facts.consignee),
        goods=_packed_goods(read),
        marks=read.marks(),
        packages=facts.carton_count,
        net_kg=kilograms(facts.net_g) if shows("net_total") else None,
        gross_kg=kilograms(facts.gross_g) if shows("gross_total") else None,
        volume_m3=cubic_metres(facts.volume_mm3) if shows("cbm") else None,
        cartons=tuple(_carton(read, line) for line in facts.cartons),
        containers=read.numbered(),
        invoice_number=read.said("invoice_no", read.snapshot.invoice_number),
        order_numbers=read.orders(),
    )
    return replace(stated, **read.references(), **read.way(), **read.countries())


def _packed_goods(read: Reading) -> tuple[Goods, ...]:
    """Each item once, with all that is packed of it."""
    found: dict[tuple[str, str], Goods] = {}
    for line in read.facts.cartons:
        key = line.item_number, line.unit
        before = found.get(key)
        packed = (before.quantity or Decimal(0)) if before else Decimal(0)
        found[key] = Goods(
            item_number=read.said("item", line.item_number),
            description=read.pick(line.description),
            quantity=packed + line.quantity,
            unit=line.unit,
        )
    return tuple(found.values())


def _carton(read: Reading, line: CartonLine) -> Cartons:
    shows = read.shows
    stated = Cartons(
        ranges=line.carton_ranges,
        count=line.cartons,
        item_number=read.said("item", line.item_number),
        per_carton=line.per_carton if shows("per_carton") else None,
        quantity=line.quantity,
        unit=line.unit,
        net_kg_each=kilograms(line.net_g_per_carton) if shows("net_per_carton") else None,
        net_kg=kilograms(line.net_g) if shows("net_total") else None,
        mixed=line.mixed_with_previous,
    )
    if line.mixed_with_previous:
        return stated
    length, width, height = (
        Decimal(side).scaleb(-1) if shows("size") else None
        for side in (line.length_mm, line.width_mm, line.height_mm)
    )
    return replace(
        stated,
        gross_kg_each=kilograms(line.gross_g_per_carton) if shows("gross_per_carton") else None,
        gross_kg=kilograms(line.gross_g) if shows("gross_total") else None,
        volume_m3=cubic_metres(line.volume_mm3) if shows("cbm") else None,
        length_cm=length,
        width_cm=width,
        height_cm=height,
    )


# Papers of carriage


def _booking(read: Reading, paper: Paper, booking: BookingDetails) -> Paper:
    facts = read.facts
    stated = replace(
        paper,
        shipper=firm(facts.company),
        consignee=firm(facts.consignee),
        notify=firm(facts.notify),
        goods=tuple(replace(goods, quantity=None, unit="", origin="") for goods in read.goods()),
        marks=read.marks(),
        containers=read.sealed(),
        place_of_receipt=booking.place_of_receipt or facts.place_of_receipt,
        place_of_delivery=booking.place_of_delivery,
        freight=booking.freight,
        transshipment=booking.transshipment,
        partial_shipment=booking.partial_shipment,
        **read.load(),
    )
    return replace(stated, net_kg=None, **read.references(), **read.way(), **read.countries())


def _vgm(read: Reading, paper: Paper, verified: VgmDetails) -> Paper:
    containers = tuple(_verified(one) for one in verified.containers)
    return replace(paper, containers=containers, **(read.way() | {"etd": None}))


def _verified(one: VgmContainer) -> Container:
    return Container(
        one.number,
        one.seal,
        one.type_code,
        gross_kg=_known(one.cargo_g),
        tare_kg=_known(one.tare_g),
        vgm_kg=kilograms(one.vgm_g),
        max_gross_kg=_known(one.max_gross_g),
    )


def _known(grams: int) -> Decimal | None:
    """Kilograms; None for a weight that nobody found."""
    return kilograms(grams) if grams else None


def _advice(read: Reading, paper: Paper, advice: AdviceDetails) -> Paper:
    facts = read.facts
    left = advice.on_board or facts.on_board
    policy = f"POLICY {advice.policy_number}" if advice.policy_number else ""
    way = read.way() | ({"etd": None, "on_board": left} if left else {})
    stated = replace(
        paper,
        text=read.clauses(advice.bill_number or facts.bill_number, policy),
        addressee=_written(advice.addressee) or firm(buyer_of(facts)),
        goods=read.goods(codes=False),
        marks=read.marks(),
        containers=read.sealed(),
        currency=facts.currency,
        total=read.amount(facts.total_minor),
        trade_term=str(facts.trade_term),
        invoice_number=read.said("invoice_no", advice.invoice_number),
        order_numbers=read.orders(),
        **read.load(),
    )
    return replace(stated, **read.references(), **way)


def _written(text: str) -> Firm | None:
    """A firm as it was typed: its name, then address lines."""
    name, *lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    return Firm(name, tuple(lines)) if name else None


# Papers for the bank


def _certificate(read: Reading, paper: Paper, written: CertificateDetails) -> Paper:
    statements = [text for one in (*written.statements, written.conclusion) for text in read.words.pick(one)]
    beneficiarys = paper.kind == "beneficiary_certificate"
    stated = replace(
        paper,
        title=written.title.strip() or paper.title,
        text=read.clauses(*statements),
        issuer=_written(written.issuer) or paper.issuer,
        addressee=_written(written.addressee) or firm(buyer_of(read.facts)),
        invoice_number=read.said("invoice_no", written.invoice_number),
        certificate=Certificate(inspected_on=written.inspected_on),
        **read.references(),
    )
    if beneficiarys:
        return stated
    weighed = read.load()
    if read.snapshot.kind == "inspection_certificate":
        return replace(stated, goods=read.goods(codes=False), marks=read.marks(), **weighed, **read.way())
    return replace(stated, **weighed, **read.way())


def _draft(read: Reading, paper: Paper, exchange: DraftDetails) -> Paper:
    facts = read.facts
    return replace(
        paper,
        originals=2,
        copies=0,
        currency=facts.currency,
        total=read.amount(exchange.amount_minor),
        words=read.in_words(exchange.amount_minor),
        lc_number=read.said("lc_no", exchange.lc_number or facts.lc_number),
        lc_date=exchange.lc_date,
        invoice_number=exchange.invoice_number or read.snapshot.invoice_number,
        draft=Draft(
            tenor=exchange.tenor,
            drawee=firm(exchange.drawee),
            payee=exchange.pay_to,
            percent=exchange.invoice_percent,
            drawn_under=exchange.drawn_under or facts.lc_issuing_bank,
            bill_on=exchange.bill_date,
        ),
    )


def _origin(read: Reading, paper: Paper, details: OriginDetails) -> Paper:
    facts, kind = read.facts, read.snapshot.kind
    form = FORMS[kind]
    printed = {key for key, _width, _align in form.columns}
    weighs = bool(printed & {"co_weight", "co_weight_value"}) and all(one.gross_g for one in details.items)
    vessel, voyage = vessel_and_voyage(details.vessel or facts.vessel_voyage)
    way = read.way() | {"vessel": vessel, "voyage": voyage} | on_day(read, details.departure or facts.etd)
    stated = replace(
        paper,
        number=details.certificate_number,
        text=details.remarks,
        consignee=firm(details.consignee or facts.consignee),
        goods=tuple(_origin_goods(read, one, printed, facts.currency) for one in details.items),
        marks=read.marks(),
        packages=sum(one.packages for one in details.items) or None,
        gross_kg=kilograms(sum(one.gross_g for one in details.items)) if weighs else None,
        invoice_number=details.invoice_number or read.snapshot.invoice_number,
        destination_country=details.importing_country or facts.destination_country,
        certificate=Certificate(
            form=FORM_OF[kind],
            ticks=details.ticks,
            third_party=details.third_party_invoicer,
            producer=next(iter(details.producer.splitlines()), ""),
            importing_country=details.importing_country or facts.destination_country,
        ),
    )
    return replace(stated, **way)


def _origin_goods(read: Reading, item: OriginItem, printed: set[str], currency: str) -> Goods:
    coded = "co_hs" in printed or read.snapshot.kind == "origin_form_e"
    valued = item.fob_minor is not None and states_value(item.criterion)
    return Goods(
        line_no=item.item_no,
        description=read.pick(item.description),
        quantity=item.quantity,
        unit=item.unit,
        hs_code=item.hs_code if coded else "",
        origin=item.origin_country,
        packages=item.packages or None,
        criterion=item.criterion if "co_criterion" in printed else "",
        fob=read.amount(item.fob_minor) if valued and item.fob_minor is not None else None,
    )
