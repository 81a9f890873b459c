"""What is kept of compiled code is thrown away when anything that it was made from has changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BASE = "from factory_erp.compiling import kernel\n\n@kernel\ndef base(x):\n    return x + {}\n"
TOP = (
    "from factory_erp.compiling import kernel\n"
    "from base import base\n\n"
    "@kernel\ndef top(x):\n    return base(x)\n"
)


def said(folder: Path, plus: int) -> str:
    (folder / "base.py").write_text(BASE.format(plus))
    if not (folder / "top.py").exists():  # its time must stay, as numba looks at it
        (folder / "top.py").write_text(TOP)
    code = "import sys; sys.path.insert(0, sys.argv[1]); from top import top; print(top(1))"
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_function_follows_a_change_in_what_it_calls(tmp_path: Path) -> None:
    assert said(tmp_path, 1) == "2"
    assert any(tmp_path.rglob("top.*.nbi"))
    assert said(tmp_path, 5) == "6"
