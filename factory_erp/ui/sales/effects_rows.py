"""The differences between an order and its production, each with a box and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.order_effects.changed_orders import EffectKind, EffectLine
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.widgets import ElidedLabel, label

KIND_NAMES = {
    EffectKind.ORDER: N_("Sales order"),
    EffectKind.SHIPMENT: N_("Cartons"),
    EffectKind.PRODUCTION: N_("Production"),
    EffectKind.DATE: N_("Due day"),
    EffectKind.PURCHASE: N_("Purchase"),
    EffectKind.RESERVATION: N_("Reservation"),
    EffectKind.SHORTFALL: N_("Shortfall"),
}
_SHARES = (0, 4, 3, 2, 2, 7)
"""Shares of the columns; the first holds only the boxes."""
_TOP = Qt.AlignmentFlag.AlignTop


def _titles() -> tuple[str, ...]:
    under_way, wanted = pgettext("order change", "Under way"), pgettext("order change", "Wanted")
    return _("Record"), _("Goods"), under_way, wanted, _("What to do")


class EffectRows(QWidget):
    """A box and a chooser for each difference; what cannot be undone says why."""

    ticked = Signal()
    """A box was ticked or cleared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        self.choosers: dict[str, ChoiceEdit] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._content: QWidget | None = None

    def show_lines(self, lines: Sequence[EffectLine]) -> None:
        """Show the differences, those that can be settled ticked, with what is recommended preset."""
        self.boxes, self.choosers = {}, {}
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        for column, title in enumerate(_titles() if lines else (), 1):
            grid.addWidget(label(title, muted=True), 0, column)
        for column, share in enumerate(_SHARES):
            grid.setColumnStretch(column, share)
        for row, line in enumerate(lines, 1):
            self._put(grid, row, line)
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = content
        self._column.addWidget(content)
        content.show()
        self.ticked.emit()

    def choices(self) -> Mapping[str, str]:
        """Key of each ticked difference → the action chosen for it."""
        return {key: str(self.choosers[key].value()) for key, box in self.boxes.items() if box.isChecked()}

    def _put(self, grid: QGridLayout, row: int, line: EffectLine) -> None:
        muted = not line.actions
        record = QWidget()
        column = QVBoxLayout(record)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(ElidedLabel(line.number, muted=muted))
        column.addWidget(ElidedLabel(f"{_(KIND_NAMES[line.kind])} · {line.state}", muted=True))
        cells = (
            record, ElidedLabel(line.what, muted=muted), label(line.before, muted=muted),
            label(line.after, muted=muted, bold=not muted), self._what_to_do(line),
        )  # fmt: skip
        if line.actions:
            grid.addWidget(self._box(line), row, 0, _TOP)
        for place, cell in enumerate(cells, 1):
            grid.addWidget(cell, row, place, _TOP)

    def _box(self, line: EffectLine) -> QCheckBox:
        box = QCheckBox()
        box.setChecked(True)
        said = _("{number}, {what}: {before} under way, {after} wanted", number=line.number, what=line.what,
                 before=line.before, after=line.after)  # fmt: skip
        box.setAccessibleName(said)
        box.toggled.connect(self._note)
        self.boxes[line.key] = box
        return box

    def _note(self) -> None:
        for key, box in self.boxes.items():
            self.choosers[key].setEnabled(box.isChecked())
        self.ticked.emit()

    def _what_to_do(self, line: EffectLine) -> QWidget:
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        if line.actions:
            column.addWidget(self._chooser(line))
        if line.why_not:
            column.addWidget(label(line.why_not, muted=True, wrap=True))
        return cell

    def _chooser(self, line: EffectLine) -> ChoiceEdit:
        chooser = ChoiceEdit([(action.id, action.text) for action in line.actions])
        chooser.setAccessibleName(_("What to do about {number}", number=line.number))
        chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        chooser.setMinimumContentsLength(24)
        chooser.show_value(line.recommended)
        chooser.currentTextChanged.connect(chooser.setToolTip)
        chooser.setToolTip(chooser.currentText())
        self.choosers[line.key] = chooser
        return chooser
