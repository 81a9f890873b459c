"""What is wrong with the papers of a shipment: findings, the places that disagree, the papers checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.checking.papers import PaperKind
from factory_erp.i18n import N_, _
from factory_erp.services.paper_checks import checks
from factory_erp.services.paper_checks.checks import CheckView, FindingView, PlaceView
from factory_erp.services.paper_checks.foreign_papers import FOREIGN, name_of_foreign
from factory_erp.services.paper_checks.sets import PaperState
from factory_erp.ui.checks import words
from factory_erp.ui.checks.foreign_dialog import ForeignDialog
from factory_erp.ui.checks.places import FindingCard, Jump
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.frames import framed, split
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Chip, ChipBar

FINDINGS = (
    Column("severity", N_("Severity"), 126, kind="pill", sortable=False),
    Column("title", N_("Finding"), 260, sortable=False, narrowest=170),
    Column("papers", N_("Documents"), 180, sortable=False, priority=1, narrowest=120),
)
PAPERS = (
    Column("name", N_("Document"), 200, sortable=False, narrowest=150),
    Column("number", N_("Number"), 130, sortable=False, narrowest=96),
    Column("state", N_("Checked as"), 110, kind="pill", sortable=False),
    Column("problem", N_("Why not"), 180, sortable=False, priority=1, narrowest=90),
)


class FindingsPanel(QWidget):
    """Findings of one shipment. ``checked`` carries each ``CheckView``; F9 checks again.

    *jump* is told the ``PlaceView`` that was pressed where our own paper has to be opened; without it the
    place's link is followed. Papers of others open in their form, a letter of credit on its page.
    """

    checked = Signal(object)

    def __init__(
        self, context: UiContext, parent: QWidget | None = None, *, jump: Jump | None = None
    ) -> None:
        super().__init__(parent)
        self.context = context
        self.shipment_id: int | None = None
        self.view: CheckView | None = None
        self._jump = jump
        self._asked = 0
        self.said = label(wrap=True, bold=True)
        self.chips = ChipBar()
        self.again_button = Button(_("Check again"), icon="check", run=self.refresh)
        self.again_button.setToolTip("F9")
        self.copy_button = Button(_("Copy as text"), icon="copy", run=self.copy)
        self.foreign_button = Button(_("Papers of others…"), icon="document", run=self.offer_foreign)
        self.foreign_button.setToolTip(_("Type a bill of lading, an insurance or a certificate to check"))
        self.findings = self._table(FINDINGS, _("Findings"))
        self.findings.set_empty_text(_("Nothing of this kind was found."))
        self.findings.current_changed.connect(self._show_current)
        self.findings.activated.connect(self._follow)
        self.papers = self._table(PAPERS, _("Papers that were checked"))
        self.papers.set_empty_text(_("No paper was checked yet."))
        self.papers.activated.connect(self._open_paper)
        self.card = FindingCard(self.go_to)
        self.stack = QStackedWidget()
        self._lay_out()
        self.chips.chosen.connect(self._show_chip)
        QShortcut(
            QKeySequence("F9"), self, self.refresh, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        self._show(None)

    def _table(self, columns: Sequence[Column], name: str) -> SimpleTable:
        table = SimpleTable(columns)
        table.set_name(name)
        return table

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(10)
        for button in (self.again_button, self.foreign_button, self.copy_button):
            bar.addWidget(button)
        bar.addStretch(1)
        both = split(framed(self.findings), self.card, across=False, stretch=(2, 3), sizes=(230, 300))
        self.stack.addWidget(both)
        self.stack.addWidget(framed(self.papers))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(bar)
        column.addWidget(self.said)
        column.addWidget(self.chips)
        column.addWidget(self.stack, 1)

    def start(self) -> QWidget:
        """The list that is shown; no focus proxy leads there, Tab would leave out the buttons."""
        return self.papers if self.stack.currentIndex() else self.findings

    # checking

    def check(self, shipment_id: int | None) -> None:
        """Check the papers of the shipment in the background; None: show nothing."""
        if shipment_id != self.shipment_id:
            self.shipment_id = shipment_id
            self._asked += 1
            self._show(None)
        self.refresh()

    def refresh(self) -> None:
        """Check again."""
        if self.shipment_id is None:
            return
        self._asked += 1
        self.again_button.setEnabled(False)
        self.context.jobs.run(
            partial(checks.check_shipment, self.shipment_id), done=partial(self._take, self._asked),
            failed=partial(show_problem, self), title=_("Check the papers"), owner=self,
            finally_=self._let_check,
        )  # fmt: skip

    def _let_check(self) -> None:
        self.again_button.setEnabled(True)

    def _take(self, asked: int, view: CheckView) -> None:
        if asked == self._asked:
            self._show(view)
            self.checked.emit(view)

    def _show(self, view: CheckView | None) -> None:
        fresh = self.view is None
        self.view = view
        for button in (self.again_button, self.copy_button, self.foreign_button):
            button.setEnabled(self.shipment_id is not None)
        self.copy_button.setEnabled(view is not None)
        self.said.setText(words.summary(view) if view else "")
        # What was found is counted on the chips already.
        self.said.setVisible(view is not None and not view.findings)
        papers = view.papers if view else ()
        self.papers.set_rows([_paper_row(one) for one in papers], [one.ref for one in papers])
        self._show_chips(view, fresh=fresh)
        self._show_chip(self.chips.current())

    def _show_chips(self, view: CheckView | None, *, fresh: bool) -> None:
        found = view.findings if view else ()
        counts = {key: sum(one.severity == key for one in found) for key in words.SEVERITIES}
        chips = [Chip("all", _("All"), len(found))]
        chips += [Chip(key, _(words.SEVERITIES[key][0]), count) for key, count in counts.items() if count]
        chips.append(Chip("papers", _("Papers"), len(view.papers) if view else 0))
        wanted = "papers" if view is not None and not found else "all" if fresh else self.chips.current()
        known = {chip.id for chip in chips}
        self.chips.set_chips(chips if view else [], current=wanted if wanted in known else "all")

    def _show_chip(self, key: str) -> None:
        """The findings of one severity, all of them, or the papers."""
        on_papers = key == "papers"
        self.stack.setCurrentIndex(1 if on_papers else 0)
        shown = self._shown(key)
        self.findings.set_rows([_finding_row(one) for one in shown], [_key(one) for one in shown])
        if self.findings.current_key() is None and shown:
            self.findings.select_key(_key(shown[0]))
        self._show_current(self.findings.current_key())

    def _shown(self, key: str) -> list[FindingView]:
        """The findings of the chip, those that will be refused first."""
        found = self.view.findings if self.view else ()
        wanted = [one for one in found if key in ("all", one.severity)]
        order = list(words.SEVERITIES)
        return sorted(wanted, key=lambda one: order.index(one.severity))

    def current(self) -> FindingView | None:
        """The finding that is chosen."""
        found = self.view.findings if self.view else ()
        return next((one for one in found if _key(one) == self.findings.current_key()), None)

    def _show_current(self, _chosen: object) -> None:
        self.card.show_finding(self.current())

    # acts

    def _follow(self, _chosen: object) -> None:
        """Enter on a finding goes to the place that is wrong."""
        finding = self.current()
        if finding is not None and finding.places:
            self.go_to(finding.places[0])

    def go_to(self, place: PlaceView) -> None:
        """Open the paper in which the value stands."""
        if place.foreign:
            self.open_foreign(place.kind, place.variant)
        elif self._jump is not None and place.link.startswith("erp://shipping/"):
            self._jump(place)
        else:
            self.context.navigate(place.link)

    def copy(self) -> None:
        """All findings as text on the clipboard."""
        if self.view is not None:
            QGuiApplication.clipboard().setText(words.as_text(self.view))
            self.context.say(_("The findings are on the clipboard."))

    def offer_foreign(self) -> QMenu:
        """A menu of the kinds of papers that others write."""
        menu = QMenu(self)
        for kind in FOREIGN:
            menu.addAction(name_of_foreign(kind), self._opener(kind))
        menu.popup(self.foreign_button.mapToGlobal(QPoint(0, self.foreign_button.height() + 2)))
        return menu

    def _opener(self, kind: PaperKind) -> Callable[[], object]:
        return lambda: self.open_foreign(kind)

    def open_foreign(self, kind: str, variant: str = "") -> ForeignDialog | None:
        """The open form of a paper of others; what is saved there is checked at once."""
        if self.shipment_id is None:
            return None
        dialog = ForeignDialog(self.context, self.shipment_id, kind, variant, self)
        dialog.saved.connect(self.refresh)
        dialog.open()
        return dialog

    def _open_paper(self, ref: object) -> None:
        papers = self.view.papers if self.view else ()
        state = next((one for one in papers if one.ref == ref), None)
        if state is None:
            return
        if state.foreign:
            self.open_foreign(state.kind, state.variant)
        elif self._jump is not None:
            link = f"erp://shipping/{self.shipment_id}"
            self._jump(PlaceView(state.ref, state.name, "", "", link, state.kind, state.variant))


def _key(finding: FindingView) -> tuple[object, ...]:
    """What tells a finding from the others, also after a new check."""
    return finding.rule, tuple((one.ref, one.field) for one in finding.places), finding.message


def _finding_row(finding: FindingView) -> Row:
    papers = " / ".join(dict.fromkeys(place.document for place in finding.places))
    return words.severity_pill(finding.severity), finding.message or finding.title, papers


def _paper_row(paper: PaperState) -> Row:
    return paper.name, paper.number or figures.NONE, words.paper_pill(paper), paper.problem
