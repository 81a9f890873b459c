import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from factory_erp.sync.connectors.alibaba.envelope import unwrap
from factory_erp.sync.connectors.alibaba.funds import Amount, read_funds
from factory_erp.sync.connectors.alibaba.mapping import life
from factory_erp.sync.connectors.alibaba.oauth import read_token
from factory_erp.sync.connectors.alibaba.reader import Malformed, Reader
from factory_erp.sync.connectors.alibaba.shipping import _vouchers
from factory_erp.sync.connectors.base import OrderLife
from factory_erp.sync.sandbox.alibaba import SandboxServer, line_payload, order_payload
from tests.shared import shared_path
from tests.sync.connectors.support import CREATED, Desk, some_orders

Start = Callable[..., SandboxServer]
Connect = Callable[..., Desk]
NOW = datetime(2026, 4, 1, tzinfo=UTC)
SAMPLES = "platforms/alibaba_icbu_samples/"


def real(name: str) -> dict[str, Any]:
    text = shared_path(SAMPLES + "real_tenant_order_fund_logistics_2026-04.json").read_text(encoding="utf-8")
    sample: dict[str, Any] = json.loads(text)["samples"][name]
    return {sample["raw_root_key"]: {"value": sample["value"]}}


def documented(section: str) -> dict[str, Any]:
    text = shared_path(SAMPLES + "iop_v2_doc_samples.json").read_text(encoding="utf-8")
    found: dict[str, Any] = next(
        sample["json"] for sample in json.loads(text)["samples"] if sample["section"].startswith(section)
    )
    return found


def test_real_funds_count_a_payment_once_and_keep_each_currency() -> None:
    funds = read_funds(unwrap(real("资金信息"), NOW), "1")
    assert funds.buyer_paid == (Amount(Decimal("1577.55"), "EUR"),)
    assert funds.received == (Amount(Decimal("1839.30"), "USD"),)
    assert funds.service_fee == Amount(Decimal("55.18"), "USD")
    assert funds.refunded is None
    assert funds.refunded_in("USD") is None


def test_documented_funds() -> None:
    funds = read_funds(unwrap(documented("14."), NOW), "1")
    assert funds.transaction_fee == Amount(Decimal(11), "USD")
    assert (funds.received, funds.buyer_paid) == ((), ())


def test_real_logistics_without_a_parcel() -> None:
    payload = unwrap(real("物流信息"), NOW)
    assert list(_vouchers(payload)) == []
    agreed = Reader(payload, "1").time("agreed_shipment_date")
    assert agreed == datetime(2026, 6, 7, 6, 59, 59, tzinfo=UTC)  # 23:59:59 of the day before in Los Angeles


def test_documented_logistics() -> None:
    (voucher,) = _vouchers(unwrap(documented("13."), NOW))
    assert voucher["tracking_number"] == "123432"
    assert (voucher["service_provider"], voucher["logistics_type"]) == ("EX_ASP_OCEAN_EXPRESS", "EXPRESS")


def test_documented_tokens() -> None:
    token = read_token(unwrap(documented("1. Generate"), NOW), NOW)
    assert token.access_token.startswith("50000601c30")
    assert token.expires_at == NOW + timedelta(days=10)
    assert token.refresh_expires_at == NOW + timedelta(days=60)
    assert token.account == "buyer@example.com"
    renewed = read_token(unwrap(documented("2. Refresh"), NOW), NOW, token)
    assert renewed.account == "buyer@example.com"


def payment(amount: str, details: list[dict[str, Any]], paid: str = "") -> dict[str, Any]:
    money = {"amount": amount, "currency": "USD"}
    return {
        "receive_amount": money,
        "pay_amount": {"amount": paid or amount, "currency": "USD"},
        "fund_pay_detail_list": details,
    }


def detail(status: str, received: str, paid: str = "", currency: str = "EUR") -> dict[str, Any]:
    money = {"receive_amount": {"amount": received, "currency": "USD"}, "pay_status": status}
    return {**money, "pay_amount": {"amount": paid, "currency": currency}} if paid else money


def test_an_advance_in_two_transfers_and_a_balance() -> None:
    advance = payment("30", [detail("FULFILLED", "10", "9"), detail("FULFILLED", "20", "18")])
    balance = payment("70", [detail("PAID", "70", "63"), detail("FULFILLED", "69.99", "62.99")])
    funds = read_funds({"fund_pay_list": [advance, balance]}, "1")
    # The details of the balance do not add up to it: the payment itself is believed.
    assert funds.buyer_paid == (Amount(Decimal(27), "EUR"), Amount(Decimal(70), "USD"))
    assert funds.received == (Amount(Decimal(100), "USD"),)


def test_refunds_that_failed_do_not_count() -> None:
    rows = [
        {"refund_amount": {"amount": "5.00", "currency": "USD"}, "refund_status": "SUCCESS"},
        {"refund_amount": {"amount": "7.00", "currency": "USD"}, "refund_status": "REFUND_FAILED"},
        {"refund_amount": {"amount": "1.50", "currency": "EUR"}},
    ]
    funds = read_funds({"fund_refund_list": rows}, "1")
    assert funds.refunded_in("USD") == Decimal("5.00")
    assert funds.refunded_in("EUR") == Decimal("1.50")
    assert funds.refunded_in("GBP") == 0


@pytest.mark.parametrize("amount", ["NaN", "1.005", "-1.00"])
def test_funds_that_are_no_amounts_are_named(amount: str) -> None:
    with pytest.raises(Malformed, match="service_fee"):
        read_funds({"service_fee": {"amount": amount, "currency": "USD"}}, "1")


LIVES = {
    **dict.fromkeys(
        [
            "to_be_audited",
            "intention_processing",
            "unpay",
            "paying",
            "paid",
            "captured",
            "undeliver",
            "delivering",
            "wait_confirm_receipt",
            "trade_success",
        ],
        OrderLife.OPEN,
    ),
    **dict.fromkeys(["frozen", "charge_back", "wait_confirm_modify", "relating"], OrderLife.FROZEN),
    **dict.fromkeys(["trade_close", "trade_unavailable"], OrderLife.CLOSED),
    "something_new": OrderLife.OPEN,
    "FROZEN": OrderLife.FROZEN,
}


@pytest.mark.parametrize(("status", "expected"), LIVES.items())
def test_what_each_status_means(status: str, expected: OrderLife) -> None:
    assert life(status) is expected


def test_refunds_are_asked_for_only_where_money_moved(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(3))
    server.state.freeze("290000000")
    server.state.refund("290000001", "42.00")
    orders = connect(server).connector.orders
    assert orders.order("290000000").refunded == 0
    whole = orders.order("290000001")
    assert (whole.life, whole.refunded) == (OrderLife.CLOSED, Decimal("42.00"))
    assert orders.order("290000002").refunded is None
    assert server.state.counts["/alibaba/order/fund/query"] == 2


def test_an_account_may_ask_for_the_refunds_of_every_order(sandbox: Start, connect: Connect) -> None:
    server = sandbox(some_orders(1))
    server.state.freeze("290000000")
    server.state.refund("290000000", "2.00")
    order = connect(server, options={"refunds": "all"}).connector.orders.order("290000000")
    assert (order.status, order.refunded) == ("undeliver", Decimal("2.00"))


def test_funds_of_an_order(sandbox: Start, connect: Connect) -> None:
    funds = connect(sandbox(some_orders(1))).connector.orders.order_funds("290000000")
    assert funds.received == funds.buyer_paid
    assert funds.refunded == ()


def test_an_obfuscated_product_is_revealed_once_where_nothing_else_names_it(
    sandbox: Start, connect: Connect
) -> None:
    server = sandbox()
    secret = server.state.shelf.obfuscate(1_600_000_000_123)
    rows = [
        line_payload("", "1", "2", product_id=secret, sku_id="1"),
        line_payload("", "1", "2", product_id="AAHunknown", sku_id="2"),
        line_payload("A-1", "1", "2", product_id="AAHignored", sku_id="3"),
    ]
    server.state.add(order_payload("5", created=CREATED, lines=rows))
    orders = connect(server).connector.orders
    for _time in range(2):
        lines = orders.order("5").lines
        assert [line.product_id for line in lines] == ["1600000000123", "AAHunknown", "AAHignored"]
        assert lines[0].external_line_id == f"{secret}/1/1"
    assert server.state.counts["/alibaba/icbu/product/id/decrypt"] == 2
