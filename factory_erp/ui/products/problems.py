"""All that is wrong with a set of variant rules, each problem with every item that it concerns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from factory_erp.domain.variants import RuleProblem
from factory_erp.i18n import N_, _
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable

COLUMNS = (
    Column("rule", N_("Rule"), 56, kind="number", sortable=False),
    Column("message", N_("What is wrong"), 420, sortable=False, narrowest=160),
    Column("items", N_("Items"), 64, kind="number", sortable=False),
)


class ProblemList(QWidget):
    """A line for each problem; under it the whole sentence and all SKUs of the current one.

    ``chosen`` carries the problem that was opened (Enter or double click).
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problems: tuple[RuleProblem, ...] = ()
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("What is wrong"))
        self.table.current_changed.connect(lambda _key: self._show_details())
        self.table.activated.connect(self._open)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setAccessibleName(_("The problem and its items"))
        self.details.setFixedHeight(72)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.details)
        self.show_problems(())

    def set_empty_text(self, text: str) -> None:
        """Say *text* where there is no problem."""
        self.table.set_empty_text(text)

    def show_problems(self, problems: Sequence[RuleProblem]) -> None:
        """Show *problems*, the first one in full."""
        self.problems = tuple(problems)
        self.table.set_rows([_row(one) for one in problems])
        if problems and self.table.current_key() is None:
            self.table.select_key(0)
        self._show_details()

    def current(self) -> RuleProblem | None:
        """The problem that is shown in full."""
        key = self.table.current_key()
        return self.problems[key] if isinstance(key, int) and key < len(self.problems) else None

    def _show_details(self) -> None:
        current = self.current()
        self.details.setVisible(current is not None)
        if current is not None:
            self.details.setPlainText(
                "\n".join(part for part in (current.message, ", ".join(current.items)) if part)
            )

    def _open(self, _key: object) -> None:
        if (current := self.current()) is not None:
            self.chosen.emit(current)


def _row(problem: RuleProblem) -> tuple[str, str, str]:
    number = "" if problem.position is None else figures.number(problem.position + 1)
    return number, problem.message, figures.number(len(problem.items)) if problem.items else ""
