"""The platform counts: no call comes above the limit, whichever connector makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory_erp.models.database import Database
from tests.sync.counting import BEFORE_A_NEW_ONE, count_calls


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_call_is_above_the_limit_across_connectors(db: Database, tmp_path: Path) -> None:
    counted = count_calls(1_500, 300, tmp_path)
    assert (counted.calls, counted.connectors) == (1_500, 1_500 // BEFORE_A_NEW_ONE)
    assert (counted.over, counted.throttled) == (0, 0)
    assert counted.most_in_a_second <= 300


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_counter_sees_what_is_too_fast(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("factory_erp.sync.opening.pace", lambda limit: (limit * 2, int(limit) * 2))
    counted = count_calls(400, 100, tmp_path)
    assert counted.over > 0
    assert counted.throttled > 0
