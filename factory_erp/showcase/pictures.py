"""Taking the pictures: the window goes to each pose, settles, and is grabbed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from factory_erp.i18n import _
from factory_erp.services.inquiries.quotation_views import quotation_detail
from factory_erp.services.progress import Progress
from factory_erp.showcase.poses import PROMISE, STEPS, poses

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from factory_erp.app import Running

WINDOW = (1440, 860)
SETTLE_SECONDS = 20
CALM = 35
"""Hundredths of a second in which nothing happens before a picture is taken: forms wait for 0.3 seconds."""


def photograph(running: Running, target: Path, progress: Progress) -> list[str]:
    """A picture of every page in each language, some also in the dark; the paths of the files."""
    target.mkdir(parents=True, exist_ok=True)
    running.window.resize(*WINDOW)
    running.window.show()
    taken: list[str] = []
    for language, look, name, link in poses():
        progress.report(len(taken), 0, _("Photographing the pages"))
        _pose(running, language, look, link)
        _step(running, name)
        path = target / f"{name}-{language}-{look}.png"
        _picture(running, name, link).save(str(path))
        taken.append(str(path.resolve()))
    return taken


def _picture(running: Running, name: str, link: str) -> QPixmap:
    """The window, or the dialog that is asked for when a promise is wanted for the quotation in view."""
    if name != PROMISE:
        return running.window.grab()
    from factory_erp.ui.inquiries.promising import asked
    from factory_erp.ui.promise import PromiseDialog

    detail = quotation_detail(int(link.rpartition("/")[2]))
    dialog = PromiseDialog(running.context, asked(detail, None), running.window)
    dialog.open()
    settle(running)
    picture = dialog.grab()
    dialog.close()
    return picture


def _pose(running: Running, language: str, look: str, link: str) -> None:
    from factory_erp import i18n
    from factory_erp.ui.kit import theme

    window = running.window
    if i18n.language() != language:
        window.change_language(language)
        settle(running)  # it opens its pages anew
    if theme.current() is not theme.THEMES[look]:
        window.set_theme(theme.THEMES[look])
        settle(running)
    window.navigate(link)
    settle(running)


def _step(running: Running, name: str) -> None:
    """Show the step of the shipment's workbench that the picture is named after."""
    from factory_erp.ui.shipping.page import ShippingPage

    page, step = running.window.page(), STEPS.get(name.partition("-")[2])
    if isinstance(page, ShippingPage) and step is not None:
        page.workbench.show_step(step)
        settle(running)


def settle(running: Running) -> None:
    """Let the window finish: every job done, every event handled."""
    from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEventLoop

    clock = QElapsedTimer()
    clock.start()
    calm = 0
    while calm < CALM and clock.elapsed() < SETTLE_SECONDS * 1000:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.01)
        calm = 0 if running.jobs.running() else calm + 1
