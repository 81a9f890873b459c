"""One tariff code on a form: its names and units, its declaration elements, its rates from day to day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.catalogue import tariff
from factory_erp.services.catalogue.tariff import RateView, TariffInput, TariffView
from factory_erp.services.exchange.fields import percent
from factory_erp.ui.catalog.tariff_words import newest_first, unit_choices
from factory_erp.ui.catalog.words import hs
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.draft_bar import DraftBar
from factory_erp.ui.kit.draft_tab import without_bar
from factory_erp.ui.kit.forms import Field, FieldKind, Form, TextEdit
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.grid import EditGrid, GridColumn

ELEMENTS = (
    GridColumn(
        "element", N_("Declaration element"), 220, required=True, aliases=("申报要素", "要素"),
        hint=N_("One a line; a text copied from a tariff table is split as it is saved"),
    ),
)  # fmt: skip
RATES = (
    GridColumn("valid_from", N_("Valid from"), 100, "date", required=True, aliases=("生效日期",)),
    GridColumn("vat_percent", N_("VAT %"), 118, "number", read=percent(), required=True,
               aliases=("增值税率", "增值税")),
    GridColumn("rebate_percent", N_("Rebate %"), 110, "number", read=percent(), required=True,
               aliases=("出口退税率", "退税率")),
)  # fmt: skip


class TariffEditor(QWidget):
    """``saved`` carries the id of the code; ``dirty_changed`` says whether there is something to save."""

    saved = Signal(object)
    dirty_changed = Signal(bool)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._known: TariffView | None = None
        self.form = without_bar(Form(code_fields(), columns=2))
        self.elements = EditGrid(ELEMENTS, new_row=dict, movable=True)
        self.elements.set_name(_("Declaration elements"))
        self.elements.set_empty_text(_("Add a line for each element, or paste them."))
        self.rates = EditGrid(RATES, new_row=dict)
        self.rates.set_name(_("VAT and export rebate"))
        self.rates.set_empty_text(_("Add a line from the day on that it holds."))
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.bar = DraftBar(self.discard, self.save)
        self._lay_out()
        self._connect()
        self.show_code(None)

    def _connect(self) -> None:
        self.form.saved.connect(lambda _values: self._write())
        self.form.dirty_changed.connect(lambda _dirty: self._note_edit())
        for grid in (self.elements, self.rates):
            grid.dirty_changed.connect(lambda _dirty: self._note_edit())
            grid.changed.connect(lambda: self._say_problem(""))
            grid.save_asked.connect(self.save)

    def _lay_out(self) -> None:
        self.form.setMinimumHeight(212)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.form)
        column.addWidget(self.problem)
        parts = split(
            framed(self.elements, title=_("Declaration elements")),
            framed(self.rates, title=_("VAT and export rebate")),
            stretch=(1, 1),
        )
        column.addWidget(parts, 1)
        column.addWidget(self.bar)

    # what is shown

    def show_code(self, code: TariffView | None, digits: str = "") -> None:
        """Show *code*; or an empty form for a new one, *digits* written in it already."""
        self._known = code
        names = ("name_en", "name_zh", "unit_1", "unit_2")
        values = {name: getattr(code, name) for name in names} if code else {"unit_1": "", "unit_2": ""}
        self.form.set_values(values | {"code": hs(code.code) if code else hs(digits)})
        for name in ("name_zh", "name_en"):
            edit = self.form.edit(name)
            if isinstance(edit, TextEdit):
                edit.setCursorPosition(0)
        self.elements.set_rows([{"element": one} for one in code.elements] if code else [])
        self.rates.set_rows([_rate_row(rate) for rate in newest_first(code.rates)] if code else [])
        self._say_problem("")
        self._note_edit()

    def known(self) -> TariffView | None:
        """The code on the form, None for a new one."""
        return self._known

    # the draft

    def is_dirty(self) -> bool:
        """Whether there are edits that were not saved."""
        return self.form.is_dirty() or self.elements.is_dirty() or self.rates.is_dirty()

    def _note_edit(self) -> None:
        self.bar.setVisible(self.is_dirty())
        self.dirty_changed.emit(self.is_dirty())

    def _say_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def save(self) -> bool:
        """Start saving; False where a cell or field is not sound, which is then shown."""
        for grid in (self.elements, self.rates):
            for row, key, sentence in grid.problems()[:1]:
                self._say_problem(sentence)
                grid.view.setFocus()
                grid.select(row, key)
                return False
        return self.form.save()

    def given(self) -> TariffInput:
        """What stands on the form. Raises InvalidValue."""
        values = {name: str(value or "") for name, value in self.form.values().items()}
        lines = "\n".join(str(row["element"]) for row in self.elements.rows())
        known = self._known
        return TariffInput(
            **values,
            elements=tariff.elements_in(lines),
            rates=tuple(_rate(row) for row in self.rates.rows()),
            id=known.id if known else None,
            version=known.version if known else None,
        )

    def _write(self) -> None:
        self._say_problem("")
        self._context.jobs.run(
            partial(tariff.save_tariff_code, self.given()),
            done=self._saved, failed=self._failed, write=True, title=_("Save tariff code"), owner=self,
        )  # fmt: skip

    def _saved(self, code_id: int) -> None:
        self.form.mark_saved()
        self.elements.mark_saved()
        self.rates.mark_saved()
        self._note_edit()
        self._context.say(_("The tariff code is saved."))
        self.saved.emit(code_id)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, DomainError) and self.form.show_error(error):
            return
        if isinstance(error, DomainError) and error.field:
            self._say_problem(f"{error.message} {error.remedy}".strip())
        else:
            show_problem(self, error)

    def discard(self) -> None:
        """Throw the edits away."""
        self.form.discard()
        self.show_code(self._known)


def code_fields() -> list[Field]:
    """The form's fields, named as in ``TariffInput``."""
    units = unit_choices()
    return [
        Field("code", _("HS code"), required=True, hint=_("6 to 10 digits, with or without dots")),
        Field("name_zh", _("Chinese name")),
        Field("name_en", _("English name")),
        Field("unit_1", _("First statutory unit"), FieldKind.CHOICE, choices=units),
        Field("unit_2", _("Second statutory unit"), FieldKind.CHOICE, choices=units),
    ]


def _rate_row(rate: RateView) -> dict[str, object]:
    return {
        "valid_from": rate.valid_from,
        "vat_percent": rate.vat_percent,
        "rebate_percent": rate.rebate_percent,
    }


def _rate(row: Mapping[str, object]) -> RateView:
    day, vat, rebate = row["valid_from"], row["vat_percent"], row["rebate_percent"]
    assert isinstance(day, date)
    assert isinstance(vat, Decimal)
    assert isinstance(rebate, Decimal)
    return RateView(day, vat, rebate)
