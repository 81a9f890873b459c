"""How scenarios are told: states, figures beside the live ones, orders that get later or earlier.  No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.planning import ScenarioState
from factory_erp.services.scenarios.changes import Change, ExtraOrder, TakeOn
from factory_erp.services.scenarios.comparing import (
    STATE_NAMES,
    ComparedOrder,
    ScenarioRow,
    ScenarioView,
)
from factory_erp.services.scenarios.figures import CentreFigure, Figures, Finish, Side
from factory_erp.ui.board import words
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Cell, PillCell, Row
from factory_erp.ui.kit.theme import Tone

TONES = {
    ScenarioState.OPEN: Tone.INFO,
    ScenarioState.APPLIED: Tone.SUCCESS,
    ScenarioState.DISCARDED: Tone.NEUTRAL,
}

BETTER, WORSE = "▼", "▲"
"""All figures are such that less is better; ``legend`` says what the signs mean."""

Read = Callable[[Side], Decimal | int]
FIGURES: Sequence[tuple[str, Read, Callable[[Decimal | int], str]]] = (
    (N_("Late orders"), attrgetter("late_orders"), figures.number),
    (N_("Days late"), attrgetter("days_late"), figures.number),
    (N_("Cost of lateness"), attrgetter("lateness_cost"), lambda value: figures.number(value, 2)),
    (N_("Changeover time"), attrgetter("changeover_minutes"), lambda value: words.minutes(int(value))),
    (N_("Cost of changeovers"), attrgetter("changeover_cost"), lambda value: figures.number(value, 2)),
    (N_("Overtime"), attrgetter("overtime_minutes"), lambda value: words.minutes(int(value))),
    (N_("Cost of overtime"), attrgetter("overtime_cost"), lambda value: figures.number(value, 2)),
    (N_("Cost in all"), attrgetter("total_cost"), lambda value: figures.number(value, 2)),
)
"""Title, where it is read, and how it is shown; less is better in all of them."""


def state_pill(state: str) -> PillCell:
    """The state of a scenario."""
    return PillCell(_(STATE_NAMES[ScenarioState(state)]), TONES[ScenarioState(state)])


def scenario_row(one: ScenarioRow) -> Row:
    """A scenario in the list."""
    if one.live is None or one.scenario is None:
        late: Cell = _("not worked out")
    else:
        late = beside(one.live.late_orders, one.scenario.late_orders, figures.number)
    return one.name, state_pill(one.state), figures.number(one.changes), late


def beside(live: Decimal | int, other: Decimal | int, show: Callable[[Decimal | int], str]) -> Cell:
    """A figure of a scenario, with how much better or worse it is than live."""
    if other == live:
        return show(other)
    if other < live:
        return PillCell(f"{show(other)}   {BETTER} −{show(live - other)}", Tone.SUCCESS)
    return PillCell(f"{show(other)}   {WORSE} +{show(other - live)}", Tone.DANGER)


def legend() -> str:
    """What the signs mean."""
    better = _("{sign} better than live", sign=BETTER)
    return f"{better} · {_('{sign} worse than live', sign=WORSE)}"


def figure_rows(sides: Sequence[Figures]) -> Iterator[Row]:
    """Each figure: live (as the first was worked out), then in each scenario."""
    for title, read, show in FIGURES:
        found = (beside(read(one.live), read(one.scenario), show) for one in sides)
        yield _(title), show(read(sides[0].live)), *found


def centre_rows(sides: Sequence[Figures]) -> Iterator[Row]:
    """The load of each centre in the next four weeks, live and in each scenario; idle ones are left out."""
    first = {one.centre_id: one for one in sides[0].centres}
    by_side = [{one.centre_id: one for one in side.centres} for side in sides]
    for key, centre in first.items():
        loads = [side[key] for side in by_side if key in side]
        if any(one.live_load or one.load for one in loads):
            shown = (_load(one) for one in loads)
            title = _("Load of {centre}", centre=centre.code)
            yield title, _percent(centre.live_load, centre.live_open), *shown


def _load(one: CentreFigure) -> Cell:
    live, here = _share(one.live_load, one.live_open), _share(one.load, one.open)
    text = _percent(one.load, one.open)
    if here > 100 >= live:
        return PillCell(f"{WORSE} {text}", Tone.DANGER)
    return text


def _share(load: int, time: int) -> int:
    return -(-100 * load // time) if time else 0


def _percent(load: int, time: int) -> str:
    return f"{figures.number(_share(load, time))} %"


def finish_text(finish: Finish | None) -> str:
    """When an order is finished, and how late that is."""
    if finish is None:
        return figures.NONE
    day = figures.last_day(finish.at)
    if not finish.days_late:
        return day
    return _("{day}, {days} d late", day=day, days=figures.number(finish.days_late))


def order_row(one: ComparedOrder) -> Row:
    """An order live and in each scenario; later ones are marked as such."""
    name = _("{number} (imagined)", number=one.number) if one.imagined else one.number
    return (
        name,
        one.customer or _("For stock"),
        finish_text(one.live),
        *(_moved(one.live, finish) for finish in one.finishes),
    )


def _moved(live: Finish | None, here: Finish | None) -> Cell:
    text = finish_text(here)
    if live is None or here is None:
        return text
    later = here.days_late - live.days_late
    if later > 0:
        return PillCell(f"{WORSE} {text}", Tone.DANGER)
    return PillCell(f"{BETTER} {text}", Tone.SUCCESS) if later < 0 else text


def changed_first(orders: Iterable[ComparedOrder]) -> list[ComparedOrder]:
    """Those that get much later first, then those that get earlier, then the rest."""
    return sorted(
        orders, key=lambda one: (-max(map(abs, shifts(one)), default=0), -sum(shifts(one)), one.number)
    )


def shifts(one: ComparedOrder) -> list[int]:
    """Days by which the order is later than live, in each scenario that has it."""
    live = one.live
    if live is None:
        return []
    return [finish.days_late - live.days_late for finish in one.finishes if finish is not None]


def orders_text(found: Figures) -> str:
    """How many orders get later and earlier."""
    later, earlier = len(found.later), len(found.earlier)
    return " · ".join(
        (
            ngettext("{count} order gets later", "{count} orders get later", later),
            ngettext("{count} order gets earlier", "{count} orders get earlier", earlier),
        )
    )


def stays_imagined(change: Change) -> bool:
    """Whether applying a scenario leaves the change out."""
    return isinstance(change, ExtraOrder | TakeOn)


def apply_text(view: ScenarioView) -> str:
    """What applying writes, and what it leaves out."""
    pairs = list(zip(view.changes, view.sentences, strict=True))
    written = [text for change, text in pairs if not stays_imagined(change)]
    left = [text for change, text in pairs if stays_imagined(change)]
    lines = [_("These changes become real, and the schedule is written as it was worked out:")]
    lines += [f"• {text}" for text in written] or [f"• {_('only the schedule')}"]
    if left:
        lines += ["", _("These stay imagined; enter them as orders:"), *(f"• {text}" for text in left)]
    return "\n".join([*lines, "", _("This cannot be taken back as a whole.")])
