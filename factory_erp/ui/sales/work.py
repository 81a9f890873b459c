"""What the sales page runs off the UI thread beyond a single use case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from factory_erp.domain.errors import DomainError
from factory_erp.models.sales import OrderState
from factory_erp.services import planning
from factory_erp.services.base import Changes, Result
from factory_erp.services.order_effects import changed_orders as order_effects
from factory_erp.services.planning import PlanOutcome, PromiseView, ScheduleOutcome, Shortage
from factory_erp.services.platform_orders.on_platform import OrderOnPlatform, order_on_platform
from factory_erp.services.progress import Progress, Quiet
from factory_erp.services.sales import orders as sales
from factory_erp.services.sales import views as sales_views
from factory_erp.services.sales.views import OrderDetail, OrderRow
from factory_erp.services.today import lists as today
from factory_erp.ui.kit.jobs import JobCancelledError


@dataclass(frozen=True, slots=True)
class Proposal:
    """The ship date to promise, why no earlier one, and the one that the buyer asked for.

    ``ship_date`` is None where planning could not work one out; ``problem`` then says why.
    """

    ship_date: date | None
    reasons: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """How many orders were confirmed, and (number, sentence) for each that was not."""

    confirmed: int
    problems: tuple[tuple[str, str], ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class OrderInView:
    """An order, what it lacks although it was planned, and how it stands on its platform (None: typed in).

    ``platform`` is the name under which sellers know that platform.
    """

    detail: OrderDetail
    short: tuple[Shortage, ...]
    on_platform: OrderOnPlatform | None = None
    platform: str = ""
    differences: int = 0
    """Of what is under way for it, so much does not fit the order any more."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning came to for one order: its production orders, those of them that will be late, and
    what has to be bought, soonest first."""

    number: str
    production: tuple[int, ...]
    late: int
    shortages: tuple[Shortage, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts by view and the moment of the last sync, for the head of the page."""

    counts: dict[str, int]
    synced: datetime | None


def overview() -> Overview:
    """Counts of all views, and the last sync."""
    return Overview(sales_views.order_counts(), today.last_sync())


def order_in_view(order_id: int) -> OrderInView:
    """The order as card and page show it."""
    detail, short = sales_views.order_detail(order_id), planning.shortfall(order_id)
    on_platform = order_on_platform(order_id)
    differences = len(order_effects.effects(order_id).open)
    return OrderInView(detail, short, on_platform, _platform_name(on_platform), differences)


def _platform_name(on_platform: OrderOnPlatform | None) -> str:
    if on_platform is None:
        return ""
    # The connectors bring the network's libraries, which a factory without platforms need not load.
    from factory_erp.sync.connectors.registry import PLATFORMS

    known = PLATFORMS.get(on_platform.platform)
    return known.title if known is not None else on_platform.platform


def planned(order_id: int, plan: PlanOutcome, schedule: ScheduleOutcome | None) -> Planned:
    """What concerns the order itself: a schedule names everything in the factory that is late."""
    detail = sales_views.order_detail(order_id)
    own = {record.number for record in detail.linked.production}
    late = [one for one in (schedule.late_orders if schedule else ()) if one.number in own]
    return Planned(detail.number, plan.production_orders, len(late), plan.shortages)


def propose(order_id: int, requested: date | None) -> Proposal:
    """The date the factory can keep; the buyer's own where he gives more time than is needed."""
    try:
        found: PromiseView = planning.promise(order_id)
    except DomainError as error:
        return Proposal(None, (), f"{error.message} {error.remedy}".strip())
    return Proposal(_suggested(found, requested), found.reasons)


def _suggested(found: PromiseView, requested: date | None) -> date:
    return max(found.ship_date, requested) if requested else found.ship_date


def confirm_all(rows: Sequence[OrderRow], progress: Progress | None = None) -> Result[BulkOutcome]:
    """Confirm each draft with its suggested date, a transaction each; what cannot be confirmed is told.

    Stops between two orders when asked to; what was confirmed until then stays confirmed.
    """
    watch = progress or Quiet()
    changes: dict[str, set[int]] = defaultdict(set)
    problems: list[tuple[str, str]] = []
    confirmed = 0
    for place, row in enumerate(rows):
        if watch.cancelled:
            return Result(BulkOutcome(confirmed, tuple(problems), stopped=True), _frozen(changes))
        problem = _confirm_one(row, changes)
        if problem:
            problems.append((row.number, problem))
        else:
            confirmed += 1
        with suppress(JobCancelledError):
            watch.report(place + 1, len(rows), row.number)
    return Result(BulkOutcome(confirmed, tuple(problems), stopped=False), _frozen(changes))


def _confirm_one(row: OrderRow, changes: dict[str, set[int]]) -> str:
    """Confirm the order; the sentence that says why not, else ""."""
    try:
        detail = sales_views.order_detail(row.id)
        found = planning.promise(row.id)
        promised = _suggested(found, detail.requested_ship)
        result = sales.confirm(row.id, promised, version=detail.version)
    except DomainError as error:
        return f"{error.message} {error.remedy}".strip()
    for kind, ids in result.changes.items():
        changes[kind] |= ids
    return ""


def _frozen(changes: dict[str, set[int]]) -> Changes:
    return {kind: frozenset(ids) for kind, ids in changes.items()}


def drafts(ids: Sequence[int]) -> tuple[list[OrderRow], list[OrderRow]]:
    """(all of the orders, those of them that wait for review)."""
    rows = sales_views.order_rows(ids)
    return rows, [row for row in rows if row.state is OrderState.DRAFT]
