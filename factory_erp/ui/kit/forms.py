"""Forms, declared as a list of fields: labels, checks, keys, undo and the Save/Discard bar come with them.

Enter goes to the next field, Ctrl+Enter saves, Ctrl+Z undoes the last edit ("Undo: change quantity").
Nothing is saved silently: the form only tells ``saved`` with its values, and is clean again once
the page calls ``mark_saved``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError, InvalidValue
from factory_erp.domain.quantity import unit_name
from factory_erp.i18n import _, language
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.choose import LookupEdit, Search
from factory_erp.ui.kit.edits import (
    CheckEdit,
    ChoiceEdit,
    DateEdit,
    DateTimeEdit,
    DecimalEdit,
    Edit,
    IntegerEdit,
    MoneyEdit,
    NoteEdit,
    QuantityEdit,
    TextEdit,
    TimeEdit,
)
from factory_erp.ui.kit.rows import Runner

__all__ = [
    "CheckEdit",
    "ChoiceEdit",
    "DateEdit",
    "DateTimeEdit",
    "DecimalEdit",
    "Field",
    "FieldKind",
    "Form",
    "IntegerEdit",
    "LookupEdit",
    "MoneyEdit",
    "NoteEdit",
    "QuantityEdit",
    "TextEdit",
    "TimeEdit",
]


class FieldKind(StrEnum):
    """What a field holds; decides its edit and the type of its value."""

    TEXT = "text"
    CHOICE = "choice"
    CHECK = "check"
    LOOKUP = "lookup"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    INTEGER = "integer"
    DECIMAL = "decimal"
    QUANTITY = "quantity"
    MONEY = "money"
    NOTE = "note"
    OWN = "own"


@dataclass(frozen=True)
class Field:
    """One field of a form.

    ``label`` is already translated.  ``choices`` are (value, text) pairs of a CHOICE; ``currency`` belongs
    to MONEY, ``unit`` (Rec 20) to QUANTITY, ``decimals`` to DECIMAL and QUANTITY.  ``check`` is given the
    value (never None) and returns a sentence if it is not acceptable, else "".

    ``search`` belongs to LOOKUP and runs through ``jobs`` (without it: at once, on the UI thread).  The form
    is given a ``Choice`` for it, or a key that is its own text, and gives back the key.  ``make`` gives the
    edit of an OWN field, for values that no other kind can hold.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    choices: Sequence[tuple[object, str]] = ()
    currency: str = ""
    unit: str = ""
    decimals: int = 6
    hint: str = ""
    read_only: bool = False
    check: Callable[[object], str] | None = None
    search: Search | None = None
    jobs: Runner | None = None
    make: Callable[[], Edit] | None = None


class _FieldEdit(QUndoCommand):
    """One field went from one text to another; typing on in the same visit is one step."""

    def __init__(self, form: Form, name: str, before: str, after: str, visit: int) -> None:
        super().__init__(_("change {field}", field=form.label_of(name).lower()))
        self._form, self._name, self._before, self._after, self._visit = form, name, before, after, visit
        self._fresh = True

    def id(self) -> int:
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _FieldEdit) or (other._name, other._visit) != (self._name, self._visit):
            return False
        self._after = other._after
        return True

    def undo(self) -> None:
        self._form._put(self._name, self._before)

    def redo(self) -> None:
        if self._fresh:
            # The person has just typed it: putting it again would move the cursor.
            self._fresh = False
        else:
            self._form._put(self._name, self._after)


class Form(QWidget):
    """A form over *fields*, *columns* of them side by side.

    ``saved`` carries the values once they are all sound, ``discarded`` comes after the edits are thrown
    away, ``dirty_changed`` says whether there is something to save, ``edited`` names a field.
    """

    saved = Signal(dict)
    discarded = Signal()
    dirty_changed = Signal(bool)
    edited = Signal(str)

    def __init__(
        self,
        fields: Sequence[Field],
        values: Mapping[str, object] | None = None,
        *,
        columns: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fields = {field.name: field for field in fields}
        self._edits: dict[str, Edit] = {}
        self._messages: dict[str, QLabel] = {}
        self._known: dict[str, str] = {}
        self._visit = 0
        self.undo_stack = QUndoStack(self)
        self.undo_stack.cleanChanged.connect(self._on_clean_changed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._lay_out(columns), 1)
        column.addWidget(self._make_bar())
        self.set_values(values or {})

    def edit(self, name: str) -> QWidget:
        """The widget of the field *name*."""
        widget = self._edits[name]
        assert isinstance(widget, QWidget)
        return widget

    def label_of(self, name: str) -> str:
        """The label of the field *name*."""
        return self._fields[name].label

    def set_values(self, values: Mapping[str, object]) -> None:
        """Show *values* (missing names: empty) as the state that was saved last."""
        for name, edit in self._edits.items():
            edit.show_value(values.get(name))
            self._known[name] = edit.raw()
            self.set_problem(name, "")
        self._saved = self.draft()
        self.undo_stack.clear()
        self._on_clean_changed(True)

    def values(self) -> dict[str, object]:
        """Value by field name. Raises InvalidValue for the first field that is not sound."""
        return {name: self._value(name) for name in self._edits}

    def problems(self) -> dict[str, str]:
        """A sentence for each field that is not sound."""
        found = {}
        for name in self._edits:
            try:
                self._value(name)
            except DomainError as error:
                found[name] = str(error)
        return found

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""
        return not self.undo_stack.isClean()

    def mark_saved(self) -> None:
        """What stands in the fields is what is saved."""
        self._saved = self.draft()
        self.undo_stack.setClean()

    def save(self) -> bool:
        """Check all fields, then emit ``saved``; else show what is wrong and go to the first problem."""
        problems = self.problems()
        for name in self._edits:
            self.set_problem(name, problems.get(name, ""))
        if problems:
            self.edit(next(iter(problems))).setFocus()
            return False
        self.saved.emit(self.values())
        return True

    def discard(self) -> None:
        """Throw the edits since the last save away; undo can still bring them back."""
        if self.undo_stack.cleanIndex() >= 0:
            self.undo_stack.setIndex(self.undo_stack.cleanIndex())
        else:
            # The way back to the saved state was cut off by an edit after an undo.
            for name, text in self._saved.items():
                self._put(name, text)
            self.undo_stack.clear()
        for name in self._edits:
            self.set_problem(name, "")
        self.discarded.emit()

    def set_problem(self, name: str, message: str) -> None:
        """Say *message* under the field *name*; "" takes it away."""
        place, edit = self._messages[name], self.edit(name)
        place.setText(message)
        place.setVisible(bool(message))
        edit.setAccessibleDescription(message or self._fields[name].hint)
        if bool(edit.property("problem")) != bool(message):
            edit.setProperty("problem", bool(message))
            edit.style().unpolish(edit)
            edit.style().polish(edit)

    def show_error(self, error: DomainError) -> bool:
        """Show a use case's refusal at its field; False if it names no field of this form."""
        if error.field not in self._edits:
            return False
        self.set_problem(error.field, str(error))
        self.edit(error.field).setFocus()
        return True

    def draft(self) -> dict[str, str]:
        """What stands in the fields, sound or not, to park an open draft."""
        return {name: edit.raw() for name, edit in self._edits.items()}

    def restore_draft(self, draft: Mapping[str, str]) -> None:
        """Bring a parked draft back as edits that can be undone."""
        for name, text in draft.items():
            if name in self._edits and text != self._known[name]:
                self._edits[name].set_raw(text)
                self._on_edited(name)

    def undo_text(self) -> str:
        """Title of the undo command: what it would undo."""
        return _("Undo: {step}", step=self.undo_stack.undoText()) if self.undo_stack.canUndo() else _("Undo")

    def redo_text(self) -> str:
        """Title of the redo command: what it would do again."""
        return _("Redo: {step}", step=self.undo_stack.redoText()) if self.undo_stack.canRedo() else _("Redo")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The form's keys in each of its edits; a field is checked as it is left."""
        if event.type() == QEvent.Type.FocusOut:
            self._leave(watched)
        elif event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._area.ensureWidgetVisible(watched)
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._undo_key(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._handle_key(watched, event)
        return super().eventFilter(watched, event)

    def _lay_out(self, columns: int) -> QScrollArea:
        """The fields scroll where they do not fit; the Save bar stays in sight."""
        content = QWidget()
        self._columns = columns
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(10)
        for number, field in enumerate(self._fields.values()):
            grid.addLayout(self._make_cell(field), number // columns, number % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(content)
        content.setAutoFillBackground(False)
        self._area.viewport().setAutoFillBackground(False)
        return self._area

    def _make_cell(self, field: Field) -> QVBoxLayout:
        """Label, edit, and the place for its problem, one under the other."""
        edit = _make_edit(field)
        assert isinstance(edit, QWidget)
        # A check box says its own label; the blank line keeps it level with its neighbours.
        caption = label("" if field.kind is FieldKind.CHECK else _caption(field), muted=True)
        if self._columns == 1 and not caption.text():
            caption.hide()
        caption.setBuddy(edit)
        edit.setAccessibleName(field.label)
        edit.setToolTip(field.hint)
        edit.installEventFilter(self)
        if field.read_only:
            edit.setEnabled(False)
        edit.edited.connect(lambda: self._on_edited(field.name))
        message = label(wrap=True)
        message.setProperty("problem", True)
        message.hide()
        self._edits[field.name] = edit
        self._messages[field.name] = message
        cell = QVBoxLayout()
        cell.setSpacing(4)
        for widget in (caption, edit, message):
            cell.addWidget(widget)
        cell.addStretch(1)
        return cell

    def _make_bar(self) -> QWidget:
        self.bar = QWidget()
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(0, 8, 0, 0)
        row.addWidget(label(_("Unsaved changes"), muted=True), 1)
        self.discard_button = Button(_("Discard"), kind=Kind.PLAIN, run=self.discard)
        self.save_button = Button(_("Save"), kind=Kind.PRIMARY, run=self.save)
        self.save_button.setToolTip("Ctrl+Enter")
        row.addWidget(self.discard_button)
        row.addWidget(self.save_button)
        return self.bar

    def _value(self, name: str) -> object:
        field = self._fields[name]
        value = self._edits[name].value()
        if value is None:
            if field.required:
                raise InvalidValue(_("{field} is needed.", field=field.label), field=name)
            return None
        complaint = field.check(value) if field.check else ""
        if complaint:
            raise InvalidValue(complaint, field=name)
        return value

    def _on_edited(self, name: str) -> None:
        before, after = self._known[name], self._edits[name].raw()
        if before != after:
            self._known[name] = after
            self.set_problem(name, "")
            self.undo_stack.push(_FieldEdit(self, name, before, after, self._visit))
            self.edited.emit(name)

    def _put(self, name: str, text: str) -> None:
        """Undo and redo: show *text* and go there, so that one sees what changed."""
        self._edits[name].set_raw(text)
        self._known[name] = text
        self._visit += 1
        self.edit(name).setFocus()
        self.edited.emit(name)

    def _on_clean_changed(self, clean: bool) -> None:
        self.bar.setVisible(not clean)
        self.dirty_changed.emit(not clean)

    def _leave(self, watched: QObject) -> None:
        self._visit += 1
        name = next((name for name in self._edits if self.edit(name) is watched), None)
        if name is None or not self._edits[name].raw():
            return
        try:
            self._value(name)
        except DomainError as error:
            self.set_problem(name, str(error))

    def _undo_key(self, event: QKeyEvent) -> bool:
        return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)

    def _handle_key(self, watched: QObject, event: QKeyEvent) -> bool:
        """True if the key was the form's and is done with."""
        if self._undo_key(event):
            back = event.matches(QKeySequence.StandardKey.Undo)
            (self.undo_stack.undo if back else self.undo_stack.redo)()
            return True
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
            return True
        if isinstance(watched, NoteEdit):
            return False
        self.focusNextChild()
        return True


def _caption(field: Field) -> str:
    """Label, currency or unit, and a star where a value is needed."""
    measure = unit_name(field.unit, language()) if field.unit else field.currency
    return f"{field.label}{f' ({measure})' if measure else ''}{' *' if field.required else ''}"


def _make_edit(field: Field) -> Edit:
    match field.kind:
        case FieldKind.CHOICE:
            return ChoiceEdit(field.choices)
        case FieldKind.CHECK:
            return CheckEdit(field.label)
        case FieldKind.LOOKUP:
            assert field.search is not None, f"the lookup {field.name} has no search"
            return LookupEdit(field.search, field.jobs)
        case FieldKind.OWN:
            assert field.make is not None, f"nothing makes the edit of {field.name}"
            return field.make()
        case FieldKind.TIME:
            return TimeEdit()
        case FieldKind.DATE:
            return DateEdit()
        case FieldKind.DATETIME:
            return DateTimeEdit()
        case FieldKind.INTEGER:
            return IntegerEdit()
        case FieldKind.DECIMAL:
            return DecimalEdit(decimals=field.decimals)
        case FieldKind.QUANTITY:
            return QuantityEdit(unit=field.unit, decimals=field.decimals)
        case FieldKind.MONEY:
            return MoneyEdit(currency=field.currency)
        case FieldKind.NOTE:
            return NoteEdit()
        case _:
            return TextEdit()
