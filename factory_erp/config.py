"""Where the program's own files are, and where it keeps the user's."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

APP_NAME = "factory_erp"


@cache
def _shipped(folder: str) -> Path:
    """A folder that ships beside the package: inside the wheel, at the top of a checkout."""
    installed = Path(str(files("factory_erp"))) / folder
    return installed if installed.is_dir() else installed.parents[1] / folder


def resources_dir() -> Path:
    """Fonts, icons, theme and reference tables."""
    return _shipped("resources")


def translations_dir() -> Path:
    """gettext catalogues, ``<language>/LC_MESSAGES/factory_erp.mo``."""
    return _shipped("translations")
