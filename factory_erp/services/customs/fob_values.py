"""What goods are worth free on board: the value that origin and rebate are reckoned from.

A declared total contains freight and insurance where its terms (成交方式) do; the declaration states them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from factory_erp.documents.details.customs import DeclarationDetails, FeeStated
from factory_erp.domain import customs_codes as codes
from factory_erp.domain.money import Money

Convert = Callable[[Decimal, str, str], Decimal | None]
"""(amount, its currency, wanted currency) → the amount there; None where no exchange rate is known."""

_PERCENT, _PER_TONNE = "1", "2"
_TONNE_G = 1_000_000


def fob_values(details: DeclarationDetails, convert: Convert) -> tuple[Money, ...] | None:
    """The value FOB of each item of the declaration, in its currency.

    None where freight or insurance is in the price and not stated, or in a currency without a rate.
    """
    currency = details.currency
    totals = [Money.rounded(item.total, currency) for item in details.items]
    fees = _in_price(details, convert)
    if fees is None:
        return None
    if not fees or not any(totals):
        return tuple(totals)
    shares = Money.rounded(fees, currency).allocate([max(total.amount, Decimal(0)) for total in totals])
    return tuple(total - share for total, share in zip(totals, shares, strict=True))


def _in_price(details: DeclarationDetails, convert: Convert) -> Decimal | None:
    """Freight and insurance within the declared total; None where they are not known."""
    whole = Decimal(0)
    for fee, within in (
        (details.freight, codes.WITH_FREIGHT),
        (details.insurance, codes.WITH_INSURANCE),
    ):
        if details.terms.code in within:
            amount = _amount(fee, details, convert)
            if amount is None:
                return None
            whole += amount
    return whole


def _amount(fee: FeeStated, details: DeclarationDetails, convert: Convert) -> Decimal | None:
    """A cost stated in percent of the total, per tonne gross or in all, in the declaration's currency."""
    if not fee.mark:
        return None
    if fee.mark == _PERCENT:
        total = sum((item.total for item in details.items), Decimal(0))
        return _decimal(Fraction(total) * Fraction(fee.amount) / 100)
    if fee.mark == _PER_TONNE:
        due = _decimal(Fraction(fee.amount) * details.gross_g / _TONNE_G)
        return convert(due, fee.currency, details.currency)
    return convert(fee.amount, fee.currency, details.currency)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
