"""Work centres with their rates, and the machines in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from factory_erp.domain.errors import InvalidValue, NotAllowed
from factory_erp.i18n import _, language
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import (
    Calendar,
    Machine,
    OperationMachine,
    Routing,
    RoutingOperation,
    WorkCentre,
)
from factory_erp.models.production import (
    EligibleMachine,
    OperationReport,
    ProductionOperation,
    ProductionOrder,
)
from factory_erp.services.base import get, query, use_case
from factory_erp.services.master_data import (
    assign,
    check_texts,
    count_problem,
    differs,
    figure_problem,
    same_version,
)
from factory_erp.services.names import CHINESE

Coded = TypeVar("Coded", WorkCentre, Machine, Calendar)

SHOWN = 5
"""Uses named where something cannot be removed."""

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class MachineView:
    """A machine as its form shows it; *calendar* is the calendar's code."""

    id: int
    code: str
    name_en: str
    name_zh: str
    calendar_id: int
    calendar: str
    speed_percent: int
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class CentreView:
    """A work centre. Rates are for an hour in the company's currency, *crew* are persons at a machine."""

    id: int
    code: str
    name_en: str
    name_zh: str
    changeover_minutes: int
    machine_rate: Decimal
    labour_rate: Decimal
    crew: Decimal
    overhead_percent: Decimal
    machines: tuple[MachineView, ...]
    version: int


class Named(Protocol):
    """A form with a code and names in two languages."""

    @property
    def code(self) -> str:
        """The short name that people type."""

    @property
    def name_en(self) -> str:
        """The English name, "" where only the other is known."""

    @property
    def name_zh(self) -> str:
        """The Chinese name, "" where only the other is known."""


@dataclass(frozen=True, slots=True)
class CentreInput:
    """A work centre as its form holds it; *version* is the one the form read."""

    code: str
    name_en: str
    name_zh: str
    changeover_minutes: int = 0
    machine_rate: Decimal = ZERO
    labour_rate: Decimal = ZERO
    crew: Decimal = Decimal(1)
    overhead_percent: Decimal = ZERO
    id: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class MachineInput:
    """A machine as its form holds it; *version* is the one the form read."""

    code: str
    name_en: str
    name_zh: str
    centre_id: int
    calendar_id: int
    speed_percent: int = 100
    active: bool = True
    id: int | None = None
    version: int | None = None


@query
def centres(session: Session) -> list[CentreView]:
    """All work centres by code, with their machines by code."""
    codes = {row[0]: row[1] for row in session.execute(select(Calendar.id, Calendar.code))}
    found = select(WorkCentre).options(selectinload(WorkCentre.machines)).order_by(WorkCentre.code)
    return [
        CentreView(
            row.id, row.code, row.name_en, row.name_zh, row.changeover_minutes, row.machine_rate,
            row.labour_rate, row.crew, row.overhead_percent,
            tuple(_machine_view(machine, codes[machine.calendar_id]) for machine in row.machines),
            row.version,
        )
        for row in session.scalars(found)
    ]  # fmt: skip


def _machine_view(machine: Machine, calendar: str) -> MachineView:
    return MachineView(
        machine.id, machine.code, machine.name_en, machine.name_zh, machine.calendar_id, calendar,
        machine.speed_percent, machine.active, machine.version,
    )  # fmt: skip


@use_case
def save_centre(session: Session, given: CentreInput) -> int:
    """Write the work centre, new or changed; its id. The same form again changes nothing.

    Raises InvalidValue for a missing or taken code and figures below zero, Conflict where somebody
    changed it since it was read.
    """
    rates = {name: getattr(given, name) for name in _RATES}
    if given.changeover_minutes < 0 or any(figure < 0 for figure in rates.values()):
        raise InvalidValue(
            _("Rates and minutes cannot be below zero."),
            record=given.code,
            field=_("Work centre"),
            remedy=_("Correct the figures and save again."),
        )
    problems = (
        count_problem(given.changeover_minutes, _("Changeover"), record=given.code),
        *(figure_problem(figure, _("Work centre"), record=given.code) for figure in rates.values()),
    )
    for problem in problems:
        if problem is not None:
            raise problem
    values = named(WorkCentre, given) | rates | {"changeover_minutes": given.changeover_minutes}
    row = put(session, WorkCentre, given.id, given.version, values)
    session.flush()
    return row.id


_RATES = ("machine_rate", "labour_rate", "crew", "overhead_percent")


@use_case
def save_machine(session: Session, given: MachineInput) -> int:
    """Write the machine, new or changed; its id. The same form again changes nothing.

    Raises InvalidValue for a missing or taken code and a speed not above zero, NotAllowed for another
    centre while routings name the machine, Conflict where somebody changed it since it was read.
    """
    if given.speed_percent < 1:
        raise InvalidValue(
            _("A machine needs a speed above zero."),
            record=given.code,
            field=_("Speed"),
            remedy=_("100 % is the speed that routings speak of."),
        )
    if (problem := count_problem(given.speed_percent, _("Speed"), record=given.code)) is not None:
        raise problem
    get(session, WorkCentre, given.centre_id)
    get(session, Calendar, given.calendar_id)
    known = get(session, Machine, given.id) if given.id else None
    if known is not None and known.centre_id != given.centre_id:
        refuse_used(
            known.code,
            _some(session, _named_by(known.id)),
            _("Take it out of these routings before it changes its work centre."),
        )
    values = named(Machine, given) | {
        name: getattr(given, name) for name in ("centre_id", "calendar_id", "speed_percent", "active")
    }
    row = put(session, Machine, given.id, given.version, values)
    session.flush()
    return row.id


def named(kind: type[Coded], given: Named) -> dict[str, Any]:
    """Code and names as they are stored. Raises InvalidValue for what cannot be."""
    code = coded(given.code, given.name_en, given.name_zh)
    english, chinese = both_names(given.name_en, given.name_zh)
    values = {"code": code, "name_en": english, "name_zh": chinese}
    check_texts(kind, values, code)
    return values


def put(
    session: Session,
    kind: type[Coded],
    row_id: int | None,
    version: int | None,
    values: Mapping[str, Any],
    changed: Callable[[Coded], bool] = lambda _row: False,
) -> Coded:
    """The record with that id, or a new one, given the *values*; saved again it is found again.

    *changed*: whether what hangs below the record differs too. Raises InvalidValue where the code is
    another record's, NotFound for an id that is gone, Conflict over another *version*.
    """
    same = session.scalar(select(kind).filter_by(code=values["code"]))
    row = get(session, kind, row_id) if row_id else same
    differing = row is not None and (differs(row, values) or changed(row))
    if same is not None and (same is not row or (row_id is None and differing)):
        raise InvalidValue(
            _("The code {code} is taken already.", code=same.code),
            record=same.code,
            field=_("Code"),
            remedy=_("Choose another code."),
        )
    if row is None:
        row = kind(**values)
        session.add(row)
    elif differing:
        same_version(row, version, row.code)
        assign(row, values)
    return row


def coded(code: str, *names: str) -> str:
    """The code without spaces around it. Raises InvalidValue for a missing or too long code or name."""
    text = code.strip()
    if not 0 < len(text) <= 20:
        raise InvalidValue(
            _("It needs a code of up to 20 characters."),
            record=text,
            field=_("Code"),
            remedy=_("Enter it and save again."),
        )
    if not any(name.strip() for name in names) or max(map(len, names)) > 80:
        raise InvalidValue(
            _("It needs a name of up to 80 characters."),
            record=text,
            field=_("Chinese name") if language() == CHINESE else _("English name"),
            remedy=_("One of the names is enough"),
        )
    return text


def both_names(english: str, chinese: str) -> tuple[str, str]:
    """Both names; one that is missing is taken from the other."""
    one, other = english.strip(), chinese.strip()
    return one or other, other or one


@use_case
def remove_centre(session: Session, centre_id: int) -> None:
    """Forget the work centre. Raises NotAllowed, naming where, while machines, routings or orders use it."""
    row = session.get(WorkCentre, centre_id)
    if row is None:
        return
    machines = [machine.code for machine in row.machines]
    refuse_used(row.code, machines, _("Remove its machines first, or set them inactive."))
    steps = select(Item.sku).join(Routing, Routing.item_id == Item.id)
    used = steps.join(RoutingOperation, RoutingOperation.routing_id == Routing.id)
    refuse_used(
        row.code,
        _some(session, used.where(RoutingOperation.centre_id == centre_id)),
        _("Take it out of these routings, or set its machines inactive."),
    )
    orders = _orders().where(ProductionOperation.centre_id == centre_id)
    refuse_used(row.code, _some(session, orders), _("Set its machines inactive: the orders stay."))
    session.delete(row)


@use_case
def remove_machine(session: Session, machine_id: int) -> None:
    """Forget the machine. Raises NotAllowed, naming where, while routings or production orders use it."""
    row = session.get(Machine, machine_id)
    if row is None:
        return
    remedy = _("Set it inactive: it gets no new work, and what was done on it stays.")
    refuse_used(row.code, _some(session, _named_by(machine_id)), remedy)
    planned = _orders().where(ProductionOperation.machine_id == machine_id)
    eligible = _orders().join(EligibleMachine, EligibleMachine.operation_id == ProductionOperation.id)
    reported = _orders().join(OperationReport, OperationReport.operation_id == ProductionOperation.id)
    for orders in (
        planned,
        eligible.where(EligibleMachine.machine_id == machine_id),
        reported.where(OperationReport.machine_id == machine_id),
    ):
        refuse_used(row.code, _some(session, orders), remedy)
    session.delete(row)


def _named_by(machine_id: int) -> Select[str]:
    """SKUs whose routings name the machine."""
    steps = select(Item.sku).join(Routing, Routing.item_id == Item.id)
    return (
        steps.join(RoutingOperation, RoutingOperation.routing_id == Routing.id)
        .join(OperationMachine, OperationMachine.operation_id == RoutingOperation.id)
        .where(OperationMachine.machine_id == machine_id)
    )


def _orders() -> Select[str]:
    return select(ProductionOrder.number).join(
        ProductionOperation, ProductionOperation.order_id == ProductionOrder.id
    )


def _some(session: Session, names: Select[str]) -> list[str]:
    """The first few names, and one more if there are more."""
    return sorted(session.scalars(names.distinct().limit(SHOWN + 1)))


def refuse_used(code: str, uses: Sequence[str], remedy: str) -> None:
    """Raise NotAllowed where *uses* holds anything, naming the first few."""
    if uses:
        more = " …" if len(uses) > SHOWN else ""
        raise NotAllowed(
            _("{code} is used by {uses}.", code=code, uses=", ".join(uses[:SHOWN]) + more),
            record=code,
            remedy=remedy,
        )
