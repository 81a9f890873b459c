"""How the numbers of documents look, by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import N_, _
from factory_erp.services.clock import today
from factory_erp.services.papers import patterns
from factory_erp.services.papers.kinds import PAPERS, paper
from factory_erp.services.papers.patterns import PatternView
from factory_erp.ui import paper_words
from factory_erp.ui.kit.buttons import Button, label
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field
from factory_erp.ui.kit.frames import framed
from factory_erp.ui.kit.rows import Column, Row
from factory_erp.ui.kit.simple_table import SimpleTable

COLUMNS = (
    Column("kind", N_("Document"), 230),
    Column("pattern", N_("Number pattern"), 220),
    Column("example", N_("Looks like"), 180),
    Column("counts", N_("Counts with"), 220, priority=1,
           tooltip=N_("Kinds that share one counter: their papers carry the same number")),
)  # fmt: skip


class PatternsTab(QWidget):
    """Every kind with its pattern; Enter changes one in a dialog that shows what it gives."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._known: dict[str, PatternView] = {}
        self.table = SimpleTable(COLUMNS)
        self.table.set_name(_("Number patterns"))
        self.table.activated.connect(self.change)
        self.table.current_changed.connect(lambda _key: self._show_actions())
        self.change_button = Button(_("Change…"), icon="edit", run=self.change_current)
        self._lay_out()
        self._show_actions()

    def _lay_out(self) -> None:
        said = _(
            "Numbers count up without a gap in each year. A changed pattern holds for documents "
            "that are issued from now on."
        )
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(label(said, muted=True, wrap=True), 1)
        top.addWidget(self.change_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(framed(self.table), 1)
        self.setFocusProxy(self.table)

    def refresh(self) -> None:
        """Read the patterns again."""
        self._context.jobs.run(patterns.pattern_list, done=self._take, owner=self)

    def _take(self, views: Sequence[PatternView]) -> None:
        self._known = {view.kind: view for view in views}
        self.table.set_rows([pattern_row(view) for view in views], list(self._known))
        self._show_actions()

    def _show_actions(self) -> None:
        chosen = self.table.current_key() in self._known
        self.change_button.setEnabled(chosen)
        self.change_button.setToolTip("" if chosen else _("Choose a kind of document first."))

    def change_current(self) -> FormDialog | None:
        """The open dialog for the kind chosen in the table."""
        return self.change(self.table.current_key())

    def change(self, kind: object) -> FormDialog | None:
        """The open dialog for the pattern of *kind*; None where there is no such kind."""
        view = self._known.get(kind) if isinstance(kind, str) else None
        if view is None:
            return None
        note = _("{places} are filled in; empty: as at first.", places="{number:05}, {year}, {yy}, {month}")
        dialog = FormDialog(
            self._context.jobs, paper_words.kind_name(view.kind), [_field(view)], {"pattern": view.pattern},
            partial(_saving, view.kind), _("Save pattern"), note=note, parent=self,
        )  # fmt: skip
        said = label(example_of(view.pattern), muted=True)
        edit = dialog.form.edit("pattern")
        dialog.form.edited.connect(lambda _name: said.setText(example_of(str(edit.property("text")))))
        layout = dialog.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, said)
        dialog.resize(520, 230)
        dialog.done_with.connect(self._saved)
        dialog.open()
        return dialog

    def _saved(self, _none: object) -> None:
        self._context.say(_("The number pattern is saved."))
        self.refresh()


def _field(view: PatternView) -> Field:
    return Field(
        "pattern", _("Number pattern"), check=_complaint, hint=patterns.default_pattern(paper(view.kind))
    )


def _complaint(value: object) -> str:
    try:
        patterns.check_pattern(str(value))
    except DomainError as error:
        return str(error)
    return ""


def _saving(kind: str, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(patterns.set_pattern, kind, str(values["pattern"] or ""))


def example_of(pattern: str) -> str:
    """What the pattern gives today for the 42nd document, or nothing for one that will not do."""
    wanted = pattern.strip()
    if not wanted or _complaint(wanted):
        return ""
    return _("Looks like: {example}", example=patterns.formatted(wanted, 42, today()))


def pattern_row(view: PatternView) -> Row:
    """A kind and its pattern as the table shows them."""
    series = PAPERS[view.kind].series
    others = [kind for kind, known in PAPERS.items() if known.series == series and kind != view.kind]
    return (
        paper_words.kind_name(view.kind),
        view.pattern,
        view.example,
        ", ".join(paper_words.kind_name(kind) for kind in others),
    )
