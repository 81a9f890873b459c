"""Export tax rebate 出口退税: what comes back of the VAT on exported goods, for both kinds of exporters.

Rules: 财税〔2012〕39号. A trading company gets back the VAT of its purchases (免退税), a manufacturer sets it
off against what it owes on sales at home (免抵退). Amounts are yuan as ``Decimal``; every figure of the
return is rounded to the fen, half up, once. Rates are per cent: VAT 征税率, rebate 退税率.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import round_ratio, unscaled
from factory_erp.i18n import _

FEN = 2
"""Decimals of an amount."""

COST_PLACES = 4
"""Decimals of yuan for one unit of foreign currency."""

NOTHING = Decimal("0.00")


def rounded(value: Fraction, places: int = FEN) -> Decimal:
    """*value* with so many decimals, half up (away from zero)."""
    scaled = value * 10**places
    return unscaled(round_ratio(scaled.numerator, scaled.denominator), places)


def _percent(amount: Decimal, percent: Decimal) -> Decimal:
    return rounded(Fraction(amount) * Fraction(percent) / 100)


@dataclass(frozen=True, slots=True)
class Rates:
    """VAT and rebate of a tariff code on the day of export: 0 ≤ rebate ≤ VAT ≤ 100, else InvalidValue."""

    vat: Decimal
    rebate: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.rebate <= self.vat <= 100:
            raise InvalidValue(
                _("The rebate cannot be above the VAT, nor the VAT above 100 %."),
                field="rebate_percent",
                remedy=_("Correct the rates."),
            )

    @property
    def kept(self) -> Decimal:
        """征退税率之差: what is not given back."""
        return self.vat - self.rebate


@dataclass(frozen=True, slots=True)
class TradingRebate:
    """免退税 of one purchase: *refund* comes back, *cost* of its tax does not (计入成本)."""

    refund: Decimal
    cost: Decimal


def trading_rebate(net: Decimal, tax: Decimal, rebate_percent: Decimal) -> TradingRebate:
    """The rebate of a purchase of *net* yuan, with *tax* on the supplier's special invoice.

    No more comes back than was paid: goods of a small taxpayer, invoiced at 3 or 1 %, give that much.
    """
    refund = min(_percent(net, rebate_percent), tax)
    return TradingRebate(refund, tax - refund)


def exchange_cost(gross: Decimal, refund: Decimal, costs: Decimal, fob: Decimal) -> Decimal | None:
    """换汇成本: yuan spent for one unit of foreign currency; None where nothing is earned.

    (Purchase with tax − refund + costs at home) ÷ *fob* in the foreign currency.
    """
    if fob <= 0:
        return None
    return rounded((Fraction(gross) - Fraction(refund) + Fraction(costs)) / Fraction(fob), COST_PLACES)


@dataclass(frozen=True, slots=True)
class Export:
    """Goods of one rate that a manufacturer exports: FOB in yuan, and duty-free materials in it."""

    fob: Decimal
    rates: Rates
    free_materials: Decimal = NOTHING

    @property
    def _base(self) -> Decimal:
        return max(self.fob - self.free_materials, Decimal(0))

    @property
    def not_creditable(self) -> Decimal:
        """不得免征和抵扣税额: (FOB − free materials) × (VAT − rebate), not below zero."""
        return _percent(self._base, self.rates.kept)

    @property
    def entitled(self) -> Decimal:
        """免抵退税额: (FOB − free materials) × rebate, not below zero."""
        return _percent(self._base, self.rates.rebate)


@dataclass(frozen=True, slots=True)
class ManufacturerMonth:
    """免抵退 of one month. Exactly one of *payable* and *carried* may be above zero.

    ``carried`` is 期末留抵 before the refund; ``next_carried`` what goes into the next month.
    """

    not_creditable: Decimal
    """不得免征和抵扣税额."""
    payable: Decimal
    """应纳税额."""
    carried: Decimal
    """期末留抵税额."""
    entitled: Decimal
    """免抵退税额."""
    refund: Decimal
    """应退税额."""
    offset: Decimal
    """免抵税额."""

    @property
    def next_carried(self) -> Decimal:
        """结转下期留抵税额."""
        return self.carried - self.refund


def manufacturer_month(
    exports: Iterable[Export], input_tax: Decimal, output_tax: Decimal, carried: Decimal = NOTHING
) -> ManufacturerMonth:
    """The month's tax: 进项 *input_tax*, 销项 *output_tax* of sales at home, 上期留抵 *carried*.

    Raises InvalidValue for an input or carried tax below zero.
    """
    for name, figure in (("input_tax", input_tax), ("carried", carried)):
        if figure < 0:
            message = _("It cannot be below zero.")
            raise InvalidValue(message, field=name, remedy=_("Correct the figure."))
    known = tuple(exports)
    not_creditable = sum((one.not_creditable for one in known), NOTHING)
    entitled = sum((one.entitled for one in known), NOTHING)
    due = rounded(Fraction(output_tax - (input_tax - not_creditable) - carried))
    left = max(-due, NOTHING)
    refund = min(left, entitled)
    return ManufacturerMonth(not_creditable, max(due, NOTHING), left, entitled, refund, entitled - refund)
