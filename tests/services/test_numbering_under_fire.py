"""Sixteen clients issue at once, give up and are killed: no number is missing, none is given twice."""

from __future__ import annotations

from pathlib import Path

from factory_erp.models.database import Database
from factory_erp.models.documents import Document
from tests.services.numbering_fire import Fire, fire, gaps_and_doubles
from tests.services.shipping_factory import Factory


def test_sixteen_clients_leave_no_gap_and_no_double(db: Database, tmp_path: Path) -> None:
    factory = Factory(db)
    cup = factory.item("CUP-1")
    factory.stock(cup, 100)
    shipment = factory.packed(factory.order(factory.customer(), [(cup, "24", "2.35")]))
    db.close()
    outcome = fire(
        Fire(db.url, shipment, str(tmp_path / "notes"), clients=16, each=3, rollbacks=0.25, kills=4)
    )
    assert not outcome.wrong, outcome
    assert outcome.rolled_back, "nobody gave up: the run proves nothing"
    assert outcome.killed >= 2, "hardly anybody was killed: the run proves nothing"
    assert outcome.last == len(factory.all(Document)) == outcome.committed >= 8


def test_the_count_sees_what_it_looks_for() -> None:
    assert gaps_and_doubles(["CI-2026-00002", "CI-2026-00001"]) == (0, 0)
    assert gaps_and_doubles(["CI-2026-00001", "CI-2026-00004"]) == (2, 0)
    assert gaps_and_doubles(["CI-2026-00001", "CI-2026-00001", "CI-2026-00002"]) == (0, 1)
    assert gaps_and_doubles([]) == (0, 0)
