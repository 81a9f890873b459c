"""What UBL documents share: parties, items, and how the goods are packed and carried."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from factory_erp.documents.facts import (
    CartonLine,
    ContainerFacts,
    GoodsLine,
    Party,
    PortName,
    ShipmentFacts,
    carton_groups,
)
from factory_erp.documents.snapshot import DocumentSnapshot
from factory_erp.documents.twins import trading
from factory_erp.documents.twins.elements import Element, cubic_metres, kilograms, leaf, node
from factory_erp.documents.twins.trading import Vat

_COMPONENTS = "urn:oasis:names:specification:ubl:schema:xsd"
COMMON = {
    "cac": f"{_COMPONENTS}:CommonAggregateComponents-2",
    "cbc": f"{_COMPONENTS}:CommonBasicComponents-2",
}

CARTON = "CT"
"""UNECE Rec 21."""


def party(name: str, of: Party) -> Element | None:
    """A party under the element *name*: its number, address, registered name, contact."""
    return node(
        name,
        node("cac:PartyIdentification", leaf("cbc:ID", of.tax_id)),
        node("cac:PartyName", leaf("cbc:Name", of.name_local or of.name)),
        _address(of),
        node("cac:PartyLegalEntity", leaf("cbc:RegistrationName", of.name)),
        _contact(of),
    )


def seller(of: Party, vat: Vat) -> Element | None:
    """The seller with its VAT number in category G; in O, which forbids one, with its registration."""
    number = of.tax_id
    taxed = vat.category == "G"
    scheme = node("cac:TaxScheme", leaf("cbc:ID", "VAT"))
    return node(
        "cac:Party",
        node("cac:PartyName", leaf("cbc:Name", of.name_local or of.name)),
        _address(of),
        node("cac:PartyTaxScheme", leaf("cbc:CompanyID", number), scheme) if taxed else None,
        node(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", of.name),
            None if taxed else leaf("cbc:CompanyID", number),
        ),
        _contact(of),
    )


def _contact(of: Party) -> Element | None:
    return node(
        "cac:Contact",
        leaf("cbc:Name", of.contact),
        leaf("cbc:Telephone", of.phone),
        leaf("cbc:ElectronicMail", of.email),
    )


def _address(of: Party) -> Element | None:
    one, two, *more = (*of.address_lines, "", "")
    return node(
        "cac:PostalAddress",
        leaf("cbc:StreetName", one),
        leaf("cbc:AdditionalStreetName", two),
        node("cac:AddressLine", leaf("cbc:Line", ", ".join(line for line in more if line))),
        country(of.country),
    )


def country(code: str, name: str = "cac:Country") -> Element | None:
    """A country by its ISO 3166-1 code."""
    return node(name, leaf("cbc:IdentificationCode", code))


def delivery_terms(facts: ShipmentFacts) -> Element | None:
    """The trade term and its place."""
    place = node("cac:DeliveryLocation", leaf("cbc:Description", facts.trade_term_place))
    return node(
        "cac:DeliveryTerms",
        leaf("cbc:ID", facts.trade_term_code),
        leaf("cbc:SpecialTerms", str(facts.trade_term)),
        place,
    )


def trade_item(line: GoodsLine, vat: Vat | None = None) -> Element | None:
    """The goods of a line; on an invoice with their VAT category."""
    hs_code = line.hs_code.replace(".", "").replace(" ", "")
    properties = (
        node("cac:AdditionalItemProperty", leaf("cbc:Name", name), leaf("cbc:Value", value))
        for name, value in trading.properties(line)
    )
    return node(
        "cac:Item",
        leaf("cbc:Description", trading.other_names(line.description)),
        leaf("cbc:Name", trading.item_name(line)),
        node("cac:BuyersItemIdentification", leaf("cbc:ID", line.customer_item_number)),
        node("cac:SellersItemIdentification", leaf("cbc:ID", line.item_number)),
        country(line.origin_country, "cac:OriginCountry"),
        node("cac:CommodityClassification", leaf("cbc:ItemClassificationCode", hs_code, listID="HS")),
        _tax_category(vat) if vat else None,
        *properties,
    )


def _tax_category(vat: Vat) -> Element | None:
    scheme = node("cac:TaxScheme", leaf("cbc:ID", "VAT"))
    return node(
        "cac:ClassifiedTaxCategory", leaf("cbc:ID", vat.category), leaf("cbc:Percent", vat.rate), scheme
    )


# carriage


def shipment(snapshot: DocumentSnapshot, units: Iterable[Element | None]) -> Element | None:
    """The shipment: weights, volume, parties, containers, voyage and its handling *units*."""
    facts = snapshot.facts
    return node(
        "cac:Shipment",
        leaf("cbc:ID", snapshot.invoice_number or snapshot.number),
        leaf("cbc:Information", facts.bill_number and f"Bill of lading {facts.bill_number}"),
        *_weights(facts.gross_g, facts.net_g, facts.volume_mm3),
        leaf("cbc:TotalTransportHandlingUnitQuantity", facts.carton_count),
        _consignment(facts),
        _stage(facts),
        node("cac:Delivery", _sent(facts)),
        *units,
        *(_equipment(container) for container in _containers(facts)),
    )


def _weights(gross_g: int, net_g: int, volume_mm3: int) -> list[Element | None]:
    return [
        leaf("cbc:GrossWeightMeasure", kilograms(gross_g), unitCode="KGM") if gross_g else None,
        leaf("cbc:NetWeightMeasure", kilograms(net_g), unitCode="KGM") if net_g else None,
        leaf("cbc:GrossVolumeMeasure", cubic_metres(volume_mm3), unitCode="MTQ") if volume_mm3 else None,
    ]


def _consignment(facts: ShipmentFacts) -> Element | None:
    forwarder = node("cac:PartyName", leaf("cbc:Name", facts.forwarder))
    return node(
        "cac:Consignment",
        leaf("cbc:ID", facts.booking_number or "1"),
        leaf("cbc:TotalPackagesQuantity", facts.carton_count),
        party("cac:ConsigneeParty", facts.consignee),
        party("cac:ConsignorParty", facts.company),
        node("cac:FreightForwarderParty", forwarder),
        party("cac:NotifyParty", facts.notify) if facts.notify else None,
        country(facts.destination_country, "cac:FinalDestinationCountry"),
        delivery_terms(facts),
    )


def _stage(facts: ShipmentFacts) -> Element | None:
    """The main carriage: ship and voyage ("MV Example / 046W"), ports."""
    vessel, _slash, voyage = (part.strip() for part in facts.vessel_voyage.partition("/"))
    means = node(
        "cac:TransportMeans",
        leaf("cbc:JourneyID", voyage),
        node("cac:MaritimeTransport", leaf("cbc:VesselName", vessel)),
    )
    ports = (
        _port("cac:LoadingPortLocation", facts.port_of_loading),
        _port("cac:UnloadingPortLocation", facts.port_of_discharge),
    )
    return node("cac:ShipmentStage", means, *ports)


def _port(name: str, port: PortName | None) -> Element | None:
    if port is None:
        return None
    return node(name, leaf("cbc:ID", port.code), leaf("cbc:Name", trading.english(port.names)))


def _sent(facts: ShipmentFacts) -> Element | None:
    return node(
        "cac:Despatch",
        leaf("cbc:EstimatedDespatchDate", facts.etd) if facts.etd else None,
        leaf("cbc:ActualDespatchDate", facts.on_board) if facts.on_board else None,
    )


def _containers(facts: ShipmentFacts) -> Iterable[ContainerFacts]:
    return facts.containers or tuple(ContainerFacts(number) for number in facts.container_numbers)


def _equipment(container: ContainerFacts) -> Element | None:
    """A container as a handling unit of its own: number, type, weights, seal."""
    gross, tare, volume = container.gross_g, container.tare_g, container.volume_mm3
    equipment = node(
        "cac:TransportEquipment",
        leaf("cbc:ID", container.number),
        leaf("cbc:Description", container.type_code),
        leaf("cbc:GrossWeightMeasure", kilograms(gross), unitCode="KGM") if gross else None,
        leaf("cbc:GrossVolumeMeasure", cubic_metres(volume), unitCode="MTQ") if volume else None,
        leaf("cbc:TareWeightMeasure", kilograms(tare), unitCode="KGM") if tare else None,
        node("cac:TransportEquipmentSeal", leaf("cbc:ID", container.seal)),
    )
    packages = leaf("cbc:TotalPackageQuantity", container.packages) if container.packages else None
    return node("cac:TransportHandlingUnit", packages, equipment)


def handling_units(facts: ShipmentFacts, *, contents: bool = False) -> list[Element | None]:
    """One handling unit per range of equal cartons; with *contents* what is in each range."""
    return [_cartons(group, facts, contents) for group in carton_groups(facts.cartons)]


def _cartons(group: list[CartonLine], facts: ShipmentFacts, contents: bool) -> Element | None:
    first = group[0]
    return node(
        "cac:TransportHandlingUnit",
        leaf("cbc:ID", first.carton_ranges),
        leaf("cbc:TransportHandlingUnitTypeCode", CARTON),
        leaf("cbc:TotalPackageQuantity", first.cartons),
        *(leaf("cbc:ShippingMarks", mark) for mark in facts.marks),
        *_dimensions(first),
        *((_contents(line, facts) for line in group) if contents else ()),
    )


def _dimensions(line: CartonLine) -> Iterable[Element | None]:
    """Size and gross weight of one carton; attributes after UNTDID 6313."""
    measures = (
        ("LN", Decimal(line.length_mm), "MMT"),
        ("WD", Decimal(line.width_mm), "MMT"),
        ("HT", Decimal(line.height_mm), "MMT"),
        ("AAB", kilograms(line.gross_g_per_carton), "KGM"),
    )
    for attribute, value, unit in measures:
        if value:
            measure = leaf("cbc:Measure", value, unitCode=unit)
            yield node("cac:MeasurementDimension", leaf("cbc:AttributeID", attribute), measure)


def _contents(line: CartonLine, facts: ShipmentFacts) -> Element | None:
    """The goods of one line in all its cartons."""
    goods = next((one for one in facts.lines if one.line_no == line.line_no), None)
    hs_code = goods.hs_code.replace(".", "").replace(" ", "") if goods else ""
    item = node(
        "cac:Item",
        leaf("cbc:Name", trading.english(line.description) or line.item_number),
        node("cac:SellersItemIdentification", leaf("cbc:ID", line.item_number)),
        country(goods.origin_country, "cac:OriginCountry") if goods else None,
        node("cac:CommodityClassification", leaf("cbc:ItemClassificationCode", hs_code, listID="HS")),
    )
    return node(
        "cac:GoodsItem",
        *_weights(line.gross_g, line.net_g, line.volume_mm3),
        leaf("cbc:Quantity", trading.quantity(line.quantity), unitCode=line.unit),
        item,
    )
