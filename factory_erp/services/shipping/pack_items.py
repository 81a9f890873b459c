"""Lines of a shipment as the packing rules see them: how much of what, in which cartons."""

from __future__ import annotations

from collections.abc import Iterable

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item, PackagingLevel, PackKind
from factory_erp.models.shipping import ShipmentLine
from factory_erp.packing.cartons import PackItem, PackLevel
from factory_erp.packing.pallets import PalletRules


def pack_item(line: ShipmentLine) -> PackItem:
    """The line with its master carton (None where the item has none) and its inner box.

    Raises InvalidValue for a master carton without a net weight.
    """
    item = line.sales_line.item
    levels = {level.kind: level for level in item.packaging}
    master, inner = levels.get(PackKind.MASTER), levels.get(PackKind.INNER)
    return PackItem(
        key=str(line.id),
        label=item.sku,
        quantity=line.quantity,
        level=_master(item, master) if master else None,
        piece_net_g=item.net_g,
        order=line.sales_line.order.number,
        inner=_inner(inner) if inner and inner.net_g > 0 else None,
    )


def pallet_levels(lines: Iterable[ShipmentLine], rules: PalletRules) -> dict[str, PackLevel]:
    """Line → its full pallet as the catalogue has it, where that stands on the pallet of *rules*."""
    found = ((line, level) for line in lines for level in line.sales_line.item.packaging)
    return {
        str(line.id): _pallet(level)
        for line, level in found
        if level.kind == PackKind.PALLET and level.net_g > 0 and _keeps(level, rules)
    }


def _keeps(level: PackagingLevel, rules: PalletRules) -> bool:
    """Whether a pallet of the catalogue is no larger, higher or heavier than *rules* allow."""
    pallet = rules.pallet
    sides = sorted((level.length_mm, level.width_mm))
    most = sorted((pallet.length_mm, pallet.width_mm))
    on_it = all(side <= limit for side, limit in zip(sides, most, strict=True))
    return on_it and level.height_mm <= rules.max_height_mm and level.gross_g <= rules.max_gross_g


def _pallet(level: PackagingLevel) -> PackLevel:
    size = level.length_mm, level.width_mm, level.height_mm
    return PackLevel("pallet", level.quantity, *size, level.net_g, level.gross_g)


def _inner(level: PackagingLevel) -> PackLevel:
    size = level.length_mm, level.width_mm, level.height_mm
    return PackLevel("inner", level.quantity, *size, level.net_g, level.gross_g)


def _master(item: Item, level: PackagingLevel) -> PackLevel:
    if level.net_g <= 0:
        raise InvalidValue(
            _("The master carton of {sku} has no net weight.", sku=item.sku),
            record=item.sku,
            field="packaging",
            remedy=_("Enter the net and gross weight of a full carton in the catalogue."),
        )
    size = level.length_mm, level.width_mm, level.height_mm
    return PackLevel("master", level.quantity, *size, level.net_g, level.gross_g)
