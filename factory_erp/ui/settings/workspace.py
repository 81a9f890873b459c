"""Where the data are, a backup of them, and the proof that they are sound."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.upkeep import backup
from factory_erp.services.upkeep.backup import BackupInfo, Finding
from factory_erp.ui.desk import desk
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.detail_card import DetailCard
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.jobs import Progress
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.widgets import Button, Kind, label

COLUMNS = (
    Column("subject", N_("Where"), 140),
    Column("message", N_("Finding"), 320),
    Column("remedy", N_("What to do"), 320, priority=1),
)
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def database_kind(url: str) -> str:
    """The make of database behind *url*."""
    kind = urlsplit(url).scheme.partition("+")[0]
    return DATABASES.get(kind, kind)


def database_place(url: str) -> str:
    """Where the database is: the file, or user, server and name; never a password or option."""
    parts = urlsplit(url)
    if parts.scheme.startswith("sqlite"):
        return parts.path[1:]
    user = f"{parts.username}@" if parts.username else ""
    port = f":{parts.port}" if parts.port else ""
    return f"{user}{parts.hostname or 'localhost'}{port}{parts.path}"


def make_backup(progress: Progress) -> BackupInfo:
    """Copy the database; can be stopped at any page."""
    return backup.backup(progress)


class WorkspaceSection(QWidget):
    """Folder and database, with backup and check."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        workspace = desk(context).workspace
        self._folder = workspace.path
        self.facts = DetailCard()
        self.facts.setMaximumHeight(190)
        kind = _("Demo factory") if workspace.demo else _("Own factory")
        self.facts.fill(
            workspace.name,
            "",
            [
                (_("Kind"), kind),
                (_("Folder"), str(workspace.path)),
                (_("Database"), database_kind(workspace.database_url)),
                (_("Address"), database_place(workspace.database_url)),
            ],
        )
        self.backup_button = Button(_("Back up now"), kind=Kind.PRIMARY, icon="save", run=self.back_up)
        self.check_button = Button(_("Check database"), icon="shield", run=self.check)
        self.folder_button = Button(_("Open folder"), icon="box", run=self._open_folder)
        self.answer = label(muted=True, wrap=True, selectable=True)
        self.findings = SimpleTable(COLUMNS)
        self.findings.set_name(_("Findings"))
        self._frame = framed(self.findings)
        self._frame.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.backup_button, self.check_button, self.folder_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.facts)
        column.addLayout(buttons)
        column.addWidget(self.answer)
        column.addWidget(self._frame, 1)
        column.addStretch(0)

    def refresh(self) -> None:
        """Nothing here changes by itself."""

    def back_up(self) -> None:
        """Copy the database while everybody goes on working."""
        self.backup_button.setEnabled(False)
        self._context.jobs.run(
            make_backup, done=self._backed_up, finally_=self._backup_over, title=_("Backing up"),
            cancellable=True, owner=self,
        )  # fmt: skip

    def _backed_up(self, made: BackupInfo) -> None:
        size = f"{made.bytes / 1_000_000:,.1f}"
        self.answer.setText(
            _(
                "Backed up and checked: {path} ({size} MB). Keep a copy on another disk.",
                path=made.path,
                size=size,
            )
        )

    def _backup_over(self) -> None:
        self.backup_button.setEnabled(True)

    def check(self) -> None:
        """Prove the database file, the stock and the documents."""
        self.check_button.setEnabled(False)
        self.answer.setText(_("Checking…"))
        self._context.jobs.run(
            backup.check, done=self._checked, failed=self._not_checked, finally_=self._check_over,
            title=_("Checking the database"), owner=self,
        )  # fmt: skip

    def _checked(self, findings: Sequence[Finding]) -> None:
        found = ngettext("{count} finding.", "{count} findings.", len(findings))
        sound = _("All is well: database, stock and documents are as they must be.")
        self.answer.setText(found if findings else sound)
        self.findings.set_rows([(one.subject, one.message, one.remedy) for one in findings])
        self._frame.setVisible(bool(findings))

    def _not_checked(self, error: Exception) -> None:
        self.answer.setText("")
        self._context.jobs.problem.emit(error)

    def _check_over(self) -> None:
        self.check_button.setEnabled(True)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._folder))))
