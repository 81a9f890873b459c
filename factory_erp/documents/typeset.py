"""Fonts, widths and line breaking for Chinese and Latin text.

Text is only ever drawn as strings with an embedded font: nothing in it is markup, a path or an address.
Widths are in points; a font is named by whether it is bold.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from factory_erp.config import resources_dir

REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"

MISSING = "□"
"""Stands for a character that the font does not have."""

NO_LINE_START = frozenset("，。、；：？！）】》〉」』〕”’％‰℃…—·～,.;:!?)]}%›»")
NO_LINE_END = frozenset("（【《〈「『〔“‘￥＄([{$€£¥‹«#")
"""Kinsoku (避头尾): characters that may not begin, or end, a line."""


class Face:
    """One font: which characters it has, and how wide they are."""

    def __init__(self, name: str, file: str) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        font = TTFont(name, str(resources_dir() / "fonts" / file))
        pdfmetrics.registerFont(font)
        _mend_text_maps()
        # Each document's subset is cut from the 9 MB glyph table; ReportLab would copy it anew each time.
        font.face.get_table = cache(font.face.get_table)  # type: ignore[method-assign]
        self.name = name
        self.glyphs = _Glyphs(font.face.charToGlyph)
        self._widths: dict[int, float] = font.face.charWidths
        self._char_widths: dict[str, float] = _CharWidths(self._widths, font.face.defaultWidth)

    def width(self, text: str, size: float) -> float:
        """Width of *text* (already clean) in points."""
        widths = self._char_widths
        return sum([widths[char] for char in text]) * size / 1000

    def char_widths(self) -> dict[str, float]:
        """Width of each character in thousandths of the size."""
        return self._char_widths


class _CharWidths(dict[str, float]):
    """Character → width, filled as characters are met."""

    def __init__(self, by_code: dict[int, float], default: float) -> None:
        super().__init__()
        self._by_code, self._default = by_code, default

    def __missing__(self, char: str) -> float:
        width = self[char] = self._by_code.get(ord(char), self._default)
        return width


class _Glyphs(dict[int, str]):
    """A ``str.translate`` table: what is drawn for a character; invisible ones vanish, unknown ones show."""

    def __init__(self, known: dict[int, int]) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, code: int) -> str:
        drawn = self[code] = self._drawn(chr(code))
        return drawn

    def _drawn(self, char: str) -> str:
        category = unicodedata.category(char)
        if char == "\n" or category in ("Zl", "Zp"):
            return "\n"
        if category == "Zs" or char == "\t":
            return " "
        if category in ("Cc", "Cf") or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
            return ""
        return char if ord(char) in self._known else MISSING


@cache
def _mend_text_maps() -> None:
    """Let characters beyond U+FFFF (𬭎) be searched and copied.

    A ToUnicode map holds UTF-16 (ISO 32000-1, 9.10.3), where ReportLab 5.1 writes the plain code point.
    """
    from reportlab.pdfbase import ttfonts

    written = ttfonts.makeToUnicodeCMap

    def as_utf16(found: re.Match[str]) -> str:
        return f"> <{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"

    def mended(fontname: str, subset: list[int]) -> str:
        return re.sub(r"> <([0-9A-F]{5,6})>", as_utf16, written(fontname, subset))

    ttfonts.makeToUnicodeCMap = mended


@cache
def face(bold: bool = False) -> Face:
    """The shipped font, read once when the first document is drawn (about 0.1 s each)."""
    if bold:
        return Face(BOLD, "NotoSansSC_700Bold.ttf")
    return Face(REGULAR, "NotoSansSC_400Regular.ttf")


@lru_cache(maxsize=16384)
def clean(text: str, bold: bool = False) -> str:
    """*text* as it can be drawn: composed accents, no control characters, missing glyphs made visible."""
    if text.isascii() and text.isprintable():
        return text
    if any(unicodedata.combining(char) for char in text):
        text = unicodedata.normalize("NFC", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(face(bold).glyphs)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of clean *text* in points."""
    return face(bold).width(text, size)


def fitting_size(text: str, size: float, width: float, bold: bool = False) -> float:
    """*size*, or the smaller one at which clean *text* is no wider than *width*."""
    wide = text_width(text, size, bold)
    return size if wide <= width else size * width / wide * 0.999


@lru_cache(maxsize=16384)
def break_lines(text: str, size: float, width: float, bold: bool = False) -> tuple[str, ...]:
    """*text* as lines no wider than *width* points.

    Latin breaks at spaces, Chinese anywhere that kinsoku allows, and a word longer than the line
    wherever it must. Line feeds are kept; empty text gives no line.
    """
    limit = width * 1000 / size
    widths = face(bold).char_widths()
    lines: list[str] = []
    for paragraph in clean(text, bold).split("\n"):
        stripped = paragraph.strip()
        if stripped:
            lines.extend(_break_paragraph(stripped, limit, widths))
    return tuple(lines)


def _break_paragraph(text: str, limit: float, widths: dict[str, float]) -> list[str]:
    if sum([widths[char] for char in text]) <= limit:
        return [text]
    lines: list[str] = []
    start = 0
    while start < len(text):
        end = _line_end(text, start, limit, widths)
        lines.append(text[start:end].rstrip())
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return lines


def _line_end(text: str, start: int, limit: float, widths: dict[str, float]) -> int:
    """Where the line that begins at *start* ends: the last allowed break that fits, else where it must."""
    used, cut = 0.0, start
    for i in range(start, len(text)):
        if i > start and _may_break(text[i - 1], text[i]):
            cut = i
        used += widths[text[i]]
        if used > limit and text[i] != " ":
            return cut if cut > start else max(i, start + 1)
    return len(text)


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after != " "
    if before in "-/" and after.isalpha():
        return True
    if after == " " or not (_is_cjk(before) or _is_cjk(after)):
        return False
    return after not in NO_LINE_START and before not in NO_LINE_END


def _is_cjk(char: str) -> bool:
    return "\u2e80" <= char <= "\uffef" or char >= "\U00020000"
