"""Adding products to an account: which account, and which of the products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext
from factory_erp.services.listings import book as listing_book
from factory_erp.services.listings.grid import ListedAccount
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.kit.widgets import SearchBox
from factory_erp.ui.listings import words, work
from factory_erp.ui.listings.work import AddedProducts
from factory_erp.ui.products.list import ProductSource


class AddDialog(QDialog):
    """Several products at once (Ctrl or Shift and click, Ctrl+A); *done* is given what became of them."""

    def __init__(
        self,
        jobs: Jobs,
        accounts: Sequence[ListedAccount],
        done: Callable[[AddedProducts], object],
        account_id: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._done = jobs, done
        self.setWindowTitle(_("Add products"))
        self.account = ChoiceEdit([(one.id, account_title(one)) for one in accounts])
        self.account.setAccessibleName(_("Account"))
        if account_id is not None:
            self.account.show_value(account_id)
        self.search = SearchBox(_("Search code or name…"))
        self.table = RecordTable(ProductSource(), jobs)
        self.table.set_name(_("Products"))
        self.table.set_empty_text(_("No products yet. Make one on the page Products."))
        self.counts = label(muted=True)
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self.add_button = Button(_("Add"), kind=Kind.PRIMARY, run=self.add)
        self.add_button.setToolTip("Ctrl+Enter")
        self._lay_out()
        self.search.searched.connect(self.table.set_search)
        self.table.selection_changed.connect(self._note_selection)
        self.table.activated.connect(lambda _id: self.add())
        view = self.table.view
        self.table.count_changed.connect(lambda _count: self._note_selection(view.count_selected()))
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.add)
        self._note_selection(0)
        self.resize(820, 540)
        self.table.refresh()
        self.search.setFocus()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        caption = label(_("Account"), muted=True)
        caption.setBuddy(self.account)
        top.addWidget(caption)
        top.addWidget(self.account, 1)
        top.addWidget(self.search, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.counts, 1)
        for button in (self.cancel_button, self.add_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        note = _("Each product becomes a draft that offers all its items that are for sale. Nothing is sent.")
        column.addWidget(label(note, muted=True, wrap=True))
        column.addLayout(top)
        column.addWidget(framed(self.table), 1)
        column.addLayout(buttons)

    def _note_selection(self, count: object) -> None:
        assert isinstance(count, int)
        said = ngettext("{number} product chosen", "{number} products chosen", count,
                        number=figures.number(count))  # fmt: skip
        self.counts.setText(said if count else _("Choose one product or more."))
        self.add_button.setEnabled(bool(count) and self.account.value() is not None)

    def add(self) -> None:
        """Make the drafts, check them, and close."""
        chosen, account_id = self.table.selected_ids(), self.account.value()
        if not chosen or not isinstance(account_id, int) or not self.add_button.isEnabled():
            return
        self.add_button.setEnabled(False)
        self._jobs.run(
            partial(work.add_products, account_id, chosen), done=self._added, failed=self._failed,
            write=True, title=_("Add products"), owner=self,
        )  # fmt: skip

    def _added(self, added: AddedProducts) -> None:
        self._jobs.run(
            partial(listing_book.recompose, work.RULES, added.new), failed=self._failed, write=True,
            title=_("Checking listings"), done=lambda _count: self._finish(added), owner=self,
        )  # fmt: skip

    def _finish(self, added: AddedProducts) -> None:
        self.accept()
        self._done(added)

    def _failed(self, error: Exception) -> None:
        self.add_button.setEnabled(True)
        show_problem(self, error)


def account_title(account: ListedAccount) -> str:
    """ "Cup shop · Alibaba.com"."""
    return words.place(account.name, account.platform)
