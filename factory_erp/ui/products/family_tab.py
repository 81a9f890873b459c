"""The base of the product's own tabs: a draft that stays good when another part of the product is saved."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from factory_erp.domain.errors import DomainError
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import DraftTab


class FamilyTab(DraftTab):
    """A draft over a part of a product.

    The product has one version for all its parts.  Where another part was saved meanwhile and this one was
    not, ``rebase`` takes the new version over, so that the draft is no conflict.
    """

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self.problem = _problem_line()

    def rebase(self, read: object) -> None:
        """Note the version in *read* if this tab's own part is still what the draft began with."""

    def refresh(self) -> None:
        """Read again; an open draft is not read over."""
        self.context.jobs.run(self.reading(), done=self._take, owner=self)

    def _take(self, read: object) -> None:
        if self.is_dirty():
            self.rebase(read)
        else:
            super()._take(read)

    def say_problem(self, sentence: str) -> None:
        """Say what is wrong with the draft; "" takes the words away."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def show_refusal(self, error: DomainError) -> bool:
        """In words over the bar, where they stay while one corrects."""
        self.say_problem(str(error))
        return True


def _problem_line() -> QLabel:
    line = label(wrap=True, selectable=True)
    line.setProperty("problem", True)
    line.hide()
    return line
