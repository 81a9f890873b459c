"""The differences of a changed order to be ticked: grouped, ours beside theirs, what accepting does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.platform_orders.changes_accept import ChangePart
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import ElidedLabel, label

GROUPS = {"state": N_("State"), "line": N_("Goods"), "money": N_("Amounts"), "head": N_("Terms and delivery")}
"""Groups of ``ChangePart`` in the order in which they are read."""

NONE = "—"
_TOP = Qt.AlignmentFlag.AlignTop
_WIDTHS = (0, 4, 5, 5, 7)
"""Shares of the columns of the wide layout; the first holds only the boxes."""


class ChangeRows(QWidget):
    """A box for each difference; what cannot be taken over is greyed and says why.

    *wide* puts ours, theirs and the effect side by side, else they stand under one another.
    """

    ticked = Signal()
    """A box was ticked or cleared."""

    def __init__(self, *, wide: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wide = wide
        self.boxes: dict[str, QCheckBox] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._content: QWidget | None = None

    def show_parts(self, parts: Sequence[ChangePart], *, fixed: bool = False) -> None:
        """Show *parts*, all that may be accepted ticked (those that were cleared before stay so).

        *fixed*: the matter is decided, nothing can be ticked any more.
        """
        cleared = {key for key, box in self.boxes.items() if box.isEnabled() and not box.isChecked()}
        self.boxes = {}
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        self._fill(grid, parts, cleared, fixed)
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = content
        self._column.addWidget(content)
        # A layout shows what it is given only at the next turn of the event loop: now, so that no empty
        # card is painted between the old differences and the new ones.
        content.show()
        self.ticked.emit()

    def keys(self) -> tuple[str, ...]:
        """Keys of the parts that are ticked, in their order."""
        return tuple(key for key, box in self.boxes.items() if box.isChecked())

    def _fill(
        self, grid: QGridLayout, parts: Sequence[ChangePart], cleared: Collection[str], fixed: bool
    ) -> None:
        order = list(GROUPS)
        found = sorted(parts, key=lambda part: order.index(part.group))
        if self._wide and found:
            _put_titles(grid)
        for group, rows in groupby(found, key=lambda part: part.group):
            heading = label(_(GROUPS[group]), bold=True)
            heading.setContentsMargins(0, 6, 0, 0)
            grid.addWidget(heading, grid.rowCount(), 0, 1, len(_WIDTHS) if self._wide else 3)
            for part in rows:
                box = self._box(part, ticked=part.key not in cleared, fixed=fixed)
                (_put_wide if self._wide else _put_stacked)(grid, part, box)
        if self._wide:
            for column, share in enumerate(_WIDTHS):
                grid.setColumnStretch(column, share)
        else:
            grid.setColumnStretch(2, 1)

    def _box(self, part: ChangePart, *, ticked: bool, fixed: bool) -> QCheckBox:
        box = QCheckBox()
        box.setAccessibleName(
            _(
                "{what}: yours {ours}, theirs {theirs}",
                what=part.label,
                ours=part.ours or NONE,
                theirs=part.theirs or NONE,
            )
        )
        box.setAccessibleDescription(part.why_not or part.effect)
        box.setToolTip(part.why_not or part.effect)
        box.setEnabled(part.allowed and not fixed)
        box.setChecked(part.allowed and ticked and not fixed)
        box.toggled.connect(lambda _on: self.ticked.emit())
        self.boxes[part.key] = box
        return box


def _put_titles(grid: QGridLayout) -> None:
    titles = (_("What"), _("Yours"), _("On the platform"), _("What accepting does"))
    for column, title in enumerate(titles, 1):
        grid.addWidget(label(title, muted=True), 0, column)


def _put_wide(grid: QGridLayout, part: ChangePart, box: QCheckBox) -> None:
    row = grid.rowCount()
    what = label(part.label, wrap=True, muted=not part.allowed)
    cells = (box, what, _ours(part), _theirs(part), _outcome(part))
    for column, cell in enumerate(cells):
        grid.addWidget(cell, row, column, _TOP)


def _put_stacked(grid: QGridLayout, part: ChangePart, box: QCheckBox) -> None:
    row = grid.rowCount()
    grid.addWidget(box, row, 0, _TOP)
    grid.addWidget(ElidedLabel(part.label, muted=not part.allowed), row, 1, 1, 2)
    pairs = ((_("Yours"), _ours(part)), (_("Theirs"), _theirs(part)))
    for step, (caption, value) in enumerate(pairs, 1):
        grid.addWidget(label(caption, muted=True), row + step, 1, _TOP)
        grid.addWidget(value, row + step, 2)
    grid.addWidget(_outcome(part), row + 3, 1, 1, 2)


def _ours(part: ChangePart) -> QLabel:
    return label(part.ours or NONE, wrap=True, selectable=True, muted=not part.allowed)


def _theirs(part: ChangePart) -> QLabel:
    return label(part.theirs or NONE, wrap=True, selectable=True, bold=part.allowed, muted=not part.allowed)


def _outcome(part: ChangePart) -> QWidget:
    """What accepting does; or the pill that says that it cannot be, and the reason."""
    if part.allowed:
        return label(part.effect, wrap=True, muted=True)
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3)
    line = QHBoxLayout()
    line.addWidget(Pill(_("Not possible"), Tone.WARNING))
    line.addStretch(1)
    column.addLayout(line)
    column.addWidget(label(part.why_not, wrap=True))
    return box
