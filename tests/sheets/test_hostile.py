"""Every hostile file ends soon, in little memory, with a plain refusal or a problem of its cell."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from factory_erp.sheets.reading import read_bytes
from factory_erp.sheets.table import Sheet, SheetRefused
from tests.sheets.books import grid, workbook
from tests.sheets.hostile import HEAD, REFUSED

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_and_says_what_to_do(name: str) -> None:
    make, says = REFUSED[name]
    with pytest.raises(SheetRefused, match=f"(?s){says}") as refused:
        read_bytes(make(), "hostile.xlsx")
    assert refused.value.record == "hostile.xlsx"
    assert refused.value.remedy


def blank_tail() -> bytes:
    """A table of one row, and formats down to row 90,000."""
    tail = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(3, 90_003))
    return workbook(f'{HEAD}<row r="2"><c r="A2"><v>1</v></c></row>{tail}')


def long_cell() -> bytes:
    return workbook(grid(("SKU", "Note"), ("A", "x" * 1_000_000), ("B", "y")))


def test_a_blank_tail_of_90_000_rows_is_left_out_with_a_note() -> None:
    sheet = read_bytes(blank_tail(), "tail.xlsx")
    assert len(sheet.rows) == 1
    assert sheet.source.notes == ("The last 90,000 rows are empty and were left out.",)


def test_a_cell_of_a_megabyte_is_a_problem_of_its_cell() -> None:
    sheet = read_bytes(long_cell(), "long.xlsx")
    (problem,) = sheet.problems
    assert (problem.row, problem.column) == (2, "Note")
    assert "32,767" in problem.reason
    assert len(sheet.rows) == 2


def test_a_far_cell_without_content_does_no_harm() -> None:
    cells = HEAD + '<row r="2"><c r="A2"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    sheet = read_bytes(workbook(cells), "far.xlsx")
    assert len(sheet.rows) == 1
    assert sheet.source.notes == (
        "The last 1,048,574 rows are empty and were left out.",
        "The last 16,382 columns are empty and were left out.",
    )


def test_content_counts_and_not_the_suffix() -> None:
    data = workbook(grid(("SKU",), ("A",)))
    assert read_bytes(data, "items.csv").source.format == "xlsx"
    assert read_bytes(b"sku\tname\nA\tB\n", "items.xls").source.format == "csv"
    assert read_bytes("货号,名称\nA,杯\n".encode("gbk"), "items.xlsx").source.encoding == "GB18030"


def sound() -> bytes:
    rows = grid(*((f"SKU-{n}", f"名称 {n}", "=1+1") for n in range(40)))
    strings = "".join(f"<si><t>text {n}</t></si>" for n in range(20))
    shared = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n - 50}</v></c></row>' for n in range(50, 70))
    return workbook(rows + shared, strings=strings, after='<mergeCells><mergeCell ref="A2:B3"/></mergeCells>')


def mutated(data: bytes, source: random.Random) -> bytes:
    changed = bytearray(data)
    for _change in range(source.randint(1, 6)):
        place = source.randrange(len(changed))
        kind = source.random()
        if kind < 0.6:
            changed[place] = source.randrange(256)
        elif kind < 0.8:
            del changed[place : place + source.randint(1, 1 + len(changed) // 20)]
        else:
            changed[place:place] = source.randbytes(source.randint(1, 50))
    return bytes(changed)


@pytest.mark.parametrize(
    "make",
    [
        sound,
        lambda: stored(sound()),
        lambda: '货号,名称\r\nA,"杯\r\n子"\r\n'.encode("utf-16"),
        lambda: '货号,名称\r\nA,"杯\r\n子"\r\n'.encode("gb18030"),
        lambda: "sep=;\r\n货号;名称\r\nA;'=1\r\n".encode(),
    ],
    ids=["packed workbook", "stored workbook", "UTF-16", "GB18030", "UTF-8"],
)
def test_mutated_bytes_are_read_or_refused(make: Callable[[], bytes]) -> None:
    source = random.Random(3)
    original = make()
    answers = [answer(mutated(original, source)) for _ in range(300)]
    assert any(answers)
    assert not all(answers)


def answer(data: bytes) -> Sheet | None:
    try:
        return read_bytes(data, "mutated")
    except SheetRefused:
        return None


def stored(data: bytes) -> bytes:
    """The same zip without packing, so that changed bytes reach the XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(out, "w") as plain:
        for name in packed.namelist():
            plain.writestr(name, packed.read(name))
    return out.getvalue()


COSTLY: dict[str, Callable[[], bytes]] = {
    "blank tail": blank_tail,
    "long cell": long_cell,
    **{
        name: REFUSED[name][0]
        for name in (
            "far cell",
            "zip bomb by size",
            "billion laughs",
            "endless tag",
            "line of megabytes",
            "open quotation mark over megabytes",
            "columns without end",
        )
    },
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")
@pytest.mark.parametrize("name", COSTLY)
def test_ends_within_30_seconds_and_500_mb(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile"
    path.write_bytes(COSTLY[name]())
    command = [sys.executable, "-m", "tests.sheets.hostile", str(path)]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, timeout=60, check=True, text=True)
    cost = json.loads(run.stdout)
    assert cost["seconds"] < 30
    assert cost["peak"] < 500, "megabytes"
