"""The texts of a product or an item in one language, with what is missing and what platforms will cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, ngettext, pgettext
from factory_erp.services.catalogue.texts import TITLE_LIMITS, TextRow, TextValues, title_warnings
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.draft_tab import without_bar
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

EDGE = 4
"""What a form leaves free at its right for the scroll bar, px."""

LEAST_DESCRIPTION = 96
"""Room for four lines, px; it takes whatever height is left over."""


def field_title(name: str) -> str:
    """What a field of a text is called."""
    return {
        "name": _("Name"),
        "declaration_name": _("Customs name"),
        "keywords": _("Keywords"),
        "description": pgettext("of a product", "Description"),
    }[name]


class LanguageForm(QWidget):
    """``saved`` comes of Ctrl+Enter, ``edited`` after every edit, also an undone one."""

    saved = Signal()
    edited = Signal()

    def __init__(self, language: str, *, declared: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.language = language
        self.read = TextValues(language)
        self.form = without_bar(Form(text_fields(declared=declared)))
        area = self.form.findChild(QScrollArea)
        assert area is not None
        self._area = area
        area.viewport().installEventFilter(self)
        self.form.saved.connect(lambda _values: self.saved.emit())
        self.form.edited.connect(lambda _name: self._note_edit())
        self.form.dirty_changed.connect(lambda _dirty: self.edited.emit())
        self.state = Pill()
        self.length = label(muted=True)
        self.warning = label(wrap=True)
        self.warning.setProperty("problem", True)
        self._lay_out()
        self.show_row(TextRow(language, "", "", "", "", False, ("name",), ()))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, EDGE, 0)
        head.addWidget(self.state)
        head.addStretch(1)
        head.addWidget(self.length)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.warning)
        column.addWidget(self.form, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The description takes the height that the other fields leave."""
        fields = self._area.widget()
        if event.type() == QEvent.Type.Resize and fields is not None:
            description = self.form.edit("description")
            rest = fields.sizeHint().height() - description.height()
            description.setFixedHeight(max(LEAST_DESCRIPTION, self._area.viewport().height() - rest))
        return super().eventFilter(watched, event)

    def show_row(self, row: TextRow) -> None:
        """Show what was read; a draft stays as it is."""
        self.state.set(*_state(row))
        if not self.is_dirty() and self.values() != row.values():
            values = row.values()
            self.form.set_values({name: getattr(values, name) for name in self.form.draft()})
        if not self.is_dirty():
            self.read = row.values()
        self._show_length()

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""
        return self.form.is_dirty()

    def values(self) -> TextValues:
        """What stands in the fields."""
        draft = {name: text.strip() for name, text in self.form.draft().items()}
        return TextValues(self.language, **draft)

    def mark_saved(self) -> None:
        """What stands in the fields is what is saved."""
        self.form.mark_saved()
        self.read = self.values()

    def could_mean(self, error: DomainError) -> int:
        """How likely a refusal that names a field is about this language: the length of its text.

        A name is refused for being empty beside other texts, any text for being too long.
        """
        values = self.values()
        if error.field == "name" and not values.name and values != TextValues(self.language):
            return 1_000_000
        return len(str(getattr(values, error.field, "")))

    def _note_edit(self) -> None:
        self._show_length()
        self.edited.emit()

    def _show_length(self) -> None:
        """How long the name is, and where that is too long."""
        name = self.values().name
        limits = ", ".join(f"{platform} {most}" for platform, most in TITLE_LIMITS.items())
        self.length.setText(
            ngettext(
                "Name: {count} character ({limits})",
                "Name: {count} characters ({limits})",
                len(name),
                limits=limits,
            )
        )
        self.length.setToolTip(_("Characters that the titles of platforms may have"))
        warnings = "\n".join(title_warnings(name))
        self.warning.setText(warnings)
        self.warning.setVisible(bool(warnings))
        self.form.edit("name").setAccessibleDescription(f"{self.length.text()} {warnings}".strip())


def text_fields(*, declared: bool) -> list[Field]:
    """The form's fields, named as in ``TextValues``; products have no name for customs (*declared*)."""
    fields = [
        Field("name", field_title("name"), hint=_("As it stands on quotations, invoices and packing lists")),
        Field("declaration_name", field_title("declaration_name"),
              hint=_("Short and plain, as the customs declaration has it")),
        Field("keywords", field_title("keywords"), hint=_("Search words for listings, separated by commas")),
        Field("description", field_title("description"), FieldKind.NOTE),
    ]  # fmt: skip
    return [field for field in fields if declared or field.name != "declaration_name"]


def _state(row: TextRow) -> tuple[str, Tone]:
    if row.complete:
        return _("Complete"), Tone.SUCCESS
    missing = ", ".join(field_title(name) for name in row.missing)
    return _("Missing: {fields}", fields=missing), Tone.WARNING
