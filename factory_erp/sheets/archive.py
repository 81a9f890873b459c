"""A zip that nobody vouches for: what it unpacks to is counted, never believed.

Refused are zip bombs by size or ratio, directories of a million entries, encryption, packing methods
that no workbook uses, and XML with a document type (the way in for entity expansion and XXE).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from factory_erp.sheets import markup
from factory_erp.sheets.refusals import bomb, damaged, locked
from factory_erp.sheets.table import MIB, Limits

MAX_ENTRIES = 20_000
"""Parts that a workbook may have: one per picture on thousands of rows, and some."""

_CHUNK = 64 * 1024
_RATIO_FREE = MIB
"""Unpacked bytes below which the ratio says nothing: a tiny file of spaces packs 1000 to 1."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_XML = (".xml", ".rels", ".vml")
_BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)


class Archive:
    """The parts of a zip in memory, read as streams of counted bytes."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        # Counted before the directory is read: each of its entries costs half a kilobyte of memory.
        if data.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
            raise bomb()
        self._limits = limits
        self._packed = len(data)
        self._unpacked = 0
        try:
            self._zip = ZipFile(io.BytesIO(data))
        except _BROKEN as error:
            raise damaged() from error
        self._parts = {info.filename.replace("\\", "/").casefold(): info for info in self._zip.infolist()}
        self._refuse_what_it_declares()
        self._refuse_document_types()

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._parts

    def size(self, name: str) -> int:
        """Bytes that the part *name* claims to unpack to; 0 if there is none."""
        info = self._parts.get(name.casefold())
        return info.file_size if info else 0

    def stream(self, name: str) -> Iterator[bytes]:
        """The unpacked part *name* in chunks; raises SheetRefused for a missing, broken or swollen one."""
        info = self._parts.get(name.casefold())
        if info is None:
            raise damaged()
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK):
                    self._count(len(chunk))
                    yield chunk
        except _BROKEN as error:
            raise damaged() from error

    def _count(self, size: int) -> None:
        self._unpacked += size
        most = max(_RATIO_FREE, self._limits.ratio * self._packed)
        if self._unpacked > min(self._limits.unpacked, most):
            raise bomb()

    def _refuse_what_it_declares(self) -> None:
        infos = self._parts.values()
        if len(self._parts) != len(self._zip.infolist()):
            raise damaged()
        if any(info.flag_bits & _ENCRYPTED for info in infos):
            raise locked()
        if any(info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for info in infos):
            raise damaged()
        if sum(info.file_size for info in infos) > self._limits.unpacked:
            raise bomb()
        if any(self._swells(info) for info in infos):
            raise bomb()

    def _swells(self, info: ZipInfo) -> bool:
        return info.file_size > max(_RATIO_FREE, self._limits.ratio * info.compress_size)

    def _refuse_document_types(self) -> None:
        """Look into every XML part, also those that are not read afterwards, as far as its first element."""
        for name in self._parts:
            if name.endswith(_XML):
                markup.refuse_document_type(self.stream(name))
        self._unpacked = 0
