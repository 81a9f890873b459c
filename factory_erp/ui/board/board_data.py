"""The schedule as the chart, the table and the load strip show it.  Made in a job; no Qt."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.models.production import OperationState
from factory_erp.services import clock
from factory_erp.services.board.gantt import BarView, GanttView, HoldView, LaneView, Span, gantt
from factory_erp.services.board.late_orders import LateView, late_list
from factory_erp.services.board.scope import BoardScope, board_scope, movable
from factory_erp.services.load.centres import LoadView, load_view
from factory_erp.ui.board import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.gantt_data import Bar, Due, GanttData, Interval, Lane, LaneSpan, SpanKind
from factory_erp.ui.kit.gantt_load import LoadDay, LoadRow
from factory_erp.ui.kit.gantt_model import GanttIndex

PAST, AHEAD = timedelta(days=14), timedelta(days=30)
"""How much of the time around the present is shown even where nothing is planned."""

MARGIN = timedelta(days=7)
"""Shown beyond the last bar, so that something can be put there."""

OLDEST, LATEST = timedelta(days=90), timedelta(days=550)
"""How far from now the picture reaches at most."""

MINUTE = timedelta(minutes=1)

HoldId = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Chart:
    """The schedule, ready to be shown: the chart, and the bars and holds by the ids that they have in it."""

    index: GanttIndex
    bars: Mapping[int, BarView]
    holds: Mapping[HoldId, HoldView]
    machines: tuple[LaneView, ...]
    scope: BoardScope

    def of_order(self, order_id: int) -> list[BarView]:
        """Operations of a production order that are in the picture, by start."""
        found = (bar for bar in self.bars.values() if bar.order_id == order_id)
        return sorted(found, key=lambda bar: (bar.start, bar.operation_id))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is worked out about the schedule: who is late and why, the load, where each bar may go.

    ``problem`` is a sentence on why that could not be worked out, "" where it could.
    """

    late: tuple[LateView, ...] = ()
    load: tuple[LoadRow, ...] = ()
    movable: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    problem: str = ""


def read_chart() -> Chart:
    """Read the schedule and prepare all that is drawn of it."""
    now = clock.now()
    scope = board_scope()
    first, last = reach(scope, now)
    return build_chart(gantt(first, last), scope, now, (first, last))


def reach(scope: BoardScope, now: datetime) -> Span:
    """From when to when the picture goes: all that is open, and something around it."""
    first = min(now - PAST, scope.first or now)
    last = max(now + AHEAD, (scope.last or now) + MARGIN)
    return max(first, now - OLDEST), min(last, now + LATEST)


def read_facts(end: datetime) -> Facts:
    """Who is late, where bars may go, and the load of the centres until *end*."""
    weeks = max(1, min(26, (end - clock.now()) // timedelta(weeks=1) + 1))
    try:
        return Facts(late_list(), load_rows(load_view(None, weeks, "day")), movable())
    except DomainError as error:
        # The floor cannot be scheduled as it stands; what is planned can be looked at all the same.
        return Facts(problem=str(error))


def build_chart(view: GanttView, scope: BoardScope, now: datetime, horizon: Span) -> Chart:
    """Lanes by machine, bars by operation, what promises keep as bars that stay."""
    origin = now.replace(minute=0, second=0, microsecond=0)
    places = {lane.machine_id: place for place, lane in enumerate(view.lanes)}
    codes = {lane.machine_id: lane.code for lane in view.lanes}
    shown = [bar for bar in view.bars if bar.machine_id in places]
    holds = {("hold", hold.block_id): hold for hold in view.holds if hold.machine_id in places}
    hours = _Hours(origin)
    data = GanttData(
        lanes=tuple(hours.lane(lane) for lane in view.lanes),
        bars=(
            *(_bar(bar, places[bar.machine_id], codes[bar.machine_id], origin) for bar in shown),
            *(_hold(key, hold, places[hold.machine_id], origin) for key, hold in holds.items()),
        ),
        origin=origin,
        now=_minute(now, origin),
        zone=figures.ZONE,
        frozen_until=_minute(view.frozen_until, origin) if view.frozen_until else None,
        dues=_dues(shown, origin),
        horizon=(_minute(horizon[0], origin), _minute(horizon[1], origin)),
    )
    bars = {bar.operation_id: bar for bar in shown}
    return Chart(GanttIndex(data).prepare(), bars, holds, view.lanes, scope)


class _Hours:
    """Machines of one calendar share one object of hours, and so the chart's shading."""

    def __init__(self, origin: datetime) -> None:
        self._origin = origin
        self._known: dict[tuple[Span, ...], tuple[Interval, ...]] = {}

    def lane(self, lane: LaneView) -> Lane:
        if lane.open not in self._known:
            self._known[lane.open] = tuple(self._interval(span) for span in lane.open)
        spans = chain(
            (self._span(span, SpanKind.OVERTIME, "") for span in lane.overtime),
            (self._span((one.start, one.end), SpanKind(one.kind), one.reason) for one in lane.down),
        )
        marks = tuple(sorted(spans, key=lambda span: span.start))
        return Lane(lane.machine_id, lane.code, words.machine_name(lane), self._known[lane.open], marks)

    def _interval(self, span: Span) -> Interval:
        return _minute(span[0], self._origin), _minute(span[1], self._origin)

    def _span(self, span: Span, kind: SpanKind, reason: str) -> LaneSpan:
        named = {
            SpanKind.OVERTIME: _("Overtime"),
            SpanKind.MAINTENANCE: _("Maintenance"),
            SpanKind.BREAKDOWN: _("Breakdown"),
        }[kind]
        said = [f"{named}: {reason}" if reason else named, words.span(*span)]
        return LaneSpan(*self._interval(span), kind, "\n".join(said))


def _bar(bar: BarView, place: int, machine: str, origin: datetime) -> Bar:
    start = _minute(bar.start, origin)
    end = max(start, _minute(bar.finish, origin))
    return Bar(
        id=bar.operation_id,
        lane_index=place,
        start=start,
        end=end,
        setup_end=min(end, max(start, _minute(bar.setup_finish, origin))),
        text=words.short_number(bar.order_number),
        late=words.is_late(bar),
        done=bar.state == OperationState.DONE,
        started=bar.state == OperationState.STARTED,
        tooltip=tooltip(bar),
        group=bar.order_id,
        changeover=bar.changeover,
        locked=bar.locked,
        words=f"{filter_words(bar)}\n{machine}",
    )


def _hold(key: HoldId, hold: HoldView, place: int, origin: datetime) -> Bar:
    start, end = _minute(hold.start, origin), _minute(hold.end, origin)
    text = hold.quotation or _("Promise")
    said = [_("Held for a promise"), " · ".join(part for part in (hold.quotation, hold.customer) if part)]
    said.append(words.span(hold.start, hold.end))
    return Bar(
        key, place, start, end, start, text, hold=True, tooltip="\n".join(one for one in said if one),
        group=("hold", hold.hold_id), words=hold.customer,
    )  # fmt: skip


def tooltip(bar: BarView) -> str:
    """What a bar says of itself, also to a screen reader."""
    serves = " · ".join(part for part in (bar.sales_number, bar.customer) if part)
    state = words.state_pill(bar).text
    late = f" · {words.days_late(bar.lateness)}" if words.is_late(bar) else ""
    lines = [
        f"{bar.order_number} · {words.item_name(bar)} × {figures.number(bar.quantity)}",
        f"{words.operation_name(bar)} · {state}{late}",
        words.span(bar.start, bar.finish),
        serves,
        _("Changeover before it: {time}", time=words.minutes(bar.changeover)) if bar.changeover else "",
        ", ".join(bar.resources),
    ]
    return "\n".join(line for line in lines if line)


def filter_words(bar: BarView) -> str:
    """What the filter finds beside the short number."""
    parts = (
        bar.order_number, bar.sales_number, bar.customer, bar.item_name_en, bar.item_name_zh, bar.name_en,
        bar.name_zh, bar.family, bar.campaign, *bar.resources,
    )  # fmt: skip
    return "\n".join(part for part in parts if part)


def _dues(bars: Iterable[BarView], origin: datetime) -> dict[Hashable, Due]:
    """The end of the day on which each order is due."""
    days = {bar.order_id: bar.due for bar in bars if bar.due < date.max}
    return {
        order: Due(_minute(_midnight(day), origin), _("Due {day}", day=day.isoformat()))
        for order, day in days.items()
    }


def _midnight(day: date) -> datetime:
    """The end of a day at the factory."""
    return datetime.combine(day + timedelta(days=1), time(), figures.ZONE).astimezone(UTC)


def load_rows(view: LoadView) -> tuple[LoadRow, ...]:
    """The centres that have machines, with their days; overtime counts as time."""
    days = [(_midnight(day - timedelta(days=1)), _midnight(day)) for day in view.starts]
    return tuple(
        LoadRow(
            row.centre_id,
            row.code,
            words.either(row.name_en, row.name_zh),
            tuple(
                LoadDay(start, end, cell.load, cell.capacity + cell.overtime)
                for (start, end), cell in zip(days, row.cells, strict=True)
            ),
        )
        for row in view.centres
        if row.machines
    )


def first_of_interest(bars: Iterable[BarView]) -> BarView | None:
    """The first late operation, else the first that runs, else the first still to come; None without any."""
    waiting = [bar for bar in bars if bar.state != OperationState.DONE]
    ranked = ((not bar.late, bar.state != OperationState.STARTED, bar.start, bar) for bar in waiting)
    return min(ranked, key=lambda entry: entry[:3], default=(0, 0, 0, None))[3]


def _minute(moment: datetime, origin: datetime) -> int:
    return (moment - origin) // MINUTE
