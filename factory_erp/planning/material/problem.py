"""The material plan's problem: tables that fit together, checked. The rules: ``docs/algorithms/material.md``.

This module imports numpy: import it where a plan is made, not where the window starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.planning.calendar import DAY, WorkingCalendar
from factory_erp.planning.material.explode import PPM
from factory_erp.planning.material.tables import (
    MOST_QUANTITY,
    NO_CALENDAR,
    Alternate,
    Alternates,
    Demand,
    DemandKind,
    Demands,
    Flags,
    Ints,
    Item,
    Items,
    Line,
    Lines,
    LotRule,
    Supplies,
    Supply,
    SupplyKind,
)

MOST_PRIORITY = 500_000
"""Priorities lie between this and its negative."""

MOST_MINUTES = 1 << 38
"""Due times, lead times and ``now`` are nearer to the origin than this (half a million years)."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A whole material plan to make; raises InvalidValue, in plain words, when it makes no sense.

    Nothing can be started before ``now``. ``day_origin`` is a minute at which a local day begins (periods
    are counted from it). Advice: a supply is told to come later when it comes more than
    ``delay_tolerance`` minutes too early, and orders to be merged that are due within ``merge_window``
    minutes of the first (0 = never).
    """

    items: Items
    lines: Lines
    demands: Demands
    supplies: Supplies
    alternates: Alternates
    calendars: tuple[WorkingCalendar, ...] = ()
    now: int = 0
    day_origin: int = 0
    delay_tolerance: int = 2 * DAY
    merge_window: int = 0

    def __post_init__(self) -> None:
        _check_unique(self.items.id, _("Item {name} is given twice to the material plan."))
        _check_items(self.items, len(self.calendars))
        _check_lines(self)
        self.check_demands(self.demands)
        self.check_supplies(self.supplies)

    @cached_property
    def _by_id(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.items.id, kind="stable")
        return self.items.id[order], order

    def index(self, ids: Ints, what: str) -> Ints:
        """Rows of the items with these *ids*; raises InvalidValue worded by *what* for an unknown one."""
        known, order = self._by_id
        if not len(ids):
            return np.empty(0, np.int64)
        at = np.searchsorted(known, ids)
        wrong = (at >= len(known)) if not len(known) else known[np.minimum(at, len(known) - 1)] != ids
        if wrong.any():
            raise InvalidValue(what.format(item=int(ids[np.argmax(wrong)])))
        return order[at]

    def check_demands(self, demands: Demands) -> None:
        """Raise InvalidValue when a demand makes no sense."""
        self.index(demands.item, _("A demand is for item {item}, which does not exist."))
        _check_unique(
            _named(demands.kind, demands.key), _("Demand {name} is given twice to the material plan.")
        )
        wrong = (demands.quantity < 0) | (demands.quantity >= MOST_QUANTITY)
        _check(demands.key, wrong, _("The quantity of demand {name} is negative or impossibly large."))
        wrong = (abs(demands.due) >= MOST_MINUTES) | (abs(demands.priority) > MOST_PRIORITY)
        _check(demands.key, wrong, _("Demand {name} has an impossible date or priority."))
        wrong = (demands.kind < 0) | (demands.kind >= DemandKind.PLANNED)
        _check(demands.key, wrong, _("Demand {name} is of an unknown kind."))

    def check_supplies(self, supplies: Supplies) -> None:
        """Raise InvalidValue when a supply makes no sense."""
        self.index(supplies.item, _("A supply is of item {item}, which does not exist."))
        _check_unique(
            _named(supplies.kind, supplies.key), _("Supply {name} is given twice to the material plan.")
        )
        wrong = (supplies.quantity < 0) | (supplies.quantity >= MOST_QUANTITY)
        _check(supplies.key, wrong, _("The quantity of supply {name} is negative or impossibly large."))
        wrong = abs(supplies.available_at) >= MOST_MINUTES
        _check(supplies.key, wrong, _("Supply {name} has an impossible date."))
        wrong = (supplies.kind < 0) | (supplies.kind >= SupplyKind.BY_PRODUCT)
        _check(supplies.key, wrong, _("Supply {name} is of an unknown kind."))


def problem(
    items: Iterable[Item],
    lines: Iterable[Line] = (),
    demands: Iterable[Demand] = (),
    supplies: Iterable[Supply] = (),
    alternates: Iterable[Alternate] = (),
    *,
    calendars: tuple[WorkingCalendar, ...] = (),
    now: int = 0,
    day_origin: int = 0,
    delay_tolerance: int = 2 * DAY,
    merge_window: int = 0,
) -> Problem:
    """A problem made of row objects."""
    return Problem(
        Items.of(items), Lines.of(lines), Demands.of(demands), Supplies.of(supplies),
        Alternates.of(alternates),        calendars, now, day_origin, delay_tolerance, merge_window,
    )  # fmt: skip


def _named(kind: Ints, key: Ints) -> Ints:
    """One number for kind and key together (keys are row ids, far below 2^59)."""
    return key * 8 + kind


def _check(names: Ints, wrong: Flags, message: str) -> None:
    if wrong.any():
        raise InvalidValue(message.format(name=int(names[np.argmax(wrong)])))


def _check_unique(names: Ints, message: str) -> None:
    ordered = np.sort(names)
    same = ordered[1:] == ordered[:-1]
    _check(ordered[1:], same, message)


def _check_items(items: Items, calendars: int) -> None:
    name = items.id
    wrong = (items.step < 1) | (items.bill_output < 1)
    _check(name, wrong, _("Item {name}: step and bill output must be more than zero."))
    wrong = np.minimum.reduce([items.minimum, items.multiple, items.fixed, items.safety]) < 0
    _check(name, wrong, _("Item {name}: lot sizes and safety stock cannot be negative."))
    wrong = (items.lead_minutes < 0) | (items.lead_minutes >= MOST_MINUTES) | (items.run < 0)
    _check(name, wrong, _("Item {name} has an impossible lead time."))
    wrong = (items.multiple % items.step != 0) | (items.fixed % items.step != 0)
    _check(name, wrong, _("Item {name}: its lots must be whole numbers of its units."))
    wrong = (items.rule == LotRule.FIXED) & (items.fixed < 1)
    _check(name, wrong, _("Item {name} is ordered in fixed lots, but has no lot size."))
    wrong = (items.rule == LotRule.PERIOD) & (items.period_days < 1)
    _check(name, wrong, _("Item {name} is ordered by period, but the period has no days."))
    wrong = (items.rule < 0) | (items.rule > LotRule.PERIOD)
    _check(name, wrong, _("Item {name} has an unknown lot rule."))
    wrong = (items.scrap_ppm < 0) | (items.scrap_ppm >= PPM)
    _check(name, wrong, _("Item {name}: scrap must be less than everything."))
    wrong = (items.calendar < NO_CALENDAR) | (items.calendar >= calendars)
    _check(name, wrong, _("Item {name} names an unknown calendar."))


def _check_lines(problem: Problem) -> None:
    lines, alternates = problem.lines, problem.alternates
    _check_unique(lines.key, _("Bill line {name} is given twice to the material plan."))
    problem.index(lines.parent, _("A bill is of item {item}, which does not exist."))
    problem.index(lines.component, _("A bill names component {item}, which does not exist."))
    problem.index(alternates.component, _("A bill names alternate {item}, which does not exist."))
    wrong = (lines.quantity <= 0) | (lines.scrap_ppm < 0)
    _check(lines.key, wrong, _("Bill line {name} needs a quantity above zero and no negative scrap."))
    _check(alternates.line, alternates.quantity <= 0, _("Bill line {name} has an alternate of no quantity."))
    wrong = ~np.isin(alternates.line, lines.key)
    _check(alternates.line, wrong, _("An alternate is for bill line {name}, which does not exist."))
    parts = lines.parent[lines.by_product == 0]
    wrong = (lines.phantom == 1) & (lines.by_product == 0) & ~np.isin(lines.component, parts)
    _check(lines.component, wrong, _("Phantom component {name} has no bill of its own."))
