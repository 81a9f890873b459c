"""E-mails from files: chosen or dropped, taken in as inquiries, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from factory_erp.i18n import _
from factory_erp.ui.inquiries import words, work
from factory_erp.ui.inquiries.work import MailsTaken
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import Message, tell

PROBLEMS_SHOWN = 12
"""Sentences of one message after an import."""


class MailImport(QObject):
    """Imports for the page *parent*."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._parent = context, parent
        self.dialog: Message | None = None

    def choose(self) -> None:
        """Ask for files of e-mails, and import them."""
        kinds = _("E-mails (*.eml *.mbox *.mbx)")
        chosen, _kind = QFileDialog.getOpenFileNames(self._parent, _("Import e-mails"), "", kinds)
        self.run([Path(path) for path in chosen])

    def run(self, paths: Sequence[Path]) -> None:
        """Take the e-mails of the files as inquiries."""
        if paths:
            self._context.jobs.run(
                partial(work.import_mails, tuple(paths)),
                done=self._take,
                write=True,
                cancellable=True,
                title=_("Importing e-mails"),
                owner=self,
            )

    def _take(self, report: MailsTaken) -> None:
        said = words.brought(report.taken)
        self._context.say(said)
        if report.problems:
            lines = list(report.problems[:PROBLEMS_SHOWN])
            if len(report.problems) > PROBLEMS_SHOWN:
                lines.append(_("… and {count} more", count=len(report.problems) - PROBLEMS_SHOWN))
            self.dialog = tell(self._parent, _("Import e-mails"), said, "\n".join(lines))


def dropped(event: QDropEvent) -> list[Path]:
    """The files of e-mails that are dropped; none where something else is among them."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths if work.has_mails(paths) else []
