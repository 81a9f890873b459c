"""What the rules would make of a product's options, shown before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.domain.variant_conditions import Options
from factory_erp.domain.variants import RulesRefusedError
from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import GenerateReport, VariantPreview
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import Button, Kind, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.jobs import Job
from factory_erp.ui.kit.rows import Column, PillCell, Row
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.kit.widgets import Chip, ChipBar
from factory_erp.ui.products import words
from factory_erp.ui.products.problems import ProblemList

COLUMNS = (
    Column("state", N_("State"), 104, kind="pill", sortable=False),
    Column("sku", N_("SKU"), 170, sortable=False, narrowest=120),
    Column("options", N_("Options"), 190, sortable=False),
    Column("changes", N_("What is written"), 420, sortable=False),
)
STATES = {
    "new": (N_("New"), Tone.SUCCESS),
    "changed": (N_("Changed"), Tone.WARNING),
    "same": (N_("As it is"), Tone.NEUTRAL),
}
FILTERS = {"all": N_("All"), "new": N_("New"), "changed": N_("Changed"), "same": N_("As they are")}


def state_of(one: VariantPreview) -> str:
    """Key of STATES: what would become of an item."""
    if not one.exists:
        return "new"
    return "changed" if one.changes else "same"


class GenerateDialog(QDialog):
    """Previews, then generates all items or those marked; ``generated`` carries the report."""

    generated = Signal(object)

    def __init__(self, context: UiContext, product_id: int, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Generate items of {product}", product=code))
        self._context, self._product_id = context, product_id
        self._rows: list[VariantPreview] = []
        self._job: Job | None = None
        self.words = label(_("Working out what would be made…"), pixels=15, bold=True, wrap=True)
        self.hint = label(muted=True, wrap=True)
        self.chips = ChipBar()
        self.chips.chosen.connect(lambda _key: self._fill())
        self.chips.hide()
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Items"))
        self.table.view.selectionModel().selectionChanged.connect(lambda *_spans: self._look())
        self.problems = ProblemList()
        self.stack = QStackedWidget()
        self.stack.addWidget(framed(self.table))
        self.stack.addWidget(framed(self.problems))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.bar.hide()
        self.cancel_button = Button(_("Cancel"), run=self.reject)
        self.some_button = Button(run=self.generate_selected)
        self.all_button = Button(_("Generate items"), kind=Kind.PRIMARY, run=self.generate_all)
        self._lay_out()
        self._look()
        context.jobs.progress.connect(self._step)
        preview = partial(variants.preview, product_id)
        context.jobs.run(preview, done=self._take, failed=self._refused, owner=self)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.bar, 1)
        buttons.addStretch(1)
        for button in (self.cancel_button, self.some_button, self.all_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        for part in (self.words, self.hint, self.chips):
            column.addWidget(part)
        column.addWidget(self.stack, 1)
        column.addLayout(buttons)
        self.resize(980, 580)

    # what would be done

    def _take(self, rows: list[VariantPreview]) -> None:
        self._rows = rows
        states = [state_of(one) for one in rows]
        self.words.setText(
            _("{new} new, {changed} changed, {same} as they are.",
              new=figures.number(states.count("new")), changed=figures.number(states.count("changed")),
              same=figures.number(states.count("same")))
        )  # fmt: skip
        self.hint.setText(_("What no rule speaks of stays as it is."))
        counts = {"all": len(rows)} | {key: states.count(key) for key in STATES}
        self.chips.set_chips([Chip(key, _(title), counts[key]) for key, title in FILTERS.items()])
        self._fill()
        self.all_button.setFocus()

    def _fill(self) -> None:
        wanted = self.chips.current()
        shown = [n for n, one in enumerate(self._rows) if wanted in ("all", state_of(one))]
        self.table.set_rows([preview_row(self._rows[n]) for n in shown], shown)
        self._look()

    def _refused(self, error: Exception) -> None:
        """All that is wrong, not only the first of it."""
        if isinstance(error, RulesRefusedError):
            self.words.setText(_("The rules do not give every item exactly one answer. Nothing was changed."))
            self.hint.setText(error.remedy)
            self.problems.show_problems(error.problems)
            self.stack.setCurrentIndex(1)
            self.chips.hide()
        elif isinstance(error, DomainError):
            self.words.setText(error.message)
            self.hint.setText(error.remedy)
        else:
            show_problem(self, error)
        self._rows = []
        self.cancel_button.setText(_("Close"))
        self._look()

    # doing it

    def generate_all(self) -> None:
        """Every combination of options."""
        self._generate(None)

    def generate_selected(self) -> None:
        """The marked lines only."""
        keys = [key for key in self.table.selected_keys() if isinstance(key, int)]
        self._generate([self._rows[key].combination for key in keys])

    def _generate(self, combinations: Sequence[Options] | None) -> None:
        self._job = self._context.jobs.run(
            partial(variants.generate, self._product_id, combinations),
            done=self._done, failed=self._refused, finally_=self._ended,
            write=True, cancellable=True, title=self.windowTitle(), owner=self,
        )  # fmt: skip
        self.bar.setRange(0, 0)
        self._look()

    def _step(self, job: Job) -> None:
        if job is self._job:
            done, total, _text = job.steps
            self.bar.setRange(0, total)
            self.bar.setValue(done)

    def _done(self, report: GenerateReport) -> None:
        self._job = None
        self._context.say(words.report_text(report))
        self.generated.emit(report)
        self.accept()

    def _ended(self) -> None:
        """After a stop too: nothing was written then."""
        if self._job is not None and self._job.progress.cancelled:
            self.hint.setText(_("Generating was stopped. Nothing was changed."))
        self._job = None
        self._look()

    def reject(self) -> None:
        """Stop what runs; else leave."""
        if self._job is not None:
            self._job.cancel()
        else:
            super().reject()

    def _look(self) -> None:
        """The buttons say what they would do."""
        idle, marked = self._job is None, self.table.view.count_selected()
        self.bar.setVisible(not idle)
        differing = any(state_of(one) != "same" for one in self._rows)
        self.all_button.setEnabled(idle and differing)
        said = ngettext("Only the {count} marked item", "Only the {count} marked items", marked)
        self.some_button.setText(said)
        self.some_button.setVisible(marked > 0)
        self.some_button.setEnabled(idle)


def preview_row(one: VariantPreview) -> Row:
    """An item as the preview shows it."""
    title, tone = STATES[state_of(one)]
    return PillCell(_(title), tone), one.sku, one.options, ", ".join(one.changes)
