"""Inner box, master carton and pallet of a model, and its price tiers, derived from a few figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from factory_erp.demo.specs import Pack, Tier
from factory_erp.models.catalog import PackKind

_TIERS = ((100, "1"), (500, "0.955"), (1000, "0.915"), (3000, "0.88"))
"""From so many pieces: share of the list price."""
_PERCENTS = ((100, 0), (500, 5), (1000, 10))
"""From so many pieces: percent off the first price of the wholesale shop."""
_WHOLESALE, _STEP = Decimal("1.06"), Decimal("0.20")
_EURO = Decimal("0.92")
_CNY_COST = Decimal("4.9")
"""Works cost in yuan per dollar of list price."""

_WALL, _LID, _PALLET_DECK, _PALLET_TOP, _PALLET_G = 14, 22, 145, 1650, 18_000
_CARTON_G_PER_DM2, _BOX_G_PER_DM2 = 9, 4
_PALLET_L, _PALLET_W = 1200, 1000


@dataclass(frozen=True, slots=True)
class Boxing:
    """Colour box in mm, how the boxes stand in the inner box and the inner boxes in the carton."""

    length: int
    width: int
    height: int
    inner: tuple[int, int, int]
    master: tuple[int, int, int]

    @property
    def per_carton(self) -> int:
        """Pieces in a master carton."""
        return _count(self.inner) * _count(self.master)


def packs(boxing: Boxing, net_g: int) -> tuple[Pack, ...]:
    """The three levels for pieces of *net_g*; sizes are outer, board included."""
    single = (boxing.length, boxing.width, boxing.height)
    piece_gross = net_g + _board(single, _BOX_G_PER_DM2)
    inner = _around(single, boxing.inner, 4)
    inner_pieces = _count(boxing.inner)
    inner_gross = inner_pieces * piece_gross + _board(inner, _BOX_G_PER_DM2)
    master = _around(inner, boxing.master, _WALL)
    pieces = boxing.per_carton
    gross = _count(boxing.master) * inner_gross + _board(master, _CARTON_G_PER_DM2)
    return (
        Pack(PackKind.INNER, inner_pieces, *inner, inner_pieces * net_g, inner_gross),
        Pack(PackKind.MASTER, pieces, *master, pieces * net_g, gross),
        _pallet(master, pieces, pieces * net_g, gross),
    )


def _pallet(master: tuple[int, int, int], pieces: int, net_g: int, gross_g: int) -> Pack:
    length, width, height = master
    layer = max((_PALLET_L // length) * (_PALLET_W // width), (_PALLET_L // width) * (_PALLET_W // length))
    layers = (_PALLET_TOP - _PALLET_DECK) // height
    cartons = max(layer, 1) * layers
    top = _PALLET_DECK + layers * height
    gross = cartons * gross_g + _PALLET_G
    return Pack(PackKind.PALLET, cartons * pieces, _PALLET_L, _PALLET_W, top, cartons * net_g, gross)


def _around(box: tuple[int, int, int], places: tuple[int, int, int], room: int) -> tuple[int, int, int]:
    length, width, height = (side * count + room for side, count in zip(box, places, strict=True))
    return length, width, height + (_LID - _WALL if room == _WALL else 0)


def _board(box: tuple[int, int, int], grams: int) -> int:
    length, width, height = box
    return 2 * (length * width + length * height + width * height) * grams // 10_000


def _count(places: tuple[int, int, int]) -> int:
    return places[0] * places[1] * places[2]


def tiers(dollars: str, euros: bool) -> tuple[Tier, ...]:
    """The price list from *dollars* for the smallest order, also in euros where *euros*."""
    rates = {"USD": Decimal(1)} | ({"EUR": _EURO} if euros else {})
    return tuple(
        Tier(currency, quantity, (Decimal(dollars) * rate * Decimal(share)).quantize(Decimal("0.01")))
        for currency, rate in rates.items()
        for quantity, share in _TIERS
    )


def wholesale(dollars: Decimal) -> tuple[Tier, ...]:
    """What sells at *dollars* in a shop that takes whole percents off the first price only.

    A first price in steps of 20 cents is exact to the cent at every five percent.
    """
    first = (dollars * _WHOLESALE / _STEP).to_integral_value() * _STEP
    return tuple(
        Tier("USD", quantity, (first * (100 - percent) / 100).quantize(Decimal("0.01")))
        for quantity, percent in _PERCENTS
    )


def works_cost(dollars: str) -> Decimal:
    """Standard cost in yuan of what sells at *dollars*."""
    return (Decimal(dollars) * _CNY_COST).quantize(Decimal("0.01"))
