"""Texts of an item in two languages side by side; a product's are written in the same tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _, language
from factory_erp.services.catalogue import texts
from factory_erp.services.catalogue.texts import LanguageShare, TextRow, TextValues
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.ui.catalog.language_form import EDGE, LanguageForm
from factory_erp.ui.catalog.languages import language_title, more_languages
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.draft_tab import DraftTab
from factory_erp.ui.kit.forms import ChoiceEdit
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.theme import Tone

LEFT, RIGHT = 0, 1


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts language by language, and for a product how complete it is with all its items."""

    rows: tuple[TextRow, ...]
    shares: tuple[LanguageShare, ...] = ()


class TextsTab(DraftTab):
    """Each language has a form of its own, with its own undo; two of them are in view."""

    of_product = False

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self.forms: dict[str, LanguageForm] = {}
        self.shown = ["", ""]
        self.choosers = (ChoiceEdit(()), ChoiceEdit(()))
        self._holders = (QVBoxLayout(), QVBoxLayout())
        self._pills = QHBoxLayout()
        self.add_button = Button(_("Add language"), icon="add")
        self.add_button.clicked.connect(lambda _checked=False: self.open_languages())
        for side, (chooser, name) in enumerate(
            zip(self.choosers, (_("Language on the left"), _("Language on the right")), strict=True)
        ):
            chooser.setAccessibleName(name)
            chooser.edited.connect(partial(self._chosen, side))
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label(_("Languages"), muted=True))
        self._pills.setSpacing(6)
        top.addLayout(self._pills)
        top.addStretch(1)
        top.addWidget(self.add_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addWidget(split(self._side(LEFT), self._side(RIGHT), stretch=(1, 1), sizes=(500, 500)), 1)
        column.addWidget(self.bar)

    def _side(self, side: int) -> QWidget:
        content = QWidget()
        column = self._holders[side]
        content.setLayout(column)
        column.setContentsMargins(14, 12, 14 - EDGE, 12)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, EDGE, 0)
        head.addWidget(self.choosers[side])
        column.addLayout(head)
        return framed(content)

    # reading

    def reading(self) -> Callable[[], object]:
        """The texts, and how complete they are."""
        return partial(read_texts, self.record_id, of_product=self.of_product)

    def show_record(self, read: object) -> None:
        """Fill the form of each language."""
        assert isinstance(read, Texts)
        for row in read.rows:
            self._form(row.language).show_row(row)
        self._show_pills(read)
        self._offer_languages()
        if not self.shown[LEFT]:
            second = language() if language() != ENGLISH else CHINESE
            self.show_language(LEFT, ENGLISH)
            self.show_language(RIGHT, second)

    def _form(self, code: str) -> LanguageForm:
        if code not in self.forms:
            made = LanguageForm(code, declared=not self.of_product, parent=self)
            made.hide()
            made.saved.connect(self.save)
            made.edited.connect(self.note_edit)
            self.forms[code] = made
        return self.forms[code]

    def _show_pills(self, read: Texts) -> None:
        while (item := self._pills.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        said = [share_pill(share) for share in read.shares] or [row_pill(row) for row in read.rows]
        codes = [share.language for share in read.shares] or [row.language for row in read.rows]
        for code, (text, tone) in zip(codes, said, strict=True):
            pill = Pill(text, tone)
            pill.setToolTip(language_title(code))
            self._pills.addWidget(pill)

    def completeness(self) -> list[str]:
        """What the pills say, from left to right."""
        pills = [self._pills.itemAt(place).widget() for place in range(self._pills.count())]  # type: ignore[union-attr]
        return [pill.text() for pill in pills if isinstance(pill, Pill)]

    # which languages are in view

    def _offer_languages(self) -> None:
        choices = [(code, language_title(code)) for code in self.forms]
        for side, chooser in enumerate(self.choosers):
            chooser.set_choices(choices)
            chooser.show_value(self.shown[side] or None)

    def show_language(self, side: int, code: str) -> None:
        """Put the form of *code* on the *side*; where it stands on the other, the two change places."""
        before, other = self.shown[side], 1 - side
        if code == before:
            return
        if self.shown[other] == code:
            self._put(other, before)
        self._put(side, code)

    def _put(self, side: int, code: str) -> None:
        holder = self._holders[side]
        if (old := self.forms.get(self.shown[side])) is not None and holder.indexOf(old) >= 0:
            holder.removeWidget(old)
            old.hide()
        self.shown[side] = code
        self.choosers[side].show_value(code)
        if code:
            form = self._form(code)
            holder.addWidget(form, 1)
            form.show()

    def _chosen(self, side: int) -> None:
        code = self.choosers[side].value()
        if isinstance(code, str):
            self.show_language(side, code)

    def open_languages(self) -> QMenu:
        """The languages that can be added, under the button; closes on the choice."""
        menu = QMenu(self)
        for code in more_languages(self.forms):
            menu.addAction(language_title(code), partial(self.add_language, code))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.add_button.mapToGlobal(self.add_button.rect().bottomLeft()))
        return menu

    def add_language(self, code: str) -> None:
        """An empty form in *code* on the right; it is kept once a name is saved in it."""
        self._form(code)
        self._offer_languages()
        self.show_language(RIGHT, code)
        self.forms[code].form.edit("name").setFocus()

    # the draft

    def is_dirty(self) -> bool:
        """Whether a language has edits that were not saved, in view or not."""
        return any(form.is_dirty() for form in self.forms.values())

    def save(self) -> bool:
        """Save the languages that were edited, all or none of them."""
        edited = [form for form in self.forms.values() if form.is_dirty()]
        if edited:
            for form in edited:
                for name in form.form.draft():
                    form.form.set_problem(name, "")
            write = partial(
                save_texts,
                self.record_id,
                [form.values() for form in edited],
                [form.read for form in edited],
                of_product=self.of_product,
            )
            self.write(write, partial(self._saved, edited), _("Save texts"))
        return True

    def _saved(self, edited: Sequence[LanguageForm], _none: object) -> None:
        for form in edited:
            form.mark_saved()
        self.note_edit()
        self.context.say(_("The texts are saved."))
        self.refresh()

    def show_refusal(self, error: DomainError) -> bool:
        """At the field of the language that it most likely is about; that language comes into view."""
        edited = [form for form in self.forms.values() if form.is_dirty()]
        if not edited or error.field not in edited[0].form.draft():
            return False
        meant = max(edited, key=lambda form: form.could_mean(error))
        if meant.language not in self.shown:
            self.show_language(RIGHT, meant.language)
        return meant.form.show_error(error)

    def discard(self) -> None:
        """Throw the edits of all languages away; undo can bring them back until something is read anew."""
        for form in self.forms.values():
            form.form.discard()
        self.note_edit()
        self.refresh()


def read_texts(record_id: int, *, of_product: bool) -> Texts:
    """The texts of a product or an item. Raises NotFound."""
    if of_product:
        return Texts(texts.text_sheet(product_id=record_id), texts.completeness(record_id))
    return Texts(texts.text_sheet(item_id=record_id))


def save_texts(
    record_id: int, given: Sequence[TextValues], read: Sequence[TextValues], *, of_product: bool
) -> object:
    """Write the texts of a product or an item; what the use case answers, with its changes."""
    if of_product:
        return texts.save_texts(given, product_id=record_id, read=read)
    return texts.save_texts(given, item_id=record_id, read=read)


def share_pill(share: LanguageShare) -> tuple[str, Tone]:
    """How complete a language is over a product and its items: "zh_CN 80 %"."""
    if not share.complete:
        return _("{language} missing", language=share.language), Tone.DANGER
    said = _("{language} {percent} %", language=share.language, percent=share.percent)
    return said, Tone.SUCCESS if share.complete == share.total else Tone.WARNING


def row_pill(row: TextRow) -> tuple[str, Tone]:
    """How complete a language is for one item."""
    if row.complete:
        return _("{language} complete", language=row.language), Tone.SUCCESS
    if not row.name:
        return _("{language} missing", language=row.language), Tone.DANGER
    return _("{language} incomplete", language=row.language), Tone.WARNING
