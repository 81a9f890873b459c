"""The load of each work centre against the time it is open, by week or by day.

What counts is what is left to do, and the time that is left from now on. See ``docs/algorithms/load.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.models.catalog import Item
from factory_erp.models.engineering import WorkCentre
from factory_erp.planning.calendar import WorkingCalendar, to_minute
from factory_erp.planning.load import by_period, changeover_start, open_minutes
from factory_erp.services import clock, working_time
from factory_erp.services.base import get, query
from factory_erp.services.bulk import chunks
from factory_erp.services.load.hours import MachineHours, machine_hours, minute_of
from factory_erp.services.load.parts import Layer, LoadSpan, Origin
from factory_erp.services.load.rough_cut import PROBABILITY, rough_cut
from factory_erp.services.load.spans import production_spans, suggested_spans
from factory_erp.services.names import ItemNames

By = Literal["week", "day"]
LONGEST = 400
"""Periods in a view at most."""

DAYS = {"week": 7, "day": 1}


@dataclass(frozen=True, slots=True)
class LoadCell:
    """A centre's load in one period, in working minutes, from the surest layer to the roughest.

    ``setup`` and ``changeover`` are parts of the load. ``capacity`` is what its machines are still open
    in regular time, ``overtime`` what they are beyond that; ``late`` is load of orders that will be late.
    """

    released: int = 0
    planned: int = 0
    suggested: int = 0
    rough: int = 0
    setup: int = 0
    changeover: int = 0
    late: int = 0
    capacity: int = 0
    overtime: int = 0

    @property
    def load(self) -> int:
        """All layers together."""
        return self.released + self.planned + self.suggested + self.rough

    @property
    def percent(self) -> int | None:
        """Load of the regular time, rounded up; None where there is work but no regular time."""
        if not self.load:
            return 0
        return -(-100 * self.load // self.capacity) if self.capacity else None


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A work centre and its cells, one for each period."""

    centre_id: int
    code: str
    name_en: str
    name_zh: str
    machines: int
    cells: tuple[LoadCell, ...]


@dataclass(frozen=True, slots=True)
class LoadView:
    """Centres by code; ``starts`` are the first days of the periods; ``problems`` what is not reckoned."""

    by: By
    starts: tuple[date, ...]
    centres: tuple[LoadRow, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What loads a centre in one period; ``kind`` and ``record_id`` lead to its record.

    Of a quotation (``percent`` below 100) ``minutes`` are the part that counts.
    """

    layer: Layer
    kind: str
    record_id: int
    number: str
    sku: str
    item_name: str
    quantity: Decimal
    customer: str
    due: date | None
    late: bool
    percent: int
    minutes: int


@query
def load_view(
    session: Session,
    start: date | None = None,
    weeks: int = 8,
    by: By = "week",
    probability: int = PROBABILITY,
) -> LoadView:
    """The load from *start* (today's week where none is said) for *weeks*; quotations by *probability*.

    ISO weeks begin on Monday; by day, the periods begin with *start* itself. Raises InvalidValue for
    a number of weeks that is not above zero or too large.
    """
    work = _work(session, start or clock.today(), weeks, by, probability)
    cells = work.cells()
    rows = tuple(
        LoadRow(
            centre.id, centre.code, centre.name_en, centre.name_zh,
            len(work.hours.machines.get(centre.id, ())), tuple(cells[centre.id]),
        )
        for centre in session.scalars(select(WorkCentre).order_by(WorkCentre.code))
    )  # fmt: skip
    return LoadView(by, work.starts, rows, work.problems)


@query
def load_orders(
    session: Session, centre_id: int, start: date, by: By = "week", probability: int = PROBABILITY
) -> tuple[LoadOrder, ...]:
    """What loads the centre in the week (or on the day) of *start*, the most minutes first in each layer.

    Raises NotFound for a centre that is not there.
    """
    get(session, WorkCentre, centre_id)
    work = _work(session, start, 1, by, probability, periods=1)
    minutes: dict[Origin, int] = defaultdict(int)
    for span in work.spans:
        if span.centre_id == centre_id:
            found = work.minutes(span)
            minutes[span.origin] += sum(count for part in found.values() for _period, count in part)
    return tuple(_rows(session, {origin: count for origin, count in minutes.items() if count}))


def _rows(session: Session, minutes: Mapping[Origin, int]) -> list[LoadOrder]:
    items = {origin.item_id for origin in minutes}
    names = ItemNames(session, items)
    skus: dict[int, str] = {}
    for part in chunks(items):
        for row in session.execute(select(Item.id, Item.sku).where(Item.id.in_(part))):
            skus[row.id] = row.sku
    rows = [
        LoadOrder(
            one.layer, one.kind, one.record_id, one.number, skus[one.item_id], names.of(one.item_id),
            one.quantity, one.customer, one.due, one.late, one.percent, _share(count, one.percent),
        )
        for one, count in minutes.items()
    ]  # fmt: skip
    order = list(Layer)
    return sorted(rows, key=lambda row: (order.index(row.layer), -row.minutes, row.number))


def _share(minutes: int, percent: int) -> int:
    """*percent* of the minutes, half a minute rounded up."""
    return (minutes * percent + 50) // 100


def _work(session: Session, start: date, weeks: int, by: By, probability: int, periods: int = 0) -> _Work:
    days = DAYS[by]
    count = periods or weeks * 7 // days
    if not 0 < count <= LONGEST:
        raise InvalidValue(
            _("The load can be shown for 1 to {most} periods.", most=LONGEST),
            field=_("Weeks"),
            remedy=_("Choose fewer weeks, or weeks instead of days."),
        )
    first = start - timedelta(days=start.weekday()) if by == "week" else start
    starts = tuple(first + timedelta(days=days * number) for number in range(count))
    return _read(session, starts, starts[-1] + timedelta(days=days), probability)


AHEAD = 60
"""Days that calendars reach beyond the periods shown, so that overdue work has somewhere to go."""


def _read(session: Session, starts: tuple[date, ...], end: date, probability: int) -> _Work:
    place, now = working_time.zone(session), to_minute(clock.now())
    first = min(starts[0], clock.today(place.key)) - timedelta(days=1)
    hours = machine_hours(session, first, (max(end, clock.today()) - first).days + AHEAD, place)
    rough = rough_cut(session, now, hours.usual(), probability)
    spans = [
        *production_spans(session, now, hours),
        *suggested_spans(session, now, hours),
        *rough.spans,
    ]
    edges = [max(now, minute_of(day, 0, place)) for day in (*starts, end)]
    return _Work(starts, tuple(edges), hours, spans, rough.problems)


Found = Mapping[str, Sequence[tuple[int, int]]]
"""changeover, setup, run → (period, working minutes)."""


@dataclass(frozen=True, slots=True)
class _Work:
    """Everything that is to be done, and the periods it is to be counted in.

    The edges never lie before now: what has passed has neither load nor capacity.
    """

    starts: tuple[date, ...]
    edges: tuple[int, ...]
    hours: MachineHours
    spans: list[LoadSpan]
    problems: tuple[str, ...]
    usual: Mapping[int, WorkingCalendar] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "usual", self.hours.usual())

    def minutes(self, span: LoadSpan) -> Found:
        """The working minutes of a piece of work in each period, by what is done."""
        calendar = self._calendar(span)
        if calendar is None:
            return {}
        begin = changeover_start(calendar, span.start, span.changeover)
        parts = {"changeover": (begin, span.start), "setup": (span.start, span.setup_end),
                 "run": (span.setup_end, span.end)}  # fmt: skip
        return {what: list(by_period(calendar, *part, self.edges)) for what, part in parts.items()}

    def _calendar(self, span: LoadSpan) -> WorkingCalendar | None:
        if span.machine_id is not None:
            return self.hours.of[span.machine_id].calendar
        return self.usual.get(span.centre_id)

    def cells(self) -> dict[int, list[LoadCell]]:
        """By centre, a cell for each period."""
        loads: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for span in self.spans:
            for what, found in self.minutes(span).items():
                for period, count in found:
                    _count(loads[span.centre_id, period], span.origin, what, count)
        for centre, machines in self.hours.machines.items():
            for machine in machines:
                hours = self.hours.of[machine]
                opened = open_minutes(hours.calendar, hours.overtime, self.edges)
                for period, (regular, extra) in enumerate(opened):
                    loads[centre, period]["capacity"] += 100 * regular
                    loads[centre, period]["overtime"] += 100 * extra
        empty = [LoadCell() for _period in self.starts]
        cells: dict[int, list[LoadCell]] = defaultdict(lambda: list(empty))
        for (centre, period), sums in loads.items():
            cells[centre][period] = LoadCell(**{name: _share(total, 1) for name, total in sums.items()})
        return cells


def _count(sums: dict[str, int], origin: Origin, what: str, minutes: int) -> None:
    """Add to the hundredths of minutes of a cell."""
    part = minutes * origin.percent
    sums[origin.layer.value] += part
    if what != "run":
        sums[what] += part
    if origin.late:
        sums["late"] += part
