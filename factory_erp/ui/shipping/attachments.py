"""Which documents go with a message: a button that opens the list to tick."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from factory_erp.documents.twins.bundle import TwinForm, forms_of
from factory_erp.i18n import _, ngettext
from factory_erp.services.issuing.twins import FORM_NAMES
from factory_erp.ui.kit.buttons import Button, ElidedLabel
from factory_erp.ui.paper_words import kind_name

_TICKS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TickMenu(QMenu):
    """A menu that stays open while things in it are ticked; Escape closes it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter tick."""
        if event.key() not in _TICKS or not self._ticked():
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click ticks."""
        if not self._ticked():
            super().mouseReleaseEvent(event)

    def _ticked(self) -> bool:
        action = self.activeAction()
        if action is None or not action.isCheckable():
            return False
        action.trigger()
        return True


class Attachments(QWidget):
    """The chosen kinds of documents in a line; ``edited`` when a person ticks others."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: tuple[str, ...] = ()
        self._chosen: tuple[str, ...] = ()
        self._forms: frozenset[TwinForm] = frozenset()
        self.button = Button(icon="document", run=self.open_menu)
        self.names = ElidedLabel(muted=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.names, 1)
        self._show()

    def offer(self, kinds: Sequence[str]) -> None:
        """The kinds of which a document is in force; others are no longer chosen."""
        self._offered = tuple(dict.fromkeys(kinds))
        self.choose(self._chosen)

    def choose(self, kinds: Collection[str]) -> None:
        """Choose *kinds*, as far as they are offered; in which forms stays as it was."""
        self._chosen = tuple(kind for kind in self._offered if kind in kinds)
        self._show()

    def chosen(self) -> tuple[str, ...]:
        """The kinds to attach, in the order of the list."""
        return self._chosen

    def open_menu(self) -> QMenu:
        """The list to tick, under the button."""
        menu = TickMenu(self)
        for kind in self._offered:
            action = menu.addAction(kind_name(kind))
            action.setCheckable(True)
            action.setChecked(kind in self._chosen)
            action.toggled.connect(partial(self._tick, kind))
        self._offer_forms(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height() + 2)))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])
        return menu

    def forms(self) -> tuple[TwinForm, ...]:
        """The forms for other programs that go along with the documents that have them."""
        return tuple(form for form in self._forms_offered() if form in self._forms)

    def _forms_offered(self) -> tuple[TwinForm, ...]:
        had = {form for kind in self._offered for form in forms_of(kind)}
        return tuple(form for form in FORM_NAMES if form in had)

    def _offer_forms(self, menu: QMenu) -> None:
        """Under the documents: in which forms they go along too."""
        menu.addSeparator()
        for form in self._forms_offered():
            action = menu.addAction(_("Also as {form}", form=_(FORM_NAMES[form])))
            action.setCheckable(True)
            action.setChecked(form in self._forms)
            action.toggled.connect(partial(self._tick_form, form))

    def _tick_form(self, form: TwinForm, on: bool) -> None:
        self._forms = self._forms | {form} if on else self._forms - {form}
        self._show()
        self.edited.emit()

    def _tick(self, kind: str, on: bool) -> None:
        self.choose({*self._chosen, kind} if on else {*self._chosen} - {kind})
        self.edited.emit()

    def _show(self) -> None:
        count = len(self._chosen)
        self.button.setText(ngettext("{count} document…", "{count} documents…", count))
        self.button.setToolTip(_("Choose the documents that go with the message"))
        names = ", ".join(
            [*(kind_name(kind) for kind in self._chosen), *(_(FORM_NAMES[form]) for form in self.forms())]
        )
        self.names.setText(names or _("Nothing is attached."))
        self.button.setAccessibleName(_("Attached: {documents}", documents=names or "–"))
        self.button.setEnabled(bool(self._offered))
