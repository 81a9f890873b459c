"""What leaves the program by a person's hand: a mail program with everything filled in, or the clipboard."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from factory_erp.i18n import _


def hand_over(text: str, mailto: str) -> str:
    """Open the mail program at *mailto* and put *text* on the clipboard; the sentence that says so.

    The text is copied in any case: a long one has no place in the address, and not every machine has a mail
    program.
    """
    QGuiApplication.clipboard().setText(text)
    if mailto and QDesktopServices.openUrl(QUrl(mailto)):
        return _("Your mail program has it; the text is on the clipboard too. It is kept here as sent.")
    return _("The text is on the clipboard: paste it where you write to the buyer. It is kept here as sent.")
