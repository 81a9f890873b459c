"""The export declaration 报关单 as the checker reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from factory_erp.checking.firm import Firm
from factory_erp.checking.papers import Container, Customs, Goods, Paper
from factory_erp.documents.customs_building import LEAST_G
from factory_erp.documents.details.customs import Coded, DeclarationDetails, DeclarationItem, FeeStated
from factory_erp.services.paper_checks.reading import Reading, kilograms, vessel_and_voyage

Suppliers = Mapping[str, str]
"""Name of the goods on a supplier's VAT invoice → who wrote it."""


def declaration(read: Reading, paper: Paper, told: DeclarationDetails, suppliers: Suppliers) -> Paper:
    """What the declaration states; its items name their suppliers where *suppliers* knows them."""
    light = read.facts.gross_g < LEAST_G  # declared as a kilogram, whatever it weighs
    vessel, voyage = told.transport_name, told.voyage
    if not voyage:
        vessel, voyage = vessel_and_voyage(told.transport_name)
    return replace(
        paper,
        text="\n".join(text for text in (told.bill_number, told.notes) if text),
        consignee=Firm(told.overseas_consignee) if told.overseas_consignee else None,
        currency=told.currency,
        total=sum((item.total for item in told.items), Decimal(0)),
        goods=tuple(_declared(item, suppliers) for item in told.items),
        packages=told.packages,
        gross_kg=None if light else kilograms(told.gross_g),
        net_kg=None if light or told.net_g <= LEAST_G else kilograms(told.net_g),
        containers=tuple(Container(number) for number in told.container_numbers),
        vessel=vessel,
        voyage=voyage,
        contract_number=told.contract_number,
        destination_country=_name(told.destination_country),
        customs=_customs(told),
    )


def _declared(item: DeclarationItem, suppliers: Suppliers) -> Goods:
    second = item.second
    return Goods(
        line_no=item.item_no,
        description=item.name,
        quantity=item.transaction.quantity,
        unit=_name(item.transaction.unit),
        unit_price=item.unit_price,
        amount=item.total,
        hs_code=item.hs_code,
        origin=_name(item.origin),
        net_kg=kilograms(item.net_g),
        first_quantity=item.first.quantity,
        first_unit=_name(item.first.unit),
        second_quantity=second.quantity if second else None,
        second_unit=_name(second.unit) if second else "",
        levy=_name(item.levy),
        source_place=_name(item.source_place),
        supplier_name=suppliers.get(item.supplier_tax_name, "") if item.supplier_tax_name else "",
    )


def _customs(told: DeclarationDetails) -> Customs:
    return Customs(
        terms=told.terms.code,
        freight_mark=told.freight.mark,
        insurance_mark=told.insurance.mark,
        other_mark=told.other_costs.mark,
        freight=_fee(told.freight),
        insurance=_fee(told.insurance),
        other=_fee(told.other_costs),
        consignor=told.consignor,
        producer=told.producer,
        declarant=told.declarant,
        exit_office=told.exit_customs.code or told.exit_customs.name,
        exit_port=_name(told.exit_port),
        trade_country=_name(told.trade_country),
        arrival_country=_name(told.destination_country),
        destination_port=_name(told.destination_port),
        supervision=told.supervision.code,
        levy=told.levy_nature.code,
        packaging=told.packaging.code,
    )


def _fee(fee: FeeStated) -> Decimal | None:
    return fee.amount if fee.mark else None


def _name(coded: Coded) -> str:
    """The name that the form prints, else the code."""
    return coded.name or coded.code
