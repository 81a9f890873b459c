"""Saved views: what a list shows, under a name of the user's own.

A saved view keeps the chip it started from, the words in the search box, the order of the rows, and the
columns with their order and widths.  ``SavedViews`` keeps them in the workspace's settings; ``ViewBar``
joins them to the chips, the search box and the table of a page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QObject, QPoint, QSettings, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit import dialogs
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.rows import RowSource
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.kit.table_header import State
from factory_erp.ui.kit.widgets import Chip, ChipBar, SearchBox

NAME_LENGTH = 40
"""Characters in a name: more would push the other chips out of sight."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list as it was saved.

    ``base`` is the key of the chip it started from, ``search`` the words searched for, ``table`` what
    ``RecordTable.state`` gave: order, columns and widths.  ``id`` stays when the name changes.
    """

    id: str
    name: str
    base: str
    search: str = ""
    table: State = field(default_factory=dict)


def new_id() -> str:
    """An id that no chip has, now or after a restart."""
    return f"saved-{uuid4().hex}"


class SavedViews:
    """The views saved for the page *noun*, in the order they were saved; kept in *settings* as JSON.

    Settings that cannot be read hold no views: a list must open all the same.
    """

    def __init__(self, settings: QSettings, noun: str) -> None:
        self._settings = settings
        self._key = f"pages/{noun}/saved_views"

    def all(self) -> list[SavedView]:
        """Every view."""
        try:
            stored = json.loads(str(self._settings.value(self._key, "[]")))
        except ValueError:
            return []
        found = (_view_of(one) for one in (stored if isinstance(stored, list) else ()))
        return [view for view in found if view is not None]

    def get(self, key: str) -> SavedView | None:
        """The view with the id *key*."""
        return next((view for view in self.all() if view.id == key), None)

    def named(self, name: str) -> SavedView | None:
        """The view of that name; capitals and outer blanks do not tell two names apart."""
        return next((view for view in self.all() if _folded(view.name) == _folded(name)), None)

    def keep(self, view: SavedView) -> None:
        """Add *view*, in the place of the one with its id or its name where there is one."""
        views = self.all()
        same = [old for old in views if old.id == view.id or _folded(old.name) == _folded(view.name)]
        if not same:
            self._store([*views, view])
        else:
            self._store([view if old is same[0] else old for old in views if old not in same[1:]])

    def delete(self, key: str) -> None:
        """Forget the view with the id *key*."""
        self._store([view for view in self.all() if view.id != key])

    def _store(self, views: Sequence[SavedView]) -> None:
        self._settings.setValue(self._key, json.dumps([asdict(view) for view in views]))
        # Written now: a view that was saved must not be lost with a crash an hour later.
        self._settings.sync()


def _folded(name: str) -> str:
    return name.strip().casefold()


def _view_of(stored: object) -> SavedView | None:
    """The view in a stored value, None where that is not one."""
    if not isinstance(stored, dict):
        return None
    words = [stored.get(key) for key in ("id", "name", "base", "search")]
    table = stored.get("table")
    if not (all(isinstance(word, str) for word in words) and all(words[:3]) and isinstance(table, dict)):
        return None
    key, name, base, search = map(str, words)
    return SavedView(key, name, base, search, table)


def count_views(source: RowSource, views: Sequence[SavedView]) -> dict[str, int]:
    """View id → how many records it lists; slow, for a background job."""
    # Sorting is most of the cost of ids: all are counted by the first column, which has an index.
    sort = next((column.key for column in source.columns if column.sortable), "")
    ask = partial(source.ids, sort=sort, descending=False)
    return {view.id: len(ask(view=view.base, search=view.search)) for view in views}


class NameDialog(QDialog):
    """Asks for the name of a view; ``named`` carries it. Enter saves, Escape leaves."""

    named = Signal(str)

    def __init__(self, title: str, name: str, act: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(400)
        self.name = QLineEdit(name)
        self.name.setMaxLength(NAME_LENGTH)
        self.name.setAccessibleName(_("Name of the view"))
        self.name.selectAll()
        self.save_button = Button(act, self, kind=Kind.PRIMARY, run=self._save)
        self.save_button.setDefault(True)
        self.name.textChanged.connect(lambda _text: self._note_name())
        self._lay_out()
        self._note_name()

    def _lay_out(self) -> None:
        caption = label(_("Name of the view"))
        caption.setBuddy(self.name)
        said = _("It keeps what the list shows: the chip, the search words, the order and the columns.")
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), self, run=self.reject))
        buttons.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(8)
        column.addWidget(caption)
        column.addWidget(self.name)
        column.addWidget(label(said, muted=True, wrap=True))
        column.addSpacing(6)
        column.addLayout(buttons)

    def _note_name(self) -> None:
        self.save_button.setEnabled(bool(self.name.text().strip()))

    def _save(self) -> None:
        self.named.emit(self.name.text().strip())
        self.accept()


class ViewBar(QObject):
    """Joins the chips of a page, its search box and its table; the user's own views come after *names*.

    *names* are the views that the page ships: key of the source's view → message id.  ``chosen`` carries
    such a key, that of the view now listed, before it is listed.  Going from a view of one's own back to
    a shipped one brings back the columns and the order that stood there before.
    """

    chosen = Signal(str)

    def __init__(
        self,
        context: UiContext,
        noun: str,
        names: Mapping[str, str],
        source: RowSource,
        *,
        chips: ChipBar,
        table: RecordTable,
        search: SearchBox,
    ) -> None:
        super().__init__(chips)
        self._context = context
        self._noun = noun
        self._names = names
        self._source = source
        self._chips = chips
        self._table = table
        self._search = search
        self._saved = SavedViews(context.settings(), noun)
        self._on: SavedView | None = None
        self._before: State | None = None
        self._counts: dict[str, int] = {}
        self._counting = False
        self._count_again = False
        chips.chosen.connect(self._choose)
        chips.save_asked.connect(self.ask_new)
        chips.menu_asked.connect(self._open_menu)
        self._show_chips(next(iter(names)))

    # what is listed

    def base(self) -> str:
        """Key of the shipped view that is listed, or that the user's own view started from."""
        return self._on.base if self._on else self._chips.current()

    def refresh(self) -> None:
        """List the chosen view anew, and count the user's own."""
        self._table.set_view(self.base())
        self.recount()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Fresh counts by view."""
        self._counts |= counts
        for key, count in counts.items():
            self._chips.set_count(key, count)

    def recount(self) -> None:
        """Count the user's own views in the background, one job at a time."""
        views = self._views()
        if self._counting or not views:
            self._count_again = self._counting
            return
        self._counting, self._count_again = True, False
        count = partial(count_views, self._source, views)
        self._context.jobs.run(count, done=self.set_counts, finally_=self._note_counted, owner=self)

    def _note_counted(self) -> None:
        self._counting = False
        if self._count_again:
            self.recount()

    def _views(self) -> list[SavedView]:
        """The saved views whose chip still exists in this version of the program."""
        return [view for view in self._saved.all() if view.base in self._names]

    def _show_chips(self, current: str) -> None:
        shipped = [Chip(key, _(name), self._counts.get(key)) for key, name in self._names.items()]
        own = [Chip(view.id, view.name, self._counts.get(view.id), own=True) for view in self._views()]
        self._chips.set_chips([*shipped, *own], current=current, can_save=True)

    def _choose(self, key: str) -> None:
        self._switch(key)
        self.chosen.emit(self.base())
        self._table.set_view(self.base())

    def _switch(self, key: str) -> None:
        """Words, order and columns of the view *key*, without listing it yet."""
        view = next((view for view in self._views() if view.id == key), None)
        if view is not None:
            self._note_before()
            self._search_for(view.search)
            self._table.restore_state(view.table)
        elif self._on is not None:
            if self._words() == self._on.search:
                self._search_for("")
            if self._before is not None:
                self._table.restore_state(self._before)
            self._before = None
        self._on = view

    def _note_before(self) -> None:
        if self._on is None:
            self._before = self._table.state()

    def _words(self) -> str:
        return self._search.text().strip()

    def _search_for(self, words: str) -> None:
        self._search.show_words(words)
        self._table.set_search(words)

    # saving, naming, deleting

    def ask_new(self) -> NameDialog:
        """Ask under which name to save what is shown."""
        save = partial(self._save, new_id())
        return self._ask_name(_("Save view"), self._words()[:NAME_LENGTH], _("Save"), save)

    def ask_rename(self, key: str) -> NameDialog | None:
        """Ask for another name of the saved view *key*."""
        view = self._saved.get(key)
        if view is None:
            return None
        return self._ask_name(_("Rename view"), view.name, _("Rename"), partial(self._rename, view))

    def update_view(self, key: str) -> None:
        """The saved view *key* shows from now on what the list shows now."""
        view = self._saved.get(key)
        if view is not None:
            self._keep_shown(view)

    def ask_delete(self, key: str) -> None:
        """Delete the saved view *key*, once the user agrees."""
        view = self._saved.get(key)
        if view is None:
            return
        said = _("The view '{name}' goes from this list. The records in it stay.", name=view.name)
        if dialogs.confirm(self._chips, _("Delete view"), said, _("Delete")):
            self._saved.delete(key)
            self._go_on()

    def _ask_name(self, title: str, name: str, act: str, take: Callable[[str], None]) -> NameDialog:
        dialog = NameDialog(title, name, act, self._chips.window())
        dialog.named.connect(take)
        dialog.open()
        return dialog

    def _save(self, key: str, name: str) -> None:
        if self._may_take(name, key):
            self._keep_shown(SavedView(key, name, self.base()))

    def _keep_shown(self, view: SavedView) -> None:
        """Save what the list shows as *view*, which is thereby the one that is on."""
        table = self._table.state()
        self._note_before()
        self._on = replace(view, base=self.base(), search=self._words(), table=table)
        self._saved.keep(self._on)
        self._show_chips(self._on.id)
        self.recount()

    def _rename(self, view: SavedView, name: str) -> None:
        if self._may_take(name, view.id):
            renamed = replace(view, name=name)
            self._saved.keep(renamed)
            if self._on is not None and self._on.id == view.id:
                self._on = renamed
            self._go_on()

    def _may_take(self, name: str, key: str) -> bool:
        """Whether the view *key* may be called that: nobody else is, or the user gives the other one up."""
        other = self._saved.named(name)
        if other is None or other.id == key:
            return True
        said = _("There is a view '{name}' already. It will show what this one shows.", name=other.name)
        return dialogs.confirm(self._chips, _("Replace view"), said, _("Replace"))

    def _go_on(self) -> None:
        """Show the chips as they are now; where the one that was on has gone, what it started from."""
        gone = self._on is not None and self._saved.get(self._on.id) is None
        current = self.base() if gone else self._chips.current()
        self._show_chips(current)
        if gone:
            self._choose(current)

    def menu(self, key: str) -> QMenu:
        """What can be done with the saved view *key*."""
        menu = QMenu(self._chips)
        menu.addAction(_("Rename…"), partial(self.ask_rename, key))
        menu.addAction(_("Update to what is shown now"), partial(self.update_view, key))
        menu.addSeparator()
        menu.addAction(_("Delete…"), partial(self.ask_delete, key))
        return menu

    def _open_menu(self, key: str, place: QPoint) -> None:
        menu = self.menu(key)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def commands(self) -> list[Command]:
        """Save, and what can be done with the user's own view that is on."""
        own, on_it = self._is_own, self._on_current
        return [
            self._command("save", N_("Save view…"), self.ask_new, self._chips.isVisible),
            self._command("rename", N_("Rename view…"), on_it(self.ask_rename), own),
            self._command("update", N_("Update view to what is shown now"), on_it(self.update_view), own),
            self._command("delete", N_("Delete view…"), on_it(self.ask_delete), own),
        ]

    def _command(self, act: str, title: str, run: Callable[[], object], when: Callable[[], bool]) -> Command:
        return Command(f"{self._noun}.view_{act}", title, run, "", when, group="view")

    def _on_current(self, act: Callable[[str], object]) -> Callable[[], object]:
        return lambda: act(self._chips.current())

    def _is_own(self) -> bool:
        return self._on is not None and self._chips.isVisible()

    # what outlives the page

    def state(self) -> State:
        """View, words, order and columns, for a page that is rebuilt."""
        return {
            "view": self._chips.current(),
            "search": self._words(),
            "table": self._table.state(),
            "before": self._before,
        }

    def restore_state(self, state: Mapping[str, object]) -> None:
        """Take over what ``state`` gave; ``refresh`` lists it."""
        key, table, before = str(state.get("view", "")), state.get("table"), state.get("before")
        self._on = next((view for view in self._views() if view.id == key), None)
        self._before = before if self._on is not None and isinstance(before, dict) else None
        if isinstance(table, dict):
            self._table.restore_state(table)
        self._search_for(str(state.get("search", "")))
        self._show_chips(key)

    def remember(self) -> None:
        """Keep the chosen view, and the columns and order of the shipped ones, for the next start."""
        settings = self._context.settings()
        settings.setValue(f"pages/{self._noun}/view", self._chips.current())
        settings.setValue(f"pages/{self._noun}/table", json.dumps(self._before or self._table.state()))

    def recall(self) -> None:
        """Take over what ``remember`` kept; ``refresh`` lists it."""
        settings = self._context.settings()
        try:
            table = json.loads(str(settings.value(f"pages/{self._noun}/table", "null")))
        except ValueError:
            table = None
        if isinstance(table, dict):
            self._table.restore_state(table)
        key = str(settings.value(f"pages/{self._noun}/view", ""))
        self._show_chips(key)
        self._switch(self._chips.current())
