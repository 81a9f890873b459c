"""The axes of a product and the values on each, in two tables side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, language
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.services.variants.making import AxisInput, AxisView, ValueInput
from factory_erp.ui.catalog.languages import language_title
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.grid import EditGrid, GridColumn

AXIS_COLUMNS = (
    GridColumn("code", N_("Code"), 96, required=True,
               hint=N_("Letters and digits; it stands in SKU patterns and rules, for example colour")),
    GridColumn("name_en", N_("English name"), 130, required=True),
    GridColumn("name_zh", N_("Chinese name"), 110),
)  # fmt: skip
NAME = "name "
"""Before the language in the key of a column of names."""


def value_columns(languages: Sequence[str]) -> tuple[GridColumn, ...]:
    """Code, and the name in each of *languages*; those beyond English and Chinese give way first."""
    return (
        GridColumn("code", N_("Code"), 84, required=True, hint=N_("Stands in the SKU, for example BK")),
        *(
            GridColumn(NAME + code, code, 120, priority=place, hint=language_title(code),
                       aliases=(TITLES.get(code, language_title(code)),))
            for place, code in enumerate(languages)
        ),
    )  # fmt: skip


TITLES = {ENGLISH: N_("English name"), CHINESE: N_("Chinese name")}
"""What the columns of these languages are also called in a pasted block."""


class AxesEditor(QWidget):
    """``changed`` comes after every step in one of the tables, ``save_asked`` is Ctrl+Enter."""

    changed = Signal()
    save_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._languages: tuple[str, ...] = (ENGLISH, CHINESE)
        self._new_keys = count(-1, -1)
        self.values: dict[int, EditGrid] = {}
        self.axes = EditGrid(AXIS_COLUMNS, new_row=self._new_axis, movable=True)
        self.axes.set_name(_("Option axes"))
        self.axes.set_empty_text(_("Size, colour, logo: add a line for each way in which the items differ."))
        self.stack = QStackedWidget()
        self._nothing = label(_("Choose an axis to see its values."), muted=True, wrap=True)
        self._nothing.setContentsMargins(14, 8, 14, 8)
        self.stack.addWidget(self._nothing)
        self.axes.current_changed.connect(lambda _row: self._show_values())
        self._connect(self.axes)
        self._frame = framed(self.stack, title=_("Values"))
        self._heading = _heading(self._frame, _("Values"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        parts = split(framed(self.axes, title=_("Options")), self._frame, across=False, sizes=(240, 360))
        column.addWidget(parts)
        self.setFocusProxy(self.axes)

    def _connect(self, grid: EditGrid) -> None:
        grid.changed.connect(self._note_step)
        grid.dirty_changed.connect(lambda _dirty: self.changed.emit())
        grid.save_asked.connect(self.save_asked)

    def _note_step(self) -> None:
        self._show_values()
        self.changed.emit()

    def _new_axis(self) -> Mapping[str, object]:
        return {"key": next(self._new_keys)}

    # in and out

    def show_axes(self, axes: Sequence[AxisView], languages: Sequence[str]) -> None:
        """Show *axes* as the state that was saved last, names in *languages*.

        The tables of values are made anew: the keyboard, and the cell it was in, stay where they were.
        """
        self._languages = tuple(languages)
        left = self._place_among_values()
        for grid in self.values.values():
            self.stack.removeWidget(grid)
            grid.deleteLater()
        self.values = {}
        for axis in axes:
            rows = [
                {"id": one.id, "code": one.code} | {NAME + code: name for code, name in one.names.items()}
                for one in axis.values
            ]
            self._values_of(axis.id).set_rows(rows)
        self.axes.set_rows([_axis_row(axis) for axis in axes])
        if axes and self.axes.current_row() < 0:
            self.axes.select(0)
        self._show_values()
        shown = self.stack.currentWidget()
        if left is not None and isinstance(shown, EditGrid):
            shown.view.setFocus()
            if left[0] < len(shown.model.rows):
                shown.view.go_to(*left)

    def _place_among_values(self) -> tuple[int, int] | None:
        """Row and column of the cell that has the keyboard; None where no table of values has it."""
        grid = self.stack.currentWidget()
        if not isinstance(grid, EditGrid) or not grid.view.holds_focus():
            return None
        index = grid.view.currentIndex()
        return max(index.row(), 0), max(index.column(), 0)

    def read(self) -> list[AxisInput]:
        """The axes as they stand in the tables, which must be sound."""
        return [self._axis(row) for row in self.axes.rows()]

    def _axis(self, row: Mapping[str, object]) -> AxisInput:
        values = [_value(one) for one in self._values_of(_number(row["key"])).rows()]
        axis_id = row.get("id")
        return AxisInput(
            str(row["code"]), str(row["name_en"]), str(row["name_zh"] or ""), values,
            axis_id if isinstance(axis_id, int) else None,
        )  # fmt: skip

    # the draft

    def _in_use(self) -> list[EditGrid]:
        keys = (row.rest.get("key") for row in self.axes.model.rows)
        return [self.axes, *(self.values[key] for key in keys if isinstance(key, int) and key in self.values)]

    def is_dirty(self) -> bool:
        """Whether a table has edits that were not saved."""
        return any(grid.is_dirty() for grid in self._in_use())

    def discard(self) -> None:
        """Throw the edits away."""
        self.axes.discard()
        for grid in self.values.values():
            grid.discard()
        self._show_values()

    def mark_saved(self) -> None:
        """What stands in the tables is what is saved."""
        for grid in self._in_use():
            grid.mark_saved()

    def first_problem(self) -> str:
        """Go to the first cell that is not sound, and give the sentence; "" where all are."""
        for row, key, sentence in self.axes.problems()[:1]:
            self.axes.view.setFocus()
            self.axes.select(row, key)
            return sentence
        for number, axis in enumerate(self.axes.model.rows):
            grid = self._values_of(_number(axis.rest["key"]))
            for row, key, sentence in grid.problems()[:1]:
                self.axes.select(number)
                grid.view.setFocus()
                grid.select(row, key)
                return sentence
        return ""

    # the values of the axis in view

    def _values_of(self, key: int) -> EditGrid:
        if key not in self.values:
            grid = EditGrid(value_columns(self._languages), new_row=dict, movable=True)
            grid.set_name(_("Values"))
            grid.set_empty_text(_("Add a line for each value: 350 ml, 500 ml."))
            self._connect(grid)
            self.values[key] = grid
            self.stack.addWidget(grid)
        return self.values[key]

    def _show_values(self) -> None:
        place = self.axes.current_row()
        if not 0 <= place < len(self.axes.model.rows):
            self.stack.setCurrentWidget(self._nothing)
            self._heading.setText(_("Values"))
            return
        row = self.axes.model.rows[place]
        self.stack.setCurrentWidget(self._values_of(_number(row.rest["key"])))
        code, english, chinese = (cell.text for cell in row.cells)
        name = (chinese if language() == CHINESE else "") or english or code
        self._heading.setText(_("Values of {axis}", axis=name) if name else _("Values"))


def _heading(frame: QFrame, title: str) -> QLabel:
    """The label of *frame* that says *title*, to say more later."""
    return next(one for one in frame.findChildren(QLabel) if one.text() == title)


def _axis_row(axis: AxisView) -> dict[str, object]:
    return {
        "id": axis.id, "key": axis.id, "code": axis.code, "name_en": axis.name_en, "name_zh": axis.name_zh,
    }  # fmt: skip


def _number(key: object) -> int:
    assert isinstance(key, int)
    return key


def _value(row: Mapping[str, object]) -> ValueInput:
    names = {key.removeprefix(NAME): str(name) for key, name in row.items() if key.startswith(NAME) and name}
    value_id = row.get("id")
    return ValueInput(str(row["code"]), names, value_id if isinstance(value_id, int) else None)
