"""A form whose fields stand on cards under headings, as long papers have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.forms import Field, Form
from factory_erp.ui.kit.frames import GAP


@dataclass(frozen=True)
class Section:
    """A card with a *title* (translated): fields in *columns*; those named in *wide* take the whole line."""

    title: str
    fields: Sequence[Field]
    columns: int = 2
    wide: frozenset[str] = field(default_factory=frozenset)


class SectionedForm(Form):
    """*above* are stacks of cards side by side, *below* cards as wide as the form, in this order of Tab."""

    def __init__(
        self,
        above: Sequence[Sequence[Section]],
        below: Sequence[Section] = (),
        values: Mapping[str, object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._above, self._below = above, below
        sections = [*(one for stack in above for one in stack), *below]
        super().__init__([one for section in sections for one in section.fields], values, parent=parent)

    def go_to(self, name: str) -> None:
        """Put the cursor into the field *name* and bring it into sight."""
        self.edit(name).setFocus()
        self._area.ensureWidgetVisible(self.edit(name))

    def to_top(self) -> None:
        """Scroll to where the form begins."""
        self._area.verticalScrollBar().setValue(0)

    def propose(self, values: Mapping[str, object]) -> None:
        """Show other *values* as edits that can be undone, each by itself."""
        for name, value in values.items():
            before = self._known[name]
            self._edits[name].show_value(value)
            if self._edits[name].raw() != before:
                self._on_edited(name)

    def _lay_out(self, columns: int) -> QScrollArea:
        """The cards scroll where they do not fit; the Save bar stays in sight."""
        self._columns = columns
        content = QWidget()
        whole = QVBoxLayout(content)
        whole.setContentsMargins(0, 0, 6, 0)
        whole.setSpacing(GAP)
        top = QHBoxLayout()
        top.setSpacing(GAP)
        for stack in self._above:
            cards = QVBoxLayout()
            cards.setSpacing(GAP)
            for section in stack:
                cards.addWidget(self._card(section))
            cards.addStretch(1)
            top.addLayout(cards, 1)
        whole.addLayout(top)
        for section in self._below:
            whole.addWidget(self._card(section))
        whole.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(content)
        content.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        return self._area

    def _card(self, section: Section) -> QFrame:
        card = QFrame()
        card.setProperty("card", True)
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 11, 14, 13)
        column.setSpacing(10)
        if section.title:
            column.addWidget(label(section.title, pixels=15, bold=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(9)
        place = 0
        for one in section.fields:
            wide = one.name in section.wide
            if wide:
                place += -place % section.columns
            row, at = divmod(place, section.columns)
            grid.addLayout(self._make_cell(one), row, at, 1, section.columns if wide else 1)
            place += section.columns if wide else 1
        for at in range(section.columns):
            grid.setColumnStretch(at, 1)
        column.addLayout(grid)
        return card
