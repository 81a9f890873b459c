"""Garbage is collected on the window's thread only.

A widget may be deleted only where it lives. Python collects garbage on whichever thread happens to make the
next object: a reader in the background could be the one that deletes a widget, and the program would end
without a word. While a window is there, nothing is collected by itself; a timer of its thread does it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 100
"""Short enough that what a busy reader leaves in 100 ms is collected in a few."""


class Collector(QObject):
    """Collects from the event loop of the thread that made it, when the interpreter itself would."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._grown_old = 0
        self._old = len(gc.get_objects(generation=2))
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(INTERVAL_MS)

    def stop(self) -> None:
        """Leave it to the interpreter again."""
        self._timer.stop()
        gc.enable()

    def collect(self) -> int | None:
        """Collect the oldest generation that is due; which one it was (0 to 2), None where none is."""
        generation = self._due()
        if generation is None:
            return None
        middle = len(gc.get_objects(generation=1)) if generation == 1 else 0
        freed = gc.collect(generation)
        if generation == 1:
            self._grown_old += max(0, middle - freed)
        elif generation == 2:
            self._grown_old, self._old = 0, len(gc.get_objects(generation=2))
        return generation

    def _due(self) -> int | None:
        """The oldest generation over its threshold with all younger ones.

        All objects only where a quarter has come to them since: a full collection stops every thread.
        """
        due = None
        for generation, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if not limit or count <= limit or (generation == 2 and self._grown_old <= self._old // 4):
                break
            due = generation
        return due
