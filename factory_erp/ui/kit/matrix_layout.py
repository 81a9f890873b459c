"""A family's matrix laid out for a ``MatrixGrid``: its heads, its cells, and their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from factory_erp.i18n import _
from factory_erp.services.pricing.matrix import Matrix, OptionHead
from factory_erp.ui.kit.matrix_model import Head, Key

BETWEEN = " / "
"""Between the options of an item."""

Figure = Callable[[int | None], object]
"""What stands in the cell of an item, or of a place without one."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What ``MatrixGrid.set_matrix`` is given."""

    rows: Sequence[Head]
    columns: Sequence[Head]
    cells: Mapping[Key, object]
    pages: Sequence[Head]


def lay_out(found: Matrix, figure: Figure, *, everything: bool = False) -> Layout:
    """The matrix with *figure* in its cells; with *everything* also where there is no item yet."""
    cells: dict[Key, object] = {
        key_of(found, cell): figure(found.cells.get(cell))
        for cell in places(found)
        if everything or cell in found.cells
    }
    return Layout(
        [_head(one, found.code) for one in found.rows],
        [_head(one) for one in found.columns],
        cells,
        [_page(page) for page in found.pages if page],
    )


def places(found: Matrix) -> list[tuple[str, ...]]:
    """Every cell that there could be: codes of row, column and page."""
    pages = [tuple(one.code for one in page) for page in found.pages]
    return [
        (row.code, column.code, *page) for page in pages for row in found.rows for column in found.columns
    ]


def key_of(found: Matrix, cell: tuple[str, ...]) -> Key:
    """The grid's key of a cell: (row, column), after the page where there are pages."""
    row, column, *page = cell
    return (tuple(page), row, column) if found.page_axes else (row, column)


def cell_of(key: Key) -> tuple[str, ...]:
    """The matrix's cell of a key of the grid."""
    page = key[0] if len(key) > 2 else ()
    assert isinstance(page, tuple)
    return (str(key[-2]), str(key[-1]), *page)


def axes_text(found: Matrix) -> str:
    """What stands down and across: "Size × Colour"; empty without axes."""
    return " × ".join(head.name for head in (found.row_axis, found.column_axis) if head is not None)


def _head(head: OptionHead, otherwise: str = "") -> Head:
    title = head.name or head.code or otherwise
    return Head(head.code, title, _("Code {code}", code=head.code) if head.code else "")


def _page(heads: Sequence[OptionHead]) -> Head:
    return Head(tuple(one.code for one in heads), BETWEEN.join(one.name or one.code for one in heads))
