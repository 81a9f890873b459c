"""Suggestions: the list by kind, and the card of the current one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import _, ngettext, pgettext
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.list_export import export_list
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.kit.widgets import ChipBar, SearchBox
from factory_erp.ui.material import words, work
from factory_erp.ui.material.plan_actions import PlanActions
from factory_erp.ui.material.suggestion_card import SuggestionCard
from factory_erp.ui.material.suggestion_list import SuggestionSource
from factory_erp.ui.material.work import Explained


class SuggestionsView(QWidget):
    """Enter accepts after a question, Ctrl+Enter at once; *search* is the page's box."""

    def __init__(
        self, context: UiContext, actions: PlanActions, search: SearchBox, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._act = context, actions
        self._wanted: int | None = None
        self.chips = ChipBar(self)
        self._source = SuggestionSource()
        self.table = RecordTable(self._source, context.jobs, self)
        self.views = ViewBar(
            context, "material_suggestions", words.SUGGESTION_VIEWS, self._source,
            chips=self.chips, table=self.table, search=search,
        )  # fmt: skip
        self.card = SuggestionCard(actions)
        self.chosen = label(muted=True)
        self.buttons = {
            "accept": self._button(pgettext("suggestion", "Accept…"), self.accept, "check", Kind.PRIMARY),
            "dismiss": self._button(_("Dismiss"), actions.dismiss, "close"),
            "restore": self._button(_("Bring back"), actions.restore, "undo"),
            "export": Button(_("Export list…"), icon="save", run=lambda: export_list(self.table)),
        }
        self.table.set_name(pgettext("material plan", "Suggestions"))
        self.table.restore_state({"sort": "start"})
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)
        self.views.recall()
        self._dress(0)

    def _button(
        self, text: str, act: Callable[[Sequence[int]], None], icon: str, kind: Kind = Kind.PLAIN
    ) -> Button:
        return Button(text, icon=icon, kind=kind, run=partial(self.with_selected, act))

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(10)
        for key in ("accept", "dismiss", "restore"):
            bar.addWidget(self.buttons[key])
        bar.addWidget(self.chosen)
        bar.addStretch(1)
        bar.addWidget(self.buttons["export"])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.chips)
        column.addLayout(bar)
        column.addWidget(split(framed(self.table), self.card, stretch=(1, 0), sizes=(800, 305)), 1)

    def _connect(self) -> None:
        self.views.chosen.connect(lambda _base: self._dress(self.table.view.count_selected()))
        self.table.current_changed.connect(self._load)
        self.table.activated.connect(lambda _one: self.with_selected(self.accept))
        self.table.selection_changed.connect(self._dress)
        self.table.count_changed.connect(self._note_count)
        self.table.refused.connect(self._context.say)
        self.card.link_clicked.connect(lambda link: self._context.navigate(link))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.accept_now)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start."""
        super().hideEvent(event)
        self.views.remember()

    # what the page asks

    def refresh(self) -> None:
        """Read the list and the card again."""
        self.views.refresh()
        self._load(self.table.current_id())

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Counts of the views."""
        self.views.set_counts({key: counts[key] for key in words.SUGGESTION_VIEWS if key in counts})

    def open_suggestion(self, suggestion_id: int) -> None:
        """Make a suggestion current, in the view of all if it is not in this one."""
        if not self.table.select_id(suggestion_id):
            self._wanted = suggestion_id
            self.chips.select("open")

    def with_selected(self, act: Callable[[Sequence[int]], None]) -> None:
        """Do it with the selected suggestions, if there are any."""
        if ids := self.table.selected_ids():
            act(ids)

    def accept(self, ids: Sequence[int]) -> None:
        """Accept *ids* as they are shown, after a question."""
        self._act.accept(ids, self._source.shown(ids))

    def accept_now(self) -> None:
        """Accept the selected one without a question; the next one follows."""
        if self.views.base() != "dismissed":
            self.with_selected(lambda ids: self._act.accept_now(ids, self._source.shown(ids)))

    def has_selected(self) -> bool:
        """Whether something is selected."""
        return self.table.view.count_selected() > 0

    # inside

    def _note_count(self, _count: object) -> None:
        if self._wanted is not None:
            self.table.select_id(self._wanted)
            self._wanted = None
        self._dress(self.table.view.count_selected())

    def _dress(self, count: object) -> None:
        """Which buttons are of use."""
        assert isinstance(count, int)
        base = self.views.base()
        self.table.set_empty_text(_(words.EMPTY_SUGGESTIONS.get(base, words.NO_SUGGESTION)))
        away = base == "dismissed"
        for key, shown in (("accept", not away), ("dismiss", not away), ("restore", away)):
            self.buttons[key].setVisible(shown)
            self.buttons[key].setEnabled(bool(count))
        said = ngettext("{number} chosen", "{number} chosen", count, number=figures.number(count))
        self.chosen.setText(said if count else "")

    def _load(self, suggestion_id: int | None) -> None:
        if suggestion_id is None:
            self.card.show_nothing(_("Choose a suggestion to see why it is made and for whom."))
            return
        read = partial(work.explain, suggestion_id)
        self._context.jobs.run(read, done=partial(self._show, suggestion_id), owner=self)

    def _show(self, suggestion_id: int, found: Explained | None) -> None:
        if found is not None and self.table.current_id() == suggestion_id:
            self.card.show_suggestion(found)
