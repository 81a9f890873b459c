"""Compiling what plans, schedules and loads containers, once for each version of the program on a PC.

``python -m factory_erp.services.planning_warm`` does it in a process of its own, so that nobody waits:
what is compiled is kept on disk, and loaded in a moment from then on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from factory_erp import packing, planning
from factory_erp.services.progress import Progress

_SOURCES = (Path(planning.__file__).parent, Path(packing.__file__).parent)
_MARK = _SOURCES[0] / "__pycache__" / "compiled.sha256"
"""Beside the code that is kept; where it cannot be written, each start looks at all of it."""

_LOOK = 0.2
"""Seconds between two looks at the other process."""


def warm_up() -> None:
    """Compile everything here, or load what was compiled before."""
    from factory_erp.packing.loading import search
    from factory_erp.planning.schedule import engine
    from factory_erp.services.material import plan as material_plan

    material_plan.warm_up()
    engine.warm_up()
    search.warm_up()
    with suppress(OSError):
        _MARK.parent.mkdir(exist_ok=True)
        _MARK.write_text(_digest())


def is_compiled() -> bool:
    """Whether everything was compiled here before, of these very sources."""
    try:
        return _MARK.read_text() == _digest()
    except OSError:
        return False


def _digest() -> str:
    digest = sha256(sys.version.encode())
    for sources in _SOURCES:
        for source in sorted(sources.rglob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()


def warm_up_aside(watch: Progress) -> bool:
    """Compile in a process of its own, at low priority; False if it was stopped or did not succeed.

    The compiler would hold up the window's thread. Where all is compiled already, nothing is started.
    """
    if is_compiled():
        return True
    with subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.DEVNULL) as process:
        while process.poll() is None:
            if watch.cancelled:
                process.terminate()
            time.sleep(_LOOK)
    return process.returncode == 0


def main() -> None:
    """Compile, politely towards whoever works on this PC meanwhile."""
    if hasattr(os, "nice"):
        os.nice(10)
    warm_up()


if __name__ == "__main__":
    main()
