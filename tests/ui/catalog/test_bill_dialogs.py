from __future__ import annotations

import pytest

from factory_erp.ui.catalog.bill_dialogs import next_name


@pytest.mark.parametrize(
    ("name", "taken", "after"),
    [("A", (), "B"), ("A", ("B",), "C"), ("9", (), "10"), ("R1", (), "R2"), ("Z", (), ""), ("试", (), "")],
)
def test_the_next_name_of_a_revision(name: str, taken: tuple[str, ...], after: str) -> None:
    assert next_name(name, taken) == after
