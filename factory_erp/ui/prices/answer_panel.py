""" "What does it cost?": the price of an order, the line that says so, and what it leaves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.domain.incoterms import INCOTERMS
from factory_erp.i18n import _, pgettext
from factory_erp.services.clock import today
from factory_erp.services.price_lists import term_of
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, ElidedLabel, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.prices import words, work
from factory_erp.ui.prices.form_line import keep_as_high_as_it_is
from factory_erp.ui.prices.list_form import USUAL_TERM

PAUSE = 250
"""Milliseconds without an edit before the price is asked for."""


class AnswerPanel(QWidget):
    """Item, customer, quantity, day and term in; price, reason and margin out.

    *item_id* fixes the item.  ``followed`` carries the id of the list that the user asks to see.
    """

    followed = Signal(int)

    def __init__(self, context: UiContext, item_id: int | None = None) -> None:
        super().__init__()
        self._context, self._item_id = context, item_id
        self._items = work.Items()
        self._asked = 0
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._answer: work.Answer | None = None
        self.form = Form(self._fields(), self._first_values(), columns=6 if item_id is None else 5)
        self.form.bar.hide()
        self.form.dirty_changed.connect(lambda _dirty: self.form.bar.hide())
        self.form.edited.connect(lambda _name: self._pause.start())
        keep_as_high_as_it_is(self.form)
        self.price = label(pixels=18, bold=True, selectable=True)
        self.price.setMinimumHeight(28)
        self.pill = Pill("", Tone.WARNING)
        self.reason = ElidedLabel(least=120)
        self.margin = label(muted=True, selectable=True)
        self.margin_pill = Pill("", Tone.SUCCESS)
        self.link = Button(_("Show list"), kind=Kind.LINK, icon="link", run=self._follow)
        self._pause.timeout.connect(self.ask)
        self._lay_out()
        if item_id is None:
            self._show_hint(_("Enter item and quantity: the price comes with the line that says so."))
        else:
            self._show_hint(_("Enter a quantity: the price comes with the line that says so."))

    def _fields(self) -> list[Field]:
        item = Field("item_id", _("Item"), FieldKind.LOOKUP, search=lambda text: self._items.search(text))
        return [
            *([item] if self._item_id is None else []),
            Field("quantity", _("Quantity"), FieldKind.DECIMAL, check=_above_zero),
            Field("customer_id", pgettext("price list", "Customer"), FieldKind.LOOKUP, search=work.customers,
                  jobs=self._context.jobs, hint=_("Empty: nobody in particular")),
            Field("day", _("Date"), FieldKind.DATE),
            Field("incoterm", _("Trade term"), FieldKind.CHOICE,
                  choices=[(code, code) for code in INCOTERMS]),
            Field("place", _("Place"), hint=_("Empty: whatever the place")),
        ]  # fmt: skip

    def _first_values(self) -> dict[str, object]:
        return {"day": today(), "incoterm": USUAL_TERM}

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(12)
        self.reason.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line.addWidget(label(_("What does it cost?"), pixels=15, bold=True))
        line.addWidget(self.price)
        line.addWidget(self.pill)
        line.addStretch(1)
        line.addWidget(self.link)
        line.addWidget(self.margin)
        line.addWidget(self.margin_pill)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self.reason)
        column.addWidget(self.form)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(framed(inside))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_items(self, items: work.Items) -> None:
        """The items to choose from."""
        self._items = items

    def suggest(self, quantity: Decimal) -> None:
        """Ask for *quantity* unless another was typed already."""
        if not self.form.is_dirty() and not self.form.draft()["quantity"]:
            self.form.set_values(self._first_values() | {"quantity": f"{quantity:f}"})
            self.ask()

    def answer(self) -> work.Answer | None:
        """What was answered last; None while nothing can be asked."""
        return self._answer

    def refresh(self) -> None:
        """Ask again: prices may have changed."""
        self.ask()

    def ask(self) -> None:
        """Ask for what stands in the fields, if it can be."""
        self._asked += 1
        question = self._question()
        if question is None:
            return
        self._context.jobs.run(
            partial(work.ask, question),
            done=partial(self._take, self._asked, question),
            failed=partial(self._refuse, self._asked),
            owner=self,
        )

    def _question(self) -> work.Question | None:
        """None where a field is empty or not sound; the form says so at the field once that is left."""
        try:
            values = self.form.values()
        except DomainError:
            return None
        item = self._item_id if self._item_id is not None else values["item_id"]
        if not isinstance(item, int) or values["quantity"] is None:
            return None
        return work.Question(
            item,
            cast(Decimal, values["quantity"]),
            cast("int | None", values["customer_id"]),
            cast("date | None", values["day"]) or today(),
            str(values["incoterm"]),
            str(values["place"] or ""),
        )

    def _take(self, number: int, question: work.Question, answer: work.Answer) -> None:
        if number != self._asked:
            return
        self._answer = answer
        if answer.price is None:
            term = term_of(question.incoterm, question.place)
            self._show_hint(
                _("No {term} list that is valid on {day} holds this item.", term=term,
                  day=figures.day(question.day))
            )  # fmt: skip
            return
        self.price.setText(figures.money(answer.price.price))
        self.pill.set(_("Below the least quantity"), Tone.WARNING)
        self.pill.setVisible(answer.price.below_minimum)
        self.reason.setText(answer.price.why)
        self._show_margin(answer)
        for part in (self.price, self.link):
            part.show()

    def _show_margin(self, answer: work.Answer) -> None:
        assert answer.price is not None
        margin, least = answer.margin(), answer.margins.least_percent
        cost = words.cost(answer.cost, answer.margins.currency)
        self.margin.setText(_("Cost {cost}", cost=cost) if cost else _("Cost not known"))
        self.margin.show()
        self.margin_pill.setVisible(margin is not None)
        if margin is not None:
            tone = words.margin_tone(margin, least) or Tone.SUCCESS
            self.margin_pill.set(_("Margin {margin}", margin=words.margin(margin, least)), tone)
        elif cost:
            currency = answer.price.price.currency
            self.margin.setText(_("Cost {cost} · no rate for {currency}", cost=cost, currency=currency))

    def _refuse(self, number: int, error: Exception) -> None:
        if number == self._asked:
            self._show_hint(str(error))

    def _show_hint(self, text: str) -> None:
        for part in (self.price, self.pill, self.link, self.margin, self.margin_pill):
            part.hide()
        self.reason.setText(text)

    def _follow(self) -> None:
        if self._answer is not None and self._answer.price is not None:
            self.followed.emit(self._answer.price.list_id)


def _above_zero(value: object) -> str:
    return "" if isinstance(value, Decimal) and value > 0 else _("Enter a quantity above zero.")
