"""Which containers a shipment needs, which cartons go into which, and when loose cargo is cheaper.

The counting is ``containers.plan_containers``; here its loadings become containers with numbered cartons,
orders are kept together where that costs no container more, and the weight of each is brought to the middle.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from factory_erp.domain.cartons import CartonRange
from factory_erp.packing.containers import container
from factory_erp.packing.loading.balance import NEAR, balanced, off_centre
from factory_erp.packing.loading.cargo import Cargo, LoadedContainer, Pool
from factory_erp.packing.loading.containers import (
    FEWEST,
    LOOSE,
    LooseCargo,
    plan_containers,
    remaining,
    room_of,
)
from factory_erp.packing.loading.problem import Loading, Problem
from factory_erp.packing.loading.search import load

PLANNING = 0.6
"""Part of the time that is for finding the containers; half of the rest is for keeping orders together."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Containers as they are to be loaded; ``loose`` goes as loose cargo or, if not asked for, is left over.

    ``cost`` is that of the containers and the loose cargo, in the currency of the rates.
    """

    containers: tuple[LoadedContainer, ...]
    loose: tuple[CartonRange, ...]
    cost: Decimal


def choose(
    cargo: Sequence[Cargo],
    kinds: Mapping[str, Decimal] = FEWEST,
    seconds: float = 10.0,
    loose: LooseCargo | None = None,
) -> Choice:
    """The cheapest containers that take all *cargo*, each carton in its place.

    *kinds* is the freight of each container that can be had, by trade name; with *loose* a rest may go as
    loose cargo where that is cheaper. Where weights turn out to decide, it takes twice the *seconds*. Raises
    InvalidValue as ``plan_containers`` does.
    """
    found = _choose(cargo, kinds, seconds, loose, exact=False)
    return _choose(cargo, kinds, seconds, loose, exact=True) if _too_heavy(found) else found


def _choose(
    cargo: Sequence[Cargo],
    kinds: Mapping[str, Decimal],
    seconds: float,
    loose: LooseCargo | None,
    *,
    exact: bool,
) -> Choice:
    until = time.monotonic() + seconds
    pool = Pool(cargo, exact=exact)
    plan = plan_containers(pool.pieces, kinds, seconds * PLANNING, loose)
    codes = tuple(code for code, _loading in plan if code != LOOSE)
    over = [loading for code, loading in plan if code == LOOSE]
    if not over and (apart := _whole_orders(cargo, codes, _left(until) / 2, exact=exact)):
        return Choice(apart, (), sum((kinds[one.type_code] for one in apart), Decimal(0)))
    cost = sum((kinds[code] for code in codes), Decimal(0))
    if over and loose is not None:
        cost += loose.cost(remaining(over[0])) or 0
    made = [(code, loading) for code, loading in plan if code != LOOSE]
    return Choice(_numbered(pool, made, _left(until)), pool.left(), cost)


def fill(cargo: Sequence[Cargo], codes: Sequence[str], seconds: float = 10.0) -> Choice:
    """The containers *codes*, one after the other as full as can be; ``loose`` is what found no place.

    For containers that are booked already. Raises InvalidValue for an unknown type.
    """
    found = _fill(cargo, codes, seconds, exact=False)
    return _fill(cargo, codes, seconds, exact=True) if _too_heavy(found) else found


def _fill(cargo: Sequence[Cargo], codes: Sequence[str], seconds: float, *, exact: bool) -> Choice:
    boxes = [container(code) for code in codes]
    until = time.monotonic() + seconds
    if apart := _whole_orders(cargo, codes, seconds * (1 - PLANNING) / 2, exact=exact):
        return Choice(apart, (), Decimal(0))
    pool = Pool(cargo, exact=exact)
    rest, made = pool.pieces, []
    for number, box in enumerate(boxes):
        found = load(Problem(room_of(box), rest), _left(until) * PLANNING / (len(boxes) - number))
        rest = remaining(found)
        made.append((box.code, found))
    return Choice(_numbered(pool, made, _left(until)), pool.left(), Decimal(0))


def break_even(kinds: Mapping[str, Decimal], loose: LooseCargo) -> dict[str, Decimal]:
    """From how many m³ (or tonnes, if more) each container costs less than loose cargo; exact, not rounded.

    A container whose break-even lies above ``below_cbm`` is cheaper from there on: more does not go loose.
    """
    return {code: min(cost / loose.per_cbm, loose.below_cbm) for code, cost in kinds.items() if loose.per_cbm}


def _too_heavy(choice: Choice) -> bool:
    """Whether packages that were taken for equally heavy are together more than a container may carry."""
    return any(one.cargo_g > one.payload_g for one in choice.containers)


def _left(until: float) -> float:
    return max(0.0, until - time.monotonic())


def _numbered(pool: Pool, plan: Sequence[tuple[str, Loading]], seconds: float) -> tuple[LoadedContainer, ...]:
    share = seconds / max(1, len(plan))
    return tuple(
        pool.loaded(position, code, _settled(loading, share))
        for position, (code, loading) in enumerate(plan, 1)
    )


def _settled(loading: Loading, seconds: float) -> Loading:
    """The same pieces nearer to the middle, where that is possible."""
    if off_centre(loading) <= NEAR or not loading.placed:
        return loading
    counts = [piece.count - left for piece, left in zip(loading.problem.pieces, loading.left, strict=True)]
    pieces = tuple(
        replace(piece, count=count) for piece, count in zip(loading.problem.pieces, counts, strict=True)
    )
    found = balanced(Problem(loading.problem.room, pieces), seconds)
    return loading if any(found.left) or off_centre(found) >= off_centre(loading) else found


def _whole_orders(
    cargo: Sequence[Cargo], codes: Sequence[str], seconds: float, *, exact: bool
) -> tuple[LoadedContainer, ...] | None:
    """Each order whole in one of the containers *codes*, the largest first; None where that does not go."""
    orders = _by_order(cargo)
    if len(codes) < 2 or len(orders) < 2:
        return None
    until = time.monotonic() + seconds / 2
    share = seconds / (2 * len(orders) * len(codes))
    inside: list[list[Cargo]] = [[] for _code in codes]
    found: list[Loading | None] = [None] * len(codes)
    for order in orders:
        for number, code in enumerate(codes):
            tried = (
                _takes_all([*inside[number], *order], code, share, exact=exact)
                if time.monotonic() < until
                else None
            )
            if tried is not None:
                inside[number].extend(order)
                found[number] = tried
                break
        else:
            return None
    rows = [row for row in zip(inside, codes, found, strict=True) if row[2] is not None]
    return tuple(
        Pool(here, exact=exact).loaded(position, code, _settled(loading, seconds / (2 * len(rows))))
        for position, (here, code, loading) in enumerate(rows, 1)
        if loading is not None
    )


def _by_order(cargo: Sequence[Cargo]) -> list[list[Cargo]]:
    """The cargo of each order, the largest order first."""
    orders: dict[str, list[Cargo]] = {}
    for row in cargo:
        orders.setdefault(row.order, []).append(row)
    return sorted(orders.values(), key=lambda rows: -sum(row.volume for row in rows))


def _takes_all(cargo: Sequence[Cargo], code: str, seconds: float, *, exact: bool) -> Loading | None:
    """A loading of all *cargo* in one container; None where none was found in time."""
    box = container(code)
    if sum(row.volume for row in cargo) > box.volume_mm3:
        return None
    found = load(Problem(room_of(box), Pool(cargo, exact=exact).pieces), seconds)
    return None if any(found.left) else found
