"""What others call an item: partners' numbers, which are entered here, and the platforms' own SKUs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.i18n import N_, _
from factory_erp.services.catalogue import item_numbers
from factory_erp.services.catalogue.item_numbers import ItemNumbers, NumberView
from factory_erp.services.directory import partner_choices
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.platforms.words import platform as platform_name

NUMBERS = (
    Column("name", N_("Partner's name"), 260, sortable=False),
    Column("code", N_("Their number"), 170, sortable=False),
    Column("called", N_("Their name for it"), 280, sortable=False),
    Column("partner", N_("Partner code"), 130, sortable=False, priority=1),
)
PLATFORM_NUMBERS = (
    Column("platform", N_("Platform"), 150, sortable=False),
    Column("account", N_("Shop"), 220, sortable=False),
    Column("sku", N_("SKU there"), 220, sortable=False),
)


class NumbersTab(QWidget):
    """Add, change and remove ask in a dialog and save at once: there is never a draft."""

    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__()
        self.context, self.record_id = context, record_id
        self._numbers: dict[int, NumberView] = {}
        self.table = SimpleTable(NUMBERS)
        self.table.set_name(_("Partners' numbers"))
        self.table.set_empty_text(
            _("No number yet. Add what customers and suppliers call this item: search finds it by that too.")
        )
        self.table.activated.connect(self.change)
        self.table.current_changed.connect(lambda _key: self._show_actions())
        self.platforms = SimpleTable(PLATFORM_NUMBERS)
        self.platforms.set_name(_("Platforms' numbers"))
        self.platforms.set_empty_text(_("No shop sells this item yet."))
        self.add_button = Button(_("Add number…"), icon="add", run=self.add)
        self.change_button = Button(_("Change…"), icon="edit", run=self.change_current)
        self.remove_button = Button(_("Remove…"), run=self.remove_current)
        self._lay_out()
        self._show_actions()

    def _lay_out(self) -> None:
        numbers = _headed(
            _("Partners' numbers"), self.table, self.remove_button, self.change_button, self.add_button
        )
        lead = label(
            _("Entered on the page Platforms, where orders wait for an unknown SKU."), muted=True, wrap=True
        )
        link = Button(
            _("Open Platforms"), icon="store", run=lambda: self.context.navigate("erp://platforms/accounts")
        )
        platforms = _headed(_("On platforms"), self.platforms, link, lead=lead)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split(numbers, platforms, across=False, stretch=(3, 2), sizes=(340, 220)), 1)

    # the tab's protocol

    def refresh(self) -> None:
        """Read the numbers again."""
        read = partial(item_numbers.numbers_of_item, self.record_id)
        self.context.jobs.run(read, done=self._take, owner=self)

    def is_dirty(self) -> bool:
        """Never: every dialog saves what it asked for."""
        return False

    def save(self) -> bool:
        """There is nothing to save."""
        return True

    def discard(self) -> None:
        """There is nothing to throw away."""

    def _take(self, read: ItemNumbers) -> None:
        self._numbers = {one.id: one for one in read.partners}
        rows = [(one.partner, one.code, one.partner_name, one.partner_code) for one in read.partners]
        self.table.set_rows(rows, list(self._numbers))
        if self.table.current_key() is None and self._numbers:
            self.table.select_key(next(iter(self._numbers)))
        self.platforms.set_rows(
            [(platform_name(one.platform), one.account, one.external_sku) for one in read.platforms]
        )
        self._show_actions()

    # what can be done

    def add(self) -> FormDialog:
        """The open dialog for another partner's number."""
        return self._ask(_("New number"), None, _("Add number"))

    def change_current(self) -> FormDialog | None:
        """The open dialog for the chosen number."""
        return self.change(self.table.current_key())

    def change(self, key: object) -> FormDialog | None:
        """The open dialog for the number with the id *key*; None where there is none."""
        known = self._numbers.get(key) if isinstance(key, int) else None
        return self._ask(_("Partner's number"), known, _("Save number")) if known else None

    def remove_current(self) -> None:
        """Forget the chosen number, after asking."""
        key = self.table.current_key()
        known = self._numbers.get(key) if isinstance(key, int) else None
        if known is None:
            return
        title = _("Remove number {number}?", number=known.code)
        text = _(
            "The item is no longer found by what {partner} calls it. Orders and documents stay as they are.",
            partner=known.partner,
        )
        if confirm(self, title, text, _("Remove number")):
            self.context.jobs.run(
                partial(item_numbers.remove_number, known.partner_id, self.record_id),
                done=partial(self._say, _("The number is removed.")), write=True, title=title, owner=self,
            )  # fmt: skip

    def _ask(self, title: str, known: NumberView | None, act: str) -> FormDialog:
        values: dict[str, object] = {}
        if known is not None:
            partner = Choice(known.partner_id, known.partner_code, known.partner)
            values = {"partner": partner, "code": known.code, "name": known.partner_name}
        dialog = FormDialog(
            self.context.jobs,
            title,
            self._fields(new=known is None),
            values,
            partial(_saving, self.record_id),
            act,
            note=_("A partner has one number for an item; search finds the item by it too."),
            parent=self,
        )
        dialog.resize(520, 330)
        dialog.done_with.connect(partial(self._say, _("The number is saved.")))
        dialog.open()
        dialog.form.edit("partner" if known is None else "code").setFocus()
        return dialog

    def _fields(self, *, new: bool) -> list[Field]:
        return [
            Field("partner", _("Partner"), FieldKind.LOOKUP, required=True, search=find_partners,
                  jobs=self.context.jobs, read_only=not new, hint=_("Customer or supplier, by code or name")),
            Field("code", _("Their number"), required=True),
            Field("name", _("Their name for it")),
        ]  # fmt: skip

    def _say(self, said: str, _value: object) -> None:
        self.context.say(said)
        self.refresh()

    def _show_actions(self) -> None:
        chosen = self.table.current_key() in self._numbers
        for button in (self.change_button, self.remove_button):
            button.setEnabled(chosen)
            button.setToolTip("" if chosen else _("Choose a number first."))


def find_partners(text: str) -> Sequence[Choice]:
    """Partners whose code or name contains *text*."""
    return [Choice(one.id, one.code, one.name) for one in partner_choices(text)]


def _saving(item_id: int, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(
        item_numbers.save_number, values["partner"], item_id, str(values["code"]), str(values["name"] or "")
    )


def _headed(title: str, table: QWidget, *buttons: QWidget, lead: QWidget | None = None) -> QWidget:
    """A table on a card under its title, with buttons beside the title."""
    part = QWidget()
    head = QHBoxLayout()
    head.setSpacing(10)
    head.addWidget(label(title, pixels=15, bold=True))
    head.addStretch(1)
    for button in buttons:
        head.addWidget(button)
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP // 2)
    column.addLayout(head)
    if lead is not None:
        column.addWidget(lead)
    column.addWidget(framed(table), 1)
    return part
