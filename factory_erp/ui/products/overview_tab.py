"""The facts of a product in a form, and what there is of it beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductSheet
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import without_bar
from factory_erp.ui.kit.forms import Form
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.products.card import ProductCard, Shown, read_product
from factory_erp.ui.products.dialogs import facts_of, product_fields
from factory_erp.ui.products.family_tab import FamilyTab


class OverviewTab(FamilyTab):
    """Code, category, brand, material and SKU pattern."""

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self._read: ProductSheet | None = None
        fields = product_fields()
        self._names = [field.name for field in fields]
        self.form = without_bar(Form(fields))
        self.form.saved.connect(self._write)
        self.form.edited.connect(lambda _name: self.note_edit())
        self.card = ProductCard()
        self._lay_out()
        self.setFocusProxy(self.form.edit("code"))

    def _lay_out(self) -> None:
        facts = QWidget()
        inside = QVBoxLayout(facts)
        inside.setContentsMargins(16, 4, 16, 12)
        inside.addWidget(self.form, 1)
        inside.addWidget(self.problem)
        inside.addWidget(self.bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        parts = split(framed(facts, title=_("Facts")), self.card, stretch=(3, 2), sizes=(620, 420))
        column.addWidget(parts, 1)

    def reading(self) -> Callable[[], object]:
        """The product, its certificates and its cover."""
        return partial(read_product, self.record_id)

    def show_record(self, read: object) -> None:
        """Fill form and card."""
        assert isinstance(read, Shown)
        self.card.show_product(read, facts=False)
        if self._read is None or _facts(read.sheet) != _facts(self._read):
            self.form.set_values({name: getattr(read.sheet, name) for name in self._names})
        self._read = read.sheet
        self.say_problem("")

    def rebase(self, read: object) -> None:
        """Facts that are as they were may be saved over."""
        assert isinstance(read, Shown)
        if self._read is not None and _facts(read.sheet) == _facts(self._read):
            self._read = read.sheet

    def is_dirty(self) -> bool:
        """Whether the form has edits that were not saved."""
        return self.form.is_dirty()

    def save(self) -> bool:
        """Save the form if every field is sound."""
        return self.form.save() if self.is_dirty() else True

    def _write(self, values: Mapping[str, Any]) -> None:
        if self._read is None:
            return
        given = replace(facts_of(values), id=self.record_id, version=self._read.version)
        self.write(partial(products.save_product, given), self._saved, _("Save product"))

    def _saved(self, _product_id: object) -> None:
        if self._read is not None:
            self._read = replace(self._read, **facts_of(self.form.values()).fields())  # type: ignore[arg-type]
        self.form.mark_saved()
        self.say_problem("")
        self.note_edit()
        self.context.say(_("The product is saved."))
        self.refresh()

    def discard(self) -> None:
        """Throw the edits away, and read again."""
        self.form.discard()
        self.say_problem("")
        self.note_edit()
        self.refresh()

    def show_refusal(self, error: DomainError) -> bool:
        """Under the field that it names."""
        return self.form.show_error(error) or super().show_refusal(error)


def _facts(sheet: ProductSheet) -> tuple[str, ...]:
    return sheet.code, sheet.category, sheet.brand, sheet.material, sheet.sku_pattern
