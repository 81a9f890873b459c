"""The platform's category of a listing, and what it asks for; the platform itself can be asked here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _
from factory_erp.services.listings import platform_lists
from factory_erp.services.listings.platform_lists import Attribute, Category
from factory_erp.ui.desk import desk
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.choose import Choice, LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.forms import Form
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.listings import content_fields, work
from factory_erp.ui.listings.attributes_grid import AttributesGrid
from factory_erp.ui.listings.category_dialog import CategoryDialog
from factory_erp.ui.listings.parts import flat, heading
from factory_erp.ui.listings.work import Opened

ATTRIBUTES_HIGH = 250


class CategoryPart(QWidget):
    """A form of one field over the grid of attributes; *said* gives title and description as they stand."""

    changed = Signal()
    save_asked = Signal()

    def __init__(self, context: UiContext, opened: Opened, said: Callable[[], tuple[str, str]]) -> None:
        super().__init__()
        self.context, self._opened, self._said = context, opened, said
        self._asking = ""
        search = partial(_choices, work.searcher(opened.account.id))
        self.form = flat(Form([content_fields.category_field(search, context.jobs)]))
        self.attributes = AttributesGrid()
        self.attributes.setMinimumHeight(ATTRIBUTES_HIGH)
        self.note = label(muted=True, wrap=True)
        self.suggest_button = Button(_("Suggest"), icon="search", run=self.suggest)
        self.browse_button = Button(_("Browse…"), run=self.browse)
        self.read_button = Button(_("Read attributes"), icon="refresh", run=self.read_attributes)
        self.form.edited.connect(lambda _name: self._category_chosen())
        self.attributes.changed.connect(self.changed)
        self.attributes.save_asked.connect(self.save_asked)
        asking = QHBoxLayout()
        asking.setSpacing(8)
        asking.addWidget(heading(_("Category and attributes")), 1)
        for button in (self.suggest_button, self.browse_button, self.read_button):
            asking.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(asking)
        column.addWidget(self.form)
        column.addWidget(self.note)
        column.addWidget(framed(self.attributes))

    def show_listing(self, opened: Opened) -> None:
        """Show what was read as the state that was saved last; the form is filled by the tab."""
        self._opened = opened
        form = opened.detail.form
        self.attributes.show_pairs(form.attributes, opened.attributes or ())
        self._note_category(form.category_id, opened.attributes)

    def discard(self) -> None:
        """Show the attributes that were saved last."""
        self.attributes.show_pairs(self._opened.detail.form.attributes, self._opened.attributes or ())

    def show_problems(self, text: str) -> None:
        """What is wrong with the attributes, over them."""
        if text:
            self.note.setText(text)
            self.note.show()
        else:
            self._note_category(self._category_id(), self._opened.attributes)

    def path(self) -> str:
        """The path of the category that is chosen."""
        choice = self._category_edit().choice()
        return choice.text if choice is not None else ""

    # the category

    def _category_edit(self) -> LookupEdit:
        edit = self.form.edit("category")
        assert isinstance(edit, LookupEdit)
        return edit

    def _category_id(self) -> str:
        choice = self._category_edit().choice()
        return str(choice.key) if choice is not None else ""

    def choose_category(self, category: Category) -> None:
        """Take the category, as an edit that can be undone; the one that is chosen changes nothing."""
        if category.external_id == self._category_id():
            return
        known = LookupEdit(lambda _text: ())
        known.show_value(Choice(category.external_id, category.title))
        self.form.restore_draft({"category": known.raw()})
        known.deleteLater()

    def _category_chosen(self) -> None:
        self.changed.emit()
        category = self._category_id()
        if category == self._asking:
            return
        self._asking = category
        if not category:
            self._show_attributes("", ())
            return
        read = partial(platform_lists.attributes, self._opened.account.id, category)
        self.context.jobs.run(read, done=partial(self._take_known, category), owner=self)

    def _take_known(self, category: str, asked: tuple[Attribute, ...] | None) -> None:
        self._show_attributes(category, asked)
        if asked is None and category == self._category_id():
            self.read_attributes()

    def _show_attributes(self, category: str, asked: tuple[Attribute, ...] | None) -> None:
        if category != self._category_id():
            return
        self._opened = replace(self._opened, attributes=asked)
        self.attributes.show_pairs(self.attributes.pairs(), asked or (), saved=False)
        self._note_category(category, asked)
        self.changed.emit()

    def _note_category(self, category: str, asked: tuple[Attribute, ...] | None) -> None:
        self._asking = category
        self.read_button.setEnabled(bool(category))
        unknown = bool(category) and asked is None
        self.note.setText(_("What the category asks for was not read yet.") if unknown else "")
        self.note.setVisible(unknown)

    # asking the platform

    def suggest(self) -> None:
        """Let the platform suggest categories from the title."""
        title, description = self._said()
        self._ask(
            partial(work.suggest_categories, self._opened.account.id, desk(self.context).secrets, title,
                    description),
            self._show_suggested, _("Asking for categories"),
        )  # fmt: skip

    def _show_suggested(self, found: tuple[Category, ...]) -> None:
        if not found:
            self.context.say(_("The platform suggests no category. Browse them instead."))
        self.open_categories(found)

    def browse(self) -> None:
        """Look through the platform's categories."""
        self.open_categories(())

    def open_categories(self, suggested: Sequence[Category]) -> CategoryDialog:
        """The open dialog over the platform's categories."""
        account, secrets = self._opened.account.id, desk(self.context).secrets
        dialog = CategoryDialog(
            self.context.jobs, partial(work.ask_children, account, secrets), work.searcher(account),
            suggested, self,
        )  # fmt: skip
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.taken.connect(self.choose_category)
        dialog.open()
        return dialog

    def read_attributes(self) -> None:
        """Ask the platform what the category wants."""
        category = self._category_id()
        if category:
            self._ask(
                partial(work.ask_attributes, self._opened.account.id, desk(self.context).secrets, category,
                        self.path()),
                partial(self._show_attributes, category), _("Reading attributes"),
            )  # fmt: skip

    def _ask(self, question: Callable[[], object], done: Callable[..., object], title: str) -> None:
        buttons = (self.suggest_button, self.read_button)
        for button in buttons:
            button.setEnabled(False)

        def free() -> None:
            for button in buttons:
                button.setEnabled(True)
            self.read_button.setEnabled(bool(self._category_id()))

        self.context.jobs.run(
            question, done=done, failed=partial(show_problem, self), finally_=free, title=title, owner=self
        )


def _choices(find: Callable[[str], tuple[Category, ...]], text: str) -> Sequence[Choice]:
    return [Choice(one.external_id, one.title) for one in find(text)]
