"""Files that a person chooses or drops: read whole, refused in plain words."""

from __future__ import annotations

from pathlib import Path

from factory_erp.domain.errors import DomainError
from factory_erp.i18n import _

MOST_MB = 100
"""Larger files are not read at all: no picture and no scan is."""


def content_of(path: Path) -> bytes:
    """The bytes of the file. Raises DomainError where it cannot be read or is far too large."""
    try:
        size = path.stat().st_size
        if size <= MOST_MB * 1024 * 1024:
            return path.read_bytes()
    except OSError as error:
        raise DomainError(
            _("The file {name} cannot be read.", name=path.name),
            record=path.name,
            remedy=_("Check that it is still there and that you may open it."),
        ) from error
    raise DomainError(
        _("The file {name} has more than {most} MB.", name=path.name, most=MOST_MB),
        record=path.name,
        remedy=_("Choose a smaller file."),
    )
