"""The money of an order: what its amounts add up to, and what the fund API tells of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from factory_erp.sync.sandbox.alibaba.arguments import child, figure, rows
from factory_erp.sync.sandbox.alibaba.payloads import Payload, amount_payload, date_payload, line_total

_CENT = Decimal("0.01")
_FEE = Decimal("0.03")
_UNPAID = {"to_be_audited", "intention_processing", "unpay", "paying", "trade_unavailable"}
_DELIVERED = {"delivering", "wait_confirm_receipt", "trade_success"}


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back to the buyer, in the order's currency."""

    amount: Decimal
    made_at: datetime


def amount_of(order: Payload, field: str) -> Decimal:
    """The amount in a field of an order; 0 where there is none."""
    return figure(child(order, field).get("amount")) or Decimal(0)


def currency_of(order: Payload) -> str:
    """The currency of an order's total."""
    return str(child(order, "total_amount").get("currency") or "USD")


def totalled(order: Payload) -> Payload:
    """The amounts that an order's lines, freight, discount and adjustment come to; the advance stays."""
    currency = currency_of(order)
    goods = sum((line_total(row) for row in rows(order.get("order_products"))), Decimal(0))
    total = goods + amount_of(order, "shipment_fee")
    total += amount_of(order, "adjust_amount") - amount_of(order, "discount_amount")
    amounts = {
        "product_total_amount": goods,
        "total_amount": total,
        "balance_amount": total - amount_of(order, "advance_amount"),
    }
    return {field: amount_payload(amount, currency) for field, amount in amounts.items()}


def fund_payload(order: Payload, refunds: Sequence[Refund], wanted: Collection[str]) -> Payload:
    """Answer of the fund API. A payment's details hold it twice, as paid and as fulfilled."""
    currency = currency_of(order)
    payments = _payments(order)
    received = sum((amount for _step, amount in payments), Decimal(0))
    value: Payload = {}
    if "fund_fundPay" in wanted:
        value["fund_pay_list"] = [_payment(order, step, amount) for step, amount in payments]
    if "fund_serviceFee" in wanted:
        fee = (received * _FEE).quantize(_CENT, ROUND_HALF_UP)
        value["service_fee"] = amount_payload(fee, currency)
    if "fund_refund" in wanted:
        value["fund_refund_list"] = [_refund(refund, currency) for refund in refunds]
    return value


def _payments(order: Payload) -> list[tuple[str, Decimal]]:
    """(step, amount) of each payment made: the advance when the order is paid, the balance when it goes."""
    status, step = str(order.get("trade_status")), str(order.get("pay_step"))
    if status in _UNPAID:
        return []
    if step == "FULL":
        return [("FULL", amount_of(order, "total_amount"))]
    balance = [("BALANCE", amount_of(order, "balance_amount"))] if status in _DELIVERED else []
    return [("ADVANCE", amount_of(order, "advance_amount")), *balance]


def _payment(order: Payload, step: str, amount: Decimal) -> Payload:
    when = child(order, "create_date")
    money = amount_payload(amount, currency_of(order))
    number = int(str(order["trade_id"])) if str(order["trade_id"]).isdigit() else 0
    common: Payload = {
        "receive_amount": money,
        "pay_method": "CREDIT_CARD",
        "pay_time": when,
        "receive_time": when,
    }
    details = [
        {"id": number * 10 + 2, "pay_status": "FULFILLED", "pay_amount": money, **common},
        {"id": number * 10 + 1, "pay_status": "PAID", **common},
    ]
    return {
        "pay_status": "FULFILLED",
        "pay_step": step,
        "pay_amount": money,
        "should_pay_amount": money,
        "fund_pay_detail_list": details,
        **common,
    }


def _refund(refund: Refund, currency: str) -> Payload:
    return {
        "refund_amount": amount_payload(refund.amount, currency),
        "refund_time": date_payload(refund.made_at),
        "refund_status": "SUCCESS",
    }
