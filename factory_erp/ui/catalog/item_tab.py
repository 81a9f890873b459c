"""The plain data of an item, a form in four columns; texts, packaging, customs have tabs of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _
from factory_erp.services import partners
from factory_erp.services.catalogue import item_forms
from factory_erp.services.catalogue.item_forms import ItemForm
from factory_erp.ui.catalog import item_fields
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.choose import Choice
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import DraftTab, without_bar
from factory_erp.ui.kit.forms import ChoiceEdit, Form
from factory_erp.ui.kit.frames import framed

COLUMN_GAP = 18
"""Between the columns of the form, and between their headings, px."""


@dataclass(frozen=True, slots=True)
class ItemData:
    """What the tab shows: the item, the product it belongs to, its supplier, and the company's currency."""

    form: ItemForm
    product: Choice | None
    supplier: Choice | None
    currency: str


class ItemTab(DraftTab):
    """One form with one undo history; what another tab has saved meanwhile does not disturb a draft here."""

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self._read: ItemData | None = None
        self._form: Form | None = None
        self.headings = [label(text, pixels=15, bold=True) for text in item_fields.titles(None)]
        self._place = QVBoxLayout()
        self._lay_out()

    def _lay_out(self) -> None:
        content = QWidget()
        self._place.setContentsMargins(16, 12, 12, 12)
        self._place.setSpacing(10)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 4, 0)
        head.setSpacing(COLUMN_GAP)
        for heading in self.headings:
            head.addWidget(heading, 1)
        self._place.addLayout(head)
        content.setLayout(self._place)
        note = label(
            _("HS code and origin stand under Customs, cartons and other units under Packing."),
            muted=True,
            wrap=True,
        )
        note.setContentsMargins(16, 0, 16, 12)
        frame = framed(content)
        column = frame.layout()
        assert column is not None
        column.addWidget(note)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(frame, 1)
        outer.addWidget(self.bar)

    @property
    def form(self) -> Form:
        """The form; it is there once the item has been read, which tells the currency."""
        assert self._form is not None
        return self._form

    # reading

    def reading(self) -> Callable[[], object]:
        """The item, its product, and the currency of its cost."""
        return partial(read_item_data, self.record_id)

    def refresh(self) -> None:
        """Read again; a draft stays, over what others saved of other things."""
        self.context.jobs.run(self.reading(), done=self._take_fresh, owner=self)

    def _take_fresh(self, read: ItemData) -> None:
        if not self.is_dirty():
            self.show_record(read)
            self.note_edit()
        elif self._read is not None and _same_here(self._read.form, read.form):
            self._read = read

    def show_record(self, read: object) -> None:
        """Fill the form."""
        assert isinstance(read, ItemData)
        if self._form is None:
            self._build(read.currency)
        if read != self._read:
            self._read = read
            self.form.set_values(item_fields.shown(read.form, read.product, read.supplier))
            self._show_unit()

    def _build(self, currency: str) -> None:
        fields = item_fields.data_fields(self.context.jobs, currency)
        self._form = form = without_bar(Form(fields, columns=len(item_fields.GROUPS)))
        names = [name for group in item_fields.GROUPS for name in group]
        for before, after in pairwise(names):
            QWidget.setTabOrder(form.edit(before), form.edit(after))
        form.saved.connect(lambda values: self._write(values))
        form.edited.connect(self._edited)
        form.dirty_changed.connect(lambda _dirty: self.note_edit())
        self._place.addWidget(form, 1)
        self.setFocusProxy(form.edit(names[0]))

    def _edited(self, name: str) -> None:
        if name == "unit":
            self._show_unit()
        self.note_edit()

    def _show_unit(self) -> None:
        unit = self.form.edit("unit")
        assert isinstance(unit, ChoiceEdit)
        for heading, text in zip(self.headings, item_fields.titles(unit.value()), strict=True):
            heading.setText(text)

    # the draft

    def is_dirty(self) -> bool:
        """Whether a field has edits that were not saved."""
        return self._form is not None and self._form.is_dirty()

    def save(self) -> bool:
        """Check the fields, then save them."""
        return self._form is None or self._form.save()

    def _write(self, values: dict[str, object]) -> None:
        if self._read is None:
            return
        form = item_fields.taken(values, self._read.form)
        said = _("{sku} is saved.", sku=form.sku.strip())
        self.write(partial(item_forms.save_item, form), partial(self._saved, said), _("Save item"))

    def _saved(self, said: str, _item_id: object) -> None:
        self.form.mark_saved()
        self._read = None
        self.note_edit()
        self.context.say(said)
        self.refresh()

    def show_refusal(self, error: DomainError) -> bool:
        """At the field that the refusal names."""
        return self.form.show_error(error)

    def discard(self) -> None:
        """Throw the edits away and read again."""
        if self._form is not None:
            self._form.discard()
            self._show_unit()
        self.note_edit()
        self.refresh()


def read_item_data(item_id: int) -> ItemData:
    """The item as its form shows it. Raises NotFound."""
    form = item_forms.item_form(item_id)
    company = partners.company()
    product = item_fields.product_choice(form.product_id)
    supplier = item_fields.supplier_choice(form.supplier_id)
    return ItemData(form, product, supplier, company.currency if company else "CNY")


def _same_here(known: ItemForm, fresh: ItemForm) -> bool:
    """Whether what this tab shows is the same in both: code and origin are the customs tab's."""
    return replace(known, hs_code=fresh.hs_code, origin=fresh.origin, version=fresh.version) == fresh
