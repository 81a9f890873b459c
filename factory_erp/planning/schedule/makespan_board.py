"""Where those who race for an early end write down what they find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from factory_erp.planning.schedule.makespan_state import Placed


@dataclass(slots=True)
class Board:
    """Where search and exact solver write down what they find; each makes it only better."""

    placed: Placed
    makespan: int
    bound: int
    over: bool = False
    _lock: Lock = field(default_factory=Lock)

    @property
    def solved(self) -> bool:
        """Whether nothing is left to do."""
        return self.over or self.makespan <= self.bound

    def offer(self, makespan: int, placed: Callable[[], Placed]) -> bool:
        """Write down a schedule if it is better; whether it was."""
        with self._lock:
            if makespan >= self.makespan:
                return False
            self.placed, self.makespan = placed(), makespan
            return True

    def raise_bound(self, bound: int) -> None:
        """Write down what no schedule can be below."""
        with self._lock:
            self.bound = max(self.bound, min(bound, self.makespan))
