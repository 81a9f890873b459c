"""The material page: what to make and buy, what comes late, who is supplied by whom, and purchases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.tabs import Tabs
from factory_erp.ui.material import words, work
from factory_erp.ui.material.pegging_find import Start
from factory_erp.ui.material.pegging_view import PeggingView
from factory_erp.ui.material.plan_actions import PlanActions
from factory_erp.ui.material.problems import ProblemStrip
from factory_erp.ui.material.purchase_actions import PurchaseActions
from factory_erp.ui.material.purchases_view import PurchasesView
from factory_erp.ui.material.shortages_view import ShortagesView
from factory_erp.ui.material.suggestions_view import SuggestionsView
from factory_erp.ui.material.work import Overview

CONCERNS = frozenset(
    {"suggestion", "plan_run", "plan_peg", "peg", "purchase_order", "purchase_line", "production_order",
     "production_material", "sales_order", "sales_line", "stock_balance", "item"}
)  # fmt: skip
"""Kinds of records whose changes this page shows."""

SEARCH_WIDTH = 236
"""Of the search box, px: the counts beside it are to be read whole."""

MINUTE = 60_000
"""Milliseconds after which "planned 3 minutes ago" is no longer true."""

LAST_TAB = "pages/material/tab"
"""Setting: the part that was in sight last."""


class MaterialPage(Page):
    """``erp://material/<part>`` shows a part; a view, an id or a number may follow.

    ``pegging/<kind>/<id>`` is the tree of an order line, production order, purchase line, item or suggestion
    (``line``, ``production``, ``purchase``, ``item``, ``suggestion``).
    """

    noun = "material"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.acts = PlanActions(context, self)
        self.buys = PurchaseActions(context, self)
        self._overview: Overview | None = None
        self._asked = 0
        self._words: dict[str, str] = {}
        self.header.set_title(_("Material plan"))
        self.header.enable_search(_(words.SEARCHED["suggestions"]))
        self.header.search.setMaximumWidth(SEARCH_WIDTH)
        self.header.add_button(_("New purchase order…"), self.new_purchase, icon="add")
        self.plan_button = self.header.add_button(_("Plan now"), self.acts.plan, icon="refresh", primary=True)
        self.strip = ProblemStrip(lambda link: context.navigate(link), self)
        self._make_parts()
        self._lay_out()
        self._connect()
        self._recall()

    def _make_parts(self) -> None:
        box = self.header.search
        self.suggestions = SuggestionsView(self.context, self.acts, box)
        self._take_words("suggestions")
        self.shortages = ShortagesView(self.context, self.buys)
        self.pegging = PeggingView(self.context)
        self.purchases = PurchasesView(self.context, self.buys, box)
        self._take_words("purchases")
        self._parts: dict[str, SuggestionsView | ShortagesView | PeggingView | PurchasesView] = {
            "suggestions": self.suggestions,
            "shortages": self.shortages,
            "pegging": self.pegging,
            "purchases": self.purchases,
        }

    def _take_words(self, part: str) -> None:
        """The words that a saved view has put into the box are those of its part."""
        self._words[part] = self.header.search.text()
        self.header.search.show_words("")

    def _lay_out(self) -> None:
        self.tabs = Tabs(shortcuts=False)
        for key, title in words.TITLES.items():
            self.tabs.add(key, title(), partial(self._parts.__getitem__, key))
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, self.strip)
        self.set_body(self.tabs)
        self._part = "suggestions"
        self.header.search.show_words(self._words["suggestions"])
        self.setFocusProxy(self.suggestions)

    def _connect(self) -> None:
        self.tabs.current_changed.connect(self._show_part)
        self.header.searched.connect(self._search)
        self.acts.planning.connect(self._note_planning)
        self.acts.outdated.connect(self.refresh)
        self.buys.ordered.connect(lambda _order: self.tabs.select("purchases"))
        self.shortages.loaded.connect(partial(self.tabs.set_count, "shortages"))
        self.shortages.suggestions_asked.connect(self.show_suggestions_of)
        self._clock = QTimer(self, interval=MINUTE)
        self._clock.timeout.connect(self._say_counts)
        self._clock.start()

    def _recall(self) -> None:
        """The part that was in sight when the program ended."""
        known = str(self.context.settings().value(LAST_TAB, ""))
        if known in words.TITLES:
            self.tabs.select(known)

    # what the shell asks

    def refresh(self) -> None:
        """Read the counts, and the part that is seen, again."""
        self._asked += 1
        asked = self._asked
        self.context.jobs.run(work.read_overview, done=lambda read: self._take(asked, read), owner=self)
        self._parts[self._part].refresh()

    def on_changes(self, changes: object) -> None:
        """Read again when the plan, or what it is made from, has changed."""
        if isinstance(changes, Mapping) and CONCERNS.isdisjoint(changes):
            return
        super().on_changes(changes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember which part is in sight for the next start."""
        super().hideEvent(event)
        self.context.settings().setValue(LAST_TAB, self._part)

    def commands(self) -> list[Command]:
        """Plan, accept, put away, order; the parts; saved views of the list in sight."""
        acts, view = self.acts, self.suggestions
        some = self._can_choose
        return [
            Command("material.plan", N_("Plan now"), acts.plan, "Ctrl+R", acts.is_idle, "refresh", "record"),
            Command("material.accept", N_("Accept suggestions…"), partial(view.with_selected, view.accept),
                    "", some, "check", "record"),
            Command("material.dismiss", N_("Dismiss suggestions"), partial(view.with_selected, acts.dismiss),
                    "", some, "close", "record"),
            Command("material.undo", N_("Undo: dismiss suggestions"), acts.undo, "Ctrl+Z", acts.can_undo,
                    "undo", "edit"),
            Command("material.purchase", N_("New purchase order…"), self.new_purchase, "Ctrl+N", icon="add",
                    group="record"),
            *(
                Command(f"material.part.{key}", title, partial(self.tabs.select, key), f"Alt+{place}",
                        group="view")
                for place, (key, title) in enumerate(words.TITLES.items(), 1)
            ),
            *self._view_commands(),
        ]  # fmt: skip

    def _view_commands(self) -> list[Command]:
        """Of the saved views, once: they act on the list in sight."""
        pairs = zip(self.suggestions.views.commands(), self.purchases.views.commands(), strict=True)
        return [self._either(one, other) for one, other in pairs]

    def _either(self, one: Command, other: Command) -> Command:
        name = one.id.replace("material_suggestions", "material")
        return Command(
            name,
            one.title,
            run=lambda: self._in_sight(one, other).trigger(),
            when=lambda: self._in_sight(one, other).can_run(),
            group=one.group,
        )

    def _in_sight(self, one: Command, other: Command) -> Command:
        return other if self._part == "purchases" else one

    def open_record(self, key: str) -> None:
        """Show a part, a view of its list, or a record of it; see the class."""
        part, _slash, rest = key.partition("/")
        if part not in words.TITLES:
            self.context.say(_("There is nothing at {link}.", link=f"erp://material/{key}"))
            return
        self.tabs.select(part)
        openers: Mapping[str, Callable[[str], None]] = {
            "suggestions": self._open_suggestion,
            "pegging": self._open_pegging,
            "purchases": self._open_purchase,
        }
        if rest and part in openers:
            openers[part](rest)

    def _open_suggestion(self, key: str) -> None:
        if key in words.SUGGESTION_VIEWS:
            self.suggestions.chips.select(key)
        elif key.isdecimal():
            self.suggestions.open_suggestion(int(key))

    def _open_pegging(self, key: str) -> None:
        start = Start.of(key)
        if start is not None:
            self.pegging.show_start(start)

    def _open_purchase(self, key: str) -> None:
        if key in words.PURCHASE_VIEWS:
            self.purchases.chips.select(key)
        else:
            self.purchases.open_key(key)

    def state(self) -> dict[str, object]:
        """The part, its lists, and what the pegging shows."""
        start = self.pegging.start
        self._words[self._part] = self.header.search.text()
        return {
            "record": f"pegging/{start.key}" if self._part == "pegging" and start else self._part,
            "suggestions": self.suggestions.views.state() | {"search": self._words.get("suggestions", "")},
            "purchases": self.purchases.views.state() | {"search": self._words.get("purchases", "")},
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        lists: Mapping[str, ViewBar] = {
            "suggestions": self.suggestions.views,
            "purchases": self.purchases.views,
        }
        for part, views in lists.items():
            known = state.get(part)
            if isinstance(known, dict):
                views.restore_state(known)
                self._take_words(part)
        self.header.search.show_words(self._words.get(self._part, ""))
        self.open_record(str(state.get("record", "")) or "suggestions")

    # parts

    def _show_part(self, key: str) -> None:
        self._words[self._part] = self.header.search.text()
        self._part = key
        self.header.search.setVisible(key in words.SEARCHED)
        if key in words.SEARCHED:
            self.header.enable_search(_(words.SEARCHED[key]))
            self.header.search.show_words(self._words.get(key, ""))
        self.setFocusProxy(self._parts[key])
        if self.isVisible():
            self._parts[key].refresh()

    def _search(self, text: str) -> None:
        searches = {
            "suggestions": self.suggestions.table.set_search,
            "shortages": self.shortages.search,
            "purchases": self.purchases.table.set_search,
        }
        if self._part in searches:
            searches[self._part](text)

    def show_suggestions_of(self, sku: str) -> None:
        """The suggestions of one item."""
        self.tabs.select("suggestions")
        self.suggestions.chips.select("open")
        self.header.search.show_words(sku)
        self._search(sku)

    def new_purchase(self) -> None:
        """Order something by hand."""
        self.buys.new_purchase()

    def _can_choose(self) -> bool:
        return self._part == "suggestions" and self.suggestions.has_selected()

    # the header

    def _note_planning(self, on: bool) -> None:
        self.plan_button.setEnabled(not on)
        self.plan_button.setText(_("Planning…") if on else _("Plan now"))

    def _take(self, asked: int, read: Overview) -> None:
        if asked != self._asked:
            return
        self._overview = read
        self.suggestions.show_counts(read.suggestions)
        self.purchases.show_counts(read.purchases)
        self.tabs.set_count("suggestions", read.suggestions["open"])
        self.tabs.set_count("purchases", read.purchases["open"])
        self.strip.show_problems(read.report.problems if read.report else ())
        self._say_counts()

    def _say_counts(self) -> None:
        if self._overview is not None:
            self.header.set_counts(words.summary(self._overview))
