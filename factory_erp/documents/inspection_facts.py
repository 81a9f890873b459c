"""What an inspection order says, and how many pieces of a delivery are looked at."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from factory_erp.documents.facts import Party, Texts
from factory_erp.documents.snapshot import Language

LIMIT = Decimal("2.5")
"""Acceptance quality limit, nonconforming items in a hundred: what is usual for major defects."""


COUNTED = frozenset({"H87", "C62", "SET", "KT", "PR", "XRO", "XST"})
"""Units of which each is one thing that is looked at: pieces, sets, pairs, rolls, sheets (UNECE Rec 20)."""


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """Look at *sample* pieces; *accept* bad ones or fewer: the delivery is taken, more: it is refused."""

    sample: int
    accept: int

    @property
    def refuse(self) -> int:
        """Bad pieces from which the delivery is refused."""
        return self.accept + 1


_LOTS = (50, 150, 280, 500, 1_200, 3_200, 10_000, 35_000)
_PLANS = (
    SamplingPlan(5, 0), SamplingPlan(20, 1), SamplingPlan(32, 2), SamplingPlan(50, 3), SamplingPlan(80, 5),
    SamplingPlan(125, 7), SamplingPlan(200, 10), SamplingPlan(315, 14), SamplingPlan(500, 21),
)  # fmt: skip
"""ISO 2859-1 (GB/T 2828.1), normal inspection, level II, single sampling, AQL 2.5: a plan for lots up to
each size, the last for larger ones. Where the table has an arrow, the plan that it points to stands here.
"""


def sampling_plan(lot: Decimal) -> SamplingPlan:
    """The plan for a delivery of *lot* pieces; of a small one all are looked at."""
    plan = _PLANS[bisect_left(_LOTS, lot)]
    return plan if plan.sample < lot else SamplingPlan(max(1, int(lot)), 0)


@dataclass(frozen=True, slots=True)
class InspectedLine:
    """A line of the purchase. *plan* None: the goods are not counted in pieces."""

    line_no: int
    sku: str
    names: Texts
    quantity: Decimal
    unit: str
    due: date | None
    plan: SamplingPlan | None


@dataclass(frozen=True, slots=True)
class InspectionOrder:
    """Everything that the paper says, frozen when it was composed; *number* is that of the purchase."""

    number: str
    language: Language
    company: Party
    supplier: Party
    ordered_on: date
    printed_on: date
    lines: tuple[InspectedLine, ...]
    remark: str = ""
