"""How long work says how far it is, and hears that it should stop."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a window's job or a terminal's bar offers to long work."""

    @property
    def cancelled(self) -> bool:
        """Whether the person asked to stop; work ends at the next place where nothing is half done."""

    def report(self, done: int, total: int, text: str = "") -> None:
        """*done* of *total* steps; a total of 0 means that it is not known."""


class Quiet:
    """Progress that nobody watches."""

    cancelled = False

    def report(self, done: int, total: int, text: str = "") -> None:
        """Say nothing."""
