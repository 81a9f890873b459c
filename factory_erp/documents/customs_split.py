"""A declaration of more than 50 items as several: each with its own packages, weights and costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from factory_erp.documents.customs_loads import shared_out
from factory_erp.documents.details.customs import DeclarationDetails, DeclarationItem, FeeStated
from factory_erp.domain.money import CURRENCY_EXPONENTS, Money

ITEMS = 50
"""Items that one declaration may have."""

_Part = tuple[DeclarationItem, ...]


def split_items(details: DeclarationDetails, most: int = ITEMS) -> tuple[DeclarationDetails, ...]:
    """*details* itself, or declarations of at most *most* items that add up to it.

    Items are numbered anew in each. Packages and gross weight are those of the items, or by net weight
    where the items do not tell them; costs stated in all are shared out by value.
    """
    if len(details.items) <= most:
        return (details,)
    parts = [details.items[start : start + most] for start in range(0, len(details.items), most)]
    nets = _exact(details.net_g, [sum(item.net_g for item in part) for part in parts], parts)
    gross = _exact(details.gross_g, [sum(item.gross_g for item in part) for part in parts], parts)
    packages = _exact(details.packages, [sum(item.packages for item in part) for part in parts], parts)
    fees = [_fees(fee, parts) for fee in (details.freight, details.insurance, details.other_costs)]
    return tuple(
        replace(
            details,
            items=tuple(replace(item, item_no=number) for number, item in enumerate(part, 1)),
            net_g=nets[index],
            gross_g=gross[index],
            packages=packages[index],
            freight=fees[0][index],
            insurance=fees[1][index],
            other_costs=fees[2][index],
        )
        for index, part in enumerate(parts)
    )


def _exact(whole: int, sums: list[int], parts: list[_Part]) -> list[int]:
    """*sums* where they add up to *whole*, otherwise shares of it by net weight."""
    if sum(sums) == whole:
        return sums
    return shared_out(whole, [sum(item.net_g for item in part) for part in parts])


def _fees(fee: FeeStated, parts: list[_Part]) -> list[FeeStated]:
    """The cost for each part: a rate stays what it is, a total is divided by value."""
    values = [sum((item.total for item in part), Decimal(0)) for part in parts]
    if fee.mark != "3" or not any(values) or fee.currency not in CURRENCY_EXPONENTS:
        return [fee] * len(parts)
    shares = Money.rounded(fee.amount, fee.currency).allocate(values)
    return [replace(fee, amount=share.amount) for share in shares]
