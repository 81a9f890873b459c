"""What the material plan tells: how a run went, and what a what-if would take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Progress = Callable[[int, str], None]
"""Told in percent how far it is, and what is being done."""


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """Why an item could not be planned properly, and what would mend it."""

    item_id: int
    sku: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class PlanReport:
    """What a run came to: demands, suggestions by kind, demands that come late, and what it changed."""

    ran_at: datetime
    demands: int
    make: int
    buy: int
    advice: int
    late: int
    problems: tuple[PlanProblem, ...]
    added: int
    changed: int
    removed: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that might be wanted: *quantity* of an item, in its unit, by the end of *needed_on*."""

    item_id: int
    quantity: Decimal
    needed_on: date


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """What would have to be made or bought of an item; *available_on* is when it can be there."""

    item_id: int
    sku: str
    make: bool
    quantity: Decimal
    due_on: date
    available_on: date


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """What *wanted* would add to the plan: when each can be there, and what it takes beyond today's plan."""

    available_on: tuple[date, ...]
    more: tuple[PlannedItem, ...]
    delayed: int
    """Demands of today that would come later for it."""
