"""Where the columns of a pasted block go when no line of headers says it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from factory_erp.ui.kit.grid_cells import GridCell, GridColumn, RowMaker
from factory_erp.ui.kit.grid_paste import placed_sections

COLUMNS = (
    GridColumn("sku", "SKU"),
    GridColumn("name", "Name", read_only=True),
    GridColumn("quantity", "Quantity", kind="number"),
    GridColumn("price", "Price", kind="number"),
)
MAKER = RowMaker(COLUMNS)
ROWS = [MAKER.row({"sku": "CUP", "name": "Ceramic cup", "quantity": None, "price": None})]


def before_at(row: int, place: int) -> GridCell | None:
    return ROWS[row].cells[place] if row < len(ROWS) else None


@pytest.mark.parametrize(
    ("block", "at", "columns"),
    [
        ([["CUP", "12", "3.20"]], 0, [0, 2, 3]),
        ([["LID", "12"], ["BOX", "7"]], 1, [0, 2, 3]),
        ([["CUP", "Ceramic cup", "12", "3.20"]], 0, [0, 1, 2, 3]),
        ([["CUP"]], 0, [0, 2, 3]),
    ],
    ids=["over a line", "into new lines", "copied from the grid", "too narrow to reach it"],
)
def test_columns_that_take_no_input_are_passed_over(
    block: Sequence[Sequence[str]], at: int, columns: list[int]
) -> None:
    assert list(placed_sections(block, range(4), at, COLUMNS, before_at)) == columns
