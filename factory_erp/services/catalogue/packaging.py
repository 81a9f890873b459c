"""How an item is packed: inner boxes, master cartons, pallets, and what a container takes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal

from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _
from factory_erp.models.catalog import Item, PackagingLevel, PackKind
from factory_erp.packing.containers import CONTAINERS, capacity
from factory_erp.services.base import get, query, use_case
from factory_erp.services.catalogue.input import PackInput
from factory_erp.services.master_data import changed_since, count_problem, is_multiple

LEVEL_NAMES = {
    PackKind.INNER: N_("inner box"),
    PackKind.MASTER: N_("master carton"),
    PackKind.PALLET: N_("pallet"),
}
"""Level of packaging → what it is called within a sentence."""

_SIZES = ("quantity", "length_mm", "width_mm", "height_mm")


@dataclass(frozen=True, slots=True)
class ContainerLoad:
    """What a container takes of the master carton; *limited_by* volume, weight or (it does not fit) size."""

    container: str
    cartons: int
    pieces: int
    limited_by: str


@dataclass(frozen=True, slots=True)
class PackagingSheet:
    """How an item is packed, from the inside out; *warnings* are sentences that forbid nothing."""

    item_id: int
    sku: str
    net_g: int
    levels: tuple[PackInput, ...]
    loads: tuple[ContainerLoad, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CartonCount:
    """Master cartons for a quantity: *full* ones of *per_carton* pieces, and *rest* pieces in one more."""

    per_carton: int
    full: int
    rest: Decimal

    @property
    def cartons(self) -> int:
        """All of them."""
        return self.full + (1 if self.rest else 0)


@query
def packaging_sheet(session: Session, item_id: int) -> PackagingSheet:
    """The packaging of an item. Raises NotFound."""
    item = get(session, Item, item_id)
    levels = _now(item)
    return PackagingSheet(item.id, item.sku, item.net_g, levels, loads(levels), warnings(levels, item.net_g))


def _now(item: Item) -> tuple[PackInput, ...]:
    return _inside_out([_as_input(level) for level in item.packaging])


def _inside_out(levels: Sequence[PackInput]) -> tuple[PackInput, ...]:
    order = list(PackKind)
    return tuple(sorted(levels, key=lambda level: order.index(PackKind(level.kind))))


def _as_input(level: PackagingLevel) -> PackInput:
    return PackInput(
        PackKind(level.kind), level.quantity, level.length_mm, level.width_mm, level.height_mm,
        level.net_g, level.gross_g, level.may_lie, level.bears_g,
    )  # fmt: skip


def loads(levels: Sequence[PackInput]) -> tuple[ContainerLoad, ...]:
    """What each container takes of the master carton among *levels*; nothing while its sizes are missing.

    Pure and quick, so that a form can say it while somebody types.
    """
    master = _level(levels, PackKind.MASTER)
    if master is None or min(astuple(master)[1:5]) <= 0 or master.gross_g <= 0:
        return ()
    size = (master.length_mm, master.width_mm, master.height_mm)
    found = [(code, capacity(code, *size, master.gross_g)) for code in CONTAINERS]
    return tuple(
        ContainerLoad(code, took.cartons, took.cartons * master.quantity, took.limited_by)
        for code, took in found
    )


def _level(levels: Sequence[PackInput], kind: PackKind) -> PackInput | None:
    return next((level for level in levels if level.kind == kind), None)


def warnings(levels: Sequence[PackInput], net_g: int = 0) -> tuple[str, ...]:
    """What is unusual about *levels* of an item of *net_g* grams, in sentences."""
    return tuple(_warnings(levels, net_g))


def _warnings(levels: Sequence[PackInput], net_g: int) -> Iterator[str]:
    master, pallet = _level(levels, PackKind.MASTER), _level(levels, PackKind.PALLET)
    if master and pallet and master.quantity > 0 and pallet.quantity % master.quantity:
        yield _("The pallet does not hold whole master cartons: {pallet} pieces, {master} in a carton.",
                pallet=pallet.quantity, master=master.quantity)  # fmt: skip
    for level in levels:
        if net_g and level.net_g and level.net_g != net_g * level.quantity:
            yield _(
                "The net weight of the {level} is {stated} g, but {quantity} × {net} g is {counted} g.",
                level=_(LEVEL_NAMES[level.kind]),
                stated=level.net_g,
                quantity=level.quantity,
                net=net_g,
                counted=net_g * level.quantity,
            )


@use_case
def save_packaging(
    session: Session, item_id: int, levels: Sequence[PackInput], read: Sequence[PackInput] | None = None
) -> tuple[str, ...]:
    """Make *levels* the packaging of the item, a level that is not among them goes; answers the warnings.

    *read* is what the form showed. Raises InvalidValue (its field is "master.gross_g"), and Conflict where
    the packaging was changed since it was read.
    """
    item = get(session, Item, item_id, lock=True)
    for problem in _problems(levels, item.sku):
        raise problem
    now = _now(item)
    if now != _inside_out(levels):
        if read is not None and _inside_out(read) != now:
            raise changed_since(item.sku)
        _put(item, levels)
    return warnings(levels, item.net_g)


def _put(item: Item, levels: Sequence[PackInput]) -> None:
    wanted = {str(level.kind): level for level in levels}
    for row in list(item.packaging):
        given = wanted.pop(row.kind, None)
        if given is None:
            item.packaging.remove(row)
        else:
            for name in _COLUMNS:
                setattr(row, name, getattr(given, name))
    item.packaging += [
        PackagingLevel(**{name: getattr(level, name) for name in _COLUMNS}) for level in wanted.values()
    ]


_COLUMNS = tuple(field.name for field in fields(PackInput))


def _problems(levels: Sequence[PackInput], sku: str) -> Iterator[InvalidValue]:
    kinds = [level.kind for level in levels]
    for level in levels:
        if kinds.count(level.kind) > 1:
            message = _("There are two levels '{level}'.", level=_(LEVEL_NAMES[level.kind]))
            yield InvalidValue(message, record=sku, field=f"{level.kind}.kind", remedy=_("Keep one of them."))
        for name in _SIZES:
            yield from _counted(level, name, 1, sku)
        for name in ("net_g", "gross_g"):
            yield from _counted(level, name, 0, sku)
        if level.bears_g is not None:
            yield from _counted(level, "bears_g", 0, sku)
        if level.gross_g < level.net_g:
            message = _("The gross weight is below the net weight.")
            remedy = _("The gross weight is that of goods and packaging together.")
            yield InvalidValue(message, record=sku, field=f"{level.kind}.gross_g", remedy=remedy)
    yield from _inner_problem(levels, sku)


def _counted(level: PackInput, name: str, least: int, sku: str) -> Iterator[InvalidValue]:
    problem = count_problem(getattr(level, name), f"{level.kind}.{name}", least=least, record=sku)
    if problem is not None:
        yield problem


def _inner_problem(levels: Sequence[PackInput], sku: str) -> Iterator[InvalidValue]:
    inner, master = _level(levels, PackKind.INNER), _level(levels, PackKind.MASTER)
    if inner is not None and master is not None and master.quantity % inner.quantity:
        yield InvalidValue(
            _("A master carton of {master} pieces does not hold whole inner boxes of {inner}.",
              master=master.quantity, inner=inner.quantity),
            record=sku,
            field="master.quantity",
            remedy=_("Correct one of the two quantities."),
        )  # fmt: skip


@query
def cartons_for(session: Session, item_id: int, quantity: Decimal) -> CartonCount | None:
    """The master cartons that *quantity* of the item fills; None where it has no master carton.

    Raises InvalidValue for a quantity that the item cannot have, NotFound.
    """
    item = get(session, Item, item_id)
    if quantity < 0 or not is_multiple(quantity, item.step):
        raise InvalidValue(
            _("{quantity} is not a quantity of {sku}.", quantity=quantity, sku=item.sku),
            record=item.sku,
            field="quantity",
            remedy=_("Enter a multiple of {step}.", step=item.step),
        )
    master = _level(_now(item), PackKind.MASTER)
    if master is None:
        return None
    full, rest = divmod(quantity, master.quantity)
    return CartonCount(master.quantity, int(full), rest)
