"""Parcels, listings and answers reach the platform once; the full size is ``benchmarks.exactly_once``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from factory_erp.models.database import Database
from factory_erp.services import base
from factory_erp.services.files import workspace
from tests.sync.pushes_once import PushesProof, prove_pushes

PUSHES = int(os.environ.get("FACTORY_ERP_TEST_PUSHES", "60"))
KILLS = 3


@pytest.fixture
def factory(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A bound database and workspace, on the real clock: leases end by themselves."""
    database = Database(database_url)
    workspace.bind(workspace.open_folder(tmp_path / "workspace"))
    with base.bound(database):
        yield database
    database.close()


def proved(factory: Database, platform: str, folder: Path) -> PushesProof:
    proof = prove_pushes(factory, platform, PUSHES, KILLS, 0.3, folder)
    assert proof.wrong == ()
    assert (proof.kills, proof.done + proof.unknown) == (KILLS, PUSHES)
    # The faults and the kills did hit: a quarter of all answers, and messages on their way.
    assert proof.lost_answers > proof.calls / 5
    assert proof.lost_writes > PUSHES / 10
    assert proof.taken_up_again > 0
    return proof


def test_lost_answers_and_kills_double_nothing_on_dhgate(factory: Database, tmp_path: Path) -> None:
    assert proved(factory, "dhgate", tmp_path).done == PUSHES


def test_lost_answers_and_kills_double_nothing_on_alibaba(factory: Database, tmp_path: Path) -> None:
    # Nobody but a person can look up a quotation there: those with a lost answer stay unknown.
    proof = proved(factory, "alibaba", tmp_path)
    assert 0 < proof.unknown < PUSHES / 3
