"""The grid of a shipment's containers: columns, rows, and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from factory_erp.domain.cartons import parse
from factory_erp.domain.checkdigits import is_container_number
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.domain.weight import Weight
from factory_erp.i18n import N_, _
from factory_erp.packing.containers import CONTAINERS
from factory_erp.services.issuing.loading import ContainerInput
from factory_erp.services.workbench.views import ContainerRow
from factory_erp.ui.kit.grid import GridColumn

USUAL_TYPE = "40HQ"

_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


def read_number(text: str) -> str:
    """A container number with its check digit proved (ISO 6346). Raises InvalidValue."""
    number = "".join(text.split()).replace("-", "").upper()
    if not is_container_number(number):
        raise InvalidValue(
            _("'{number}' is not a container number: its check digit is wrong.", number=text.strip()),
            field="number",
            remedy=_("Copy the four letters and seven digits from the container's door."),
        )
    return number


def read_kilograms(text: str) -> int:
    """Grams of "3 800", "3800.5 kg" or "3,800", as forwarders write thousands. Raises InvalidValue."""
    said = "".join(text.lower().removesuffix("kgs").removesuffix("kg").split())
    if _THOUSANDS.fullmatch(said):
        said = said.replace(",", "")
    return Weight.kg(parse_decimal(said)).grams


def show_kilograms(grams: int) -> str:
    """Grams as kilograms, as one would type them."""
    return f"{Weight(grams).kilograms.normalize():f}"


def read_cartons(text: str) -> str:
    """Carton numbers in any notation. Raises InvalidValue."""
    parse(text)
    return text.strip()


def _weight(
    key: str, title: str, width: int, hint: str, *aliases: str, priority: int = 0, narrowest: int = 0
) -> GridColumn:
    return GridColumn(
        key, title, width, "number", read=read_kilograms, show=show_kilograms, hint=hint, aliases=aliases,
        priority=priority, narrowest=narrowest,
    )  # fmt: skip


COLUMNS = (
    GridColumn("type_code", N_("Type"), 84, "choice", narrowest=66, required=True,
               choices=[(code, code) for code in CONTAINERS],
               aliases=("柜型", "箱型", "Size", "Container type", "Size/Type")),
    GridColumn("number", N_("Container no."), 132, read=read_number, narrowest=122,
               aliases=("柜号", "箱号", "集装箱号", "Container", "Container number", "Cntr No.")),
    GridColumn("seal", N_("Seal no."), 104, narrowest=88, aliases=("封号", "铅封号", "Seal", "Seal number")),
    _weight("tare_g", N_("Tare kg"), 80, N_("Weight of the empty container, from its door"),
            "皮重", "Tare", narrowest=66),
    GridColumn("carton_ranges", N_("Carton no."), 130, read=read_cartons, narrowest=66, priority=1,
               hint=N_("Which cartons are in it, such as 1-120; empty: all that no other names"),
               aliases=("装箱", "Cartons", "C/NO.")),
    _weight("dunnage_g", N_("Dunnage kg"), 112, N_("Pallets, wood and straps that no carton weighs"),
            "加固材料", "Dunnage", priority=4),
    _weight("max_gross_g", N_("Max. gross kg"), 126, N_("From the plate on its door"), "最大总重",
            "Max gross", priority=5),
    _weight("weighed_g", N_("Weighed kg"), 108, N_("The packed container on a scale: method 1"), "过磅重量",
            "VGM", priority=3),
)  # fmt: skip

_WEIGHTS = ("tare_g", "dunnage_g", "max_gross_g", "weighed_g")


def new_row() -> Mapping[str, object]:
    """A container that is added."""
    return {"type_code": USUAL_TYPE}


def grid_rows(rows: Sequence[ContainerRow]) -> list[dict[str, object]]:
    """The containers as the grid shows them; weights of nothing are empty cells."""
    return [
        {
            "type_code": row.type_code,
            "number": row.number or None,
            "seal": row.seal or None,
            "carton_ranges": row.carton_ranges or None,
        }
        | {key: getattr(row, key) or None for key in _WEIGHTS}
        for row in rows
    ]


def inputs(rows: Sequence[Mapping[str, object]]) -> tuple[ContainerInput, ...]:
    """What the use case takes for the rows of the grid."""
    return tuple(_input(row) for row in rows)


def _input(row: Mapping[str, object]) -> ContainerInput:
    return ContainerInput(
        type_code=_text(row["type_code"]),
        number=_text(row["number"]),
        seal=_text(row["seal"]),
        carton_ranges=_text(row["carton_ranges"]),
        tare_g=_grams(row["tare_g"]),
        max_gross_g=_grams(row["max_gross_g"]),
        dunnage_g=_grams(row["dunnage_g"]),
        weighed_g=_grams(row["weighed_g"]),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _grams(value: object) -> int:
    return value if isinstance(value, int) else 0
