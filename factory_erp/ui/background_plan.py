"""The material plan follows what happens: a moment after a change it is run again, without being asked."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from factory_erp.i18n import _
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.jobs import Job, Progress

# numpy and the compiler are loaded in the thread that needs them first.
if TYPE_CHECKING:
    from factory_erp.services.base import Changes, Result
    from factory_erp.services.material.report import PlanReport

log = logging.getLogger(__name__)

REST = 2_000
"""Milliseconds without another change before the plan is run."""

FIRST = 3_000
"""Milliseconds after the start: the first page comes first, then what plans is compiled."""

LOOK = 900_000
"""Milliseconds between two looks whether the plan is out of date by what happened outside this window."""


class PlanFollower(QObject):
    """Runs the plan after changes that matter to it, one run at a time, if the settings want that.

    What happens elsewhere, by a command, on another PC or as the days go by, it sees when the program starts
    and from time to time after that. A person who wants the plan at once asks for it on its page. What goes
    wrong here is written to the log: the page says it when the plan is asked for. Nothing is planned before
    the planner is compiled.
    """

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._again = False
        self._compiled = False
        self.rest = QTimer(self, singleShot=True, interval=REST)
        self.rest.timeout.connect(self._run)
        self.first = QTimer(self, singleShot=True, interval=FIRST)
        self.first.timeout.connect(self._warm)
        self.look = QTimer(self, interval=LOOK)
        self.look.timeout.connect(self._look)
        context.jobs.changed.connect(self.on_changes)

    def start(self) -> None:
        """Begin with compiling, which takes a minute the first time on a PC."""
        self.first.start()

    def stop(self) -> None:
        """Follow no more."""
        self.first.stop()
        self.rest.stop()
        self.look.stop()

    def busy(self) -> bool:
        """Whether a run is under way."""
        return self._job is not None

    def on_changes(self, changes: Changes) -> None:
        """Plan again once the changes rest, if they matter."""
        from factory_erp.services.material import changes as material_changes

        if material_changes.affected(changes) and not self._context.jobs.closed:
            self.rest.start()

    def _warm(self) -> None:
        if not self._context.jobs.closed:
            self._context.jobs.run(
                _compile,
                done=self._warmed,
                failed=_quiet,
                title=_("Preparing the planner"),
                cancellable=True,
                owner=self,
            )

    def _warmed(self, compiled: bool) -> None:
        self._compiled = compiled
        if compiled:
            self.look.start()
            self._look()
        if compiled and self._again:
            self.rest.start()

    def _look(self) -> None:
        """Plan if the plan is out of date."""
        if not self._context.jobs.closed:
            self._context.jobs.run(_out_of_date, done=self._looked, failed=_quiet, owner=self)

    def _looked(self, out_of_date: bool) -> None:
        if out_of_date and not self._context.jobs.closed:
            self.rest.start()

    def _run(self) -> None:
        if self._context.jobs.closed:
            return
        if self._job is not None or not self._compiled:
            self._again = True
            return
        self._again = False
        self._job = self._context.jobs.run(
            _plan_if_wanted, write=True, failed=_quiet, finally_=self._over, owner=self
        )

    def _over(self) -> None:
        self._job = None
        if self._again:
            self.rest.start()


def _compile(progress: Progress) -> bool:
    from factory_erp.services import planning_warm

    return planning_warm.warm_up_aside(progress)


def _out_of_date() -> bool:
    from factory_erp.services.material import changes as material_changes

    return material_changes.out_of_date()


def _plan_if_wanted() -> Result[PlanReport | None]:
    from factory_erp.services.base import Result
    from factory_erp.services.floor.planning_settings import planning_settings
    from factory_erp.services.material import plan as material_plan

    if not planning_settings().replan:
        return Result(None, {})
    done = material_plan.run_plan()
    return Result(done.value, done.changes)


def _quiet(error: Exception) -> None:
    log.warning("the plan was not run by itself: %s", error)
