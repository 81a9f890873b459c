"""What can be done with items as a whole: enter, copy, put away, remove, import and export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from factory_erp.i18n import _
from factory_erp.models.catalog import ItemKind, Procurement
from factory_erp.services.catalogue import item_forms
from factory_erp.services.catalogue.views import ItemDetail
from factory_erp.ui.catalog import item_fields
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm, show_problem
from factory_erp.ui.kit.form_dialog import FormDialog

IMPORT, EXPORT = "erp://exchange/import/items", "erp://exchange/export/items"


class ItemActions(QObject):
    """Runs the use cases for the page *parent*. ``made`` and ``removed`` carry the id of an item."""

    made = Signal(object)
    removed = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent

    def new(self) -> FormDialog:
        """The open dialog for a new item."""
        values = {
            "kind": ItemKind.FINISHED, "procurement": Procurement.MAKE, "unit": "H87", "sellable": True,
        }  # fmt: skip
        dialog = FormDialog(
            self._context.jobs, _("New item"), item_fields.new_fields(self._context.jobs), values,
            partial(_making, uuid4().hex), _("Create item"),
            note=_("The rest is entered on its page, which opens next."), columns=2, parent=self._parent,
        )  # fmt: skip
        dialog.resize(640, 400)
        dialog.done_with.connect(self.made)
        dialog.open()
        return dialog

    def copy(self, item: ItemDetail) -> FormDialog:
        """The open dialog that asks for the SKU of the copy."""
        note = _(
            "Texts, packaging, units, customs data and prices of {sku} are copied; its barcode, bill, "
            "routing and stock are not.",
            sku=item.sku,
        )
        dialog = FormDialog(
            self._context.jobs, _("Copy {sku}", sku=item.sku), [item_fields.sku_field()], {"sku": item.sku},
            partial(_copying, item.id), _("Copy item"), note=note, parent=self._parent,
        )  # fmt: skip
        dialog.resize(460, 230)
        dialog.done_with.connect(self.made)
        dialog.open()
        return dialog

    def set_active(self, item: ItemDetail, active: bool) -> None:
        """Put the item away, or take it into use again: both can be taken back."""
        away = _("{sku} is put away: it stands under Inactive and is not offered any more.", sku=item.sku)
        said = _("{sku} is in use again.", sku=item.sku) if active else away
        self._write(partial(item_forms.set_active, item.id, active), said)

    def remove(self, item: ItemDetail) -> None:
        """Remove the item for good, after asking."""
        text = _(
            "Item {sku} goes for good, with its texts, packaging, prices and pictures. One that is used "
            "anywhere cannot be removed, only set inactive.",
            sku=item.sku,
        )
        if confirm(self._parent, _("Remove {sku}?", sku=item.sku), text, _("Remove item")):
            said = _("{sku} is removed.", sku=item.sku)
            self._write(partial(item_forms.remove_item, item.id), said, partial(self.removed.emit, item.id))

    def _write(
        self, use_case: Callable[[], object], said: str, after: Callable[[], object] | None = None
    ) -> None:
        def done(_value: object) -> None:
            self._context.say(said)
            if after is not None:
                after()

        self._context.jobs.run(
            use_case, done=done, failed=partial(show_problem, self._parent), write=True, owner=self
        )

    def menu(self, item: ItemDetail, parent: QWidget) -> QMenu:
        """What can be done with the item as a whole."""
        menu = QMenu(parent)
        menu.addAction(_("Copy item…"), partial(self.copy, item))
        state = _("Set inactive") if item.active else _("Set active")
        menu.addAction(state, partial(self.set_active, item, not item.active))
        menu.addSeparator()
        menu.addAction(_("Remove item…"), partial(self.remove, item))
        return menu

    def open_menu(self, item: ItemDetail, button: QWidget) -> QMenu:
        """The menu under its *button*; gone with the choice."""
        menu = self.menu(item, button)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        return menu

    def import_items(self) -> None:
        """The import assistant, for items."""
        self._context.navigate(IMPORT)

    def export_items(self) -> None:
        """The export of items."""
        self._context.navigate(EXPORT)


def _making(client_key: str, values: Mapping[str, Any]) -> Callable[[], object]:
    form, texts = item_fields.taken_new(values, client_key)
    return partial(item_forms.save_item, form, texts)


def _copying(item_id: int, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(item_forms.copy_item, item_id, str(values["sku"]))
