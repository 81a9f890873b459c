"""Making the plan, and making it again after something changed: only what the change touches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.planning.material.advice import advice
from factory_erp.planning.material.compile import Compiled
from factory_erp.planning.material.dating import date_clusters
from factory_erp.planning.material.explode import MICRO
from factory_erp.planning.material.holdings import Holdings
from factory_erp.planning.material.indexing import ranges
from factory_erp.planning.material.netting import plan_clusters
from factory_erp.planning.material.pegging import tree_up
from factory_erp.planning.material.plan import Difference, Plan, difference
from factory_erp.planning.material.problem import Problem, problem
from factory_erp.planning.material.reading import read, read_orders
from factory_erp.planning.material.room import blank_state, grown, held, with_room
from factory_erp.planning.material.shape import Dates
from factory_erp.planning.material.shortages import shortages
from factory_erp.planning.material.tables import (
    MOST_QUANTITY,
    Alternate,
    Demand,
    Demands,
    Flags,
    Ints,
    Item,
    Line,
    Supplies,
    Supply,
)

Name = tuple[int, int]
"""Kind and key of a demand or supply."""

MARGIN = 100_000
"""So many replaced orders and pegs are kept before everything is planned anew to be rid of them."""


@dataclass(frozen=True, eq=False)
class Change:
    """What a change of demands or supplies did to the plan.

    ``items`` are the ids of all items whose needs, orders, pegs or dates may be other than before; ``part``
    is the new plan of these items, all of it; ``difference`` what became of their planned orders.
    """

    items: Ints
    part: Plan
    difference: Difference


class MaterialPlanner:
    """The material plan of a problem, and of what becomes of it.

    ``plan`` plans everything; ``change`` and ``follow`` plan anew the items that a change touches and what
    lies below them, and give the same as planning everything would; ``problem`` holds the demands and
    supplies of the beginning. Raises BillCycle.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.compiled = Compiled(problem)
        self._clusters = len(self.compiled.shape.cluster_start) - 1
        count = len(problem.items)
        self._demands = Holdings(problem.demands, self._items(problem.demands.item), count, ("key", "kind"))
        self._supplies = Holdings(
            problem.supplies,
            self._items(problem.supplies.item),
            count,
            ("key", "kind", "available_at", "group"),
        )
        self._reset()

    def plan(self) -> Plan:
        """Plan everything from the beginning."""
        self._reset()
        self._run(np.ones(self._clusters, bool))
        return self.current()

    def current(self) -> Plan:
        """The whole plan as it stands."""
        return self._read(np.arange(self._clusters))

    def change(
        self,
        demands: Demands | None = None,
        supplies: Supplies | None = None,
        *,
        demands_gone: Iterable[Name] = (),
        supplies_gone: Iterable[Name] = (),
    ) -> Change:
        """Put in *demands* and *supplies*, in place of those of the same kind and key; take out those gone.

        Raises InvalidValue, and changes nothing, for what makes no sense. Only where it is the bills that
        make a quantity impossible, the planner is of no further use.
        """
        put, come = demands or Demands.none(), supplies or Supplies.none()
        dirty = self._put(put, come, list(demands_gone), list(supplies_gone))
        before, dates = self._state, self._dates
        owned = before.items.copy()
        clusters = np.flatnonzero(self._run(dirty))
        part = self._read(clusters)
        old = before._replace(items=owned)
        items = self._members(clusters)
        was = read_orders(self.problem, self.compiled, old, dates, items)
        self._tidy()
        return Change(self.problem.items.id[items], part, difference(was, part.orders))

    def follow(self, demands: Demands, supplies: Supplies) -> Ints:
        """Plan for *demands* and *supplies* in place of all that were; the ids of the items that it touched.

        Those are all whose needs, orders, pegs or dates may be other than before, and the items that share
        alternates with them. Raises as ``change`` does.
        """
        put, gone = self._demands.unlike(demands)
        come, left = self._supplies.unlike(supplies)
        clusters = np.flatnonzero(self._run(self._put(put, come, gone, left)))
        self._tidy()
        return self.problem.items.id[self._members(clusters)]

    def _put(self, demands: Demands, supplies: Supplies, gone: list[Name], left: list[Name]) -> Flags:
        """Put in what is new, take out what is gone; the clusters to plan anew."""
        if not self._state.used[0]:
            self.plan()
        self.problem.check_demands(demands)
        self.problem.check_supplies(supplies)
        touched = (
            self._demands.update(demands, self._items(demands.item), gone),
            self._supplies.update(supplies, self._items(supplies.item), left),
        )
        dirty = np.zeros(self._clusters, bool)
        dirty[self.compiled.shape.items["cluster_of"][np.concatenate(touched)]] = True
        return dirty

    def _tidy(self) -> None:
        """Plan everything anew where most of what is kept has been replaced since."""
        if self._crowded():
            self.plan()

    def _reset(self) -> None:
        """Forget all plans; the demands and supplies stay as they were last changed."""
        counts = [len(self._demands.row), len(self._supplies.row)]
        expected = 1024 + 12 * (sum(counts) + len(self.problem.lines))
        self._state = blank_state(self.compiled.shape, expected)
        self._dates = Dates(*(np.empty(0, np.int64) for _part in Dates._fields))

    def _items(self, ids: Ints) -> Ints:
        return self.problem.index(ids, "{item}")

    def _members(self, clusters: Ints) -> Ints:
        start = self.compiled.shape.cluster_start
        members: Ints = self.compiled.shape.cluster_item
        return members.take(ranges(start[clusters], start[clusters + 1] - start[clusters]))

    def _read(self, clusters: Ints) -> Plan:
        supplies = self._supplies.table
        return read(self.problem, self.compiled, self._state, self._dates, supplies, clusters)

    def _run(self, dirty: Flags) -> Flags:
        """Plan the *dirty* clusters and what they make dirty, then date; returns which were touched."""
        self._state = held(self._state, self._demands, self._supplies)
        planned = self._state.used.copy()
        fresh, done = np.zeros(self._clusters, bool), 0
        while (done := plan_clusters(self.compiled.shape, self._state, dirty, fresh, done)) < self._clusters:
            self._state = grown(self._state)
        self._check_sizes(int(planned[0]))
        touched = fresh.copy()
        self._dates = with_room(self._dates, self._state, planned)
        date_clusters(self.compiled.shape, self._state, self._dates, touched, fresh)
        return touched

    def _check_sizes(self, first: int) -> None:
        """Raise InvalidValue where a need (from *first* on) is larger than any quantity can be."""
        needed = self._state.needs["quantity"][first : self._state.used[0]]
        wrong = np.flatnonzero((needed < 0) | (needed >= MOST_QUANTITY))
        if len(wrong):
            starts = self._state.items["need_start"]
            held = (starts <= first + wrong[0]) & (self._state.items["need_count"] > 0)
            item = int(self.problem.items.id[np.flatnonzero(held)[np.argmax(starts[held])]])
            raise InvalidValue(
                _(
                    "The plan needs an impossible quantity of item {item}.",
                    item=item,
                ),
                remedy=_("Look for a wrong quantity in the bills of materials above it."),
            )

    def _crowded(self) -> bool:
        """Whether most of what is kept has been replaced since."""
        live = self._state.items["order_count"].sum() + self._state.clusters["peg_count"].sum()
        return bool(self._state.used[1] + self._state.used[2] > 4 * live + MARGIN)


def warm_up() -> None:
    """Have everything compiled: up to a minute the first time on a computer, so in the background."""
    bill = (Line(1, 1, 2, MICRO), Line(2, 1, 3, MICRO, by_product=True))
    items = (Item(1, True), Item(2, False), Item(3, False), Item(4, False))
    wanted = (Demand(1, 1, MICRO, 0), Demand(2, 3, MICRO, 0))
    alternates = (Alternate(1, 4, MICRO),)
    planner = MaterialPlanner(problem(items, bill, wanted, (Supply(1, 4, 1),), alternates))
    plan = planner.plan()
    planner.change(Demands.of((Demand(3, 1, MICRO, 0),)))
    advice(plan)
    shortages(plan)
    tree_up(plan, 0)
