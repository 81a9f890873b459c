"""Large tables without stutter: the garbage collector must not walk through a million cells again and again.

A full collection stops every thread, the window's too: half a second for a table of 100,000 rows. While one
is read or imported there is none, and what is held afterwards is taken out of the collector's sight until
it is let go. Tables hold no cycles: they are freed by counting, whatever the collector sees.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NEVER = 1_000_000_000
"""A threshold that is not reached."""

_lock = threading.Lock()
_depth = 0
_usual = gc.get_threshold()


@contextmanager
def calm() -> Iterator[None]:
    """No full collection inside the block; blocks of several threads may overlap."""
    global _depth, _usual
    with _lock:
        if _depth == 0:
            _usual = gc.get_threshold()
            gc.set_threshold(_usual[0], _usual[1], NEVER)
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                gc.freeze()
                gc.set_threshold(*_usual)


def let_go() -> None:
    """The table is not needed any more: the collector sees everything again."""
    gc.unfreeze()
