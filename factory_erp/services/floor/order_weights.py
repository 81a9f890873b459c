"""What an hour late of each production order costs, from the value of what it was made for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from factory_erp.domain.money import exponent
from factory_erp.models.partners import Partner
from factory_erp.models.production import Peg, ProductionOrder
from factory_erp.models.sales import SalesLine, SalesOrder
from factory_erp.services.floor.facts import Weight
from factory_erp.services.floor.planning_settings import PlanningSettings
from factory_erp.services.pricing.settings import MarginSettings, read_margins

CENTS = 100
HOURS = 24


@dataclass(slots=True)
class _Stake:
    """What is at stake with one production order."""

    cents: Fraction = Fraction(0)
    promised: bool = False


def order_weights(session: Session, settings: PlanningSettings, states: Collection[str]) -> dict[int, Weight]:
    """Production order in one of *states* that serves order lines → its weight; others weigh least.

    An hour costs the value of its share of the lines, in the company's currency, times ``late_percent`` a
    day, times the factor of the customer's class: at least a cent. A currency whose rate nobody has
    entered counts as if it were the company's own.
    """
    margins = read_margins(session)
    factors = {"A": settings.class_a, "B": settings.class_b, "C": settings.class_c}
    stakes: dict[int, _Stake] = {}
    for made, share, quantity, minor, currency, promised, class_ in session.execute(_served(states)):
        assert made is not None
        stake = stakes.setdefault(made, _Stake())
        value = _cents(minor, currency, margins) * Fraction(share) / Fraction(quantity)
        stake.cents += value * Fraction(factors[class_])
        stake.promised |= promised is not None
    a_day = Fraction(settings.late_percent) / 100
    return {
        made: Weight(max(1, int(stake.cents * a_day / HOURS)), stake.promised)
        for made, stake in stakes.items()
    }


def _served(
    states: Collection[str],
) -> Select[int | None, Decimal, Decimal, int, str, date | None, str]:
    return (
        select(
            Peg.production_order_id, Peg.quantity, SalesLine.quantity, SalesLine.amount_minor,
            SalesOrder.currency, SalesLine.promised, Partner.priority_class,
        )
        .join(ProductionOrder, ProductionOrder.id == Peg.production_order_id)
        .join(SalesLine, SalesLine.id == Peg.sales_line_id)
        .join(SalesOrder, SalesOrder.id == SalesLine.order_id)
        .join(Partner, Partner.id == SalesOrder.customer_id)
        .where(ProductionOrder.state.in_(states))
    )  # fmt: skip


def _cents(minor: int, currency: str, margins: MarginSettings) -> Fraction:
    """An amount in minor units of *currency* as cents of the company's."""
    rate = margins.rate(currency) or Decimal(1)
    return Fraction(minor, 10 ** exponent(currency)) * Fraction(rate) * CENTS
