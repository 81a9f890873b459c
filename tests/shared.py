"""The one way for tests and benchmarks to read the reference material beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared_root() -> Path:
    """Folder of the reference material: ``$ERP_SHARED`` or ``../shared`` beside the checkout."""
    return Path(os.environ.get("ERP_SHARED") or Path(__file__).resolve().parents[2] / "shared")


def shared_path(relative: str) -> Path:
    """Path below the shared folder; the calling test is skipped where it is absent."""
    path = shared_root() / relative
    if not path.exists():
        pytest.skip(f"reference material not present: shared/{relative}")
    return path
