"""Looking for a category in the platform's tree, level by level; what is not known yet is asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.listings.platform_lists import Category
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import SearchBox

COLUMNS = (
    Column("name", N_("Category"), 460, sortable=False),
    Column("more", N_("Below it"), 130, sortable=False, narrowest=110),
)

Ask = Callable[[str], tuple[Category, ...]]


class CategoryDialog(QDialog):
    """Enter goes into a category, or takes it where there is none below; ``taken`` carries it.

    *ask* gives the children of a category ("" for the root), *find* the known ones that hold some words;
    both run in the background. *suggested* are shown first, where there are any.
    """

    taken = Signal(object)

    def __init__(
        self,
        jobs: Jobs,
        ask: Ask,
        find: Ask,
        suggested: Sequence[Category] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._ask, self._find = jobs, ask, find
        self._trail: list[Category] = []
        self._shown: dict[Hashable, Category] = {}
        self._asked = 0
        self.setWindowTitle(_("Category of the platform"))
        self.search = SearchBox(_("Search the categories that are known…"))
        self.place = ElidedLabel(bold=True)
        self.up_button = Button(_("Up"), icon="chevron-left", run=self.go_up)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Categories"))
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self.take_button = Button(_("Take this category"), kind=Kind.PRIMARY, run=self.take)
        self._lay_out()
        self.search.searched.connect(self._search)
        self.table.activated.connect(self._enter)
        self.table.current_changed.connect(lambda _key: self._note_current())
        self.resize(660, 500)
        if suggested:
            self._show(_("Suggested from the title"), suggested)
        else:
            self._go_to([])

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.up_button)
        top.addWidget(self.place, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        for button in (self.cancel_button, self.take_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addLayout(top)
        column.addWidget(framed(self.table), 1)
        column.addWidget(label(_("Enter opens a category, or takes it where there is none below."),
                               muted=True, wrap=True))  # fmt: skip
        column.addLayout(buttons)

    def current(self) -> Category | None:
        """The category that is picked out."""
        key = self.table.current_key()
        return self._shown.get(key) if key is not None else None

    def take(self) -> None:
        """Take the category that is picked out, if it has none below it."""
        found = self.current()
        if found is not None and found.leaf:
            path = found.path or " / ".join(one.name for one in (*self._trail, found))
            self.taken.emit(replace(found, path=path))
            self.accept()

    def go_up(self) -> None:
        """Back to the level above; from suggestions to the root."""
        self._go_to(self._trail[:-1])

    def _enter(self, _key: object) -> None:
        found = self.current()
        if found is None:
            return
        if found.leaf:
            self.take()
        else:
            self._go_to([*self._trail, found])

    def _go_to(self, trail: list[Category]) -> None:
        self._trail = trail
        self._asked += 1
        place = " > ".join(one.name for one in trail) or _("All categories")
        self.table.set_empty_text(_("Asking the platform…"))
        self._show(place, ())
        self._jobs.run(
            partial(self._ask, trail[-1].external_id if trail else ""),
            done=partial(self._take_found, self._asked, place),
            failed=partial(self._fail, self._asked), title=_("Reading categories"), owner=self,
        )  # fmt: skip

    def _search(self, text: str) -> None:
        if not text:
            self._go_to([])
            return
        self._asked += 1
        self.table.set_empty_text(_("No known category fits. Browse, or let the platform suggest some."))
        self._jobs.run(
            partial(self._find, text), done=partial(self._take_found, self._asked, _("Found")), owner=self
        )

    def _take_found(self, asked: int, place: str, found: Sequence[Category]) -> None:
        if asked == self._asked:
            if not found and place != _("Found"):
                self.table.set_empty_text(_("The platform names no categories here."))
            self._show(place, found)

    def _fail(self, asked: int, error: Exception) -> None:
        """Why the platform could not be asked, where its categories would stand."""
        if asked == self._asked:
            self.table.set_empty_text(str(error))

    def _show(self, place: str, found: Sequence[Category]) -> None:
        self.place.setText(place)
        self._shown = {one.external_id: one for one in found}
        in_tree = bool(self._trail) or place == _("All categories")
        rows: list[Row] = [
            (one.name if in_tree else one.title, "" if one.leaf else _("more…")) for one in found
        ]
        self.table.set_rows(rows, [one.external_id for one in found])
        if found:
            self.table.select_key(found[0].external_id)
        self.up_button.setEnabled(place != _("All categories"))
        self._note_current()

    def _note_current(self) -> None:
        found = self.current()
        self.take_button.setEnabled(found is not None and found.leaf)
