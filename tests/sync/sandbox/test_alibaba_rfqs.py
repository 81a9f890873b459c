from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sync.sandbox.alibaba_calls import Caller

SEARCH, DETAIL = "/alibaba/icbu/rfq/search", "/alibaba/icbu/rfqdetail/get"
QUOTE = "/alibaba/icbu/quotation/post"
LINE = {
    "port": "Hamburg",
    "shipping_terms": "FOB",
    "item_name": "Flask",
    "fob_price": "4.2",
    "fob_price_unit": "USD",
    "quantity": "500",
    "quantity_unit": "Piece",
    "remark": "Q-1",
}


def search(caller: Caller, **cond: object) -> Any:
    answer = caller.path(SEARCH, cond={"search_text": "flask", **cond})
    return answer["result"]["result"] if "result" in answer else answer


def dto(rfq_id: str, **changes: object) -> dict[str, object]:
    given: dict[str, object] = {
        "rfq_id": rfq_id,
        "details": "Dear buyer",
        "payment_terms": "T/T",
        "expiry_date": "2026-12-31 23:59:59",
        "price_list": [LINE],
    }
    return {**given, **changes}


def test_requests_are_found_by_word_and_time(caller: Caller) -> None:
    now = datetime.now(UTC)
    old = caller.server.state.add_rfq("Vacuum flask", 500, opened=now - timedelta(days=9))
    new = caller.server.state.add_rfq("Steel flask", 200, country_simple="FR", opened=now)
    caller.server.state.add_rfq("Desk lamp")
    assert [row["rfq_id"] for row in search(caller)["request_list"]] == [new, old]
    since = int((now - timedelta(days=1)).timestamp())
    for start in (since, 86_400):
        assert [row["rfq_id"] for row in search(caller, open_time=start)["request_list"]] == [new]
    assert [row["rfq_id"] for row in search(caller, country="DE")["request_list"]] == [old]
    second = search(caller, page_size=1, current_page=2)
    assert ([row["rfq_id"] for row in second["request_list"]], second["total"]) == ([old], 2)
    assert search(caller, search_text=" ")["code"] == "InvalidParameter"


def test_the_detail_has_the_terms(caller: Caller) -> None:
    rfq_id = caller.server.state.add_rfq("Vacuum flask", 500)
    found = caller.path(DETAIL, rfq_query_dto={"rfq_id": rfq_id})["result"]["result"]["rfq_detail_dto"]
    assert (found["quantity"], found["payment_terms"], found["destination_port"]) == (500, "T/T", "Hamburg")
    assert caller.path(DETAIL, rfq_query_dto={"rfq_id": "1"})["result"]["success"] is False


def test_a_repeated_quotation_is_there_twice(caller: Caller) -> None:
    rfq_id = caller.server.state.add_rfq("Vacuum flask", left_count=2)
    ids = [caller.path(QUOTE, dto=dto(rfq_id))["result"]["result"]["id"] for _time in range(2)]
    assert [each.quotation_id for each in caller.server.state.quotations(rfq_id)] == ids
    assert caller.path(QUOTE, dto=dto(rfq_id))["result"]["err_type"] == "QUOTA_EXHAUSTED"
    assert search(caller, filter_quoted=True)["request_list"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"details": ""},
        {"payment_terms": ""},
        {"expiry_date": ""},
        {"price_list": []},
        *({"price_list": [{**LINE, name: ""}]} for name in LINE),
    ],
)
def test_a_quotation_needs_every_required_field(caller: Caller, changes: dict[str, object]) -> None:
    rfq_id = caller.server.state.add_rfq("Vacuum flask")
    answer = caller.path(QUOTE, dto=dto(rfq_id, **changes))
    assert answer["result"]["err_type"] == "PARAM_ERROR"
    assert caller.server.state.quotations() == []
