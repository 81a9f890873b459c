"""Planning, and what becomes of suggestions: accepted, put away, brought back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from factory_erp.domain.errors import Conflict
from factory_erp.i18n import _, ngettext
from factory_erp.services.material.report import PlanReport
from factory_erp.services.suggestions import accepting as suggestions
from factory_erp.services.suggestions.accepting import Accepted, SuggestionView
from factory_erp.ui.kit import figures
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.material import words, work


class PlanActions(QObject):
    """Runs the use cases of the plan; ``planning`` says whether it is being made."""

    planning = Signal(bool)
    outdated = Signal()
    """Something was refused because it is not any more what the list shows."""

    def __init__(self, context: UiContext, page: QWidget) -> None:
        super().__init__(page)
        self._context, self._page = context, page
        self._busy = False
        self._put_away: tuple[int, ...] = ()

    # the plan

    def plan(self) -> None:
        """Make the plan anew, in the background."""
        if self._busy:
            return
        self._note_busy(True)
        self._context.jobs.run(
            work.plan, done=self._say_planned, write=True, title=_("Making the material plan"),
            cancellable=True, finally_=partial(self._note_busy, False), owner=self,
        )  # fmt: skip

    def is_idle(self) -> bool:
        """Whether the plan can be made."""
        return not self._busy

    def _note_busy(self, on: bool) -> None:
        self._busy = on
        self.planning.emit(on)

    def _say_planned(self, report: PlanReport) -> None:
        changed = report.added + report.changed + report.removed
        self._context.say(
            ngettext(
                "Planned in {seconds} s: {number} suggestion is new or different.",
                "Planned in {seconds} s: {number} suggestions are new or different.",
                changed, number=figures.number(changed), seconds=f"{report.milliseconds / 1000:.1f}",
            )
        )  # fmt: skip

    # suggestions

    def accept(self, ids: Sequence[int], shown: Mapping[int, int]) -> None:
        """Say what accepting *ids* comes to, and do it if the person agrees.

        *shown*: the versions that were seen; what differs by now is refused, and ``outdated`` says so.
        """
        if ids:
            read = partial(suggestions.suggestion_rows, list(ids))
            self._context.jobs.run(read, done=partial(self._ask_accept, shown), owner=self)

    def accept_now(self, ids: Sequence[int], shown: Mapping[int, int]) -> None:
        """Accept a single suggestion without a question; several are asked for."""
        if len(ids) == 1:
            self._accept(ids, shown)
        else:
            self.accept(ids, shown)

    def _ask_accept(self, shown: Mapping[int, int], found: Sequence[SuggestionView]) -> None:
        if not found:
            self._context.say(_("There was nothing left to do."))
            return
        said = ngettext(
            "{number} suggestion is accepted. It comes to: {orders}.",
            "{number} suggestions are accepted. They come to: {orders}.",
            len(found), number=figures.number(len(found)), orders=words.coming(found),
        )  # fmt: skip
        versions = {view.id: view.version for view in found}
        if len(found) == 1:
            said = f"{words.headline(found[0])}. {said}"
        else:
            # The question names none of them: what was seen of them is the list.
            versions |= {one: version for one, version in shown.items() if one in versions}
        if confirm(self._page, _("Accept suggestions?"), said, _("Accept")):
            self._accept(list(versions), versions)

    def _accept(self, ids: Sequence[int], shown: Mapping[int, int]) -> None:
        def done(what: Accepted) -> None:
            self._context.say(words.accepted(what))

        self._context.jobs.run(
            partial(suggestions.accept, tuple(ids), dict(shown)),
            done=done, failed=self._refused, write=True, title=_("Accepting suggestions"), owner=self,
        )  # fmt: skip

    def _refused(self, error: Exception) -> None:
        """What is out of date is read again, and said so with the reason."""
        if isinstance(error, Conflict):
            remedy = " ".join((error.remedy, _("The list was read again."))).strip()
            error = Conflict(error.message, record=error.record, field=error.field, remedy=remedy)
            self.outdated.emit()
        self._context.jobs.problem.emit(error)

    def dismiss(self, ids: Sequence[int]) -> None:
        """Put suggestions away; ``undo`` brings them back."""
        said = ngettext(
            "{number} suggestion is put away. It comes back when it differs.",
            "{number} suggestions are put away. They come back when they differ.",
            len(ids), number=figures.number(len(ids)),
        )  # fmt: skip

        def done(_none: object) -> None:
            self._put_away = tuple(ids)
            self._context.say(said)

        if ids:
            self._write(partial(suggestions.dismiss, tuple(ids)), done, _("Putting suggestions away"))

    def restore(self, ids: Sequence[int]) -> None:
        """Bring suggestions back that were put away."""
        said = ngettext(
            "{number} suggestion is back in the list.", "{number} suggestions are back in the list.",
            len(ids), number=figures.number(len(ids)),
        )  # fmt: skip
        if ids:
            act = partial(suggestions.restore, tuple(ids))
            self._write(act, lambda _none: self._context.say(said), _("Bringing suggestions back"))

    def can_undo(self) -> bool:
        """Whether something was put away that can be brought back."""
        return bool(self._put_away)

    def undo(self) -> None:
        """Bring back what was put away last."""
        ids, self._put_away = self._put_away, ()
        self.restore(ids)

    def _write(self, act: Callable[[], object], done: Callable[..., object], title: str) -> None:
        self._context.jobs.run(act, done=done, write=True, title=title, owner=self)
