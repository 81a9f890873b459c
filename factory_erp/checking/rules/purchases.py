"""Rule 33: the export declaration against the suppliers' VAT invoices, on which the rebate rests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from factory_erp.checking.findings import Check, Finding, Place, found
from factory_erp.checking.papers import Customs, Goods, Paper, PaperSet, SupplierInvoice
from factory_erp.checking.parties import compare_names
from factory_erp.checking.rules.customs import declarations
from factory_erp.checking.rules.reading import at, at_line, shown
from factory_erp.checking.texts import normalised
from factory_erp.domain.customs_units import CUSTOMS_UNITS
from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import _

_NAME_END = re.compile(r"[|\n;；]")


def suppliers_match(papers: PaperSet) -> Iterator[Finding]:
    """Rule 33: name and unit of each item as on the supplier's VAT invoice, its holder the declared seller.

    Otherwise the rebate is refused. Items of own make, which name no supplier, are left out where others do.
    """
    if not papers.supplier_invoices:
        return
    named = any(
        goods.supplier_name.strip() for paper, _customs in declarations(papers) for goods in paper.goods
    )
    for paper, customs in declarations(papers):
        for index, goods in enumerate(paper.goods):
            if goods.supplier_name.strip() or not named:
                yield from _other_goods(paper, index, goods, papers.supplier_invoices)
        yield from _other_holder(paper, customs, papers.supplier_invoices)


def _other_goods(
    paper: Paper, index: int, goods: Goods, purchases: tuple[SupplierInvoice, ...]
) -> Iterator[Finding]:
    name = _declared_name(goods)
    if not name:
        return
    of_supplier = [one for one in enumerate(purchases) if _is_from(one[1], goods.supplier_name)]
    same_name = [one for one in of_supplier if normalised(one[1].name) == normalised(name)]
    place = at_line(paper, index, "description", name)
    if not same_name:
        message = _("No supplier's VAT invoice is for '{name}'.", name=shown(name))
        yield found(
            33, message, place, *(_purchase(number, "name", one.name) for number, one in of_supplier[:1])
        )
        return
    units = {unit_name(unit) for unit in (goods.unit, goods.first_unit, goods.second_unit) if unit.strip()}
    if units and not any(not one.unit.strip() or unit_name(one.unit) in units for _number, one in same_name):
        number, one = same_name[0]
        message = _(
            "'{name}' is declared in {units}, but bought in {unit}.",
            name=shown(name),
            units=", ".join(sorted(units)),
            unit=shown(one.unit),
        )
        yield found(
            33, message, at_line(paper, index, "unit", goods.unit), _purchase(number, "unit", one.unit)
        )


def _is_from(purchase: SupplierInvoice, supplier: str) -> bool:
    return not supplier.strip() or compare_names(purchase.supplier, supplier) != "different"


def _purchase(index: int, field: str, value: str) -> Place:
    return Place("supplier_invoices", f"supplier_invoices[{index}].{field}", shown(value))


def _declared_name(goods: Goods) -> str:
    """The name of the item, which the declaration elements follow."""
    return _NAME_END.split(goods.description.strip(), maxsplit=1)[0].strip()


def unit_name(text: str) -> str:
    """The Chinese name of a unit given by its customs code, its UN/ECE Rec 20 code or name; else the text."""
    plain = text.strip()
    if plain in CUSTOMS_UNITS:
        return CUSTOMS_UNITS[plain].name
    unit = UNITS.get(plain.upper())
    return unit.zh if unit else plain


def _other_holder(
    paper: Paper, customs: Customs, purchases: tuple[SupplierInvoice, ...]
) -> Iterator[Finding]:
    declared = [name for name in (customs.consignor, customs.producer) if name.strip()]
    for index, purchase in enumerate(purchases):
        likeness = {compare_names(name, purchase.holder) for name in declared}
        if purchase.holder.strip() and declared and not likeness & {"same", "abbreviated", "unknown"}:
            message = _(
                "The VAT invoice was written to {holder}, but {consignor} declares the goods.",
                holder=shown(purchase.holder),
                consignor=shown(declared[0]),
            )
            places = (
                at(paper, "customs.consignor", customs.consignor),
                _purchase(index, "holder", purchase.holder),
            )
            yield found(33, message, *places)


CHECKS: dict[int, Check] = {33: suppliers_match}
