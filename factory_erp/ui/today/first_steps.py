"""What to do first in a new factory."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from factory_erp.i18n import _
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.widgets import Button, Kind, label


class FirstSteps(QFrame):
    """What to do in a factory that has no orders yet."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 10)
        column.setSpacing(4)
        column.addWidget(label(_("First steps"), pixels=15, bold=True))
        lead = _("Enter your items and connect your shops: their orders arrive here.")
        column.addWidget(label(lead, muted=True, wrap=True))
        links = QHBoxLayout()
        links.setSpacing(12)
        for icon, text, link in _first_steps(context.demo):
            links.addWidget(Button(text, kind=Kind.LINK, icon=icon, run=partial(context.navigate, link)))
        links.addStretch(1)
        column.addLayout(links)


def _first_steps(demo: bool) -> list[tuple[str, str, str]]:
    """Icon, text and link of each step."""
    steps = [
        ("settings", _("1. Enter your company"), "erp://settings/company"),
        ("import", _("2. Enter or import your items"), "erp://exchange/import/items"),
        ("store", _("3. Add the account of a shop"), "erp://platforms/accounts"),
    ]
    if not demo:
        steps.append(("factory", _("Look around in the demo factory"), "erp://command/factory.other"))
    return steps
