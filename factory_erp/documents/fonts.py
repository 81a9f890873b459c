"""The fonts of documents: which characters they have, how wide those are, and which font draws what.

Noto Sans SC draws all that it can (Chinese, Japanese, basic Latin, Vietnamese, Russian); each character
that it lacks is drawn by the first of the others that has it. Widths are in thousandths of the size.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import groupby
from typing import NamedTuple

from factory_erp.config import resources_dir
from factory_erp.documents import thai
from factory_erp.documents.arabic import letters_of

REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"

FALLBACKS = (
    ("NotoSans", 1.0),
    ("NotoNaskhArabic", 1.15),
    ("NotoSansThai", 1.1),
    ("NotoSansHK", 1.0),
    ("NotoSansJP", 1.0),
)
"""Fonts asked in this order for what Noto Sans SC lacks: Latin of all Europe and Cyrillic, Arabic, Thai, and
rare characters of names in Hong Kong and Japan (𠮷), of which those two files hold nothing else.

Each with how much larger it is set: the letters of Arabic and Thai are small for their size.
"""

WESTERN = {"\uf740": "‘", "\uf741": "’", "\uf742": "“", "\uf743": "”", "\uf744": "…", "\uf745": "—"}
"""Private characters for punctuation that is as wide as a Chinese character, but narrow in Western texts."""

_NARROW = {ord(char): private for private, char in WESTERN.items()}
_WIDE = re.compile("[\u2e80-\ud7a3\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")

MISSING = "□"
"""Stands for a character that no font has."""


class Font(NamedTuple):
    """One font file: its name in the PDF, its characters and their widths by code point, its scale."""

    name: str
    known: dict[int, int]
    widths: dict[int, float]
    scale: float


class Face:
    """Text of one weight: the main font, and the others for the characters that it lacks."""

    def __init__(self, *, bold: bool) -> None:
        self.name = BOLD if bold else REGULAR
        self._bold = bold
        self._main = _font(self.name, "NotoSansSC", 1.0, bold=bold)
        self._elsewhere: dict[str, Font] = {}
        self._char_widths = _CharWidths(self)
        self.glyphs = _Glyphs(self)

    def font_of(self, code: int) -> Font | None:
        """The font that draws the character *code*; None if there is none."""
        if code in self._main.known:
            return self._main
        for family, scale in FALLBACKS:
            other = _font(f"{family}-Bold" if self._bold else family, family, scale, bold=self._bold)
            if code in other.known:
                self._elsewhere[chr(code)] = other
                return other
        return None

    def width(self, text: str, size: float) -> float:
        """Width of *text* (already clean) in points."""
        widths = self._char_widths
        return sum([widths[char] for char in text]) * size / 1000

    def char_widths(self) -> dict[str, float]:
        """Width of each character in thousandths of the size."""
        return self._char_widths

    def meet(self, text: str) -> None:
        """Learn which fonts draw *text*; ``width`` does that too."""
        for char in set(text):
            self._char_widths[char]

    def is_plain(self, text: str) -> bool:
        """Whether the main font draws all of *text*, which the face has met before."""
        return not self._elsewhere or text.isascii() or self._elsewhere.keys().isdisjoint(text)

    def runs(self, text: str, size: float) -> list[tuple[str, float, str]]:
        """*text* as (font name, size, characters) in order, each run as long as its font lasts."""
        by_font = groupby(text, key=lambda char: self._elsewhere.get(char, self._main))
        return [(font.name, size * font.scale, "".join(run)) for font, run in by_font]


class _CharWidths(dict[str, float]):
    """Character → width, filled as characters are met."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, char: str) -> float:
        font = self._face.font_of(ord(char))
        width = self[char] = font.widths.get(ord(char), 0.0) * font.scale if font else 1000.0
        return width


class _Glyphs(dict[int, str]):
    """A ``str.translate`` table: what is drawn for a character; invisible ones vanish, unknown ones show."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

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
        return char if self._face.font_of(ord(char)) else MISSING


@cache
def _font(name: str, family: str, scale: float, *, bold: bool) -> Font:
    """The shipped font, read when it is first needed (0.1 s for Noto Sans SC, the others 0.01 s)."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    weight = "700Bold" if bold else "400Regular"
    font = TTFont(name, str(resources_dir() / "fonts" / f"{family}_{weight}.ttf"))
    pdfmetrics.registerFont(font)
    _mend_text_maps()
    # Each document's subset is cut from the 9 MB glyph table; ReportLab would copy it anew each time.
    font.face.get_table = cache(font.face.get_table)  # type: ignore[method-assign]
    glyphs, widths = font.face.charToGlyph, font.face.charWidths
    if family == "NotoSansThai":
        _name_glyphs(glyphs, widths)
    elif family == "NotoSans":
        glyphs.update({ord(private): glyphs[ord(char)] for private, char in WESTERN.items()})
        widths.update({ord(private): widths[ord(char)] for private, char in WESTERN.items()})
    return Font(name, glyphs, widths, scale)


def _name_glyphs(glyphs: dict[int, int], widths: dict[int, float]) -> None:
    """Let private characters draw the glyphs that no character leads to."""
    for private, (char, glyph) in thai.GLYPHS.items():
        glyphs[ord(private)] = glyph
        widths[ord(private)] = widths[ord(char)]


def meant_by(char: str) -> str:
    """What is read where *char* is drawn: other than itself for joined, private and narrow forms."""
    if char in thai.GLYPHS:
        return thai.GLYPHS[char][0]
    return WESTERN.get(char) or letters_of(char)


def in_western(text: str) -> str:
    """*text* with narrow quotation marks and dashes, unless it has Chinese, Japanese or Korean in it."""
    return text if text.isascii() or _WIDE.search(text) else text.translate(_NARROW)


@cache
def _mend_text_maps() -> None:
    """Let every character be searched and copied as it was written.

    A ToUnicode map holds UTF-16 (ISO 32000-1, 9.10.3), where ReportLab 5.1 writes the plain code point of
    characters beyond U+FFFF (𬭎). The joined forms of Arabic letters stand for the letters themselves, as do
    the glyphs of Thai and the narrow marks that have no character of their own.
    """
    from reportlab.pdfbase import ttfonts

    written = ttfonts.makeToUnicodeCMap

    def as_utf16(found: re.Match[str]) -> str:
        char = chr(int(found[1], 16))
        text = meant_by(char)
        if len(text) > 1:
            # Readers turn a ligature's letters round with the line, but take the form itself apart rightly.
            text = char
        return f"> <{text.encode('utf-16-be', 'surrogatepass').hex().upper()}>"

    def mended(fontname: str, subset: list[int]) -> str:
        return re.sub(r"> <(F[7BCDE][0-9A-F]{2}|[0-9A-F]{5,6})>", as_utf16, written(fontname, subset))

    ttfonts.makeToUnicodeCMap = mended


def face(bold: bool = False) -> Face:
    """The face of a weight, made when the first document is drawn."""
    return _face(bold)


@cache
def _face(bold: bool, /) -> Face:
    return Face(bold=bold)
