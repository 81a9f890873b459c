"""What the buyer paid, what arrived, what the platform kept and what went back.

``fund_pay_detail`` shows one payment more than once (as paid and again as fulfilled), so the received money
is the sum of ``fund_pay[].receive_amount`` alone. Each amount keeps its own currency: a buyer may pay in
euros what arrives in dollars.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from factory_erp.sync.connectors.alibaba.reader import Reader
from factory_erp.sync.http.client import Json

SELECT = "fund_serviceFee,fund_fundPay,fund_refund"
"""What the call asks for."""

_REFUND_LISTS = ("fund_refund_list", "refund_list")
_REFUND_AMOUNTS = ("refund_amount", "amount")
_NOT_PAID_BACK = ("FAIL", "CANCEL", "CLOSE", "REJECT")


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount and its ISO 4217 currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Funds:
    """An order's money; the tuples hold one amount for each currency.

    ``refunded`` is None where the platform's answer says nothing of refunds.
    """

    buyer_paid: tuple[Amount, ...]
    received: tuple[Amount, ...]
    service_fee: Amount | None
    transaction_fee: Amount | None
    refunded: tuple[Amount, ...] | None

    def refunded_in(self, currency: str) -> Decimal | None:
        """What was paid back in *currency*; None where the platform does not say."""
        if self.refunded is None:
            return None
        return sum((each.amount for each in self.refunded if each.currency == currency), Decimal(0))


def read_funds(payload: Json, order: str) -> Funds:
    """The funds of *order*. Raises Malformed for amounts that are none."""
    reader = Reader(payload, order)
    payments = reader.items("fund_pay_list")
    return Funds(
        buyer_paid=_totals(paid for row in payments for paid in _buyer_paid(row)),
        received=_totals(_some(_amount(row, "receive_amount") for row in payments)),
        service_fee=_amount(reader, "service_fee"),
        transaction_fee=_amount(reader, "payment_transaction_fee"),
        refunded=_refunded(reader),
    )


def _buyer_paid(payment: Reader) -> list[Amount]:
    """In the buyer's own currency where the fulfilled details are the whole payment, else as it says.

    A detail that repeats the payment in another state never counts beside it.
    """
    details = [row for row in payment.items("fund_pay_detail_list") if row.text("pay_status") == "FULFILLED"]
    paid = _some(_amount(row, "pay_amount") for row in details)
    arrived = _totals(_some(_amount(row, "receive_amount") for row in details))
    if paid and len(paid) == len(details) and arrived == _totals(_some([_amount(payment, "receive_amount")])):
        return paid
    return _some([_amount(payment, "pay_amount")])


def _refunded(reader: Reader) -> tuple[Amount, ...] | None:
    name = next((name for name in _REFUND_LISTS if name in reader.data), "")
    if not name:
        return None
    rows = [row for row in reader.items(name) if not _undone(row)]
    return _totals(_some(_first(row, _REFUND_AMOUNTS) for row in rows))


def _undone(row: Reader) -> bool:
    status = row.text("refund_status", "status").upper()
    return any(word in status for word in _NOT_PAID_BACK)


def _first(row: Reader, fields: Iterable[str]) -> Amount | None:
    return next((found for field in fields if (found := _amount(row, field))), None)


def _amount(reader: Reader, field: str) -> Amount | None:
    found = reader.money(field)
    return Amount(*found) if found else None


def _some(amounts: Iterable[Amount | None]) -> list[Amount]:
    return [amount for amount in amounts if amount is not None]


def _totals(amounts: Iterable[Amount]) -> tuple[Amount, ...]:
    sums: dict[str, Decimal] = {}
    for each in amounts:
        sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.amount
    return tuple(Amount(total, currency) for currency, total in sorted(sums.items()))
