"""Logo, signature and chop: kept in the workspace by the hash under which documents name them.

They are never removed: an issued document names the picture that it was drawn with.
"""

from __future__ import annotations

from factory_erp.documents.snapshot import DocumentOptions
from factory_erp.domain.errors import DomainError
from factory_erp.services.files import media as media_files

FOLDER = "letterhead"


def pictures_of(options: DocumentOptions) -> dict[str, bytes]:
    """SHA-256 → bytes of the pictures that the options name; one that is lost is left out of the paper."""
    named = {options.logo, options.signature, options.chop} - {""}
    return {sha256: content for sha256 in named if (content := _read(sha256)) is not None}


def _read(sha256: str) -> bytes | None:
    try:
        return media_files.read(media_files.expected(FOLDER, sha256), sha256, "", "")
    except DomainError:
        return None
