"""Rules: what each item of the product consists of, checked while one types."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from factory_erp.domain.errors import DomainError
from factory_erp.domain.variants import Member, RuleProblem, RulesRefusedError
from factory_erp.i18n import N_, _, ngettext
from factory_erp.services.variants import making as variants
from factory_erp.services.variants.making import RuleInput
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.buttons import label
from factory_erp.ui.kit.choose import Choice, LookupEdit, among
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import show_problem
from factory_erp.ui.kit.frames import GAP, framed, split
from factory_erp.ui.kit.pill import Pill
from factory_erp.ui.kit.rows import Column
from factory_erp.ui.kit.simple_table import SimpleTable
from factory_erp.ui.kit.theme import Tone
from factory_erp.ui.products.family_tab import FamilyTab
from factory_erp.ui.products.problems import ProblemList
from factory_erp.ui.products.rule_check import Looked, RuleSheet, look, members, read_rules, result_rows
from factory_erp.ui.products.rule_columns import Offers
from factory_erp.ui.products.rule_tables import RuleTables

PAUSE = 350
"""Milliseconds without an edit before the rules are checked."""

RESULT_COLUMNS = (
    Column("kind", N_("Kind"), 110, sortable=False, narrowest=90),
    Column("slot", N_("Slot"), 90, sortable=False),
    Column("result", N_("What the rules say"), 320, sortable=False),
)


class RulesTab(FamilyTab):
    """Tables of rules; under them what is wrong, and what comes out for one item."""

    def __init__(self, context: UiContext, record_id: int) -> None:
        super().__init__(context, record_id)
        self._read: RuleSheet | None = None
        self._asked = 0
        self._members: dict[str, Member] = {}
        self._texts: dict[str, str] = {}
        self._offers = Offers()
        self.tables = RuleTables(self._offers, context.jobs)
        self.tables.changed.connect(self._note_step)
        self.tables.save_asked.connect(self.save)
        self.state = Pill()
        self.problems = ProblemList()
        self.problems.chosen.connect(self._go_to)
        self.item = LookupEdit(lambda text: among(self._choices())(text))
        self.item.setAccessibleName(_("Item to look at"))
        self.item.chosen.connect(lambda _choice: self.check())
        self.result = SimpleTable(RESULT_COLUMNS)
        self.result.set_name(_("What the rules say of the item"))
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.check)
        self._lay_out()
        self.setFocusProxy(self.tables)
        self._say_state(_("Reading…"), Tone.NEUTRAL)

    def _lay_out(self) -> None:
        wrong = _part(_("Check"), self.state, self.problems)
        outcome = _part(_("Result for"), self.item, self.result)
        below = split(framed(wrong), framed(outcome), stretch=(1, 1), sizes=(520, 520))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(split(self.tables, below, across=False, stretch=(1, 1), sizes=(300, 260)), 1)
        column.addWidget(self.problem)
        column.addWidget(self.bar)

    # reading

    def reading(self) -> Callable[[], object]:
        """The rules with everything around them."""
        return partial(read_rules, self.record_id)

    def show_record(self, read: object) -> None:
        """Fill the tables, unless they show the same already, and check."""
        assert isinstance(read, RuleSheet)
        if self._read is None or read.rules != self._read.rules:
            self.tables.show_rules(
                [RuleInput(one.kind, one.slot, one.condition, one.outcome) for one in read.rules]
            )
        self._take_around(read)
        self.say_problem("")

    def rebase(self, read: object) -> None:
        """Rules that are as they were may be saved over."""
        assert isinstance(read, RuleSheet)
        if self._read is not None and read.rules == self._read.rules:
            self._take_around(read)

    def _take_around(self, read: RuleSheet) -> None:
        self._read = read
        self._offers.axes, self._offers.centres = read.family.axes, read.centres
        self._offers.lists = read.lists
        self._offers.languages = [text.language for text in read.family.sheet.texts]
        found = members(read.family)
        self._members = {member.sku: member for member, _text in found}
        self._texts = {member.sku: text for member, text in found}
        if self.item.text() not in self._members:
            first = next(iter(self._members), None)
            self.item.show_value(first)
        self.check()

    def _choices(self) -> list[Choice]:
        return [
            Choice(sku, sku, "" if self._texts[sku] == sku else self._texts[sku]) for sku in self._members
        ]

    # checking

    def check(self) -> None:
        """Look at the draft as it stands; only the answer to the last question is shown."""
        self._pause.stop()
        self._asked += 1
        if self._read is None:
            return
        unsound = self.tables.unsound()
        if unsound:
            said = ngettext("{count} cell is not right", "{count} cells are not right", unsound)
            self._say_state(said, Tone.WARNING)
            self._show_unchecked()
            return
        chosen = self._members.get(self.item.text())
        ask = partial(look, self.record_id, self.tables.rules(), self._read.family, chosen)
        self.context.jobs.run(
            ask, done=partial(self._show, self._asked), failed=self._could_not_check, owner=self
        )

    def _show_unchecked(self) -> None:
        """What an earlier draft came to says nothing of this one."""
        nothing = _("Correct the cells in red first: then the rules are checked.")
        self.problems.set_empty_text(nothing)
        self.problems.show_problems(())
        self.result.set_empty_text(nothing)
        self.result.set_rows([])

    def _show(self, asked: int, looked: Looked) -> None:
        if asked != self._asked:
            return
        self.problems.set_empty_text(_("For every item the rules give exactly one answer in each slot."))
        self.problems.show_problems(looked.problems)
        self._say_sound(len(looked.problems))
        self.result.set_empty_text(
            _("The rules say nothing of this item yet.") if self._members else _("Add options first.")
        )
        self.result.set_rows(result_rows(looked))

    def _say_sound(self, problems: int) -> None:
        if problems:
            said = ngettext(
                "{number} problem", "{number} problems", problems, number=figures.number(problems)
            )
            self._say_state(said, Tone.DANGER)
        else:
            self._say_state(_("Sound"), Tone.SUCCESS)

    def _could_not_check(self, error: Exception) -> None:
        self._say_state(_("Not checked"), Tone.NEUTRAL)
        if isinstance(error, DomainError):
            self.say_problem(str(error))
        else:
            show_problem(self, error)

    def _say_state(self, said: str, tone: Tone) -> None:
        self.state.set(said, tone)

    def _go_to(self, problem: RuleProblem) -> None:
        """To the rule that the problem names; of the items to the first."""
        if problem.position is not None:
            self.tables.go_to(problem.position)
        if problem.items and problem.items[0] in self._members:
            self.item.show_value(problem.items[0])
            self.check()

    # the draft

    def is_dirty(self) -> bool:
        """Whether a table has edits that were not saved."""
        return self.tables.is_dirty()

    def _note_step(self) -> None:
        self.say_problem("")
        self.note_edit()
        self._pause.start()

    def save(self) -> bool:
        """Save the rules once every cell is sound; the use case says whether they are so together."""
        if self._read is None or not self.is_dirty():
            return True
        if sentence := self.tables.show_first_problem():
            self.say_problem(sentence)
            return False
        given = self.tables.rules()
        write = partial(variants.save_rules, self.record_id, given, self._read.family.sheet.version)
        self.write(write, self._saved, _("Save rules"))
        return True

    def _saved(self, _changed: object) -> None:
        self.tables.mark_saved()
        self.note_edit()
        self.context.say(_("The rules are saved. Generate the items to write what they say."))
        self.refresh()

    def show_refusal(self, error: DomainError) -> bool:
        """All that is wrong in the list, with the items."""
        if isinstance(error, RulesRefusedError):
            self._asked += 1
            self.problems.show_problems(error.problems)
            self._say_sound(len(error.problems))
            self.say_problem(_("The rules were not saved: not every item has exactly one answer."))
            return True
        return super().show_refusal(error)

    def discard(self) -> None:
        """Throw the edits away, and read again."""
        self.tables.discard()
        self._note_step()
        self.refresh()


def _part(title: str, beside: QWidget, below: QWidget) -> QWidget:
    """A heading with something beside it, over a table."""
    content = QWidget()
    head = QHBoxLayout()
    head.setContentsMargins(12, 9, 10, 6)
    head.setSpacing(12)
    head.addWidget(label(title, pixels=15, bold=True))
    head.addWidget(beside, 0 if isinstance(beside, Pill) else 1)
    if isinstance(beside, Pill):
        head.addStretch(1)
    column = QVBoxLayout(content)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(head)
    column.addWidget(below, 1)
    return content
