"""Pictures from web addresses: typed or pasted, fetched in the background, answered one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.sync.image_urls import AddedFromUrls, UrlOutcome
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.jobs import Job, Jobs, Progress
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone

COLUMNS = (
    Column("url", N_("Web address"), 300, sortable=False, narrowest=180),
    Column("result", N_("Result"), 110, kind="pill", sortable=False),
    Column("why", N_("Why"), 320, sortable=False, narrowest=180),
)

Add = Callable[[Sequence[str], Progress], AddedFromUrls]
"""Fetches the addresses and adds their pictures; off the window's thread."""


class AddressDialog(QDialog):
    """Stays open and says what became of each address; those that gave no picture stay to be mended.

    *added* is called after each try with how many pictures came. Closing stops what is not fetched yet.
    """

    def __init__(
        self, jobs: Jobs, add: Add, added: Callable[[int], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._jobs, self._add, self._added = jobs, add, added
        self._job: Job | None = None
        self._closing = False
        self._outcomes: dict[str, UrlOutcome] = {}
        self.setWindowTitle(_("Add pictures from web addresses"))
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName(_("Web addresses"))
        self.edit.setPlaceholderText("https://…")
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(120)
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("What became of the addresses"))
        self.results = framed(self.table)
        self.results.hide()
        self.state = label(muted=True, wrap=True)
        self.close_button = Button(_("Close"), run=self.reject)
        self.add_button = Button(_("Add pictures"), kind=Kind.PRIMARY, run=self.add)
        self.add_button.setToolTip("Ctrl+Enter")
        self._lay_out()
        self.edit.textChanged.connect(self._look)
        for key in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(key), self, self.add)
        self._look()
        self.resize(780, 250)
        self.edit.setFocus()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.state, 1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        note = _("One address a line, each of a picture itself and not of the page around it.")
        column.addWidget(label(note, muted=True, wrap=True))
        column.addWidget(self.edit)
        column.addWidget(self.results, 1)
        column.addLayout(foot)

    def addresses(self) -> list[str]:
        """What is typed, one address a line."""
        return [line.strip() for line in self.edit.toPlainText().splitlines() if line.strip()]

    def _look(self) -> None:
        busy = self._job is not None
        self.edit.setReadOnly(busy)
        self.add_button.setEnabled(not busy and bool(self.addresses()))

    def add(self) -> None:
        """Fetch what is typed."""
        wanted = self.addresses()
        if not wanted or self._job is not None:
            return
        self.state.setText(_("Fetching pictures…"))
        # Beside the writers' lane: most of its time is spent waiting for other people's servers.
        self._job = self._jobs.run(
            partial(_adding, self._add, wanted), done=self._take, failed=partial(show_problem, self),
            finally_=self._rest, title=_("Fetching pictures"), cancellable=True, owner=self,
        )  # fmt: skip
        self._look()

    def _take(self, outcomes: Sequence[UrlOutcome]) -> None:
        self._outcomes |= {one.url: one for one in outcomes}
        self.table.set_rows([_row(one) for one in self._outcomes.values()])
        if self.results.isHidden():
            self.results.show()
            self.resize(self.width(), max(self.height(), 460))
        came = {one.image_id for one in outcomes if one.image_id is not None}
        done = {one.url for one in outcomes if one.image_id is not None}
        self.edit.setPlainText("\n".join(url for url in self.addresses() if url not in done))
        refused = sum(one.image_id is None for one in outcomes)
        said = [ngettext("{count} picture is added.", "{count} pictures are added.", len(came))]
        if refused:
            said.append(ngettext("{count} address gave no picture.", "{count} addresses gave no picture.",
                                 refused))  # fmt: skip
        self.state.setText(" ".join(said))
        self._added(len(came))

    def _rest(self) -> None:
        self._job = None
        if self._closing:
            self._added(0)  # what came before it was stopped is to be seen
            super().done(QDialog.DialogCode.Rejected)
            return
        if not self._outcomes:
            self.state.setText("")
        self._look()

    def done(self, result: int) -> None:
        """Stop what is not fetched yet, and end with what is; pictures that came stay."""
        if self._job is None:
            super().done(result)
            return
        self._closing = True
        self._job.cancel()
        self.hide()


def _adding(add: Add, wanted: Sequence[str], progress: Progress) -> AddedFromUrls:
    return add(wanted, progress)


def _row(one: UrlOutcome) -> Row:
    if one.image_id is not None:
        return one.url, PillCell(_("Added"), Tone.SUCCESS), ""
    return one.url, PillCell(_("Refused"), Tone.DANGER), " ".join(p for p in (one.problem, one.remedy) if p)
