"""Tier prices to DHgate's discount fractions and back, exactly.

The platform knows one retail price and, from a quantity on, a fraction off it: 5 % off is 0.05. Only whole
percents are taken, and only where the tier price is that percent off to the last digit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.listings import PriceTier
from factory_erp.i18n import _

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Discount:
    """From *quantity* on, *percent* per cent off the base price (1 to 99)."""

    quantity: Decimal
    percent: int

    @property
    def fraction(self) -> str:
        """As the platform writes it: "0.05"."""
        return f"{Decimal(self.percent) / _HUNDRED:.2f}"


@dataclass(frozen=True, slots=True)
class Ladder:
    """A base price from *quantity* on, and the discounts for more."""

    quantity: Decimal
    base: Decimal
    discounts: tuple[Discount, ...] = ()


def to_discounts(tiers: Sequence[PriceTier]) -> Ladder:
    """The ladder that says exactly what *tiers* say.

    Raises InvalidValue where there is no tier, where quantities or prices do not go up and down step by
    step, and for the first tier that is not a whole percent off the first price.
    """
    if not tiers:
        raise InvalidValue(_("The listing has no price."), field="prices", remedy=_("Enter a price."))
    first = tiers[0]
    if first.price <= 0 or first.quantity <= 0:
        raise _refused(first, _("price and quantity must be above zero."))
    found: list[Discount] = []
    for before, tier in pairwise(tiers):
        if tier.quantity <= before.quantity or tier.price >= before.price:
            raise _refused(tier, _("a larger quantity must have a lower price."))
        found.append(Discount(tier.quantity, _percent(first.price, tier)))
    return Ladder(first.quantity, first.price, tuple(found))


def to_tiers(ladder: Ladder) -> tuple[PriceTier, ...]:
    """The tiers that a buyer of *ladder* pays, exactly, however many decimals that takes."""
    rest = (PriceTier(step.quantity, price_after(ladder.base, step.percent)) for step in ladder.discounts)
    return (PriceTier(ladder.quantity, ladder.base), *rest)


def price_after(base: Decimal, percent: int) -> Decimal:
    """*base* less *percent* per cent, exact."""
    return base * (100 - percent) / _HUNDRED


def _percent(base: Decimal, tier: PriceTier) -> int:
    percent = int(((base - tier.price) * _HUNDRED / base).to_integral_value())
    if 0 < percent < _HUNDRED and price_after(base, percent) == tier.price:
        return percent
    near = max(1, min(99, percent))
    raise _refused(
        tier,
        _("it is not a whole per cent off the first price {base}.", base=f"{base:f}"),
        _("Take {price}, which is {percent} % off.", price=f"{price_after(base, near):f}", percent=near),
    )


def _refused(tier: PriceTier, fault: str, remedy: str = "") -> InvalidValue:
    return InvalidValue(
        _(
            "The price {price} from {quantity} on cannot be published: {fault}",
            price=f"{tier.price:f}",
            quantity=f"{tier.quantity:f}",
            fault=fault,
        ),
        field="prices",
        remedy=remedy,
    )
