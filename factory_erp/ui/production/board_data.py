"""The schedule as the planning board and its table show it.  Made in a job; no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from factory_erp.i18n import N_, _
from factory_erp.models.production import OperationState
from factory_erp.services import clock, planning
from factory_erp.services.planning import BarView, GanttView, LaneView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.gantt_model import Bar, GanttData, GanttIndex, Lane
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.production import words

PAST, AHEAD = timedelta(days=14), timedelta(days=120)
"""How much of the schedule is shown around the present."""

COLUMNS = (
    Column("machine", N_("Machine"), 150),
    Column("start", N_("Planned start"), 132, kind="date"),
    Column("finish", N_("Planned finish"), 132, kind="date", priority=2),
    Column("order", N_("Production order"), 136, kind="number", align="left"),
    Column("operation", N_("Operation"), 150),
    Column("item", N_("Item"), 150, priority=1),
    Column("quantity", N_("Quantity"), 84, kind="number", priority=3),
    Column("sales", N_("Sales order"), 130, priority=4),
    Column("state", N_("State"), 96, kind="pill"),
)


@dataclass(frozen=True, slots=True)
class Board:
    """The schedule, ready to be shown: the chart, the table's rows, and the bars by operation."""

    index: GanttIndex
    rows: tuple[Row, ...]
    bars: Mapping[int, BarView]
    machines: tuple[LaneView, ...]


def read_board() -> Board:
    """Read the schedule around the present and prepare all that is drawn of it."""
    now = clock.now()
    view = planning.gantt(now - PAST, now + AHEAD)
    return build_board(view, now)


def build_board(view: GanttView, now: datetime) -> Board:
    """Lanes by machine, bars by operation; bars of one item share a colour."""
    origin = now.replace(minute=0, second=0, microsecond=0)
    places = {lane.machine_id: place for place, lane in enumerate(view.lanes)}
    shown = sorted(
        (bar for bar in view.bars if bar.machine_id in places),
        key=lambda bar: (places[bar.machine_id], bar.start, bar.operation_id),
    )
    colours: dict[str, int] = {}
    hours: dict[tuple[tuple[datetime, datetime], ...], tuple[tuple[int, int], ...]] = {}
    data = GanttData(
        lanes=tuple(_lane(lane, origin, hours) for lane in view.lanes),
        bars=tuple(
            _bar(bar, places[bar.machine_id], origin, colours.setdefault(bar.item_name_en, len(colours)))
            for bar in shown
        ),
        origin=origin,
        now=_minute(now, origin),
        zone=figures.ZONE,
    )
    machines = {lane.machine_id: lane for lane in view.lanes}
    rows = tuple(_row(bar, machines[bar.machine_id]) for bar in shown)
    return Board(GanttIndex(data).prepare(), rows, {bar.operation_id: bar for bar in shown}, view.lanes)


def machine_name(lane: LaneView) -> str:
    """Name of the machine in the user's language, its code where it has none."""
    return words.either(lane.name_en, lane.name_zh) or lane.code


def _lane(
    lane: LaneView,
    origin: datetime,
    hours: dict[tuple[tuple[datetime, datetime], ...], tuple[tuple[int, int], ...]],
) -> Lane:
    """Machines of one calendar share one object of hours, and so the chart's shading."""
    if lane.open not in hours:
        spans = ((_minute(start, origin), _minute(end, origin)) for start, end in lane.open)
        hours[lane.open] = tuple(spans)
    return Lane(lane.machine_id, lane.code, machine_name(lane), hours[lane.open])


def _bar(bar: BarView, place: int, origin: datetime, colour: int) -> Bar:
    start = _minute(bar.start, origin)
    end = max(start, _minute(bar.finish, origin))
    return Bar(
        id=bar.operation_id,
        lane_index=place,
        start=start,
        end=end,
        setup_end=min(end, max(start, _minute(bar.setup_finish, origin))),
        text=short_number(bar.order_number),
        colour_index=colour,
        late=_is_late(bar),
        done=bar.state == OperationState.DONE,
        started=bar.state == OperationState.STARTED,
        tooltip=_tooltip(bar),
        group=bar.order_id,
    )


def short_number(number_: str) -> str:
    """A production order's number without its year, to fit a bar: MO-2026-00227 → MO-00227."""
    series, _dash, rest = number_.partition("-")
    year, _dash, count = rest.partition("-")
    return f"{series}-{count}" if count and year.isdecimal() else number_


def _tooltip(bar: BarView) -> str:
    """What a bar says of itself, also to a screen reader."""
    state = words.step_pill(bar.state).text
    serves = " · ".join(part for part in (bar.sales_number, bar.customer) if part)
    item = words.either(bar.item_name_en, bar.item_name_zh)
    lines = [
        f"{bar.order_number} · {item} × {figures.number(bar.quantity)}",
        f"{words.either(bar.name_en, bar.name_zh)} · {state}" + (f" · {_('Late')}" if _is_late(bar) else ""),
        f"{figures.local(bar.start)} – {figures.local(bar.finish)}",
        serves,
    ]
    return "\n".join(line for line in lines if line)


def _row(bar: BarView, lane: LaneView) -> Row:
    return (
        f"{lane.code}  {machine_name(lane)}",
        figures.local(bar.start),
        figures.local(bar.finish),
        bar.order_number,
        words.either(bar.name_en, bar.name_zh),
        words.either(bar.item_name_en, bar.item_name_zh),
        figures.number(bar.quantity),
        bar.sales_number,
        words.order_pill("planned", late=True) if _is_late(bar) else words.step_pill(bar.state),
    )


def first_of_interest(bars: Iterable[BarView]) -> BarView | None:
    """The first late operation, else the first that runs, else the first still to come; None without any."""
    waiting = [bar for bar in bars if bar.state != OperationState.DONE]
    ranked = ((not bar.late, bar.state != OperationState.STARTED, bar.start, bar) for bar in waiting)
    return min(ranked, key=lambda entry: entry[:3], default=(0, 0, 0, None))[3]


def _is_late(bar: BarView) -> bool:
    """What is done cannot be hurried any more: only open operations are shown as late."""
    return bar.late and bar.state != OperationState.DONE


def _minute(moment: datetime, origin: datetime) -> int:
    return (moment - origin) // timedelta(minutes=1)
