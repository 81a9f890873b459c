"""Saying of many SKUs of a platform at once which of our items they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.platform_orders.exception_remedies import SkuSuggestion
from factory_erp.services.platform_orders.intake import Applied
from factory_erp.services.platforms.accounts import ExceptionView
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.grid import EditGrid, GridColumn
from factory_erp.ui.kit.jobs import Jobs
from factory_erp.ui.kit.widgets import Button, Kind, label
from factory_erp.ui.platforms import exception_work
from factory_erp.ui.platforms.exception_work import Unknown

ITEM = "item"


def choice_of(one: SkuSuggestion) -> Choice:
    """A suggestion as a look-up shows it."""
    return Choice(one.item_id, one.sku, one.name)


def said_of(one: SkuSuggestion) -> str:
    """A suggestion in a line: what, how likely, why."""
    return f"{one.sku} · {round(one.score * 100)}% · {one.why}"


class MapDialog(QDialog):
    """A line for each unknown SKU: what it may be, and the item that it is.

    ``done_with(Applied)`` once they are mapped.

    What is as good as certain is filled in; lines without an item are left for another time.
    """

    def __init__(
        self,
        jobs: Jobs,
        views: Sequence[ExceptionView],
        done_with: Callable[[Applied], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._done_with = jobs, done_with
        self._unknown: list[Unknown] = []
        self._suggested: dict[str, Choice] = {}
        self.setWindowTitle(_("Map unknown SKUs"))
        self.grid = EditGrid(self._columns(), removable=False, jobs=jobs)
        self.grid.set_name(_("Unknown SKUs"))
        self.grid.set_empty_text(_("Looking for what they may be…"))
        self.grid.changed.connect(self._count)
        self.grid.save_asked.connect(self.map_all)
        self.take_button = Button(_("Take all suggestions"), run=self.take_suggestions)
        self.map_button = Button(pgettext("a SKU", "Map"), kind=Kind.PRIMARY, run=self.map_all)
        self.map_button.setToolTip("Ctrl+Enter")
        for button in (self.take_button, self.map_button):
            button.setEnabled(False)
        self._lay_out()
        self.resize(1100, 540)
        jobs.run(partial(exception_work.unknown_skus, list(views)), done=self._show, owner=self)

    def _columns(self) -> list[GridColumn]:
        return [
            GridColumn("account", N_("Account"), 160, read_only=True, priority=2),
            GridColumn("sku", N_("SKU there"), 130, read_only=True),
            GridColumn("name", N_("Name there"), 170, read_only=True, priority=3),
            GridColumn("orders", N_("Orders"), 70, "number", read_only=True, priority=1,
                       hint=N_("Orders that wait for it")),
            GridColumn("suggestion", N_("Suggestion"), 360, read_only=True),
            GridColumn(ITEM, N_("Item"), 140, "lookup", read=self._item, search=exception_work.items,
                       hint=N_("Your item; F4 searches")),
        ]  # fmt: skip

    def _lay_out(self) -> None:
        lead = _(
            "Every order that waits for a SKU comes in once you have said which item it is. Look at each "
            "line: what is filled in goes into production and is shipped."
        )
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.take_button)
        buttons.addStretch(1)
        buttons.addWidget(Button(_("Cancel"), run=self.reject))
        buttons.addWidget(self.map_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(lead, muted=True, wrap=True))
        column.addWidget(framed(self.grid), 1)
        column.addLayout(buttons)

    def _item(self, text: str) -> object:
        """The item that was typed or taken over. Raises InvalidValue."""
        sought = text.strip().casefold()
        known = self._suggested.get(sought)
        if known is not None:
            return known
        for found in exception_work.items(text):
            if found.text.casefold() == sought:
                return found
        raise InvalidValue(
            _("There is no item '{sku}'.", sku=text.strip()), remedy=_("Choose from the list (F4).")
        )

    def _show(self, unknown: list[Unknown]) -> None:
        self._unknown = unknown
        self._suggested = {s.sku.casefold(): choice_of(s) for one in unknown for s in one.suggestions}
        self.grid.set_empty_text(_("No order waits for an unknown SKU."))
        self.grid.set_rows([_row(one) for one in unknown])
        self.take_button.setEnabled(any(one.suggestions for one in unknown))
        self._count()
        if unknown:
            self.grid.select(0, ITEM)

    def take_suggestions(self) -> None:
        """Fill the empty lines with what they are most likely, each a step that Ctrl+Z takes back."""
        for number, (one, row) in enumerate(zip(self._unknown, self.grid.rows(), strict=True)):
            if row[ITEM] is None and one.suggestions:
                self.grid.select(number, ITEM)
                self.grid.apply(self.grid.plan([[one.suggestions[0].sku]]))

    def chosen(self) -> dict[int, dict[str, int]]:
        """Account id → SKU → item id, of the lines that have an item."""
        made: dict[int, dict[str, int]] = defaultdict(dict)
        for one, row in zip(self._unknown, self.grid.rows(), strict=True):
            item = row[ITEM]
            if isinstance(item, int):
                made[one.account_id][one.sku] = item
        return dict(made)

    def _count(self) -> None:
        count = sum(len(skus) for skus in self.chosen().values())
        self.map_button.setText(_("Map {count}", count=count) if count else pgettext("a SKU", "Map"))
        self.map_button.setEnabled(bool(count))

    def map_all(self) -> None:
        """Map the lines that have an item, in the background."""
        if self.grid.problems() or not self.map_button.isEnabled():
            self.grid.next_problem()
            return
        self.map_button.setEnabled(False)
        self._jobs.run(
            partial(exception_work.map_many, self.chosen()), done=self._done, failed=self._failed,
            write=True, title=_("Mapping"), owner=self,
        )  # fmt: skip

    def _done(self, applied: Applied) -> None:
        self.accept()
        self._done_with(applied)

    def _failed(self, error: Exception) -> None:
        self.map_button.setEnabled(True)
        show_problem(self, error)


def _row(one: Unknown) -> dict[str, object]:
    best = one.suggestions[0] if one.suggestions else None
    sure = exception_work.sure(one.suggestions)
    return {
        "account": one.account,
        "sku": one.sku,
        "name": one.name,
        "orders": one.orders,
        "suggestion": said_of(best) if best else _("nothing alike"),
        ITEM: choice_of(sure) if sure is not None else None,
    }
