"""Which containers a shipment needs: the cheapest that take every piece, or some of it loose.

Unlike ``packing.containers.recommend``, which divides volumes, a combination counts only once all pieces have
been loaded into it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations_with_replacement

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.packing.containers import LOADING_PPM, PPM, USUAL, Container, container
from factory_erp.packing.loading.problem import HEIGHT, ORIENTATIONS, Loading, Piece, Problem, Room
from factory_erp.packing.loading.search import load

LOOSE = "LCL"
"""The code of what goes as loose cargo: its loading places nothing, all of it is ``left``."""

FEWEST: Mapping[str, Decimal] = {box.code: Decimal(1) for box in USUAL}
"""At equal costs the cheapest are the fewest, and of as many the smallest."""

LAST = 3
"""The last ones are chosen together: combinations of up to so many are compared."""

SHARE = 6
"""No single loading takes more than this part of the time that is left."""

Plan = tuple[tuple[str, Loading], ...]


@dataclass(frozen=True, slots=True)
class LooseCargo:
    """What loose cargo costs: a rate per m³, or per 1,000 kg if that is more; at least for one of them.

    More than ``below_cbm`` m³ is not shipped loose. The currency is that of the containers' costs.
    """

    below_cbm: Decimal
    per_cbm: Decimal

    def cost(self, pieces: Sequence[Piece]) -> Decimal | None:
        """Of *pieces*, None where they are too much."""
        cubic_metres = Decimal(_volume(pieces)) / 10**9
        if cubic_metres >= self.below_cbm:
            return None
        return self.per_cbm * max(Decimal(1), cubic_metres, Decimal(_weight(pieces)) / 10**6)


def room_of(box: Container) -> Room:
    """The container's inside."""
    return Room(box.length_mm, box.width_mm, box.height_mm, box.payload_g, box.door_mm)


@dataclass(frozen=True, slots=True)
class _Kind:
    box: Container
    cost: Decimal

    @property
    def room(self) -> Room:
        return room_of(self.box)


def plan_containers(
    pieces: Sequence[Piece],
    kinds: Mapping[str, Decimal] = FEWEST,
    seconds: float = 10.0,
    loose: LooseCargo | None = None,
) -> Plan:
    """The containers to book with their loadings, in the order in which they are filled; LOOSE comes last.

    *kinds*: what each container that can be had costs, by trade name, in any one currency. *seconds* is for
    all together; when it is over, the rest is finished with quick loadings. The problem of each loading holds
    the pieces that were still there when its container was filled. Raises InvalidValue for unknown kinds,
    costs below zero, and a piece that none of the containers takes.
    """
    offered = _offered(kinds)
    rest = tuple(piece for piece in pieces if piece.count)
    for piece in rest:
        if not any(_takes(kind, piece) for kind in offered):
            raise InvalidValue(_("None of these containers takes this package."), record=piece.key)
    return tuple(_Planner(offered, time.monotonic() + seconds, loose).plan(rest))


def _offered(kinds: Mapping[str, Decimal]) -> tuple[_Kind, ...]:
    """Largest first: big pieces need them, and the smallest takes what is left."""
    if not kinds or min(kinds.values()) < 0:
        raise InvalidValue(_("Name at least one container; its cost cannot be below zero."), field="kinds")
    found = (_Kind(container(code), cost) for code, cost in kinds.items())
    return tuple(sorted(found, key=lambda kind: (-kind.box.volume_mm3, kind.box.code)))


def _takes(kind: _Kind, piece: Piece) -> bool:
    room = (kind.room.length, kind.room.width, kind.room.height)
    return piece.weight_g <= kind.room.payload_g and any(
        lie[HEIGHT] in kind.room.standing(piece)
        and all(piece.sides[lie[axis]] <= room[axis] for axis in range(3))
        for lie in ORIENTATIONS
    )


class _Planner:
    """One shipment's search."""

    def __init__(self, kinds: tuple[_Kind, ...], until: float, loose: LooseCargo | None) -> None:
        self.kinds = kinds
        self.until = until
        self.loose = loose
        self.known: dict[tuple[str, ...], Loading] = {}

    def plan(self, rest: tuple[Piece, ...]) -> Iterator[tuple[str, Loading]]:
        """Fill the cheapest kind until a few containers take what is left."""
        while rest:
            self.known.clear()
            last = self._last(rest)
            if last is not None:
                yield from last
                return
            kind = self._bulk(rest)
            loading = self._load(kind, rest)
            yield kind.box.code, loading
            rest = remaining(loading)

    def _last(self, rest: tuple[Piece, ...]) -> Plan | None:
        """The cheapest up to LAST containers that take all, or all but loose cargo; None if none do."""
        best, least = None, None
        for cost, mix in self._mixes(rest):
            if least is not None and cost >= least:
                break
            filled, over = self._fill(mix, rest)
            more = Decimal(0) if not over else self.loose.cost(over) if self.loose else None
            if more is None or (least is not None and cost + more >= least):
                continue
            best, least = filled + (((LOOSE, self._nothing(over)),) if over else ()), cost + more
        return best

    def _mixes(self, rest: tuple[Piece, ...]) -> list[tuple[Decimal, tuple[_Kind, ...]]]:
        """Combinations that are not too small, cheapest first, then the fewest, then the smallest."""
        found = [
            mix
            for size in range(LAST + 1)
            for mix in combinations_with_replacement(self.kinds, size)
            if self._could(mix, rest)
        ]
        priced = [(sum((kind.cost for kind in mix), Decimal(0)), mix) for mix in found]
        return sorted(priced, key=lambda one: (one[0], len(one[1]), sum(k.box.volume_mm3 for k in one[1])))

    def _could(self, mix: Sequence[_Kind], rest: Sequence[Piece]) -> bool:
        """Whether by volume and weight all but what may go loose could be taken."""
        room = sum(kind.box.volume_mm3 for kind in mix)
        if self.loose is not None:
            return _volume(rest) - room < self.loose.below_cbm * 10**9
        return _volume(rest) <= room and _weight(rest) <= sum(kind.box.payload_g for kind in mix)

    def _fill(self, mix: tuple[_Kind, ...], rest: tuple[Piece, ...]) -> tuple[Plan, tuple[Piece, ...]]:
        """Fill one after the other; stops where the others could not take what is left. None stays empty."""
        filled: list[tuple[str, Loading]] = []
        for number, kind in enumerate(mix):
            if not rest or not self._could(mix[number:], rest):
                break
            names = tuple(one.box.code for one in mix[: number + 1])
            if names not in self.known:
                self.known[names] = self._load(kind, rest)
            if not self.known[names].placed:
                continue
            filled.append((kind.box.code, self.known[names]))
            rest = remaining(self.known[names])
        return tuple(filled), rest

    def _bulk(self, rest: tuple[Piece, ...]) -> _Kind:
        """Of the kinds that take the largest piece, the one in which the whole would cost least."""
        largest = max(rest, key=lambda piece: (piece.volume, piece.key))
        volume, weight = _volume(rest), _weight(rest)
        return min(
            (kind for kind in self.kinds if _takes(kind, largest)),
            key=lambda kind: (
                kind.cost * max(
                    Decimal(volume * PPM) / (kind.box.volume_mm3 * LOADING_PPM),
                    Decimal(weight) / kind.box.payload_g,
                ),
                -kind.box.volume_mm3,
            ),
        )  # fmt: skip

    def _load(self, kind: _Kind, rest: tuple[Piece, ...]) -> Loading:
        return load(Problem(kind.room, rest), max(0.0, self.until - time.monotonic()) / SHARE)

    def _nothing(self, rest: tuple[Piece, ...]) -> Loading:
        return Loading(Problem(self.kinds[-1].room, rest), ())


def remaining(loading: Loading) -> tuple[Piece, ...]:
    """The pieces that found no room, with their counts."""
    pairs = zip(loading.problem.pieces, loading.left, strict=True)
    return tuple(replace(piece, count=left) for piece, left in pairs if left)


def _volume(pieces: Sequence[Piece]) -> int:
    return sum(piece.count * piece.volume for piece in pieces)


def _weight(pieces: Sequence[Piece]) -> int:
    return sum(piece.count * piece.weight_g for piece in pieces)
