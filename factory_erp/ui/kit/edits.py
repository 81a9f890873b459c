"""Edits for one value each: text, choice, check, date, time, whole number, quantity, money, note.

Each knows its ``raw`` state (a string, what undo and drafts keep) and its ``value`` (what the use case
takes), and says what is wrong in a sentence.  An empty edit has the value None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Protocol

from PySide6.QtCore import QDate, QEvent, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCalendarWidget, QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money, parse_decimal
from factory_erp.domain.quantity import Quantity
from factory_erp.i18n import _
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.icons import icon

_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)


class Edit(Protocol):
    """What a form asks of an edit."""

    edited: SignalInstance

    def raw(self) -> str:
        """What stands in the edit, as it stands."""

    def set_raw(self, text: str) -> None:
        """Put *text* in, without telling ``edited``."""

    def value(self) -> object:
        """The value, None if empty. Raises InvalidValue."""

    def show_value(self, value: object) -> None:
        """Show *value* as a person would type it."""


class TextEdit(QLineEdit):
    """One line of text; blanks at both ends do not count."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(lambda _text: self.edited.emit())

    def raw(self) -> str:
        """The line as typed."""
        return self.text()

    def set_raw(self, text: str) -> None:
        """Put *text* in."""
        self.setText(text)

    def value(self) -> object:
        """The text without blanks around it; None if nothing is left. Raises InvalidValue in subclasses."""
        return self.text().strip() or None

    def show_value(self, value: object) -> None:
        """Show *value*."""
        self.setText("" if value is None else str(value))


class IntegerEdit(TextEdit):
    """A whole number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def value(self) -> object:
        """An int. Raises InvalidValue for anything but a plain whole number."""
        text = self.text().strip()
        if not text:
            return None
        number = parse_decimal(text)
        if number != int(number):
            raise InvalidValue(_("Enter a whole number."))
        return int(number)


class DecimalEdit(TextEdit):
    """A plain decimal number: digits and one point, no grouping, so that nothing is ever guessed."""

    def __init__(self, parent: QWidget | None = None, *, decimals: int = 6) -> None:
        super().__init__(parent)
        self._decimals = decimals
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def value(self) -> object:
        """A Decimal. Raises InvalidValue."""
        text = self.text().strip()
        return self.parse(text) if text else None

    def parse(self, text: str) -> object:
        """The number in *text*. Raises InvalidValue for a malformed one or too many decimals."""
        number = parse_decimal(text)
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self._decimals:
            raise InvalidValue(_("At most {decimals} decimals are possible here.", decimals=self._decimals))
        return number


class QuantityEdit(DecimalEdit):
    """A quantity in one unit (a Rec 20 code); its value is a ``Quantity``."""

    def __init__(self, parent: QWidget | None = None, *, unit: str, decimals: int = 6) -> None:
        super().__init__(parent, decimals=decimals)
        self.unit = unit

    def parse(self, text: str) -> object:
        """The Quantity in *text*. Raises InvalidValue."""
        super().parse(text)
        return Quantity.of(text, self.unit)

    def show_value(self, value: object) -> None:
        """Show the number of a Quantity, without its unit."""
        super().show_value(_plain(value.value) if isinstance(value, Quantity) else value)


class MoneyEdit(DecimalEdit):
    """An amount in one currency; its value is ``Money``."""

    def __init__(self, parent: QWidget | None = None, *, currency: str) -> None:
        super().__init__(parent)
        self.currency = currency

    def parse(self, text: str) -> object:
        """The Money in *text*. Raises InvalidValue for more decimals than the currency has."""
        parse_decimal(text)
        return Money.of(text, self.currency)

    def show_value(self, value: object) -> None:
        """Show the amount of Money, without its currency."""
        super().show_value(str(value.amount) if isinstance(value, Money) else value)


class DateEdit(TextEdit):
    """A date as 2026-11-28 or 20261128, or from the calendar behind the button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(_("YYYY-MM-DD"))
        self._button = self.addAction(icon("calendar"), QLineEdit.ActionPosition.TrailingPosition)
        self._button.setToolTip(_("Choose from a calendar"))
        self._button.triggered.connect(self.open_calendar)

    def changeEvent(self, event: QEvent) -> None:
        """Recolour the calendar with the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_button"):
            self._button.setIcon(icon("calendar"))

    def value(self) -> object:
        """A date. Raises InvalidValue."""
        text = self.text().strip()
        return parse_date(text) if text else None

    def open_calendar(self) -> QCalendarWidget:
        """A month to pick a day from; closes on the pick."""
        calendar = QCalendarWidget(self)
        calendar.setWindowFlag(Qt.WindowType.Popup)
        calendar.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        try:
            known = self.value()
        except InvalidValue:
            known = None
        if isinstance(known, date):
            calendar.setSelectedDate(QDate(known.year, known.month, known.day))
        calendar.clicked.connect(lambda day: self._pick(calendar, day))
        calendar.move(self.mapToGlobal(QPoint(0, self.height())))
        calendar.show()
        return calendar

    def _pick(self, calendar: QCalendarWidget, day: QDate) -> None:
        self.setText(day.toString(Qt.DateFormat.ISODate))
        self.edited.emit()
        calendar.close()


class DateTimeEdit(TextEdit):
    """A time on the factory's clock as 2026-11-28 14:30; its value is aware, in UTC."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(_("YYYY-MM-DD HH:MM"))

    def value(self) -> object:
        """An aware datetime in UTC. Raises InvalidValue."""
        text = self.text().strip()
        if not text:
            return None
        day, _blank, clock = text.partition(" ")
        found = _TIME.fullmatch(clock.strip())
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise InvalidValue(_("Enter date and time like 2026-11-28 14:30."))
        start = parse_date(day)
        at = datetime.combine(start, time(int(found[1]), int(found[2])), figures.ZONE)
        return at.astimezone(UTC)

    def show_value(self, value: object) -> None:
        """Show a UTC time as the factory's clock shows it."""
        super().show_value(figures.local(value) if isinstance(value, datetime) else value)


class TimeEdit(TextEdit):
    """A time of day as 08:30."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(_("HH:MM"))

    def value(self) -> object:
        """A ``datetime.time``. Raises InvalidValue."""
        text = self.text().strip()
        return parse_time(text) if text else None

    def show_value(self, value: object) -> None:
        """Show hours and minutes."""
        super().show_value(value.strftime("%H:%M") if isinstance(value, time) else value)


class NoteEdit(QPlainTextEdit):
    """Several lines of text; Enter starts a new line here, Tab goes on."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        # Two undo histories would fight over one key: the form's is the one.
        self.setUndoRedoEnabled(False)
        self.setFixedHeight(84)
        self._quiet = False
        self.textChanged.connect(self._tell)

    def _tell(self) -> None:
        if not self._quiet:
            self.edited.emit()

    def raw(self) -> str:
        """The text as typed."""
        return self.toPlainText()

    def set_raw(self, text: str) -> None:
        """Put *text* in."""
        self._quiet = True
        self.setPlainText(text)
        self._quiet = False

    def value(self) -> object:
        """The text, None if empty."""
        return self.toPlainText().strip() or None

    def show_value(self, value: object) -> None:
        """Show *value*."""
        self.set_raw("" if value is None else str(value))


class ChoiceEdit(QComboBox):
    """One of (value, text) pairs; the value may be any plain value, None for "nothing chosen"."""

    edited = Signal()

    def __init__(self, choices: Sequence[tuple[object, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[object] = []
        self.set_choices(choices)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(lambda _index: self.edited.emit())

    def set_choices(self, choices: Sequence[tuple[object, str]]) -> None:
        """Offer other pairs; the first is chosen until a value is shown."""
        self._values = [value for value, _text in choices]
        self.clear()
        self.addItems([text for _value, text in choices])

    def raw(self) -> str:
        """Number of the chosen line."""
        return str(self.currentIndex())

    def set_raw(self, text: str) -> None:
        """Choose the line of that number; a stale number chooses nothing."""
        index = int(text) if text.lstrip("-").isdigit() else -1
        self.setCurrentIndex(index if index < self.count() else -1)

    def value(self) -> object:
        """The chosen value."""
        index = self.currentIndex()
        return self._values[index] if index >= 0 else None

    def show_value(self, value: object) -> None:
        """Choose *value*; nothing if it is not among the choices."""
        self.setCurrentIndex(self._values.index(value) if value in self._values else -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling a form must not change what the pointer happens to cross."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CheckEdit(QCheckBox):
    """Yes or no; its value is a bool, never None."""

    edited = Signal()

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setMinimumHeight(33)  # as high as a line edit: side by side they stand level
        self.clicked.connect(lambda _on: self.edited.emit())

    def raw(self) -> str:
        """A one if checked, else nothing."""
        return "1" if self.isChecked() else ""

    def set_raw(self, text: str) -> None:
        """Check it for any text but ""."""
        self.setChecked(bool(text))

    def value(self) -> object:
        """Whether it is checked."""
        return self.isChecked()

    def show_value(self, value: object) -> None:
        """Check it if *value* is true; None is no."""
        self.setChecked(bool(value))


def parse_time(text: str) -> time:
    """The time of day in *text*, 24 hours. Raises InvalidValue."""
    found = _TIME.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise InvalidValue(_("Enter a time like 08:30."))
    return time(int(found[1]), int(found[2]))


def parse_date(text: str) -> date:
    """The date in *text*, ISO 8601 basic or extended. Raises InvalidValue."""
    found = _DATE.fullmatch(text)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise InvalidValue(_("There is no such day in the calendar.")) from None
    raise InvalidValue(_("Enter a date like 2026-11-28."))


def _plain(number: Decimal) -> str:
    """*number* without an exponent and without zeros at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
