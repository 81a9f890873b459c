"""Records are found by what a person would type."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factory_erp.models.database import Database
from factory_erp.models.search import SearchEntry
from factory_erp.services import search
from factory_erp.services.base import use_case


@use_case
def add(
    session: Session, record_id: int, title: str, subtitle: str = "", *words: str, kind: str = "sales"
) -> None:
    search.index(session, kind, record_id, title, subtitle, *words)


@pytest.fixture
def filled(db: Database) -> Database:
    add(1, "SO-2026-00001", "Nordlicht Handel GmbH", "T-290000001", "PO 4711/B", "BOTTLE-500-RED")
    add(2, "SO-2026-00002", "Ålborg & Søn 100% A/S", "it's", 'said "yes"', "50_OFF", "a*b")
    add(3, "SO-2026-00012", "上海保温杯贸易有限公司", "BOTTLE-500-BLUE", "500 ml / 磨砂黑")
    add(1, "BOTTLE-500-RED", "Vacuum bottle", "保温杯", kind="catalog")
    return db


def found(words: str) -> list[tuple[str, int]]:
    return [(hit.kind, hit.record_id) for hit in search.find(words)]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("SO-2026-00002", [("sales", 2)]),
        ("so-2026-0000", [("sales", 1), ("sales", 2)]),
        ("nordlicht", [("sales", 1)]),
        ("  Handel GmbH ", [("sales", 1)]),
        ("290000001", [("sales", 1)]),
        ("4711/B", [("sales", 1)]),
        ("BOTTLE-500", [("sales", 1), ("sales", 3), ("catalog", 1)]),
        ("bottle-500-red", [("sales", 1), ("catalog", 1)]),
        ("保温杯", [("sales", 3), ("catalog", 1)]),
        ("磨砂黑", [("sales", 3)]),
        ("Ålborg", [("sales", 2)]),
        ("& Søn", [("sales", 2)]),
        ("SO", [("sales", 1), ("sales", 2), ("sales", 3)]),
        ("bo", [("catalog", 1)]),
        ("nowhere", []),
        ("", []),
        ("   ", []),
    ],
)
def test_what_is_typed_is_found(filled: Database, words: str, hits: list[tuple[str, int]]) -> None:
    assert sorted(found(words)) == sorted(hits)


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("100%", [("sales", 2)]),
        ("50_OFF", [("sales", 2)]),
        ("it's", [("sales", 2)]),
        ('"yes"', [("sales", 2)]),
        ("a*b", [("sales", 2)]),
        ("5000OFF", []),
        ("%%%", []),
        ("___", []),
        ("***", []),
        ('"""', []),
        ("\\\\\\", []),
        ("NOT bottle", []),
        ("bottle OR red", []),
        ("title:SO-2026", []),
        ("x' OR '1'='1", []),
        ("%", []),
        ("_", []),
    ],
)
def test_signs_of_the_query_language_are_ordinary_text(
    filled: Database, words: str, hits: list[tuple[str, int]]
) -> None:
    assert found(words) == hits


def test_indexing_again_replaces_what_was_there(filled: Database) -> None:
    add(1, "SO-2026-00001", "Südlicht AG")
    assert found("Nordlicht") == []
    assert found("Südlicht") == [("sales", 1)]
    assert found("bottle-500-red") == [("catalog", 1)]
    with filled.session() as session:
        assert session.scalar(select(func.count(SearchEntry.id))) == 4


def test_a_record_that_is_removed_is_found_no_more(filled: Database) -> None:
    with filled.session(write=True) as session:
        session.delete(session.scalars(select(SearchEntry).filter_by(kind="sales", record_id=3)).one())
    assert found("磨砂黑") == []


def test_a_hit_opens_its_record_and_hits_are_limited(filled: Database) -> None:
    [hit] = search.find("nordlicht")
    assert (hit.title, hit.subtitle) == ("SO-2026-00001", "Nordlicht Handel GmbH")
    assert hit.link == "erp://sales/1"
    assert len(search.find("SO-2026", limit=2)) == 2


def test_a_list_page_looks_in_its_own_kind_only(filled: Database) -> None:
    with filled.session() as session:
        assert session.scalars(search.matching("catalog", "BOTTLE-500")).all() == [1]
        assert sorted(session.scalars(search.matching("sales", "BOTTLE-500"))) == [1, 3]


def test_a_long_subtitle_is_cut_and_still_found(db: Database) -> None:
    add(9, "SO-9", "x" * 400 + "needle")
    assert found("needle") == [("sales", 9)]
    assert len(search.find("needle")[0].subtitle) == 300
