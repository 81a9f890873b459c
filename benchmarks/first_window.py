"""How soon the window is there: a new process up to its first painted frame, data after.

``python -m benchmarks.first_window --json [--runs N]`` starts fresh processes on a small demo
workspace. Baseline in the same run: a bare QMainWindow with one label, what Qt itself costs.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import ask, show, spread

OURS = """
import sys, time
began = time.perf_counter()
import PySide6.QtWidgets
qt = time.perf_counter()
from contextlib import ExitStack
from pathlib import Path
from factory_erp.app import _open_database, application, empty_window, paint
from factory_erp.services.files.workspace import open_folder
app = application()
workspace = open_folder(Path(sys.argv[1]), demo=True)
with ExitStack() as stack:
    running = stack.enter_context(empty_window(workspace))
    paint(running)
    running.window.grab()
    painted = time.perf_counter()
    _open_database(stack, workspace)
    from factory_erp.sync.credentials import MemorySecrets
    running.begin(MemorySecrets())
    while running.jobs.running():
        app.processEvents()
        time.sleep(0.001)
    running.window.grab()
    filled = time.perf_counter()
print(qt - began, painted - began, filled - began)
"""

BARE = """
import time
began = time.perf_counter()
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
qt = time.perf_counter()
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("Factory ERP"))
window.resize(1440, 860)
window.show()
app.processEvents()
window.grab()
painted = time.perf_counter()
print(qt - began, painted - began, painted - began)
"""


def environment() -> dict[str, str]:
    """As a user has it: no screen is needed, compiled modules are kept."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "QT_QPA_PLATFORM": "offscreen"}


def runs(program: str, count: int, *arguments: str) -> dict[str, object]:
    """Start *program* so often; ms to Qt imported, to the first painted frame, to the data shown."""
    imported, painted, filled, whole = [], [], [], []
    for _number in range(count + 1):
        began = time.perf_counter()
        said = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=environment(),
        )
        whole.append((time.perf_counter() - began) * 1000)
        first, second, third = (float(part) * 1000 for part in said.stdout.split())
        imported.append(first)
        painted.append(second)
        filled.append(third)
    return {  # the first run only warms the disk's cache
        "qt_imported": spread(imported[1:]),
        "painted": spread(painted[1:]),
        "painted_after_qt_import": spread([p - i for p, i in zip(painted[1:], imported[1:], strict=True)]),
        "data_shown": spread(filled[1:]),
        "whole_process": spread(whole[1:]),
    }


def main() -> None:
    """Build the demo once, measure, print."""
    asked = ask(__doc__ or "", runs=5)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        subprocess.run(
            [
                sys.executable,
                "-m",
                "factory_erp",
                "demo",
                "--headless",
                "--no-pictures",
                "--out",
                str(out),
                "--json",
            ],
            check=True,
            capture_output=True,
        )
        result: dict[str, object] = {"ours": runs(OURS, asked.runs, str(out / "workspace"))}
    result["baseline_bare_window"] = runs(BARE, asked.runs)
    show(result, asked)


if __name__ == "__main__":
    main()
