"""What reading XML and zips may cost is counted, whatever the file says about itself."""

from __future__ import annotations

import pytest

from factory_erp.sheets.archive import Archive
from factory_erp.sheets.markup import Budget, Handler, parse
from factory_erp.sheets.table import Limits, SheetRefused
from tests.sheets.books import packed


def test_elements_are_counted_over_all_parts() -> None:
    budget = Budget(elements=25)
    for _part in range(2):
        parse([b"<a>", b"<b/>" * 11, b"</a>"], Handler(), budget)
    with pytest.raises(SheetRefused, match="unpacks"):
        parse([b"<a><b/></a>"], Handler(), budget)


def test_texts_count_with_the_memory_that_they_take() -> None:
    budget = Budget(text=1000)
    assert budget.keep("x" * 100) == "x" * 100
    with pytest.raises(SheetRefused, match="unpacks"):
        budget.keep("\N{GRINNING FACE}" * 250)


def test_a_part_that_is_read_again_counts_again() -> None:
    archive = Archive(packed({"a.bin": bytes(range(256)) * 100}), Limits(unpacked=60_000))
    for _time in range(2):
        assert sum(map(len, archive.stream("A.BIN"))) == 25_600
    with pytest.raises(SheetRefused, match="unpacks"):
        list(archive.stream("a.bin"))


def test_a_part_that_is_not_there() -> None:
    archive = Archive(packed({"a": "b"}), Limits())
    assert "b" not in archive
    assert archive.size("b") == 0
    with pytest.raises(SheetRefused, match="damaged"):
        list(archive.stream("b"))
