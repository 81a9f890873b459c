"""Compiled functions: ways to make them, typed as the Python functions that they replace.

Importing this module imports numba (a third of a second): only modules that services import inside a function
may do so. The compiled code is kept on disk. numba looks only at the file of a function to see whether what
is kept is still right; as functions copy what they call from other files, and numbers that these name,
everything kept for a folder is thrown away when any of its modules that matters has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

MARK = "compiled_from.sha256"
"""Beside what is kept: the digest of the modules that it was made from."""

_njit: Any = numba.njit


def njit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on the first call, without the interpreter's lock."""
    return cast("Callable[P, R]", _kept(_njit(cache=True, nogil=True)(function), function))


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Like ``njit``, for what takes many arrays and makes none: they are not counted as references.

    Counting them at each call, one by one, made a search over tables twenty times slower.
    """
    return cast("Callable[P, R]", _kept(_njit(cache=True, nogil=True, _nrt=False)(function), function))


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """A ``kernel`` copied into each one that calls it: for a few lines called very often."""
    made = _njit(cache=True, nogil=True, _nrt=False, forceinline=True)(function)
    return cast("Callable[P, R]", _kept(made, function))


def _kept(made: Any, function: Callable[..., object]) -> Any:
    """*made*, after what was kept of it has been thrown away if it no longer holds."""
    _discard_stale(str(Path(function.__code__.co_filename).parent), str(made.stats.cache_path))
    return made


@cache
def _discard_stale(sources: str, kept: str) -> None:
    """Once for each folder: compare the digest; a folder that cannot be written keeps what it has."""
    digest, mark = digest_of(Path(sources)), Path(kept, MARK)
    with suppress(OSError):
        if mark.exists() and mark.read_text() == digest:
            return
        for index in Path(kept).glob("*.nbi"):
            index.unlink(missing_ok=True)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text(digest)


def digest_of(folder: Path) -> str:
    """The digest of the folder's modules that compiled code is made of: functions, constants and tuples."""
    digest = sha256()
    for path in sorted(folder.glob("*.py")):
        text = path.read_bytes()
        if b"factory_erp.compiling" in text or b"NamedTuple" in text:
            digest.update(path.name.encode() + b"\0" + text)
    return digest.hexdigest()
