"""The parts of a listing's one draft, and the pieces they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, SignalInstance
from PySide6.QtWidgets import (
    QLabel,
    QLayout,
    QLayoutItem,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from factory_erp.domain.errors import DomainError
from factory_erp.domain.listing_rules import ListingProblem
from factory_erp.i18n import _
from factory_erp.services.listings.book import ListingForm
from factory_erp.services.listings.compose import Composed
from factory_erp.ui.kit import figures, theme
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.draft_tab import without_bar
from factory_erp.ui.kit.forms import Form
from factory_erp.ui.listings.work import Opened


class Part(Protocol):
    """A tab that holds a part of the draft. ``changed`` after every step, ``save_asked`` for Ctrl+Enter."""

    changed: SignalInstance
    save_asked: SignalInstance

    def show_listing(self, opened: Opened) -> None:
        """Show what was read as the state that was saved last."""

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""

    def fill(self, form: ListingForm) -> ListingForm:
        """*form* with what stands in this part. Raises DomainError for what is not sound."""

    def show_unsound(self) -> bool:
        """Go to the first cell or field that is not sound; False where all are."""

    def mark_saved(self) -> None:
        """What stands here is what is saved."""

    def discard(self) -> None:
        """Throw the edits away."""

    def show_composed(self, composed: Composed) -> None:
        """Show what the draft comes to: what is taken from the catalogue, and what is wrong."""

    def show_refusal(self, error: DomainError) -> bool:
        """Show a refusal where it belongs; False if it belongs to nothing here."""


class Counter(QLabel):
    """How many characters stand in *edit*, of how many; in its corner, in the tone of danger beyond."""

    def __init__(self, edit: QLineEdit | QPlainTextEdit, most: int, name: str) -> None:
        super().__init__(edit)
        self._edit, self._most, self._name = edit, most, name
        self.setFont(theme.scaled_font(12))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if isinstance(edit, QLineEdit):
            widest = self.fontMetrics().horizontalAdvance(f"{most} / {most}")
            edit.setTextMargins(0, 0, widest + 12, 0)
        edit.textChanged.connect(self._count)
        edit.installEventFilter(self)
        self._count()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Recolour with the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_most"):
            self._dress()

    def count(self) -> int:
        """Characters in the edit."""
        edit = self._edit
        return len((edit.text() if isinstance(edit, QLineEdit) else edit.toPlainText()).strip())

    def _count(self) -> None:
        self.setText(f"{figures.number(self.count())} / {figures.number(self._most)}")
        self.setAccessibleName(
            _("{field}: {count} of {most} characters", field=self._name, count=self.count(), most=self._most)
        )
        self._dress()
        self.adjustSize()
        self._place()

    def _dress(self) -> None:
        look = theme.current()
        colour = look.danger if self.count() > self._most else look.text_muted
        if self.styleSheet() != (wanted := f"color: {colour}; background: transparent; border: none"):
            self.setStyleSheet(wanted)

    def _place(self) -> None:
        edit = self._edit
        low = edit.height() - self.height()
        line = isinstance(edit, QLineEdit)
        self.move(edit.width() - self.width() - 10, low // 2 if line else low - 6)


class Whole(QObject):
    """Keeps *form* as high as its fields need: it stands in a tab that scrolls as one."""

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        area = form.findChild(QScrollArea)
        assert area is not None
        fields = area.widget()
        assert fields is not None
        self._area, self._fields = area, fields
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        fields.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The fields ask for another height."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Resize):
            width = self._area.viewport().width()
            fields = self._fields
            high = fields.heightForWidth(width) if fields.hasHeightForWidth() else fields.sizeHint().height()
            self._area.setFixedHeight(max(high, fields.minimumSizeHint().height()) + 2)
        return super().eventFilter(watched, event)


def flat(form: Form) -> Form:
    """*form* without a bar and a scroll bar of its own."""
    Whole(form)
    return without_bar(form)


def problem_text(problems: Sequence[ListingProblem]) -> str:
    """What is wrong and what mends it, problem by problem."""
    return "\n".join(f"{one.message} {one.remedy}".strip() for one in problems)


class Flow(QLayout):
    """Widgets in lines, as many in each as there is room for."""

    def __init__(self, parent: QWidget | None = None, gap: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Add at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at *index*."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take the item at *index* out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Lines break by the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of all lines at *width*, px."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put every widget in its place."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """At least the widest."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The widest and the highest."""
        found = QSize()
        for item in self._items:
            found = found.expandedTo(item.minimumSize())
        return found

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, line = x + size.width() + self._gap, max(line, size.height())
        return y + line - rect.y()


def heading(text: str) -> QLabel:
    """A heading within a tab."""
    return label(text, pixels=15, bold=True)
