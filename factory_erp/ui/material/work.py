"""What the material page reads and writes in the background."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from factory_erp.domain.errors import NotFound
from factory_erp.models.planning import SuggestionKind
from factory_erp.services.base import Result
from factory_erp.services.material import plan as material_plan
from factory_erp.services.material import tree as material_tree
from factory_erp.services.material.report import PlanReport
from factory_erp.services.material.tree import TreeNode
from factory_erp.services.purchasing import orders as purchases
from factory_erp.services.purchasing.orders import PurchaseView
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import SuggestionView
from factory_erp.ui.kit.jobs import Progress


@dataclass(frozen=True, slots=True)
class Overview:
    """How the plan stands: its last run, None before the first, and how many records each view holds."""

    report: PlanReport | None
    suggestions: Mapping[str, int]
    purchases: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Explained:
    """A suggestion, and what it is made of where it is to be made."""

    view: SuggestionView
    parts: tuple[TreeNode, ...]


def read_overview() -> Overview:
    """Last run and counts, read together."""
    return Overview(material_plan.last_run(), suggestions.suggestion_counts(), purchases.purchase_counts())


def plan(progress: Progress) -> Result[PlanReport]:
    """Make the plan; a cancel before its end leaves everything as it was."""
    return material_plan.run_plan(lambda percent, text: progress.report(percent, 100, text))


def explain(suggestion_id: int) -> Explained | None:
    """The suggestion with where its components come from; None where it was accepted meanwhile."""
    found = suggestions.suggestion_rows([suggestion_id])
    if not found or found[0].kind != SuggestionKind.MAKE:
        return Explained(found[0], ()) if found else None
    try:
        return Explained(found[0], material_tree.where_from(suggestion_id=suggestion_id).children)
    except NotFound:
        return None


@dataclass(frozen=True, slots=True)
class Receipt:
    """How many lines of a purchase order were received, and what that changed."""

    value: int
    changes: Mapping[str, frozenset[int]]


def receive_all(view: PurchaseView, client_key: str) -> Receipt:
    """Book in all that is still to come, line by line; once per *client_key*. Raises NotAllowed."""
    changed: dict[str, set[int]] = defaultdict(set)
    count = 0
    for line in view.lines:
        if line.open:
            made = purchases.receive(line.id, line.open, f"{client_key}-{line.id}")
            count += 1
            for kind, ids in made.changes.items():
                changed[kind] |= ids
    return Receipt(count, {kind: frozenset(ids) for kind, ids in changed.items()})
