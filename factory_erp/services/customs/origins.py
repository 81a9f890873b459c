"""What certificates of origin state by themselves: items, packages, weights and values out of the facts.

Invoice lines of one HS code (six digits), description, unit and origin are one item. Which criterion goods
fulfil nobody can work out from these facts: it is taken from the item's customs sheet, where an answer
"原产地标准" (or "原产地标准 RCEP" for one form) may be kept, and is otherwise asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.documents.customs_answers import Missing
from factory_erp.documents.customs_loads import Load, shared_out
from factory_erp.documents.details.origin import OriginDetails, OriginItem
from factory_erp.documents.facts import GoodsLine, ShipmentFacts, Texts, carton_groups, texts
from factory_erp.documents.origin_rules import states_value
from factory_erp.documents.snapshot import Kind
from factory_erp.domain.countries import country
from factory_erp.i18n import _
from factory_erp.models.customs import ItemDeclaration
from factory_erp.models.partners import Company
from factory_erp.models.shipping import Shipment
from factory_erp.services.customs.declarations import typed_declarations
from factory_erp.services.customs.exchange_rates import converter
from factory_erp.services.customs.fob_values import fob_values
from factory_erp.services.shipping.facts import own_company, sorted_lines
from factory_erp.services.shipping.parties import town_of

CRITERION = "原产地标准"
"""Declaration element under which an item keeps its origin criterion, for every form."""

FORMS: Mapping[str, str] = {
    "origin_form_e": "FORM E",
    "origin_rcep": "RCEP",
    "origin_form_a": "FORM A",
}
"""Kind → what follows CRITERION in an answer for that form alone; a general certificate asks for none."""

CARTON: Texts = texts({"en": "carton", "zh_CN": "纸箱"})

WITHOUT_COSTS = frozenset({"EXW", "FCA", "FAS", "FOB"})
"""Incoterms whose price contains neither main carriage nor insurance."""

_HS6 = 6


@dataclass(frozen=True, slots=True)
class _Key:
    """What invoice lines must share to be one item."""

    hs_code: str
    description: Texts
    unit: str
    origin: str
    criterion: str


def origin_details(session: Session, shipment: Shipment, facts: ShipmentFacts, kind: Kind) -> OriginDetails:
    """What the certificate states where nothing was typed for it.

    Raises NotAllowed where our company is not set up.
    """
    criteria = _criteria(session, shipment, kind)
    groups: dict[_Key, list[GoodsLine]] = {}
    for line in facts.lines:
        groups.setdefault(_key(line, criteria.get(line.item_number, "")), []).append(line)
    values = _values(session, shipment, facts, groups)
    load = _loads(facts)
    company = own_company(session)
    return OriginDetails(
        items=tuple(
            _item(number, key, lines, load, None if values is None else values[number - 1])
            for number, (key, lines) in enumerate(groups.items(), 1)
        ),
        producer=_producer(company) if kind == "origin_rcep" else "",
        departure=facts.on_board or facts.etd,
        vessel=facts.vessel_voyage,
        declared_at=town_of(company),
        importing_country=facts.destination_country,
    )


def missing_in(kind: Kind, details: OriginDetails) -> tuple[Missing, ...]:
    """What the certificate of that kind still lacks, item by item; its rules are ``origin_rules``'s."""
    found: list[Missing] = []
    for item in details.items:
        record = _("Item {item}", item=item.item_no)
        if kind in FORMS and not item.criterion.strip():
            remedy = _("Enter the origin criterion that the goods fulfil, for example WO or PE.")
            found.append(Missing(record, _("Origin criterion"), remedy))
        if len(item.hs_code) < _HS6:
            remedy = _("Enter six digits of the importing country's tariff.")
            found.append(Missing(record, _("HS code"), remedy))
        if states_value(item.criterion) and item.fob_minor is None:
            remedy = _("Enter the value FOB: freight and insurance in the price are not known.")
            found.append(Missing(record, _("FOB value"), remedy))
        if not item.gross_g:
            remedy = _("Pack the goods into cartons first.")
            found.append(Missing(record, _("Gross weight"), remedy))
    return tuple(found)


def _criteria(session: Session, shipment: Shipment, kind: Kind) -> dict[str, str]:
    """SKU → the criterion that its customs sheet keeps for the form."""
    if kind not in FORMS:
        return {}
    skus = {line.sales_line.item_id: line.sales_line.item.sku for line in sorted_lines(shipment)}
    names = (CRITERION, f"{CRITERION} {FORMS[kind]}")
    statement = select(ItemDeclaration).where(
        ItemDeclaration.item_id.in_(skus), ItemDeclaration.element.in_(names)
    )
    rows = sorted(session.scalars(statement), key=lambda row: names.index(row.element))
    return {skus[row.item_id]: row.value.strip() for row in rows}


def _key(line: GoodsLine, criterion: str) -> _Key:
    digits = "".join(sign for sign in line.hs_code if sign.isdecimal())[:_HS6]
    return _Key(digits, line.description, line.unit, line.origin_country, criterion)


def _item(
    number: int, key: _Key, lines: Sequence[GoodsLine], load: Mapping[int, Load], fob_minor: int | None
) -> OriginItem:
    whole = sum((load.get(line.line_no, Load()) for line in lines), Load())
    return OriginItem(
        item_no=number,
        packages=whole.packages,
        package_word=CARTON,
        description=key.description,
        hs_code=key.hs_code,
        criterion=key.criterion,
        quantity=sum((line.quantity for line in lines), Decimal(0)),
        unit=key.unit,
        gross_g=whole.gross_g,
        fob_minor=fob_minor if states_value(key.criterion) else None,
        origin_country=key.origin or "CN",
    )


def _loads(facts: ShipmentFacts) -> dict[int, Load]:
    """Line number → packages and gross weight; of a mixed carton each item has its share by net weight."""
    found: dict[int, Load] = {}
    for group in carton_groups(facts.cartons):
        shares = shared_out(group[0].gross_g, [carton.net_g for carton in group])
        for place, (carton, gross_g) in enumerate(zip(group, shares, strict=True)):
            load = Load(carton.net_g, gross_g, carton.cartons if place == 0 else 0)
            for line_no, part in _parts(carton.line_no, carton.item_number, load, facts):
                found[line_no] = found.get(line_no, Load()) + part
    return found


def _parts(line_no: int, item_number: str, load: Load, facts: ShipmentFacts) -> list[tuple[int, Load]]:
    """The load of the line; cartons that name no line are shared out over the lines of their item."""
    if line_no:
        return [(line_no, load)]
    lines = [line for line in facts.lines if line.item_number == item_number]
    quantities = [line.quantity for line in lines]
    parts = [shared_out(whole, quantities) for whole in (load.net_g, load.gross_g, load.packages)]
    return [(line.line_no, Load(*part)) for line, *part in zip(lines, *parts, strict=True)]


def _values(
    session: Session, shipment: Shipment, facts: ShipmentFacts, groups: Mapping[_Key, Sequence[GoodsLine]]
) -> list[int] | None:
    """The value FOB of each item in minor units, where a criterion asks for it; None where not known.

    Goods sold with carriage or insurance are worth less: by what the export declaration states of both.
    """
    if not any(states_value(key.criterion) for key in groups):
        return None
    goods = [sum(line.amount_minor for line in lines) for lines in groups.values()]
    if facts.trade_term_code in WITHOUT_COSTS:
        return shared_out(max(facts.total_minor, 0), goods)
    declared = typed_declarations(session, shipment, facts)
    parts = [fob_values(one, converter(session)) for one in declared.declarations]
    if any(part is None for part in parts):
        return None
    whole = sum(value.minor for part in parts if part for value in part)
    return shared_out(max(whole, 0), goods)


def _producer(company: Company) -> str:
    """Ourselves with address and country."""
    nation = country(company.country).en
    lines = [company.name_en, *company.address_en.splitlines()]
    if nation.casefold() not in company.address_en.casefold():
        lines.append(nation)
    return "\n".join(line.strip() for line in lines if line.strip())
