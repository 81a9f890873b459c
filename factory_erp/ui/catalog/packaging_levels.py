"""The grid of an item's packaging levels: what a row reads and shows, and the levels it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import parse_decimal
from factory_erp.domain.weight import Weight
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import PackKind
from factory_erp.services.catalogue.input import PackInput
from factory_erp.services.exchange.catalogue_parts import PACKAGING_FIELDS
from factory_erp.ui.catalog.words import PACKS
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.grid import GridColumn

WHOLE = ("quantity", "length_mm", "width_mm", "height_mm")
WEIGHTS = {"net_g": "net_kg", "gross_g": "gross_kg"}
"""Grams of a level → the column that shows them in kilograms; the other keys are their own columns."""

BEARS = "bears_kg"
"""The column of what may stand on a package; it may stay empty."""

_FIELDS = {field.key: field for field in PACKAGING_FIELDS}


def read_kilograms(text: str) -> int:
    """Grams of "9.05", "9.05 kg" or "9050 g". Raises InvalidValue for what is finer than a gram."""
    said = text.strip().casefold()
    if said.endswith("g") and not said.endswith("kg"):
        grams = parse_decimal(said.removesuffix("g").strip())
        if grams != int(grams) or grams < 0:
            raise InvalidValue(_("Enter whole grams."))
        return int(grams)
    return Weight.kg(parse_decimal(said.removesuffix("kg").strip())).grams


def show_kilograms(grams: int) -> str:
    """Grams as kilograms, as one would type them: 9.05."""
    return f"{Weight(grams).kilograms.normalize():f}"


def _counted(key: str, width: int) -> GridColumn:
    return GridColumn.of(_FIELDS[key], width, kind="number", required=False, empty=None, hint="")


def _weight(key: str, title: str, *aliases: str) -> GridColumn:
    return GridColumn(
        key, title, 92, "number", read=read_kilograms, show=show_kilograms, aliases=aliases,
        hint=N_("Of the full package, in kilograms; grams where you write g behind the figure"),
    )  # fmt: skip


COLUMNS = (
    GridColumn("level", N_("Packaging level"), 130, read_only=True),
    _counted("quantity", 80),
    _counted("length_mm", 106),
    _counted("width_mm", 98),
    _counted("height_mm", 98),
    _weight("net_kg", N_("Net (kg)"), "净重(kg)", "净重", "Net weight (kg)", "N.W. (kg)"),
    _weight("gross_kg", N_("Gross (kg)"), "毛重(kg)", "毛重", "Gross weight (kg)", "G.W. (kg)"),
    GridColumn(
        "may_lie",
        N_("May lie"),
        72,
        "check",
        priority=2,
        empty=False,
        hint=N_("Whether it may be loaded on any of its sides"),
    ),
    GridColumn(
        BEARS,
        N_("Bears (kg)"),
        92,
        "number",
        read=read_kilograms,
        show=show_kilograms,
        priority=2,
        hint=N_("What may stand on one, all layers above together; empty: any weight"),
        aliases=("承重(kg)", "最大承重", "Max. load on top"),
    ),
    GridColumn("volume", N_("Volume (m³)"), 108, "number", read_only=True, show=lambda mm3: figures.cbm(mm3)),
)


def volume(row: Mapping[str, object]) -> Mapping[str, object]:
    """The derived column: the level's volume in mm³, None while a size is missing."""
    sizes = [row[key] for key in WHOLE[1:]]
    if not all(isinstance(size, int) for size in sizes):
        return {"volume": None}
    length, width, height = (int(str(size)) for size in sizes)
    return {"volume": length * width * height}


def grid_rows(levels: Sequence[PackInput]) -> list[dict[str, object]]:
    """A row for each level that there can be, empty where the item has none of it."""
    known = {PackKind(level.kind): level for level in levels}
    return [_row(kind, known.get(kind)) for kind in PackKind]


def _row(kind: PackKind, level: PackInput | None) -> dict[str, object]:
    row: dict[str, object] = {"kind": kind, "level": _(PACKS[kind])}
    if level is not None:
        row |= {key: getattr(level, key) for key in WHOLE}
        row |= {column: getattr(level, key) for key, column in WEIGHTS.items()}
        row |= {"may_lie": level.may_lie, BEARS: level.bears_g}
    return row


def is_used(row: Mapping[str, object]) -> bool:
    """Whether anything is written in the row: the item is packed so."""
    return any(row[key] is not None for key in (*WHOLE, *WEIGHTS.values()))


def level_of(row: Mapping[str, object]) -> PackInput:
    """The level of a row; what is missing counts as nothing."""
    counts = {key: _whole(row[key]) for key in WHOLE}
    weights = {key: _whole(row[column]) for key, column in WEIGHTS.items()}
    bears = row[BEARS]
    return PackInput(
        kind=PackKind(str(row["kind"])),
        **counts,
        **weights,
        may_lie=bool(row["may_lie"]),
        bears_g=bears if isinstance(bears, int) else None,
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def levels_of(rows: Sequence[Mapping[str, object]]) -> list[PackInput]:
    """The levels that the rows stand for, those that nothing is written in left out."""
    return [level_of(row) for row in rows if is_used(row)]


def first_gap(rows: Sequence[Mapping[str, object]]) -> tuple[int, str, str] | None:
    """(row, column key, sentence) of the first cell that a level in use leaves empty, else None."""
    titles = {column.key: column.title for column in COLUMNS}
    for number, row in enumerate(rows):
        for key in (*WHOLE, *WEIGHTS.values()):
            if is_used(row) and row[key] is None:
                return number, key, _("{field} is needed.", field=_(titles[key]))
    return None


def column_of(field: str) -> tuple[str, str]:
    """(level, column key) of a field that a refusal names: "master.gross_g"."""
    level, _dot, key = field.partition(".")
    return level, (WEIGHTS | {"bears_g": BEARS}).get(key, key)
