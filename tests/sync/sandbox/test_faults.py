import json
from random import Random

import pytest
import requests

from factory_erp.sync.sandbox.alibaba import FaultProfile, SandboxServer
from factory_erp.sync.sandbox.faults import ALL_KINDS, PROFILES, CallTraits, FaultSource
from factory_erp.sync.sandbox.pages import PageMangler, skew
from tests.sync.connectors.support import some_orders
from tests.sync.sandbox.alibaba_calls import Caller

LIST, GET = "/alibaba/order/list", "/alibaba/order/get"


def drawn(profile: FaultProfile, calls: int, traits: CallTraits) -> list[str]:
    source = FaultSource(profile)
    return [source.draw(traits).kind for _call in range(calls)]


def test_the_same_seed_gives_the_same_faults_and_another_seed_others() -> None:
    traits = CallTraits(LIST, paged=True)
    first = drawn(FaultProfile("storm", 0.5, seed=4), 200, traits)
    assert first == drawn(FaultProfile("storm", 0.5, seed=4), 200, traits)
    assert first != drawn(FaultProfile("storm", 0.5, seed=5), 200, traits)
    assert set(first) == {"none", *PROFILES["storm"]}
    assert 70 < sum(kind != "none" for kind in first) < 130


def test_there_are_enough_kinds_and_every_profile_names_known_ones() -> None:
    assert len(set(ALL_KINDS)) >= 16
    assert all(kind in ALL_KINDS for kinds in PROFILES.values() for kind in kinds)


def test_a_profile_may_spare_reads_and_every_one_spares_the_sign_in() -> None:
    profile = FaultProfile("http500", acting_only=True)
    assert drawn(profile, 2, CallTraits(LIST)) == ["none", "none"]
    assert drawn(profile, 1, CallTraits(LIST, acts=True)) == ["http500"]
    assert drawn(FaultProfile("http500"), 1, CallTraits("/auth/token/refresh", sign_in=True)) == ["none"]
    assert drawn(FaultProfile("paging"), 3, CallTraits(GET)) == ["none"] * 3


def test_calls_that_a_profile_does_not_concern_change_nothing_for_the_others() -> None:
    source, alone = (FaultSource(FaultProfile("mixed", 0.5, seed=9, apis=(GET,))) for _source in range(2))
    mixed = []
    for _call in range(30):
        assert source.draw(CallTraits(LIST)).kind == "none"
        mixed.append(source.draw(CallTraits(GET)).kind)
    assert mixed == [alone.draw(CallTraits(GET)).kind for _call in range(30)]


@pytest.mark.parametrize(
    ("kind", "status", "media", "acted"),
    [
        ("http500", 500, "text/html", False),
        ("html_502", 502, "text/html", False),
        ("html_200", 200, "text/html", False),
        ("http429", 429, "text/html", False),
        ("throttle", 200, "application/json", False),
        ("error_inside_200", 200, "application/json", False),
        ("truncated_json", 200, "application/json", True),
        ("wrong_content_type", 200, "text/html", True),
        ("slow", 200, "application/json", True),
        ("clock_skew", 200, "application/json", True),
    ],
)
def test_each_fault_shows(caller: Caller, kind: str, status: int, media: str, acted: bool) -> None:
    caller.server.use_faults(FaultProfile(kind, ban_seconds=7))
    answer = caller.post(GET, caller.form(GET, e_trade_id="290000000"))
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(media)
    state = caller.session.get(caller.server.url + "/_sandbox/state", timeout=2).json()
    assert [(call["api"], call["fault"], call["acted"]) for call in state["log"]] == [(GET, kind, acted)]
    if kind == "http429":
        assert answer.headers["Retry-After"] == "7"
    if kind == "throttle":
        assert "last 7 seconds" in answer.json()["message"]
    if kind == "error_inside_200":
        assert answer.json()["code"] == "ServiceTimeout"
    if kind == "wrong_content_type":
        assert answer.json()["value"]["trade_id"] == "290000000"
    if kind == "truncated_json":
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.text)


@pytest.mark.parametrize(("kind", "shipped"), [("timeout_before", 0), ("timeout_after_acting", 1)])
def test_silence_before_and_after_acting(caller: Caller, kind: str, shipped: int) -> None:
    caller.server.use_faults(FaultProfile(kind, acting_only=True))
    request = {
        "trade_id": "290000000",
        "service_provider": "EX_DHL",
        "logistics_type": "EXPRESS",
        "tracking_number": "1",
    }
    with pytest.raises(requests.ConnectionError):
        caller.path("/alibaba/v2/order/shipping", shipping_request=request)
    assert caller.path(GET, e_trade_id="290000000")["code"] == "0"
    assert len(caller.server.state.shipments) == shipped
    assert caller.server.reception.log[0].acted is bool(shipped)


def test_a_token_expires_in_mid_run_and_a_refresh_token_dies(caller: Caller) -> None:
    tokens = caller.server.state.issue_token()
    caller.token = str(tokens["access_token"])
    caller.server.use_faults(FaultProfile("expired_token", times=2))
    answers = [caller.path(GET, e_trade_id="290000000")["code"] for _call in range(2)]
    assert answers == ["0", "IllegalAccessToken"]
    caller.token = str(caller.server.state.issue_token()["access_token"])
    caller.server.use_faults(FaultProfile("dead_refresh", times=1))
    caller.path(GET, e_trade_id="290000000")
    refresh = caller.path("/auth/token/refresh", refresh_token=str(tokens["refresh_token"]))
    assert refresh["code"] == "IllegalRefreshToken"


def pages(kind: str, web: requests.Session, *, size: int = 2) -> list[list[str]]:
    with SandboxServer(some_orders(6), faults=FaultProfile(kind)) as server:
        caller = Caller(server, web)
        found = []
        for page in range(4):
            answer = caller.path(LIST, role="seller", start_page=str(page), page_size=str(size))
            assert answer["value"]["total_count"] == "6"
            found.append([row["trade_id"][-1] for row in answer["value"]["order_list"]])
        return found


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("duplicate_page", [["5", "4", "5", "4"], ["3", "2", "3", "2"], ["1", "0", "1", "0"], []]),
        ("reordered_page", [["4", "5"], ["2", "3"], ["0", "1"], []]),
        ("shifting_page", [["5", "4"], ["4", "3", "2"], ["2", "1", "0"], ["0"]]),
        ("cursor_repeat", [["5", "4"], ["5", "4"], ["3", "2"], ["1", "0"]]),
    ],
)
def test_pages_go_wrong_and_their_total_does_not_move(
    web: requests.Session, kind: str, expected: list[list[str]]
) -> None:
    assert pages(kind, web) == expected


def test_a_repeated_page_read_again_has_its_own_rows() -> None:
    mangler, chance = PageMangler(), Random(1)
    mangler.spoil("cursor_repeat", "me", 0, [{"id": 1}], chance)
    for expected in ([{"id": 1}], [{"id": 2}]):
        mangler.spoil("none", "me", 0, [{"id": 1}], chance)
        rows: list[dict[str, object]] = [{"id": 2}]
        mangler.spoil("cursor_repeat", "me", 1, rows, chance)
        assert rows == expected


def test_times_of_change_are_off_and_others_are_not() -> None:
    row: dict[str, object] = {
        "create_date": {"timestamp": "60000"},
        "modify_date": {"timestamp": "60000"},
        "updateDate": "2026-03-01 00:00:30",
        "last_modified_timestamp": 60_000,
        "modified_by": "Anna",
    }
    skew([row], 3)
    assert row == {
        "create_date": {"timestamp": "60000"},
        "modify_date": {"timestamp": "240000"},
        "updateDate": "2026-03-01 00:03:30",
        "last_modified_timestamp": 240_000,
        "modified_by": "Anna",
    }
