"""What is read back from drawn documents: their text, and the barcodes on them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pypdfium2
from pypdf import PdfReader

HOSTILE = "=cmd|'A1\x00\x07\x1b\x7f ‮RTL‭ 😀 \ud800 ﷽ <b>&amp;]]> é\u0301 \ufffe %s {x} ../../etc/passwd"
"""Control characters, half a surrogate pair, directions, emoji, markup, formulas, paths."""


def words_of(data: bytes) -> str:
    """All text of the PDF without white space: a wrapped text still reads on."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


def said(text: str) -> str:
    """*text* as ``words_of`` would contain it."""
    return re.sub(r"\s", "", text)


def barcodes_of(data: bytes, page: int = 0, scale: float = 3) -> list[Any]:
    """The barcodes that an independent reader (zxing-cpp) finds on a page drawn as a picture."""
    import zxingcpp

    document = pypdfium2.PdfDocument(data)
    try:
        image = document[page].render(scale=scale).to_pil().convert("L")
        return list(zxingcpp.read_barcodes(image))
    finally:
        document.close()
