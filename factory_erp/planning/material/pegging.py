"""Walking the pegs: what a need is covered by down to what is bought, and whom a source is for."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.planning.material.plan import Index, Plan


@dataclass(frozen=True, slots=True)
class Branch:
    """One peg of the tree: *quantity* of a source for a need, covering *covers* of it; what hangs on it.

    Going down these are the pegs of the components of the source; going up those of the order that the need
    is a component of.
    """

    need: int
    source: int
    quantity: int
    covers: int
    branches: tuple[Branch, ...] = ()


def tree_down(plan: Plan, need: int) -> tuple[Branch, ...]:
    """All that a need is covered by, through planned orders down to stock and purchases."""
    found = []
    for peg in rows(plan.of_need, need):
        source = int(plan.pegs.source[peg])
        order = plan.order_of_source(source)
        below = rows(plan.parts, order) if order >= 0 else []
        branches = tuple(branch for part in below for branch in tree_down(plan, part))
        found.append(_branch(plan, peg, branches))
    return tuple(found)


def tree_up(plan: Plan, source: int) -> tuple[Branch, ...]:
    """All that a source is for, through planned orders up to demands from outside."""
    found = []
    for peg in rows(plan.of_source, source):
        order = int(plan.needs.order[plan.pegs.need[peg]])
        branches = tree_up(plan, plan.source_of_order(order)) if order >= 0 else ()
        found.append(_branch(plan, peg, branches))
    return tuple(found)


def roots(plan: Plan, source: int) -> tuple[int, ...]:
    """The needs from outside that a source serves, directly or through planned orders."""
    found, seen, waiting = set[int](), {source}, [source]
    while waiting:
        for peg in rows(plan.of_source, waiting.pop()):
            need = int(plan.pegs.need[peg])
            order = int(plan.needs.order[need])
            above = plan.source_of_order(order)
            if order < 0:
                found.add(need)
            elif above not in seen:
                seen.add(above)
                waiting.append(above)
    return tuple(sorted(found))


def rows(index: Index, owner: int) -> list[int]:
    """The rows of one owner."""
    start, found = index
    numbers: list[int] = found[start[owner] : start[owner + 1]].tolist()
    return numbers


def _branch(plan: Plan, peg: int, branches: tuple[Branch, ...]) -> Branch:
    pegs = plan.pegs
    return Branch(
        int(pegs.need[peg]), int(pegs.source[peg]), int(pegs.quantity[peg]), int(pegs.covers[peg]), branches
    )
