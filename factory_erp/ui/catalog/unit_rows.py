"""The grid of an item's other units: "1 DOZ = 12 PCS"."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from factory_erp.domain.quantity import UNITS
from factory_erp.i18n import N_
from factory_erp.services.catalogue.unit_conversions import Conversion
from factory_erp.services.exchange.catalogue_parts import CONVERSION_FIELDS
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.choose import Choice, among
from factory_erp.ui.kit.grid import GridColumn

_UNIT, _FACTOR = CONVERSION_FIELDS[1:]


def unit_columns() -> tuple[GridColumn, ...]:
    """Columns of the other units; units are offered under their names in both languages."""
    offered = [
        Choice(one.code, figures.unit(one.code), f"{one.en} · {one.zh} · {one.code}")
        for one in UNITS.values()
    ]
    return (
        GridColumn.of(_UNIT, 90, kind="lookup", search=among(offered), hint="", empty=None),
        GridColumn.of(_FACTOR, 158, kind="number", hint=""),
        GridColumn("meaning", N_("Meaning"), 150, read_only=True),
    )


def unit_row(one: Conversion) -> dict[str, object]:
    """A conversion as its line shows it."""
    return {"unit": Choice(one.unit, figures.unit(one.unit)), "factor": one.factor}


def conversion(row: Mapping[str, object]) -> Conversion:
    """The conversion of a line whose cells are sound."""
    factor = row["factor"]
    assert isinstance(factor, Decimal)
    return Conversion(str(row["unit"]), factor)


def meaning(row: Mapping[str, object], own_unit: str) -> Mapping[str, object]:
    """The derived column: "1 DOZ = 12 PCS", once both are there."""
    unit, factor = row["unit"], row["factor"]
    if not isinstance(unit, str) or not isinstance(factor, Decimal):
        return {"meaning": None}
    return {"meaning": f"1 {figures.unit(unit)} = {figures.quantity(factor, own_unit)}"}
