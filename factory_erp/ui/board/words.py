"""How the board says machines, states, days late, and where a reason leads.  No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from factory_erp.i18n import _, ngettext
from factory_erp.models.production import OperationState
from factory_erp.services.board.gantt import BarView, LaneView
from factory_erp.services.board.moves import MoveOutcome, Slip
from factory_erp.services.schedule.scheduling import ScheduleOutcome
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.production.words import either, minutes, step_pill

__all__ = [
    "days_late",
    "either",
    "is_late",
    "item_name",
    "late_pill",
    "link_of",
    "machine_name",
    "minutes",
    "moved_text",
    "operation_name",
    "outcome_text",
    "preview_text",
    "short_number",
    "slip_lines",
    "so_far",
    "span",
    "state_pill",
]

LINKS: Mapping[str, str] = MappingProxyType(
    {
        "production_order": "erp://production/{id}",
        "production_operation": "erp://board/operation/{id}",
        "purchase_order": "erp://material/purchases/{id}",
        "item": "erp://catalog/{id}",
        "machine": "erp://engineering/centres",
        "sales_order": "erp://sales/{id}",
    }
)

MOST_GAP = 50
"""Per cent above the best possible up to which a bound says something."""
MOST_SLIPS = 3
"""Orders that a preview names; the rest are counted."""


def machine_name(lane: LaneView) -> str:
    """Name of the machine in the user's language, its code where it has none."""
    return either(lane.name_en, lane.name_zh) or lane.code


def operation_name(bar: BarView) -> str:
    """An operation as one calls it: its number and name."""
    name = either(bar.name_en, bar.name_zh)
    return f"{bar.sequence}  {name}" if bar.sequence else name


def item_name(bar: BarView) -> str:
    """What is made."""
    return either(bar.item_name_en, bar.item_name_zh)


def short_number(number: str) -> str:
    """A production order's number without its year, to fit a bar: MO-2026-00227 → MO-00227."""
    series, _dash, rest = number.partition("-")
    year, _dash, count = rest.partition("-")
    return f"{series}-{count}" if count and year.isdecimal() else number


def is_late(bar: BarView) -> bool:
    """What is done cannot be hurried any more: only open operations are shown as late."""
    return bar.late and bar.state != OperationState.DONE


def state_pill(bar: BarView) -> PillCell:
    """The state of an operation."""
    return step_pill(bar.state)


def late_pill(bar: BarView) -> PillCell | str:
    """How many days its order is late; nothing where it is not."""
    return PillCell(days_late(bar.lateness), Tone.DANGER) if is_late(bar) else ""


def days_late(days: int) -> str:
    """So many days after the order is needed."""
    return ngettext("{count} day late", "{count} days late", days)


def span(start: datetime, finish: datetime) -> str:
    """From when to when at the factory; the day is said once where it is the same."""
    first, last = figures.local(start), figures.local(finish)
    return f"{first} – {last.removeprefix(first[:11])}"


def link_of(kind: str, record_id: int) -> str:
    """Deep link to what a reason names; "" where there is nothing to open."""
    return LINKS[kind].format(id=record_id) if kind in LINKS and record_id else ""


# what is said of a search


def cost(cents: int) -> str:
    """A cost of the schedule in whole units of the company's currency."""
    return figures.number(Decimal(cents) / 100, 0)


def gap_text(outcome: ScheduleOutcome) -> str:
    """How near to the best possible it is proven to be; "" where that says little."""
    gap = outcome.gap_percent
    if gap is None or gap > MOST_GAP:
        return ""
    return _("at most {percent} % above the best possible", percent=gap) if gap else _("the best possible")


def outcome_text(outcome: ScheduleOutcome) -> str:
    """What scheduling came to, in a sentence or more."""
    gap = gap_text(outcome)
    said = _late_text(outcome)
    return _("{outcome} Its cost is proven to be {gap}.", outcome=said, gap=gap) if gap else said


def _late_text(outcome: ScheduleOutcome) -> str:
    placed = ngettext(
        "{count} operation scheduled in {seconds} s.",
        "{count} operations scheduled in {seconds} s.",
        outcome.operations,
        seconds=f"{outcome.seconds:.1f}",
    )
    if not outcome.late_orders:
        return _("{placed} Nothing is late.", placed=placed)
    first = outcome.late_orders[0]
    return ngettext(
        "{placed} {count} order is late, {number} most: due {due}, finished {finish}.",
        "{placed} {count} orders are late, {number} most: due {due}, finished {finish}.",
        len(outcome.late_orders),
        placed=placed,
        number=first.number,
        due=first.due.isoformat(),
        finish=figures.local(first.finish),
    )


def so_far(outcome: ScheduleOutcome) -> str:
    """While the search goes on: cost 1,234 → 1,102 · 4 late · at most 5 % above the best possible."""
    late = len(outcome.late_orders)
    after = cost(outcome.cost_after)
    costs = (
        _("cost {after}", after=after)
        if outcome.cost_before is None
        else _("cost {before} → {after}", before=cost(outcome.cost_before), after=after)
    )
    lateness = ngettext("{count} late", "{count} late", late) if late else _("nothing late")
    return " · ".join(part for part in (costs, lateness, gap_text(outcome)) if part)


# what is said of a move


def preview_text(outcome: MoveOutcome) -> str:
    """What stands beside the pointer: why not, or when it ends and who slips."""
    if outcome.broken:
        why = outcome.broken[0]
        return " ".join(part for part in (why.text, why.remedy) if part)
    if not outcome.moved:
        return ""
    place, others = outcome.moved[0], len(outcome.moved) - 1
    lines = [span(place.start, place.finish)]
    if others:
        lines.append(ngettext("{count} other operation moves.", "{count} other operations move.", others))
    lines += slip_lines(outcome.slipped)
    return "\n".join(lines)


def slip_lines(slips: tuple[Slip, ...]) -> list[str]:
    """The orders that end on a later day; the first ones named, the others counted."""
    lines = [_slip(slip) for slip in slips[:MOST_SLIPS]]
    rest = len(slips) - MOST_SLIPS
    if rest > 0:
        lines.append(ngettext("{count} more order slips.", "{count} more orders slip.", rest))
    return lines


def _slip(slip: Slip) -> str:
    whose = " · ".join(part for part in (slip.number, slip.customer) if part)
    days = f"{slip.before.isoformat()} → {slip.after.isoformat()}"
    if not slip.late:
        return f"{whose}: {days}"
    if slip.promised:
        return _("{order}: {days}, late and promised", order=whose, days=days)
    return _("{order}: {days}, late", order=whose, days=days)


def moved_text(bar: BarView, outcome: MoveOutcome) -> str:
    """What a move came to, for the status bar."""
    late = [slip.number for slip in outcome.slipped if slip.late]
    said = _("{number} is moved and locked.", number=bar.order_number)
    if late:
        return said + " " + _("Late with this: {numbers}.", numbers=", ".join(late))
    others = len(outcome.moved) - 1
    if others > 0:
        moves = ngettext("{count} other operation moves.", "{count} other operations move.", others)
        return f"{said} {moves}"
    return said
