"""How numbers of papers look: a pattern a kind, none that two kinds share, never in doubt."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.models.database import Database
from factory_erp.models.documents import Document, NumberSeries
from factory_erp.services.issuing.sets import safe
from factory_erp.services.papers.kinds import PAPERS
from factory_erp.services.papers.patterns import (
    LONGEST,
    MOST,
    check_pattern,
    count_in,
    default_pattern,
    formatted,
    pattern_list,
    patterns,
    set_pattern,
    take_count,
)
from tests.services.shipping_factory import Factory

DAY = date(2026, 3, 9)


def pattern_of(kind: str) -> tuple[str, str, int | None]:
    (view,) = [one for one in pattern_list() if one.kind == kind]
    return view.pattern, view.example, view.version


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("CI-{year}-{number:05}", "CI-2026-00042"),
        ("{number}/{yy}", "42/26"),
        ("BC {year}{month}.{number:03}", "BC 202603.042"),
        ("{year}_{number:01}", "2026_42"),
    ],
)
def test_a_pattern_makes_numbers_and_finds_the_count_again(pattern: str, number: str) -> None:
    check_pattern(pattern)
    assert formatted(pattern, 42, DAY) == number
    assert count_in(pattern, number) == 42


@pytest.mark.parametrize(
    "pattern",
    ["", "CI-{number}", "CI-{year}", "{year}{number}{number}", "{year}-{number}-{shipment}",
     "发票{year}-{number}", "CI:{year}-{number}", "CI-{year}-{number:5}", "CI-{year}-{number!r}",
     "{{year}}-{number}", "{year}\\{number}", "X" * 32 + "{year}{number}", "{year}\n{number}",
     "../{year}{number}{"],
)  # fmt: skip
def test_a_pattern_that_does_not_number_is_refused(db: Database, pattern: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_pattern(pattern)
    assert (refused.value.field, bool(refused.value.remedy)) == ("pattern", True)
    if pattern.strip():
        with pytest.raises(InvalidValue):
            set_pattern("commercial_invoice", pattern)
    assert pattern_of("commercial_invoice") == ("CI-{year}-{number:05}", "CI-2026-00042", None)


@given(
    st.permutations(["{number}", "{year}", "{month}"]),
    st.lists(st.text(alphabet="ABZ/ ._-", max_size=5), min_size=4, max_size=4),
    st.integers(1, MOST),
)
def test_numbers_of_one_pattern_differ_and_fit(places: list[str], texts: list[str], count: int) -> None:
    pattern = texts[0] + "".join(a + b for a, b in zip(places, texts[1:], strict=True))
    check_pattern(pattern)
    number = formatted(pattern, count, DAY)
    assert len(number) <= LONGEST
    assert number != formatted(pattern, count + 1, DAY)
    assert count_in(pattern, number) is not None
    assert not set(safe(number)) & set('\\/:*?"<>|')


def test_the_first_patterns_all_differ() -> None:
    assert len({default_pattern(kind) for kind in PAPERS.values()}) == len(PAPERS)


def test_a_pattern_is_kept_and_taken_back(db: Database) -> None:
    set_pattern("packing_list", " PK{yy}-{number:04} ", 0)
    assert pattern_of("packing_list") == ("PK{yy}-{number:04}", "PK26-0042", 1)
    assert not set_pattern("packing_list", "PK{yy}-{number:04}", 0).changes
    with pytest.raises(Conflict):
        set_pattern("packing_list", "PL{yy}-{number:04}", 0)
    set_pattern("packing_list", "PL{yy}-{number:04}", 1)
    set_pattern("packing_list", "")
    assert pattern_of("packing_list")[0] == "PL-{year}-{number:05}"
    with pytest.raises(InvalidValue, match="no document of the kind"):
        set_pattern("letter", "X-{year}-{number}")


def test_two_kinds_never_have_one_pattern(db: Database) -> None:
    with pytest.raises(InvalidValue, match="has this pattern already"):
        set_pattern("packing_list", "CI-{year}-{number:05}")
    set_pattern("commercial_invoice", "INV-{year}-{number:05}")
    set_pattern("packing_list", "CI-{year}-{number:05}")
    with pytest.raises(InvalidValue, match="has this pattern already"):
        set_pattern("commercial_invoice", "")
    with db.session() as session:
        assert len(set(patterns(session).values())) == len(PAPERS)


def test_invoice_and_packing_list_share_a_counter_each_year(db: Database) -> None:
    with db.session(write=True) as session:
        said = [
            take_count(session, kind, day)
            for kind, day in (
                ("commercial_invoice", DAY),
                ("packing_list", DAY),
                ("beneficiary_certificate", DAY),
                ("commercial_invoice", date(2027, 1, 1)),
            )
        ]
    assert said == [1, 2, 1, 1]


def test_documents_are_numbered_by_the_pattern_that_holds(db: Database) -> None:
    factory = Factory(db)
    cup = factory.item("CUP-1")
    factory.stock(cup, 500)
    buyer = factory.customer()
    factory.documented(factory.order(buyer, [(cup, "48", "2.35")]))
    set_pattern("commercial_invoice", "NB/{yy}/{number:03}")
    factory.documented(factory.order(buyer, [(cup, "48", "2.35")]))
    assert [one.number for one in factory.all(Document)] == [
        "CI-2026-00001", "PL-2026-00001", "NB/26/002", "PL-2026-00002",
    ]  # fmt: skip
    assert factory.one(NumberSeries, series="INV-2026").last == 2
