"""The two dialogs of the program: a problem in plain words, and a question before what cannot be undone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.ui.kit.jobs import details


def show_problem(parent: QWidget | None, error: BaseException) -> QMessageBox:
    """Say what went wrong, without a traceback; returns the open dialog, which does not block.

    A domain error says what to do about it.  Any other error is ours: a plain sentence, and a button
    that copies what the log holds.
    """
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    if isinstance(error, DomainError):
        _say_what_to_do(box, error)
    else:
        _say_it_is_ours(box, error)
    box.open()
    return box


def _say_what_to_do(box: QMessageBox, error: DomainError) -> None:
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(error.record or _("This cannot be done"))
    box.setText(error.message)
    box.setInformativeText(error.remedy)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)


def _say_it_is_ours(box: QMessageBox, error: BaseException) -> None:
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle(_("Unexpected problem"))
    box.setText(_("Something went wrong inside the program. This step was not saved."))
    box.setInformativeText(_("Please try again. If it happens again, send us the details."))
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    copy = QPushButton(_("Copy details"), box)
    copy.setObjectName("copy-details")
    box.addButton(copy, QMessageBox.ButtonRole.ActionRole)
    # A message box closes on any of its buttons; copying should leave it open.
    copy.clicked.disconnect()
    copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(details(error)))


def confirm(parent: QWidget | None, title: str, text: str, act_label: str) -> bool:
    """Ask before an irreversible act; *text* says what will happen, *act_label* is the verb.

    Escape and Enter both mean no: the act needs its own click or key.
    """
    box = QMessageBox(QMessageBox.Icon.Question, title, text, QMessageBox.StandardButton.Cancel, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    act = box.addButton(act_label, QMessageBox.ButtonRole.AcceptRole)
    act.setProperty("primary", True)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    agreed = box.clickedButton() is act
    box.deleteLater()
    return agreed
