"""The dialogs of the cartons: what they really weigh and measure, and the pallets that they stand on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.domain.cartons import parse
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.domain.weight import Dimensions, Weight
from factory_erp.i18n import _
from factory_erp.packing.pallets import PALLETS
from factory_erp.services.shipping import shipments as shipping
from factory_erp.services.workbench.views import CartonRow, ShipmentDetail
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.jobs import Jobs

LOOSE = "loose"
_SIDES = ("length", "width", "height")
USUAL_PALLET = "1200x1000"
USUAL_HEIGHT_CM, USUAL_GROSS_KG = 180, 1_000


def weigh_dialog(jobs: Jobs, detail: ShipmentDetail, row: CartonRow, parent: QWidget) -> FormDialog:
    """Net and gross weight and size of one carton, and why they differ from what was computed."""
    fields = (
        Field("cartons", _("Carton no."), required=True, check=_numbers_problem,
              hint=_("All of the row, or those that were weighed, such as 3, 7-9")),
        Field("net_g", _("Net weight of one carton, kg"), FieldKind.DECIMAL, required=True, decimals=3,
              check=_weight_problem),
        Field("gross_g", _("Gross weight of one carton, kg"), FieldKind.DECIMAL, required=True, decimals=3,
              check=_weight_problem),
        Field("sides", _("Size of one carton, cm"), required=True, check=_sides_problem,
              hint=_("Length × width × height, for example 60×40×35")),
        Field("reason", _("Reason"), required=True, hint=_("For example: weighed on the floor scale")),
    )  # fmt: skip
    known = {"net_g": Weight(row.net_g).kilograms, "gross_g": Weight(row.gross_g).kilograms}
    size = Dimensions(row.length_mm, row.width_mm, row.height_mm).format()
    return FormDialog(
        jobs,
        _("Cartons {cartons}", cartons=row.label),
        fields,
        known | {"cartons": row.label, "sides": size, "reason": row.weighed_reason or None},
        partial(_correction, detail, row),
        _("Save"),
        note=_("What stands here holds for each of the cartons named."),
        parent=parent,
    )


def _correction(detail: ShipmentDetail, row: CartonRow, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(
        shipping.correct_carton,
        detail.id,
        row.first,
        Weight.kg(values["net_g"]).grams,
        Weight.kg(values["gross_g"]).grams,
        values["reason"],
        detail.version,
        read_sides(values["sides"]),
        values["cartons"],
    )


def _numbers_problem(value: object) -> str:
    try:
        parse(str(value))
    except InvalidValue as error:
        return str(error)
    return ""


def _weight_problem(value: object) -> str:
    try:
        return "" if Weight.kg(value).grams > 0 else _("A carton weighs more than nothing.")  # type: ignore[arg-type]
    except InvalidValue as error:
        return str(error)


def _sides_problem(value: object) -> str:
    try:
        read_sides(str(value))
    except InvalidValue as error:
        return str(error)
    return ""


def read_sides(text: str) -> tuple[int, int, int]:
    """Millimetres of "60×40×35" or "60 x 40 x 35.5" (centimetres). Raises InvalidValue."""
    parts = re.split(r"\s*[x×*]\s*", text.strip().lower().removesuffix("cm").strip())
    if len(parts) != len(_SIDES):
        raise _no_size(text)
    length, width, height = (_millimetres(part, text) for part in parts)
    return length, width, height


def _millimetres(part: str, text: str) -> int:
    size = parse_decimal(part) * 10
    if size != int(size) or size <= 0:
        raise _no_size(text)
    return int(size)


def _no_size(text: str) -> InvalidValue:
    return InvalidValue(
        _("'{size}' is not a size of three sides.", size=text),
        field="sides",
        remedy=_("Write length × width × height in centimetres, for example 60×40×35."),
    )


def pallet_dialog(jobs: Jobs, detail: ShipmentDetail, parent: QWidget) -> FormDialog:
    """Which pallets the cartons stand on, and how high and heavy they may get; or none."""
    choices: list[tuple[object, str]] = [(LOOSE, _("No pallets: the cartons travel loose"))]
    choices += [
        (code, f"{one.length_mm / 10:g}×{one.width_mm / 10:g} cm ({code})") for code, one in PALLETS.items()
    ]
    fields = (
        Field("pallet", _("Pallet"), FieldKind.CHOICE, required=True, choices=choices),
        Field("height", _("Highest, with the pallet, cm"), FieldKind.INTEGER, required=True),
        Field("gross", _("Heaviest, with the pallet, kg"), FieldKind.INTEGER, required=True),
    )
    return FormDialog(
        jobs,
        _("Pallets of {number}", number=detail.number),
        fields,
        {"pallet": USUAL_PALLET, "height": USUAL_HEIGHT_CM, "gross": USUAL_GROSS_KG},
        partial(_pallets, detail),
        _("Save"),
        note=_("Equal cartons are stacked in layers; what is left shares the last pallets."),
        parent=parent,
    )


def _pallets(detail: ShipmentDetail, values: Mapping[str, Any]) -> Callable[[], object]:
    if values["pallet"] == LOOSE:
        return partial(shipping.remove_pallets, detail.id, detail.version)
    height, gross = values["height"] * 10, values["gross"] * 1000
    return partial(shipping.palletize, detail.id, values["pallet"], height, gross, detail.version)
