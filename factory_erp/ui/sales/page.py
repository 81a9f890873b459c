"""The orders: a list by the million with a card beside it, and each order on a page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.models.sales import ORDER_TRANSITIONS, OrderState
from factory_erp.services.base import allowed
from factory_erp.services.sales import views as sales_views
from factory_erp.services.sales.views import VIEWS, OrderDetail, OrderRow
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.commands import Command
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.page import Page
from factory_erp.ui.kit.saved_views import ViewBar
from factory_erp.ui.kit.table import RecordTable
from factory_erp.ui.sales import card, texts, work
from factory_erp.ui.sales.actions import Offer, OrderActions, can_add_variants
from factory_erp.ui.sales.effects_banner import FloorWord
from factory_erp.ui.sales.sheet import OrderSheet
from factory_erp.ui.sales.source import OrderSource

VIEW_NAMES = {
    "all": N_("All"),
    "to_review": N_("To review"),
    "in_work": N_("In work"),
    "ships_this_week": N_("Ships this week"),
    "late": N_("Late"),
    "on_hold": N_("On hold"),
    "shipped": N_("Shipped"),
}

EMPTY_TEXTS = {
    "all": N_("No orders yet. Enter one (Ctrl+N), or connect a platform account: its orders arrive here."),
    "to_review": N_("Nothing to review: every order that came in has been dealt with."),
    "in_work": N_("No order is in work. Confirm one that waits for review."),
    "ships_this_week": N_("Nothing has to ship this week."),
    "late": N_("Nothing is late."),
    "on_hold": N_("No order is on hold."),
    "shipped": N_("Nothing has been shipped yet."),
}

PAPERS = {"proforma_invoice": N_("Proforma invoice…"), "sales_contract": N_("Sales contract…")}
"""Document of an order → the command that shows it."""

BULK_LIMIT = 500
"""Orders that are summed up and confirmed at once; a longer selection is too much to answer for."""

_PAUSE = 60
"""Milliseconds that the selection must rest before the card is read."""

_LISTED = frozenset({"sales_order", "sales_line", "partner", "platform_account", "item_text"})
_SHOWN = _LISTED | {
    "production_order",
    "production_operation",
    "shipment",
    "shipment_line",
    "document",
    "outbox_message",
    "sync_exception",
    "peg",
    "purchase_line",
}


class SalesPage(Page):
    """Sales orders. Deep links: ``erp://sales/<id or number>`` and ``erp://sales/view/<view>``."""

    noun = "sales"

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.actions_of = OrderActions(context, self)
        source = OrderSource()
        self.table = RecordTable(source, context.jobs)
        self.views = ViewBar(
            context, self.noun, VIEW_NAMES, source,
            chips=self.chips, table=self.table, search=self.header.search,
        )  # fmt: skip
        self.card = card.OrderCard()
        self.sheet = OrderSheet()
        self.stack = QStackedWidget()
        self._overview: work.Overview | None = None
        self._detail: OrderDetail | None = None
        self._offer: Offer | None = None
        self._opened: int | None = None
        self._paper = ""
        self._settle = QTimer(self, singleShot=True, interval=_PAUSE)
        self._settle.timeout.connect(self._show_selected)
        self._minute = QTimer(self, interval=30_000)
        self._minute.timeout.connect(self._show_counts)
        self._lay_out()
        self._connect()
        self.table.restore_state({"sort": "ordered", "descending": True})
        self.views.recall()

    # making

    def _lay_out(self) -> None:
        self.header.set_title(_("Orders"))
        self.header.enable_search(_("Number, buyer, SKU or platform order"))
        self.header.add_button(_("New order…"), self.actions_of.new_order, icon="add", primary=True)
        self.table.set_name(_("Orders"))
        self.card.show_nothing(_("Loading…"))
        self.set_body(framed(self.table), self.card, stretch=(4, 1))
        self.body.setSizes([852, card.WIDTH])
        front = QWidget()
        column = QVBoxLayout(front)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.chips)
        column.addWidget(self.body, 1)
        self.stack.addWidget(front)
        self.stack.addWidget(self.sheet)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.stack)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.header.searched.connect(self.table.set_search)
        self.views.chosen.connect(self._say_empty)
        self.table.current_changed.connect(lambda _record: self._settle.start())
        self.table.selection_changed.connect(lambda _count: self._settle.start())
        self.table.count_changed.connect(self._note_count)
        self.table.activated.connect(self.open_order)
        self.table.refused.connect(self.context.say)
        self.card.link_clicked.connect(self._follow)
        self.sheet.followed.connect(self._follow)
        self.sheet.left.connect(self.close_order)

    # what the shell asks

    def refresh(self) -> None:
        """Read list, counts and the order in view again."""
        self._say_empty(self.views.base())
        self.views.refresh()
        self._read_counts()
        self._settle.start()

    def on_changes(self, changes: object) -> None:
        """Orders, or what an order's page shows of other records, have changed."""
        if not isinstance(changes, Mapping) or not self.isVisible():
            return
        kinds = set(changes)
        if kinds & _LISTED:
            only_orders = not kinds & (_LISTED - {"sales_order", "sales_line"})
            self.table.invalidate(changes.get("sales_order") if only_orders else None)
            self.views.recount()
            self._read_counts()
        if kinds & _SHOWN:
            self._settle.start()

    def open_record(self, key: str) -> None:
        """An order by id or number on its own page; or a saved view (``view/late``).

        With the kind of a paper behind it (``12/sales_contract``), that is opened over it.
        """
        folder, _slash, view = key.partition("/")
        if folder == "view" and view in VIEWS:
            self.close_order()
            self.chips.select(view)
            return
        self._paper = view if view in PAPERS else ""
        record = folder if self._paper else key
        if record.isascii() and record.isdigit():
            self.open_order(int(record))
        else:
            find = partial(sales_views.order_numbered, record)
            self.context.jobs.run(find, done=self.open_order, owner=self)

    def go_home(self) -> None:
        """Back to the list."""
        self.close_order()

    def commands(self) -> list[Command]:
        """New, open, the next step, variants, hold, lift the hold, cancel; saved views."""
        do = self.actions_of
        return [
            Command("sales.new", N_("New order…"), do.new_order, "Ctrl+N", icon="add", group="record"),
            Command("sales.open", N_("Open order"), self._open_current, "Ctrl+O", self._has_order,
                    icon="order", group="record"),
            Command("sales.next", N_("Next step of the order"), self._run_primary, "Ctrl+Return",
                    self._has_next, icon="play", group="record"),
            Command("sales.variants", N_("Add variants…"), partial(self._with_detail, do.add_variants), "",
                    lambda: self._detail is not None and can_add_variants(self._detail), icon="tag",
                    group="record"),
            *(Command(f"sales.{kind}", title, partial(self._show_paper, kind), "", self._has_papers,
                      icon="document", group="record") for kind, title in PAPERS.items()),
            Command("sales.hold", N_("Hold order"), partial(self._with_detail, do.hold), "",
                    partial(self._may, OrderState.ON_HOLD), icon="stop", group="record"),
            Command("sales.lift_hold", N_("Lift hold"), partial(self._with_detail, do.lift_hold), "",
                    self._is_held, icon="undo", group="record"),
            Command("sales.cancel", N_("Cancel order…"), partial(self._with_detail, do.cancel), "",
                    partial(self._may, OrderState.CANCELLED), icon="close", group="record"),
            Command("sales.list", N_("Back to the list"), self.close_order, "",
                    lambda: self._opened is not None, icon="chevron-left", group="go"),
            *self.views.commands(),
        ]  # fmt: skip

    def state(self) -> dict[str, object]:
        """View, columns, and the order in view."""
        return self.views.state() | {
            "record": self._detail.number if self._detail else "",
            "opened": self._opened,
        }

    def restore_state(self, state: dict[str, object]) -> None:
        """Take over what ``state`` gave."""
        self.views.restore_state(state)
        opened = state.get("opened")
        if isinstance(opened, int):
            self.open_order(opened)

    # head and chips

    def _say_empty(self, view: str) -> None:
        self.table.set_empty_text(_(EMPTY_TEXTS[view]))

    def _read_counts(self) -> None:
        self.context.jobs.run(work.overview, done=self._take_overview, owner=self)

    def _take_overview(self, overview: work.Overview) -> None:
        self._overview = overview
        self.views.set_counts(overview.counts)
        self._show_counts()

    def _show_counts(self) -> None:
        if self._overview is None:
            return
        total = self._overview.counts.get("all", 0)
        said = [
            ngettext("{number} order", "{number} orders", total, number=figures.number(total)),
            _("{number} shown", number=figures.number(self.table.count())),
        ]
        if self._overview.synced is not None:
            said.append(_("last sync {ago}", ago=texts.ago(self._overview.synced)))
        self.header.set_counts(" · ".join(said))

    def showEvent(self, event: QShowEvent) -> None:
        """Keep "2 min ago" true."""
        super().showEvent(event)
        self._minute.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Remember chip and columns for the next start; what is not seen need not be read."""
        super().hideEvent(event)
        self._minute.stop()
        self._settle.stop()
        self.views.remember()

    # the order in view

    def _note_count(self, _count: int) -> None:
        self._show_counts()
        self._settle.start()

    def _show_selected(self) -> None:
        """Read what the card, or the order's own page, has to show."""
        if self.isHidden():
            return
        selected = self.table.view.count_selected()
        record = self.table.current_id() if self._opened is None else self._opened
        if self._opened is None and selected > 1:
            self._show_several(selected)
        elif record is not None:
            self._read(record)
        elif self.table.count() == 0:
            self._forget()
            self.card.show_nothing(_("Choose an order to see where it stands."))

    def _read(self, record: int) -> None:
        self.context.jobs.run(
            partial(work.order_in_view, record),
            done=self._take_detail,
            failed=self._note_missing,
            owner=self,
        )

    def _take_detail(self, read: work.OrderInView) -> None:
        detail = read.detail
        wanted = self._opened if self._opened is not None else self.table.current_id()
        if detail.id != wanted:
            return
        self._detail, self._offer = detail, self.actions_of.offer(detail, short=bool(read.short))
        word = self.actions_of.platform_word(detail, read.on_platform, read.platform)
        floor = FloorWord(read.differences, partial(self.actions_of.review_effects, detail))
        if self._opened is None:
            self.card.show_order(detail, self._offer, partial(self.open_order, detail.id), word, floor)
            return
        self.sheet.show_order(detail, self._offer, word, floor)
        if self.stack.currentWidget() is not self.sheet:
            self.stack.setCurrentWidget(self.sheet)
            self.sheet.lines.setFocus()
        if self._paper:
            kind, self._paper = self._paper, ""
            self.actions_of.papers(detail, kind)

    def _note_missing(self, error: Exception) -> None:
        """The order could not be read: say why where it would stand."""
        self._forget()
        self.close_order()
        self.card.show_nothing(str(error))

    def _forget(self) -> None:
        self._detail = self._offer = None

    def _show_several(self, count: int) -> None:
        self._forget()
        if count > BULK_LIMIT:
            limit = _("Select at most {limit} orders to see their sum or to confirm them.", limit=BULK_LIMIT)
            self.card.show_nothing(limit)
            return
        ids = self.table.selected_ids()
        self.context.jobs.run(partial(work.drafts, ids), done=partial(self._take_several, ids), owner=self)

    def _take_several(self, ids: list[int], found: tuple[list[OrderRow], list[OrderRow]]) -> None:
        if ids == self.table.selected_ids():
            rows, drafts = found
            confirm = partial(self.actions_of.confirm_many, drafts)
            self.card.show_selection(len(ids), rows, len(drafts), confirm)

    def open_order(self, record: int) -> None:
        """Show the order on its own page."""
        self._opened = record
        self.table.select_id(record)
        self._read(record)

    def close_order(self) -> None:
        """Back to the list."""
        if self._opened is not None:
            self._opened = None
            self.stack.setCurrentIndex(0)
            self.table.setFocus()
            self._settle.start()

    def _follow(self, target: str) -> None:
        if self._detail is not None:
            self.actions_of.follow(self._detail, target)

    # commands

    def _has_order(self) -> bool:
        return self._opened is None and self.table.current_id() is not None

    def _open_current(self) -> None:
        record = self.table.current_id()
        if record is not None:
            self.open_order(record)

    def _has_next(self) -> bool:
        return self._offer is not None and self._offer.primary is not None

    def _run_primary(self) -> None:
        if self._offer is not None and self._offer.primary is not None:
            self._offer.primary.run()

    def _may(self, target: OrderState) -> bool:
        return self._detail is not None and allowed(ORDER_TRANSITIONS, self._detail.state, target)

    def _is_held(self) -> bool:
        return self._detail is not None and self._detail.state is OrderState.ON_HOLD

    def _has_papers(self) -> bool:
        return self._detail is not None and self._detail.state is not OrderState.CANCELLED

    def _show_paper(self, kind: str) -> None:
        if self._detail is not None:
            self.actions_of.papers(self._detail, kind)

    def _with_detail(self, run: Callable[[OrderDetail], None]) -> None:
        if self._detail is not None:
            run(self._detail)
