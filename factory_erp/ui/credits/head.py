"""The head of a letter of credit: which one it is and how it stands, its days and what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.checking.dates import shipment_window
from factory_erp.i18n import _
from factory_erp.models.credits import CreditState
from factory_erp.services.credits.views import CreditDetail
from factory_erp.ui.credits import words
from factory_erp.ui.credits.work import Opened
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.rows import PillCell
from factory_erp.ui.kit.theme import Tone

Fact = tuple[str, str, PillCell | str]
"""What it is, its value, and what is said beside it."""


class CreditHead(QWidget):
    """The way back at the left, what can be done at the right."""

    def __init__(
        self,
        back: Callable[[], object],
        paste: Callable[[], object],
        become: Callable[[CreditState], object],
    ) -> None:
        super().__init__()
        self.title = ElidedLabel(pixels=18, bold=True, least=160)
        self.pill = Pill()
        self.paste_button = Button(_("Paste amendment…"), icon="import", run=paste)
        self.acts = {
            state: Button(_(words.ACTS[state]), run=_bound(become, state))
            for state in (CreditState.ADVISED, CreditState.USED, CreditState.CLOSED)
        }
        link = Button(_("Back to the list"), kind=Kind.LINK, icon="chevron-left", run=back)
        link.setToolTip(_("Esc"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for widget in (link, self.title):
            row.addWidget(widget)
        row.addWidget(self.pill)
        row.addStretch(1)
        for button in (*self.acts.values(), self.paste_button):
            row.addWidget(button)

    def show_credit(self, detail: CreditDetail | None) -> None:
        """Show the credit; None: a new one."""
        self.pill.setVisible(detail is not None)
        for state, button in self.acts.items():
            button.setVisible(detail is not None and state in detail.can_become)
        self.paste_button.setVisible(detail is None or detail.state is not CreditState.CLOSED)
        self.paste_button.setText(_("Paste MT700…") if detail is None else _("Paste amendment…"))
        if detail is None:
            self.title.setText(_("New letter of credit"))
            return
        customer = f" · {detail.customer}" if detail.customer else ""
        self.title.setText(f"{detail.given.number}{customer}")
        shown = words.state_pill(detail.state)
        self.pill.set(shown.text, shown.tone)


def _bound(become: Callable[[CreditState], object], state: CreditState) -> Callable[[], object]:
    return lambda: become(state)


class FactStrip(QFrame):
    """The days that must not be missed and the amounts, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 9, 14, 9)
        self._row.setSpacing(18)

    def show_credit(self, opened: Opened | None) -> None:
        """Show the facts of the credit; nothing for None."""
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(opened is not None)
        if opened is not None:
            for fact in facts(opened):
                self._row.addWidget(_cell(*fact), 1)


def _cell(caption: str, value: str, beside: PillCell | str) -> QWidget:
    cell = QWidget()
    column = QVBoxLayout(cell)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(3)
    column.addWidget(ElidedLabel(caption, muted=True))
    column.addWidget(ElidedLabel(value, bold=True))
    if isinstance(beside, PillCell):
        column.addWidget(Pill(beside.text, beside.tone))
    else:
        column.addWidget(label(beside, muted=True, wrap=False))
    cell.setAccessibleName(f"{caption}: {value} {beside if isinstance(beside, str) else beside.text}")
    return cell


def facts(opened: Opened) -> list[Fact]:
    """The days by UCP 600 (articles 14c and 29), and how much of the credit is drawn."""
    detail, day = opened.detail, opened.today
    given, taken = detail.given, detail.drawn
    settled = detail.state in (CreditState.USED, CreditState.CLOSED)
    latest = given.latest_shipment or shipment_window(given.shipment_period).last
    over = taken.left.minor < 0
    return [
        (_("Latest shipment"), figures.day(latest) or figures.NONE,
         words.days_pill(words.until(latest, day), settled=settled or _all_left(detail))),
        _presentation(detail, day, settled=settled),
        (_("Expires"), figures.day(given.expires_on) or figures.NONE,
         words.days_pill(words.until(given.expires_on, day), settled=settled)),
        (_("May be drawn"), figures.money(taken.largest), ""),
        (_("Under shipments"), figures.money(taken.planned), words.share(taken.planned, taken.largest)),
        (_("Presented"), figures.money(taken.presented), words.share(taken.presented, taken.largest)),
        (_("Left"), figures.money(taken.left), PillCell(_("Too much"), Tone.DANGER) if over else ""),
    ]  # fmt: skip


def _all_left(detail: CreditDetail) -> bool:
    """Whether every shipment under it is on board: the latest day of shipment waits for none."""
    return bool(detail.shipments) and all(one.on_board for one in detail.shipments)


def _presentation(detail: CreditDetail, day: date, *, settled: bool) -> Fact:
    """The first day by which papers must be at the bank; the period while nothing is on board."""
    waiting = [one.present_by for one in detail.shipments if one.present_by and not one.presented_on]
    if not waiting:
        period = words.presentation_period(detail.given.presentation_days)
        return _("Presentation"), period, _("after shipment")
    first = min(waiting)
    return (
        _("Present by"), figures.day(first), words.days_pill(words.until(first, day), settled=settled)
    )  # fmt: skip
