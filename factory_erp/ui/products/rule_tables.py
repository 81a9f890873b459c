"""The rules of a product in a table for each kind, numbered through as problems name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.models.variants import RuleKind
from factory_erp.services.variants.making import RuleInput
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid, GridCell
from factory_erp.ui.kit.rows import Runner
from factory_erp.ui.kit.widgets import Chip, ChipBar
from factory_erp.ui.products import words
from factory_erp.ui.products.rule_columns import Offers, columns, new_row, row_of, rule_of

EMPTY_TEXTS = {
    RuleKind.COMPONENT: N_(
        "No component follows from the options yet. Add a line: slot lid, component LID-{colour}."
    ),
    RuleKind.OPERATION: N_(
        "No operation follows from the options yet. Add a line: step 10 and its work centre."
    ),
    RuleKind.WEIGHT: N_(
        "No weight follows from the options yet: items keep the weight that stands in their form."
    ),
    RuleKind.PRICE: N_(
        "No price follows from the options yet: items keep the prices that stand on the price lists."
    ),
    RuleKind.TEXT: N_(
        "No text follows from the options yet. Add a line: language en, name {product} {size}."
    ),
}


class RuleTables(QWidget):
    """Chips for the kinds of rules over the table of the one that is on.

    ``changed`` comes after every step, ``save_asked`` is Ctrl+Enter.
    """

    changed = Signal()
    save_asked = Signal()

    def __init__(self, offers: Offers, jobs: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = {kind: columns(kind, offers) for kind in words.KINDS}
        self.grids = {kind: self._grid(kind, jobs) for kind in words.KINDS}
        self.chips = ChipBar()
        self.stack = QStackedWidget()
        for grid in self.grids.values():
            self.stack.addWidget(grid)
        self.chips.set_chips([Chip(kind.value, _(title), 0) for kind, title in words.KINDS.items()])
        self.chips.chosen.connect(self.show_kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.chips)
        column.addWidget(framed(self.stack), 1)
        self.setFocusProxy(next(iter(self.grids.values())))

    def _grid(self, kind: RuleKind, jobs: Runner) -> EditGrid:
        grid = EditGrid(self.columns[kind], new_row=partial(new_row, kind), movable=True, jobs=jobs)
        grid.set_name(_(words.KINDS[kind]))
        grid.set_empty_text(_(EMPTY_TEXTS[kind]))
        grid.view.verticalHeader().hide()  # its numbers would not be those of the rules
        grid.changed.connect(self._note_step)
        grid.dirty_changed.connect(lambda _dirty: self.changed.emit())
        grid.save_asked.connect(self.save_asked)
        return grid

    def show_kind(self, kind: str) -> None:
        """Bring the table of *kind* into view."""
        grid = self.grids[RuleKind(kind)]
        self.stack.setCurrentWidget(grid)
        self.setFocusProxy(grid)

    def kind(self) -> RuleKind:
        """The kind of rule in view."""
        return RuleKind(self.chips.current())

    # rules in and out

    def show_rules(self, rules: Sequence[RuleInput]) -> None:
        """Show *rules* as the state that was saved last."""
        for kind, grid in self.grids.items():
            grid.set_rows([row_of(rule, self.columns[kind]) for rule in rules if rule.kind == kind])
        self._number()

    def rules(self) -> list[RuleInput]:
        """The rules as they stand in the tables, kind by kind."""
        return [
            rule_of(kind, row, self.columns[kind]) for kind, grid in self.grids.items() for row in grid.rows()
        ]

    def go_to(self, position: int) -> None:
        """Go to the rule at *position* of ``rules``."""
        for kind, grid in self.grids.items():
            written = [n for n, row in enumerate(grid.model.rows) if not row.fresh]
            if position < len(written):
                self.chips.select(kind.value)
                grid.view.setFocus()
                grid.select(written[position], "slot")
                return
            position -= len(written)

    def unsound(self) -> int:
        """How many cells are not sound."""
        return sum(len(grid.problems()) for grid in self.grids.values())

    def show_first_problem(self) -> str:
        """Go to the first cell that is not sound, and give the sentence; "" where all are."""
        for kind, grid in self.grids.items():
            for row, key, sentence in grid.problems()[:1]:
                self.chips.select(kind.value)
                grid.view.setFocus()
                grid.select(row, key)
                return sentence
        return ""

    # the draft

    def is_dirty(self) -> bool:
        """Whether a table has edits that were not saved."""
        return any(grid.is_dirty() for grid in self.grids.values())

    def mark_saved(self) -> None:
        """What stands in the tables is what is saved."""
        for grid in self.grids.values():
            grid.mark_saved()

    def discard(self) -> None:
        """Throw the edits away."""
        for grid in self.grids.values():
            grid.discard()

    def _note_step(self) -> None:
        self._number()
        self.changed.emit()

    def _number(self) -> None:
        """Give each rule its number among all of them; no step of undo, for nothing was edited."""
        number = 0
        for kind, grid in self.grids.items():
            before = number
            for place, row in enumerate(grid.model.rows):
                number += not row.fresh
                cell = GridCell() if row.fresh else GridCell(str(number), number)
                if row.cells[0] != cell:
                    grid.model.splice(place, 1, [replace(row, cells=(cell, *row.cells[1:]))])
            self.chips.set_count(kind.value, number - before)
