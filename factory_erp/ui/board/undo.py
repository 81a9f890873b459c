"""What was done on the board, to be taken back and made again.  No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from factory_erp.services.board.gantt import BarView
from factory_erp.services.board.moves import Place

MOST = 100
"""Steps that are remembered."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act: its name (translated), and where the operations stood before and after it."""

    title: str
    before: tuple[Place, ...]
    after: tuple[Place, ...]


class History:
    """Acts in their order; what is done anew forgets what was taken back."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def push(self, step: Step) -> None:
        """Remember an act that changed something."""
        if step.before != step.after:
            self._done = [*self._done, step][-MOST:]
            self._undone.clear()

    def last(self) -> Step | None:
        """What ``undone`` would take back, None where there is nothing."""
        return self._done[-1] if self._done else None

    def next(self) -> Step | None:
        """What ``redone`` would make again, None where there is nothing."""
        return self._undone[-1] if self._undone else None

    def undone(self) -> None:
        """The last act was taken back."""
        if self._done:
            self._undone.append(self._done.pop())

    def redone(self) -> None:
        """The next act was made again."""
        if self._undone:
            self._done.append(self._undone.pop())

    def drop_last(self) -> None:
        """The last act cannot be taken back any more, nor any before it."""
        self._done.clear()

    def drop_next(self) -> None:
        """What was taken back cannot be made again any more."""
        self._undone.clear()


def place_of(bar: BarView, *, locked: bool | None = None) -> Place:
    """Where a bar stands, as the use cases take it; *locked* None: as it is."""
    place = Place(
        bar.operation_id, bar.machine_id, bar.start, bar.setup_finish, bar.finish, bar.locked
    )  # fmt: skip
    return place if locked is None else replace(place, locked=locked)


def lock_step(title: str, bars: Sequence[BarView], *, locked: bool) -> Step:
    """Locking, or unlocking, *bars* as a step."""
    before = tuple(place_of(bar) for bar in bars)
    return Step(title, before, tuple(replace(place, locked=locked) for place in before))
