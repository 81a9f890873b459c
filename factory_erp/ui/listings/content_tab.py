"""What a listing says: title, words to find it by, what it asks of an order, category and attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from factory_erp.domain.errors import DomainError
from factory_erp.domain.listing_rules import ListingProblem
from factory_erp.i18n import _
from factory_erp.services.listings.book import ListingForm
from factory_erp.services.listings.compose import Composed
from factory_erp.services.listings.platform_lists import ListEntry
from factory_erp.ui.desk import desk
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind
from factory_erp.ui.kit.choose import LookupEdit
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.edits import ChoiceEdit
from factory_erp.ui.kit.forms import Form
from factory_erp.ui.listings import content_fields, words, work
from factory_erp.ui.listings.category_part import CategoryPart
from factory_erp.ui.listings.parts import Counter, flat, problem_text
from factory_erp.ui.listings.work import Opened

FIELDS = {
    "title": "title", "description": "description", "keywords": "keyword0", "model_number": "model_number",
    "min_order": "min_order", "lead": "lead_days", "lead_days": "lead_days",
    "shipping_template": "shipping_template", "listing_days": "listing_days", "category_id": "category",
    "category_path": "category",
}  # fmt: skip
"""Field of a content, or of a use case's refusal, to the field of a form."""

DESCRIPTION_HIGH = 120


class ContentTab(QScrollArea):
    """Three forms and a grid that scroll as one; see ``parts.Part``."""

    changed = Signal()
    save_asked = Signal()

    def __init__(self, context: UiContext, opened: Opened) -> None:
        super().__init__()
        self.context, self._opened = context, opened
        self.texts = flat(Form(content_fields.text_fields()))
        self.facts = flat(Form(content_fields.fact_fields(opened), columns=3))
        self.category = CategoryPart(context, opened, self._said)
        self.attributes = self.category.attributes
        self.templates_button = Button(
            _("Read shipping templates"), kind=Kind.LINK, icon="refresh", run=self.read_templates
        )
        self._forms = (self.texts, self.facts, self.category.form)
        self._lay_out()
        self._add_counters()
        for form in (self.texts, self.facts):
            form.edited.connect(self._note_edit)
        for form in self._forms:
            form.saved.connect(lambda _values: self.save_asked.emit())
        self.category.changed.connect(self.changed)
        self.category.save_asked.connect(self.save_asked)
        self.setFocusProxy(self.texts.edit("title"))

    def _lay_out(self) -> None:
        description = self.texts.edit("description")
        description.setFixedHeight(DESCRIPTION_HIGH)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        column.addWidget(self.texts)
        column.addWidget(self.facts)
        self.templates_button.setVisible(content_fields.offers_templates(self._opened.spec))
        column.addWidget(self.templates_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.category)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def _add_counters(self) -> None:
        rules = self._opened.rules
        counted = [
            (self.texts, "title", rules.title_length),
            (self.texts, "description", rules.description_length),
        ]
        keywords = content_fields.keyword_names(self._opened)
        counted += [(self.facts, name, rules.keyword_length) for name in keywords]
        for form, name, most in counted:
            edit = form.edit(name)
            if most and isinstance(edit, QLineEdit | QPlainTextEdit):
                Counter(edit, most, form.label_of(name))

    # the part's protocol

    def show_listing(self, opened: Opened) -> None:
        """Show what was read as the state that was saved last."""
        self._opened = opened
        form = opened.detail.form
        values = content_fields.values_of(form)
        for one in self._forms:
            one.set_values(values)
        self.category.show_listing(opened)

    def is_dirty(self) -> bool:
        """Whether a field or an attribute was changed."""
        return any(form.is_dirty() for form in self._forms) or self.attributes.differs()

    def fill(self, form: ListingForm) -> ListingForm:
        """*form* with what stands in the fields. Raises DomainError for what is not sound."""
        values: dict[str, Any] = {}
        for one in self._forms:
            values |= one.values()
        category = str(values["category"] or "")
        path = self.category.path() if category != form.category_id else form.category_path
        return replace(
            form, **cast("dict[str, Any]", content_fields.form_values(values, form)), category_id=category,
            category_path=path if category else "", attributes=self.attributes.pairs(),
        )  # fmt: skip

    def show_unsound(self) -> bool:
        """Go to the first field that is not sound; False where all are."""
        for form in self._forms:
            problems = form.problems()
            if problems:
                for name, sentence in problems.items():
                    form.set_problem(name, sentence)
                form.edit(next(iter(problems))).setFocus()
                return True
        if self.attributes.problems():
            self.attributes.next_problem()
            return True
        return False

    def mark_saved(self) -> None:
        """What stands here is what is saved."""
        for form in self._forms:
            form.mark_saved()
        self.attributes.keep()

    def discard(self) -> None:
        """Throw the edits away."""
        for form in self._forms:
            form.discard()
        self.category.discard()

    def show_composed(self, composed: Composed) -> None:
        """What is taken from the catalogue as placeholders, problems under their fields."""
        content = composed.content
        taken = {
            "title": content.title, "description": content.description,
            "min_order": figures.number(content.min_order), "lead_days": words.lead(content.lead),
            "model_number": content.model_number,
        }  # fmt: skip
        taken |= {f"keyword{place}": word for place, word in enumerate(content.keywords)}
        for form, name in self._all_fields():
            edit = form.edit(name)
            if isinstance(edit, QLineEdit | QPlainTextEdit) and not isinstance(edit, LookupEdit):
                edit.setPlaceholderText(taken.get(name, ""))
        self._show_problems(composed.problems)

    def _all_fields(self) -> list[tuple[Form, str]]:
        return [(form, name) for form in self._forms for name in form.draft()]

    def _show_problems(self, problems: Sequence[ListingProblem]) -> None:
        """Under each field what is wrong with it; what a form finds unsound itself stays."""
        by_field: dict[str, list[ListingProblem]] = {}
        for problem in problems:
            if problem.field in FIELDS:
                by_field.setdefault(FIELDS[problem.field], []).append(problem)
        for form, name in self._all_fields():
            form.set_problem(name, problem_text(by_field.get(name, ())))
        self.category.show_problems(problem_text([one for one in problems if one.field == "attributes"]))

    def show_refusal(self, error: DomainError) -> bool:
        """Under its field, if there is one."""
        name = FIELDS.get(error.field, error.field)
        for form, own in self._all_fields():
            if own == name:
                form.set_problem(name, str(error))
                form.edit(name).setFocus()
                return True
        return False

    def go_to(self, field: str) -> None:
        """Put the cursor where *field* of the content is typed."""
        name = FIELDS.get(field, "")
        for form, own in self._all_fields():
            if own == name:
                form.edit(name).setFocus()
        if field == "attributes":
            self.attributes.setFocus()
            self.ensureWidgetVisible(self.attributes)

    def _note_edit(self, _name: str) -> None:
        self.changed.emit()

    def _said(self) -> tuple[str, str]:
        """Title and description as they stand, or as the catalogue has them."""
        content, typed = self._opened.detail.content, self.texts.draft()
        return typed["title"].strip() or content.title, typed["description"].strip() or content.description

    # shipping templates

    def read_templates(self) -> None:
        """Ask the platform for the account's shipping templates."""
        button = self.templates_button
        button.setEnabled(False)
        self.context.jobs.run(
            partial(work.ask_templates, self._opened.account.id, desk(self.context).secrets),
            done=self._show_templates, failed=partial(show_problem, self),
            finally_=partial(button.setEnabled, True), title=_("Reading shipping templates"), owner=self,
        )  # fmt: skip

    def _show_templates(self, entries: tuple[ListEntry, ...]) -> None:
        edit = self.facts.edit("shipping_template")
        assert isinstance(edit, ChoiceEdit)
        chosen = edit.value()
        # Lines keep their numbers, for these are what the form's steps of undo remember.
        before = content_fields.template_choices(
            self._opened.templates, self._opened.detail.form.shipping_template
        )
        known = {value for value, _text in before}
        edit.set_choices([*before, *((one.code, one.name) for one in entries if one.code not in known)])
        edit.show_value(chosen)
        self.context.say(_("The shipping templates are read."))
