"""The dates of a credit, as UCP 600 counts them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.checking.dates import (
    BankingDays,
    Tenor,
    Window,
    find_dates,
    plus_days,
    presentation_deadline,
    read_date,
    read_tenor,
    read_yymmdd,
    shipment_window,
)

MAY = (date(2026, 5, 1), date(2026, 5, 31))


@pytest.mark.parametrize(
    "text",
    [
        "15 MAY 2026",
        "MAY 15, 2026",
        "15TH DAY OF MAY, 2026",
        "15-MAY-26",
        "15.MAY.2026",
        "2026-05-15",
        "2026/5/15",
        "20260515",
        "260515",
        "2026年5月15日",
        "not later than May 15th, 2026 at sea",
    ],
)
def test_a_day_is_written_in_many_ways(text: str) -> None:
    assert read_date(text) == date(2026, 5, 15)


@pytest.mark.parametrize("text", ["", "MAY 2026", "31 FEBRUARY 2026", "261315", "123456789", "ROOM 1215"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_date(text) is None


def test_swift_years_turn_in_1980() -> None:
    assert read_yymmdd("791231") == date(2079, 12, 31)
    assert read_yymmdd("800101") == date(1980, 1, 1)
    assert read_yymmdd("26051") is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("ON OR ABOUT 15 MAY 2026", date(2026, 5, 10), date(2026, 5, 20)),
        ("FROM 1 MAY 2026 TO 20 MAY 2026", date(2026, 5, 1), date(2026, 5, 20)),
        ("BETWEEN 1 AND 20 MAY 2026", date(2026, 5, 1), date(2026, 5, 20)),
        ("BETWEEN MAY 1, 2026 AND MAY 20, 2026", date(2026, 5, 1), date(2026, 5, 20)),
        ("UNTIL 20 MAY 2026", None, date(2026, 5, 20)),
        ("TILL 20 MAY 2026", None, date(2026, 5, 20)),
        ("BEFORE 20 MAY 2026", None, date(2026, 5, 19)),
        ("AFTER 20 MAY 2026", date(2026, 5, 21), None),
        ("FROM 20 MAY 2026", date(2026, 5, 20), None),
        ("AFTER 1 MAY 2026 AND BEFORE 20 MAY 2026", date(2026, 5, 2), date(2026, 5, 19)),
        ("NOT LATER THAN 20 MAY 2026", None, date(2026, 5, 20)),
        ("ON OR BEFORE 20 MAY 2026", None, date(2026, 5, 20)),
        ("NOT BEFORE 1 MAY 2026 AND NOT AFTER 20 MAY 2026", date(2026, 5, 1), date(2026, 5, 20)),
        ("BEGINNING OF MAY 2026", date(2026, 5, 1), date(2026, 5, 10)),
        ("MIDDLE OF MAY 2026", date(2026, 5, 11), date(2026, 5, 20)),
        ("END OF MAY, 2026", date(2026, 5, 21), date(2026, 5, 31)),
        ("FIRST HALF OF MAY 2026", date(2026, 5, 1), date(2026, 5, 15)),
        ("2ND HALF OF FEBRUARY 2028", date(2028, 2, 16), date(2028, 2, 29)),
        ("DURING MAY 2026", *MAY),
        ("15 MAY 2026", date(2026, 5, 15), date(2026, 5, 15)),
        ("AS SOON AS POSSIBLE", None, None),
    ],
)
def test_periods_of_shipment_as_article_3_reads_them(
    text: str, first: date | None, last: date | None
) -> None:
    assert shipment_window(text) == Window(first, last)


def test_a_window_holds_both_of_its_ends() -> None:
    window = shipment_window("ON OR ABOUT 15 MAY 2026")
    assert [window.holds(date(2026, 5, day)) for day in (9, 10, 20, 21)] == [False, True, True, False]
    assert Window().holds(date.min)


def test_presentation_is_due_after_shipment_and_before_expiry() -> None:
    assert presentation_deadline(date(2026, 8, 20), None, None) == date(2026, 9, 10)
    assert presentation_deadline(date(2026, 8, 20), 10, None) == date(2026, 8, 31)
    assert presentation_deadline(date(2026, 8, 20), 21, date(2026, 9, 1)) == date(2026, 9, 1)
    assert presentation_deadline(None, 21, None) is None


def test_closed_days_move_presentation_and_expiry() -> None:
    # 30 August 2026 is a Sunday
    assert presentation_deadline(date(2026, 8, 20), 10, date(2026, 12, 31)) == date(2026, 8, 31)
    assert presentation_deadline(None, None, date(2026, 8, 30)) == date(2026, 8, 31)
    holiday = BankingDays(frozenset((date(2026, 8, 31),)))
    assert presentation_deadline(None, None, date(2026, 8, 30), holiday) == date(2026, 9, 1)
    worked = BankingDays(worked=frozenset((date(2026, 8, 30),)))
    assert presentation_deadline(None, None, date(2026, 8, 30), worked) == date(2026, 8, 30)


def test_a_bank_that_never_opens_leaves_the_day() -> None:
    closed = BankingDays(frozenset(plus_days(date(2026, 1, 1), day) for day in range(90)))
    assert closed.next_open(date(2026, 1, 5)) == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "tenor"),
    [
        ("SIGHT", Tenor("sight")),
        ("DRAFTS AT SIGHT FOR FULL INVOICE VALUE", Tenor("sight")),
        ("90 DAYS AFTER BILL OF LADING DATE", Tenor("shipment", 90)),
        ("60 DAYS FROM B/L DATE", Tenor("shipment", 60)),
        ("30 DAYS SIGHT", Tenor("sight", 30)),
        ("120 (ONE HUNDRED AND TWENTY) DAYS AFTER INVOICE DATE", Tenor("invoice", 120)),
        ("3 MONTHS AFTER DATE", Tenor("draft", months=3)),
        ("2 WEEKS AFTER SHIPMENT", Tenor("shipment", 14)),
        ("ON 15 MAY 2026", Tenor("fixed", due_on=date(2026, 5, 15))),
        ("BY NEGOTIATION", Tenor("")),
    ],
)
def test_tenors_of_drafts(text: str, tenor: Tenor) -> None:
    assert read_tenor(text) == tenor


def test_sight_drafts_are_due_when_presented() -> None:
    assert read_tenor("SIGHT").at_sight
    assert not read_tenor("30 DAYS SIGHT").at_sight


def test_the_calendar_has_ends() -> None:
    assert plus_days(date.max, 1) == date.max
    assert plus_days(date.min, -1) == date.min


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_every_day_is_read_back_as_written(day: date) -> None:
    assert read_date(f"{day:%d %B %Y}".upper()) == day
    assert read_date(day.isoformat()) == day


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    assert isinstance(shipment_window(text), Window)
    assert isinstance(read_tenor(text), Tenor)
    assert list(find_dates(text)) is not None
