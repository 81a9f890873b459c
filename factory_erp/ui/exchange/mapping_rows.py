"""Which column of the file becomes which field: one line for each field of the kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.exchange.fields import Field
from factory_erp.services.exchange.mapping import ColumnMap, Source
from factory_erp.services.exchange.registry import KINDS
from factory_erp.ui.exchange.work import Opened, samples
from factory_erp.ui.kit.buttons import ElidedLabel, label
from factory_erp.ui.kit.edits import ChoiceEdit, TextEdit

NOTHING, FIXED, AS_MAPPED = "", "fixed", "as mapped"
"""Choices beside the file's columns, which are ("column", header)."""

CHOICE_WIDTH, FIXED_WIDTH = 240, 170


def described(source: Source) -> str:
    """A source that is more than one column: "Color + Size, looked up in Model.csv"."""
    said = [" + ".join(source.columns) if source.columns else _("always '{text}'", text=source.constant)]
    if source.lookup:
        said.append(_("looked up in {file}", file=source.lookup.file))
    if source.values:
        said.append(_("words translated"))
    if source.times:
        said.append(_("multiplied"))
    if source.date:
        said.append(_("days as {format}", format=source.date))
    return ", ".join(said)


def is_plain(source: Source) -> bool:
    """Whether the source is one column as it is, or a fixed text."""
    column = len(source.columns) == 1 and source == Source(source.columns)
    return column or (not source.columns and source == Source(constant=source.constant))


class _Step(QUndoCommand):
    """One field went from one source to another; typing on in a fixed value is one step."""

    def __init__(self, rows: MappingRows, key: str, before: Source | None, after: Source | None) -> None:
        super().__init__(_("column of {field}", field=rows.lines[key].said))
        self._rows, self._key, self._before, self._after = rows, key, before, after
        self._fresh = True

    def id(self) -> int:
        """Steps of this kind may merge."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Only letters typed one after another."""
        fixed = self._after is not None and not self._after.columns
        if not (isinstance(other, _Step) and other._key == self._key and fixed):
            return False
        if other._after is None or other._after.columns:
            return False
        self._after = other._after
        return True

    def undo(self) -> None:
        """Back to what it was."""
        self._rows.put(self._key, self._before)

    def redo(self) -> None:
        """Do it again; the first time the person has just done it."""
        if not self._fresh:
            self._rows.put(self._key, self._after)
        self._fresh = False


class MappingLine:
    """The widgets of one field: its name, where it comes from, the fixed value, what the file holds."""

    def __init__(self, rows: MappingRows, field: Field) -> None:
        self.field = field
        self._rows = rows
        self._kept: Source | None = None
        self.said = _(field.title)
        # A star, and the word for who hears it: what is required is not told by colour.
        self.name = label(f"{self.said} *" if field.required else self.said, bold=field.required)
        self.choice = ChoiceEdit([(NOTHING, _("– not imported –"))])
        self.choice.setFixedWidth(CHOICE_WIDTH)
        self.choice.setSizeAdjustPolicy(ChoiceEdit.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        needed = _("{field}, required", field=self.said) if field.required else self.said
        self.choice.setAccessibleName(needed)
        self.fixed = TextEdit()
        self.fixed.setFixedWidth(FIXED_WIDTH)
        self.fixed.setPlaceholderText(_("For every row"))
        self.fixed.setAccessibleName(_("Fixed value of {field}", field=self.said))
        self.sample = ElidedLabel(muted=True, least=60)
        if field.hint:
            self.name.setToolTip(_(field.hint))
            self.choice.setToolTip(_(field.hint))
        self.choice.edited.connect(self._edited)
        self.fixed.edited.connect(self._edited)
        self.known: Source | None = None

    def offer(self, headers: Sequence[str]) -> None:
        """Offer the columns of a file."""
        offered: list[tuple[object, str]] = [(NOTHING, _("– not imported –"))]
        offered += [(("column", header), header) for header in headers]
        offered.append((FIXED, _("Fixed value…")))
        if self._kept is not None:
            offered.append((AS_MAPPED, described(self._kept)))
        self.choice.set_choices(offered)

    def show_source(self, source: Source | None, headers: Sequence[str]) -> None:
        """Choose *source*; one that is more than a column or a text is offered as it is."""
        if source is not None and not is_plain(source):
            self._kept = source
        self.offer(headers)
        self.known = source
        if source is None:
            self.choice.show_value(NOTHING)
        elif source is self._kept or not is_plain(source):
            self.choice.show_value(AS_MAPPED)
        else:
            self.choice.show_value(("column", source.columns[0]) if source.columns else FIXED)
        self.fixed.show_value(source.constant if source and not source.columns else "")
        self.look()

    def source(self) -> Source | None:
        """What is chosen; None where the field is not imported."""
        value = self.choice.value()
        if isinstance(value, tuple):
            return Source((str(value[1]),))
        if value == FIXED:
            return Source(constant=self.fixed.text().strip())
        return self._kept if value == AS_MAPPED else None

    def look(self) -> None:
        """The fixed value's edit is there only where one is wanted; samples or an example beside it."""
        fixed = self.choice.value() == FIXED
        self.fixed.setVisible(fixed)
        source = self.source()
        found = [one for header in (source.columns if source else ()) for one in self._rows.sample(header)]
        if found:
            self.sample.setText(" · ".join(found))
        else:
            example = self.field.example
            self.sample.setText("" if fixed or not example else _("for example {text}", text=example))

    def _edited(self) -> None:
        before, self.known = self.known, self.source()
        if self.known != before:
            self._rows.note(self.field.key, before, self.known)
        self.look()
        if self.choice.value() == FIXED and not self.fixed.text():
            self.fixed.setFocus(Qt.FocusReason.OtherFocusReason)


class MappingRows(QScrollArea):
    """The lines of a kind; ``changed`` comes after every change, also an undone one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: dict[str, MappingLine] = {}
        self.undo_stack = QUndoStack(self)
        self._opened: Opened | None = None
        self._base = ColumnMap({})
        self._headers: tuple[str, ...] = ()
        self._samples: dict[str, list[str]] = {}
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        for keys, run in (("Ctrl+Z", self.undo_stack.undo), ("Ctrl+Shift+Z", self.undo_stack.redo)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(run)

    def show_opened(self, opened: Opened) -> None:
        """Show the fields of the table's kind, and its mapping as the state to go back to."""
        self._opened = opened
        self._headers = opened.sheet.headers
        self._samples = {header: samples(opened.sheet, header) for header in self._headers}
        self._base = opened.mapping
        self._build(opened.kind)
        for key, line in self.lines.items():
            line.show_source(opened.mapping.columns.get(key), self._headers)
        self.undo_stack.clear()
        self.changed.emit()

    def _build(self, kind: str) -> None:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(3, 1)
        titles = (_("Field"), _("Column of the file"), "", _("What the file holds"))
        for place, title in enumerate(titles):
            grid.addWidget(label(title, muted=True), 0, place)
        self.lines = {field.key: MappingLine(self, field) for field in KINDS[kind].fields}
        for number, line in enumerate(self.lines.values(), 1):
            for place, part in enumerate((line.name, line.choice, line.fixed, line.sample)):
                grid.addWidget(part, number, place)
        outer = QVBoxLayout()
        outer.addStretch(1)
        grid.addLayout(outer, len(self.lines) + 1, 0)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def mapping(self) -> ColumnMap:
        """The mapping as it is chosen now; what it says beside the columns stays as it came."""
        chosen = {key: source for key, line in self.lines.items() if (source := line.source()) is not None}
        return replace(self._base, columns=chosen)

    def set_date(self, written: str) -> None:
        """Days are written as *written* says ("": as ISO has them)."""
        self._base = replace(self._base, date=written)
        self.changed.emit()

    def sample(self, header: str) -> list[str]:
        """The first cells of the column *header*."""
        return self._samples.get(header, [])

    def missing(self) -> list[str]:
        """Titles of the fields without which nothing can be imported."""
        return [line.said for line in self.lines.values() if line.field.required and line.source() is None]

    def without_value(self) -> list[str]:
        """Titles of the fields that want a fixed value and have none."""
        wanted = [line for line in self.lines.values() if line.source() == Source()]
        return [line.said for line in wanted]

    def unused(self) -> list[str]:
        """Headers of the file that nothing is taken from."""
        used = set(self.mapping().named)
        return [header for header in self._headers if header not in used]

    def is_dirty(self) -> bool:
        """Whether the person has changed anything."""
        return self._opened is not None and self.mapping() != self._opened.mapping

    def discard(self) -> None:
        """Back to the mapping that was shown first."""
        if self._opened is not None:
            self.show_opened(self._opened)

    # what lines and steps call

    def note(self, key: str, before: Source | None, after: Source | None) -> None:
        """The person has changed a line."""
        self.undo_stack.push(_Step(self, key, before, after))
        self.changed.emit()

    def put(self, key: str, source: Source | None) -> None:
        """Undo and redo."""
        self.lines[key].show_source(source, self._headers)
        self.lines[key].choice.setFocus()
        self.changed.emit()
