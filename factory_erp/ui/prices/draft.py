"""The rows of a price grid as breaks by item, and the marks on those that cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from factory_erp.services.pricing.changes import TierInput
from factory_erp.services.pricing.prices import PriceRow
from factory_erp.services.pricing.sheets import TierProblem
from factory_erp.ui.kit.grid import EditGrid
from factory_erp.ui.kit.grid_cells import GridCell, GridRow
from factory_erp.ui.prices.columns import FIELD_OF, FROM, ITEM, LEAD, PRICE

Marks = Mapping[tuple[int, str], str]
"""(row, column) → what is wrong there."""


class Draft:
    """What stands in *grid*, beside what was ``read``."""

    def __init__(self, grid: EditGrid) -> None:
        self._grid = grid
        self.read: dict[int, list[TierInput]] = {}

    def begin(self, rows: Sequence[PriceRow]) -> None:
        """The grid shows *rows*."""
        self.read = {
            row.item_id: [TierInput(tier.min_quantity, tier.price, tier.lead_days) for tier in row.tiers]
            for row in rows
        }

    def take(self, written: Mapping[int, list[TierInput]]) -> None:
        """These items were saved so."""
        self.read = {item: tiers for item, tiers in {**self.read, **written}.items() if tiers}

    def items(self, top: int, bottom: int) -> list[int]:
        """The items in the rows from *top* to *bottom*."""
        found = [values[ITEM] for row, values in self.values() if top <= row <= bottom]
        return list(dict.fromkeys(item for item in found if isinstance(item, int)))

    def last_row(self, sku: str) -> int | None:
        """The last row of an item."""
        rows = self._grid.model.rows
        return next(
            (row for row, _values in reversed(list(self.values())) if rows[row].cells[0].text == sku), None
        )

    def is_typing(self) -> bool:
        """Whether somebody is in the middle of a cell, which must be left alone."""
        editor = self._grid.view.editor()
        return editor is not None and editor.isModified()

    def values(self) -> Iterator[tuple[int, dict[str, object]]]:
        """Number and values of each row that somebody has written in."""
        self._grid.view.settle()
        maker = self._grid.model.maker
        for number, row in enumerate(self._grid.model.rows):
            if not row.fresh:
                yield number, maker.values(row)

    def breaks(self) -> dict[int, list[tuple[TierInput, int]]]:
        """Item → its breaks with the rows that they stand in, the smallest first; sound rows only."""
        found: dict[int, list[tuple[TierInput, int]]] = {}
        for row, values in self.values():
            item, quantity, price, lead = (values[key] for key in (ITEM, FROM, PRICE, LEAD))
            if isinstance(item, int) and isinstance(quantity, Decimal) and isinstance(price, Decimal):
                tier = TierInput(quantity, price, lead if isinstance(lead, int) else 0)
                found.setdefault(item, []).append((tier, row))
        for tiers in found.values():
            tiers.sort(key=lambda one: one[0].min_quantity)
        return found

    def edited(self) -> dict[int, list[TierInput]]:
        """The items whose breaks are not those that were read; none of an item that was taken out."""
        now = {item: [tier for tier, _row in tiers] for item, tiers in self.breaks().items()}
        every = [*self.read, *(item for item in now if item not in self.read)]
        return {item: now.get(item, []) for item in every if now.get(item, []) != self.read.get(item, [])}

    def marks_of(self, problems: Sequence[TierProblem]) -> Marks:
        """Where *problems* of the edited items stand in the grid."""
        breaks = self.breaks()
        return {
            (breaks[one.item_id][one.place][1], FIELD_OF[one.field]): one.message
            for one in problems
            if one.place < len(breaks.get(one.item_id, ()))
        }

    def redress(self, marks: Marks | None = None) -> None:
        """Compute the rows anew and mark what is wrong in them, without a step of undo.

        Not while ``is_typing``: the open editor would lose its text.  *marks* take the place of those that
        stand there; None leaves them.
        """
        rows = [
            row if row.fresh else self._dressed(number, row, marks)
            for number, row in enumerate(self._grid.model.rows)
        ]
        if any(one is not other for one, other in zip(rows, self._grid.model.rows, strict=True)):
            self._grid.put(0, len(rows), rows, None)

    def _dressed(self, number: int, row: GridRow, marks: Marks | None) -> GridRow:
        """The row with its marks; itself where it stays as it is, which the grid then leaves alone."""
        maker = self._grid.model.maker
        cells: dict[int, GridCell] = {}
        for place, column in enumerate(maker.columns if marks is not None else ()):
            cell = row.cells[place]
            problem = (marks or {}).get((number, column.key), "")
            # A cell that could not be read has no value: its problem is not ours to take away.
            if cell.value is not None and cell.problem != problem:
                cells[place] = replace(cell, problem=problem)
        dressed = maker.changed(row, cells)
        return dressed if dressed.cells != row.cells else row
