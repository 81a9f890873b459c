"""The answer: the day in large letters, what binds it, where the parts come from, and the ways to choose."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, pgettext
from factory_erp.services.promise.offer import PromiseOffer, RushView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.promise import words
from factory_erp.ui.promise.timeline import Timeline
from factory_erp.ui.promise.words import Way
from factory_erp.ui.promise.work import Answer

WAYS = (
    Column("way", N_("Way"), 300, sortable=False),
    Column("first", N_("First part"), 100, kind="date", sortable=False),
    Column("day", N_("All of it"), 100, kind="date", sortable=False),
    Column("price", N_("Costs more"), 110, kind="number", sortable=False),
)
SLIPS = (
    Column("order", N_("Order"), 124, sortable=False, narrowest=124),
    Column("customer", N_("Customer"), 150, sortable=False),
    Column("before", N_("Ready before"), 104, kind="date", sortable=False),
    Column("after", N_("Ready then"), 100, kind="date", sortable=False),
    Column("late", N_("Days late"), 80, kind="number", sortable=False),
    Column("cost", N_("Cost"), 100, kind="number", sortable=False),
)

CAUSES = 5
"""Sentences on what binds the day that are shown: those that come first bind it first."""

LINE, HEAD, MOST = 34, 36, 6
"""Height of a table's row and of its header, px; rows in sight at most."""


class AnswerPanel(QScrollArea):
    """``chosen`` comes when another way is picked, ``linked`` carries the deep link that was followed."""

    chosen = Signal()
    linked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.answer: Answer | None = None
        self._ways: list[Way] = []
        self.day = label("", pixels=32, bold=True, selectable=True)
        self.pill = Pill()
        self.said = label("", wrap=True)
        self.binding = QLabel()
        self.binding.setWordWrap(True)
        self.binding.setTextFormat(Qt.TextFormat.RichText)
        self.binding.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.binding.linkActivated.connect(self.linked)
        self.binding.setAccessibleName(_("What the day hangs on"))
        self.timeline = Timeline()
        self.ways = SimpleTable(WAYS)
        self.ways.set_name(_("Ways to ship it"))
        self.ways.current_changed.connect(lambda _key: self.chosen.emit())
        self.slips = SimpleTable(SLIPS)
        self.slips.set_name(_("Who waits for a rush"))
        self.slips.activated.connect(self._open_slip)
        self.sum = label("", bold=True, wrap=True)
        self._lay_out()
        self.say(_("Enter an item and a quantity."))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self.day)
        head.addWidget(self.pill)
        head.addStretch(1)
        self._binding = _section(_("What the day hangs on"), self.binding)
        self._timeline = _section(pgettext("promise", "Where it comes from"), self.timeline)
        self._others = _section(_("Ways to ship it"), framed(self.ways))
        self._rush = _section(_("Who waits for a rush"), framed(self.slips), self.sum)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(4, 0, 12, 0)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.said)
        for section in (self._binding, self._others, self._rush, self._timeline):
            column.addWidget(section)
        column.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for ground in (body, self.viewport()):
            ground.setAutoFillBackground(False)

    def say(self, sentence: str, *, problem: bool = False) -> None:
        """No answer, but a sentence: what is missing, or why there is none."""
        self.answer, self._ways = None, []
        self.said.setText(sentence)
        self._tone(problem)
        for part in (self.day, self.pill, self._binding, self._timeline, self._others, self._rush):
            part.hide()
        self.chosen.emit()

    def show_answer(self, answer: Answer) -> None:
        """Show the offer; the plain way is chosen."""
        offer = answer.offer
        self.answer, self._ways = answer, words.ways(offer)
        pill = words.verdict(offer)
        self.day.setText(figures.day(offer.day))
        self.pill.set(pill.text, pill.tone)
        self.said.setText(words.sentence(offer))
        self._tone(False)
        self.binding.setText(_listed(offer.binding, answer.links))
        self.timeline.show_parts(answer.parts, offer.wanted)
        self._show_ways(offer)
        self._show_rush(words.rush_of(offer), offer.currency)
        for part in (self.day, self.pill):
            part.show()
        self._binding.setVisible(bool(offer.binding))
        self._timeline.setVisible(bool(answer.parts))
        self._others.setVisible(len(self._ways) > 1)
        self.chosen.emit()

    def _tone(self, problem: bool) -> None:
        self.said.setProperty("problem", problem)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)

    def _show_ways(self, offer: PromiseOffer) -> None:
        cells = [
            (one.text, figures.day(one.first), figures.day(one.day), words.way_price(one, offer.currency))
            for one in self._ways
        ]
        self.ways.set_rows(cells)
        self.ways.select_key(0)
        _fit(self.ways, len(cells))

    def _show_rush(self, rush: RushView | None, currency: str) -> None:
        self._rush.setVisible(rush is not None and bool(rush.slips))
        if rush is None:
            return
        cells = [
            (one.sales_number or one.number, one.customer or _("For stock"), figures.day(one.before),
             figures.day(one.after), figures.number(one.late_days) if one.late_days else figures.NONE,
             words.price(one.cost, currency))
            for one in rush.slips
        ]  # fmt: skip
        self.slips.set_rows(cells, [one.production_order_id for one in rush.slips])
        _fit(self.slips, len(cells))
        self.sum.setText(words.rush_sum(rush, currency))

    def way(self) -> Way | None:
        """The way that is chosen; None without an answer."""
        key = self.ways.current_key()
        if not self._ways:
            return None
        return self._ways[key] if isinstance(key, int) and key < len(self._ways) else self._ways[0]

    def _open_slip(self, key: Hashable) -> None:
        self.linked.emit(f"erp://production/{key}")


def _listed(sentences: Sequence[str], links: Mapping[str, str]) -> str:
    """The first of the sentences as a list in rich text."""
    said = [words.linked(one, links) for one in sentences[:CAUSES]]
    if len(sentences) > CAUSES:
        said.append(escape(_("… and {count} more", count=len(sentences) - CAUSES)))
    return "<br>".join(f"•&nbsp; {one}" for one in said)


def _section(title: str, *parts: QWidget) -> QWidget:
    section = QWidget()
    column = QVBoxLayout(section)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    column.addWidget(label(title, bold=True, muted=True))
    for part in parts:
        column.addWidget(part)
    return section


def _fit(table: SimpleTable, rows: int) -> None:
    """As high as its rows: the panel scrolls, not the table, unless there are many."""
    table.setFixedHeight(HEAD + LINE * min(max(rows, 1), MOST) + 4)
