"""How an item is declared to customs: its tariff code and origin, and its answers to the code's elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.catalogue import customs, tariff
from factory_erp.services.catalogue.customs import ELEMENT_CHOICES
from factory_erp.services.catalogue.tariff import TariffView
from factory_erp.ui.catalog import tariff_words
from factory_erp.ui.catalog.customs_card import CustomsCard
from factory_erp.ui.catalog.declared import Declared, asked_by, own_facts, read_declared
from factory_erp.ui.catalog.tariff_dialog import TariffDialog
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.choose import Choice, LookupEdit, among
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import DraftTab, without_bar
from factory_erp.ui.kit.forms import Field, FieldKind, Form
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.grid import EditGrid, GridColumn

CAPTION = 22
"""Height of a caption over its edit, px."""

FORM_HEIGHT = 90
"""One row of fields, and a sentence under them, px."""


class CustomsTab(DraftTab):
    """A form for code and origin, a grid of elements that follows the code, and what the code brings."""

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self._read: Declared | None = None
        self._code: TariffView | None = None
        self._known_code = ""
        self.form = without_bar(Form(self._fields(), columns=2))
        self.grid = EditGrid(self._columns(), removable=False, compute=self._state_of)
        self.grid.set_name(_("Declaration elements"))
        self.card = CustomsCard()
        self.problem = label(wrap=True)
        self.problem.setProperty("problem", True)
        self.codes_button = Button(_("Tariff codes…"), icon="document", run=self.open_codes)
        self._connect()
        self._lay_out()

    def _fields(self) -> list[Field]:
        jobs = self.context.jobs
        return [
            Field("hs_code", _("HS code"), FieldKind.LOOKUP, search=tariff_words.find_codes, jobs=jobs,
                  hint=_("6 to 10 digits, or words of its name")),
            Field("origin", _("Country of origin"), FieldKind.LOOKUP, required=True,
                  search=tariff_words.countries()),
        ]  # fmt: skip

    def _columns(self) -> tuple[GridColumn, ...]:
        return (
            GridColumn("element", N_("Declaration element"), 200, read_only=True),
            GridColumn("value", N_("Declared as"), 280, "lookup", read=str.strip, search=self._answers),
            GridColumn("state", N_("Note"), 130, read_only=True, priority=1),
        )

    def _connect(self) -> None:
        self.form.saved.connect(lambda _values: self._write())
        self.form.edited.connect(self._form_edited)
        self.form.dirty_changed.connect(lambda _dirty: self.note_edit())
        edit = self.form.edit("hs_code")
        assert isinstance(edit, LookupEdit)
        edit.editingFinished.connect(self._follow_code)
        self.grid.changed.connect(self._grid_changed)
        self.grid.dirty_changed.connect(lambda _dirty: self.note_edit())
        self.grid.save_asked.connect(self.save)

    def _lay_out(self) -> None:
        self.form.setFixedHeight(FORM_HEIGHT)
        head = QHBoxLayout()
        head.setSpacing(GAP)
        head.addWidget(self.form, 1)
        head.addLayout(_beside_fields(self.codes_button))
        parts = split(framed(self.grid, title=_("Declaration elements")), self.card, stretch=(3, 2))
        parts.setSizes([620, 400])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(head)
        column.addWidget(self.problem)
        column.addWidget(parts, 1)
        column.addWidget(self.bar)
        self._say_problem("")

    # reading

    def reading(self) -> Callable[[], object]:
        """How the item is declared, with its tariff code."""
        return partial(read_declared, self.record_id)

    def refresh(self) -> None:
        """Read again; an open draft is not read over."""
        self.context.jobs.run(self.reading(), done=self._take, owner=self)

    def _take(self, read: object) -> None:
        """The item has one version for all its parts: another part that was saved is no conflict here."""
        assert isinstance(read, Declared)
        if not self.is_dirty():
            super()._take(read)
        elif self._read is not None and own_facts(read.sheet) == own_facts(self._read.sheet):
            self._read = replace(self._read, sheet=replace(self._read.sheet, version=read.sheet.version))

    def show_record(self, read: object) -> None:
        """Fill form, grid and facts."""
        assert isinstance(read, Declared)
        if read != self._read:
            self._read, sheet = read, read.sheet
            self.form.set_values(
                {
                    "hs_code": tariff_words.code_choice(sheet.hs_code, sheet.code_name),
                    "origin": tariff_words.country_choice(sheet.origin) if sheet.origin else None,
                }
            )
            self._known_code = sheet.hs_code
            self._show_code(read.code, sheet.values())
            self._say_problem("")

    def _show_code(self, code: TariffView | None, answers: Mapping[str, str]) -> None:
        """The elements that *code* asks for with the *answers* there are, others after them; its facts."""
        self._code = code
        asked = asked_by(code)
        rest = sorted(element for element, answer in answers.items() if answer and element not in asked)
        self.grid.set_rows(
            [
                {"element": one, "value": answers.get(one, ""), "asked": one in asked}
                for one in (*asked, *rest)
            ]
        )
        self._show_facts()

    def _show_facts(self) -> None:
        declared = self._read.sheet.declaration_name if self._read else ""
        self.card.show_code(self._code, declared, is_chosen=bool(self._known_code))
        self._show_answers()

    def _show_answers(self) -> None:
        lacking = sum(1 for row in self._rows() if row["asked"] and not row["value"])
        self.card.show_answers(self.line(), lacking)

    def line(self) -> str:
        """The elements as the declaration will print them."""
        return tariff.SEPARATOR.join(
            f"{row['element']}:{row['value']}" for row in self._rows() if row["asked"] and row["value"]
        )

    # what is typed

    def _answers(self, text: str) -> Sequence[Choice]:
        """The answers that the element of the current line is chosen from; none where it is free text."""
        row = self.grid.current_row()
        rows = self._rows()
        element = str(rows[row]["element"]) if 0 <= row < len(rows) else ""
        return among([Choice(one, one) for one in ELEMENT_CHOICES.get(element, ())])(text)

    @staticmethod
    def _state_of(row: Mapping[str, object]) -> Mapping[str, object]:
        if not row["asked"]:
            return {"state": _("not asked for")}
        return {"state": None if row["value"] else _("missing")}

    def _rows(self) -> list[dict[str, object]]:
        """The grid's rows, without closing an open editor."""
        return [self.grid.model.maker.values(row) for row in self.grid.model.rows]

    def answers(self) -> dict[str, str]:
        """Element → answer, as it stands."""
        return {str(row["element"]): str(row["value"]) for row in self._rows() if row["value"]}

    def _grid_changed(self) -> None:
        self._say_problem("")
        self._show_answers()
        self.note_edit()

    def _form_edited(self, name: str) -> None:
        self._say_problem("")
        if name == "hs_code":
            self._follow_code()
        self.note_edit()

    def _follow_code(self) -> None:
        """Another code was chosen: ask what it brings. While one types there is no code yet."""
        edit = self.form.edit("hs_code")
        assert isinstance(edit, LookupEdit)
        choice = edit.choice()
        code = str(choice.key) if choice is not None else ""
        if (choice is None and edit.text().strip()) or code == self._known_code:
            return
        self._known_code = code
        read = partial(tariff.tariff_code, code)
        self.context.jobs.run(read, done=partial(self._take_code, code), owner=self)

    def _take_code(self, code: str, found: TariffView | None) -> None:
        """The answers given so far stay, also where the code does not ask for them."""
        if code == self._known_code:
            self.grid.view.settle()
            self._show_code(found, self.answers())
            self.note_edit()

    def open_codes(self) -> TariffDialog:
        """The list of tariff codes, open at the item's; what is saved there shows here at once."""
        dialog = TariffDialog(self.context, self._known_code, self)
        dialog.finished.connect(lambda _result: self._read_code_again())
        dialog.open()
        return dialog

    def _read_code_again(self) -> None:
        code = self._known_code
        self.context.jobs.run(
            partial(tariff.tariff_code, code), done=partial(self._take_code, code), owner=self
        )

    # the draft

    def is_dirty(self) -> bool:
        """Whether code, origin or an answer differs from what was read."""
        answers = self._read.sheet.values() if self._read else {}
        return self.form.is_dirty() or self.grid.is_dirty() or self.answers() != answers

    def save(self) -> bool:
        """Check the form, then save all of it."""
        return self.form.save()

    def _write(self) -> None:
        if self._read is None:
            return
        self._say_problem("")
        self.grid.view.settle()
        sheet, values = self._read.sheet, self.form.values()
        write = partial(
            customs.save_declaration,
            self.record_id,
            str(values["hs_code"] or ""),
            str(values["origin"] or ""),
            self.answers(),
            sheet.version,
            sheet.values(),
        )
        self.write(write, self._saved, _("Save customs data"))

    def _saved(self, _none: object) -> None:
        self.form.mark_saved()
        self.grid.mark_saved()
        self._read = None
        self.context.say(_("The customs data are saved."))
        self.context.jobs.run(self.reading(), done=self._take_saved, owner=self)

    def _take_saved(self, read: object) -> None:
        """What was saved is read anew: it may have been tidied up, and has another version."""
        self.show_record(read)
        self.note_edit()

    def _say_problem(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def show_refusal(self, error: DomainError) -> bool:
        """At the form's field, or at the answer to the element that it names."""
        if self.form.show_error(error):
            return True
        elements = [str(row["element"]) for row in self._rows()]
        if error.field not in elements:
            return False
        self._say_problem(str(error))
        self.grid.view.setFocus()
        self.grid.select(elements.index(error.field), "value")
        return True

    def discard(self) -> None:
        """Throw the edits away and read again."""
        self.form.discard()
        self.grid.discard()
        read, self._read = self._read, None
        if read is not None:
            self.show_record(read)
        self.note_edit()
        self.refresh()


def _beside_fields(button: Button) -> QVBoxLayout:
    """*button* level with the edits of a form, which have their captions above them."""
    column = QVBoxLayout()
    column.addSpacing(CAPTION)
    column.addWidget(button)
    column.addStretch(1)
    return column
