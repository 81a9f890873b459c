"""Orders from tables: read once each, put away when they were kept, faults named to the cell."""

import os
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from factory_erp.domain.errors import InvalidValue
from factory_erp.sheets.writing import write_file
from factory_erp.sync.connectors.base import OrderLife
from factory_erp.sync.connectors.dropfolder.orders import COLUMNS, quoted, unquoted
from factory_erp.sync.connectors.payloads import PayloadProblem
from factory_erp.sync.http.errors import PlatformUnavailable, Refused
from tests.sync.dropfolder.support import END, LATER, SIMPLE, START, Drop, orders_csv


def problem(drop: Drop, content: str) -> PayloadProblem:
    drop.put("a.csv", content)
    [page] = drop.pull()
    assert not page.orders
    [found] = page.problems
    return found


def test_an_order_of_two_lines(drop: Drop) -> None:
    drop.put(
        "orders.csv",
        orders_csv(
            "MIC-1,2026-03-10 08:30,Acme Ltd,US,USD,SKU-1,12,pcs,3.50,59.50,paid",
            "MIC-1,,,,,SKU-2,2.5,kg,7,,",
        ),
    )
    [page] = drop.pull()
    [order] = page.orders
    assert (page.last, page.total, page.problems) == (True, 1, ())
    assert (order.external_id, order.buyer_name, order.buyer_country) == ("MIC-1", "Acme Ltd", "US")
    assert order.created_at == datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
    assert (order.modified_at, order.total, order.currency) == (END, Decimal("59.50"), "USD")
    first, second = order.lines
    assert (first.sku_code, first.quantity, first.unit_code) == ("SKU-1", 12, "H87")
    assert (second.quantity, second.unit_price, second.unit_code) == (Decimal("2.5"), 7, "KGM")
    assert order.raw["file"] == "orders.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_tables_in_any_encoding(drop: Drop, encoding: str) -> None:
    text = "订单号,下单日期,买家,币种,货号,数量,单位,单价\n1,2026/3/9,宁波贸易公司进出口,USD,杯-1,10,件,2.5\n"
    drop.put("订单.csv", text.encode(encoding))
    [order] = drop.pull()[0].orders
    assert (order.buyer_name, order.lines[0].sku_code) == ("宁波贸易公司进出口", "杯-1")


def test_a_workbook(drop: Drop) -> None:
    path = drop.put("orders.xlsx", b"")
    row = ("MIC-9", datetime(2026, 3, 10, 9, 0), "Acme", "USD", "SKU-1", 3, Decimal("1.25"))  # noqa: DTZ001
    write_file(path, LATER.split(","), [row])
    os.utime(path, (time.time() - 60,) * 2)
    [order] = drop.pull()[0].orders
    assert (order.external_id, order.lines[0].unit_price) == ("MIC-9", Decimal("1.25"))


def test_a_file_is_put_away_only_after_everything_was_kept(drop: Drop) -> None:
    drop.put("a.csv", SIMPLE)
    pages = drop.connector.orders.pages(START, END)
    assert next(pages).last
    pages.close()  # the pull broke off before the page was applied
    assert not drop.names("done")
    [again] = drop.pull(END + timedelta(hours=1))[0].orders
    assert again.modified_at == END
    assert drop.names("done") == ["20260401T000000000000Z~a.csv"]
    assert not drop.names("in")
    assert not drop.names("in", "reading")
    assert [page.orders for page in drop.pull()] == [()]


def test_the_age_of_a_file_says_nothing(drop: Drop) -> None:
    drop.put("old.csv", SIMPLE, age=10 * 365 * 86400)
    drop.put("future.csv", SIMPLE.replace("MIC-1", "MIC-2"), age=-10 * 86400)
    assert {order.external_id for order in drop.pull()[0].orders} == {"MIC-1", "MIC-2"}


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("~$a.csv", ""),
        (".a.csv", ""),
        ("a.csv.part", ""),
        ("a.tmp", ""),
        ("a.csv", ".~lock.a.csv#"),
        ("a.xlsx", "~$a.xlsx"),
    ],
)
def test_files_that_somebody_works_on_are_left(drop: Drop, name: str, beside: str) -> None:
    drop.put(name, SIMPLE)
    if beside:
        drop.put(beside, "x")
    assert not drop.pull()[0].orders
    assert name in drop.names("in")


def test_a_file_that_still_grows_is_left_for_the_next_time(drop: Drop) -> None:
    path = drop.put("a.csv", SIMPLE, age=0)
    assert not drop.pull()[0].orders
    os.utime(path, (time.time() - 60,) * 2)
    assert drop.pull()[0].orders


def test_a_link_out_of_the_folder_is_left(drop: Drop) -> None:
    target = drop.put("real.csv", SIMPLE).rename(drop.root / "real.csv")
    (drop.root / "in" / "link.csv").symlink_to(target)
    assert not drop.pull()[0].orders


def test_the_last_file_that_has_an_order_is_the_one(drop: Drop) -> None:
    drop.put("b.csv", SIMPLE, age=100)
    drop.put("a.csv", SIMPLE.replace("3.50", "4.00").replace("42.00", "48.00"), age=50)
    [order] = drop.pull()[0].orders
    assert order.total == Decimal("48.00")


def test_a_clock_that_was_put_back_does_not_make_news_old(drop: Drop) -> None:
    drop.put("a.csv", SIMPLE)
    drop.pull()
    drop.put("a.csv", SIMPLE)
    [order] = drop.pull(END - timedelta(days=1))[0].orders
    assert order.modified_at > END
    assert len(drop.names("done")) == 2


def test_many_orders_come_in_pages(drop: Drop) -> None:
    drop.page_size = 10
    drop.connector = drop.connect()
    lines = [f"N{number},2026-03-10,Acme,USD,S,1,2" for number in range(25)]
    drop.put("a.csv", orders_csv(*lines, "N25,2026-03-10,Acme,USD,S,x,2", head=LATER))
    pages = drop.pull()
    assert [len(page.orders) for page in pages] == [10, 10, 5]
    assert [page.last for page in pages] == [False, False, True]
    assert [len(page.problems) for page in pages] == [0, 0, 1]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("MIC-1,2026-03-10,Acme,US,USD,SKU-1,a dozen,pcs,3.50,42,", "quantity"),
        ("MIC-1,2026-03-10,Acme,US,USD,SKU-1,0,pcs,3.50,42,", "quantity"),
        ("MIC-1,2026-03-10,Acme,US,USD,SKU-1,12,pcs,-3.50,42,", "unit_price"),
        ("MIC-1,2026-03-10,Acme,US,USD,SKU-1,12,blobs,3.50,42,", "unit"),
        ("MIC-1,2026-02-30,Acme,US,USD,SKU-1,12,pcs,3.50,42,", "ordered_on"),
        ("MIC-1,,Acme,US,USD,SKU-1,12,pcs,3.50,42,", "ordered_on"),
        ("MIC-1,2026-03-10,,US,USD,SKU-1,12,pcs,3.50,42,", "buyer"),
        ("MIC-1,2026-03-10,Acme,Atlantis,USD,SKU-1,12,pcs,3.50,42,", "country"),
        ("MIC-1,2026-03-10,Acme,US,dollars,SKU-1,12,pcs,3.50,42,", "currency"),
        ("MIC-1,2026-03-10,Acme,US,USD,,12,pcs,3.50,42,", "sku"),
        ("MIC-1,2026-03-10,Acme,US,USD,SKU-1,12,pcs,3.50,42,please cancel", "status"),
        (",2026-03-10,Acme,US,USD,SKU-1,12,pcs,3.50,42,", "order_number"),
    ],
)
def test_a_fault_names_file_row_column_and_what_to_do(drop: Drop, line: str, column: str) -> None:
    found = problem(drop, orders_csv(line))
    assert "a.csv, row 2" in found.reason
    assert f"'{column}'" in found.reason
    assert "put it into the folder again" in found.reason


def test_a_fault_costs_one_order_and_the_file_is_put_away(drop: Drop) -> None:
    drop.put("a.csv", SIMPLE + "MIC-2,2026-03-10,Acme,US,USD,SKU-1,x,pcs,1,1,\n")
    [page] = drop.pull()
    assert [order.external_id for order in page.orders] == ["MIC-1"]
    assert [found.external_id for found in page.problems] == ["MIC-2"]
    assert drop.names("done")


def test_rows_of_one_order_must_not_contradict_each_other(drop: Drop) -> None:
    found = problem(drop, SIMPLE + "MIC-1,2026-03-10,Other Ltd,,,SKU-2,1,pcs,1,,\n")
    assert "row 3" in found.reason
    assert "'buyer'" in found.reason


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("", "empty"),
        ("order_number,sku\n1,2\n", "ordered_on"),
        (orders_csv("1,2026-03-10,A,USD,S,1,2,3", head=f"{LATER},colour of moon"), "colour of moon"),
        (orders_csv("1,2026-03-10,A,USD,S,1,2,3", head=f"{LATER},数量"), "quantity"),
        ("%PDF-1.7", "PDF"),
    ],
)
def test_a_file_that_is_no_table_of_orders(drop: Drop, content: str, word: str) -> None:
    found = problem(drop, content)
    assert found.external_id == "a.csv"
    assert word in found.reason


@pytest.mark.parametrize(
    ("status", "life"),
    [
        ("", OrderLife.OPEN),
        ("Paid", OrderLife.OPEN),
        ("on hold", OrderLife.FROZEN),
        ("取消", OrderLife.CLOSED),
    ],
)
def test_what_a_status_means(drop: Drop, status: str, life: OrderLife) -> None:
    drop.put("a.csv", SIMPLE.replace("42.00,", f"42.00,{status}"))
    assert drop.pull()[0].orders[0].life is life


def test_one_order_is_found_wherever_its_file_is(drop: Drop) -> None:
    drop.put("bad.csv", "nonsense\n1\n")
    drop.put("a.csv", SIMPLE)
    drop.pull()
    assert drop.connector.orders.order("MIC-1").total == 42
    with pytest.raises(Refused):
        drop.connector.orders.order("MIC-7")


def test_a_folder_that_is_away_is_a_platform_that_is_away(drop: Drop) -> None:
    with pytest.raises(PlatformUnavailable) as caught:
        list(drop.connect(str(drop.root / "unplugged")).orders.pages(START, END))
    assert not caught.value.reached
    assert "folder" in caught.value.remedy
    with pytest.raises(InvalidValue) as missing:
        list(drop.connect("").orders.pages(START, END))
    assert missing.value.field == "folder"


@pytest.mark.parametrize("sku", ["A", "A/B", "A/B/C", "50%", "%2F", "杯/红"])
def test_the_id_of_a_line_holds_any_sku(sku: str) -> None:
    assert "/" not in quoted(sku)
    assert unquoted(quoted(sku)) == sku


def test_no_header_means_two_columns() -> None:
    words = [word.replace("_", "").replace(" ", "") for known in COLUMNS.known.values() for word in known]
    assert len(words) == len(set(words))
