"""Thai in print: where a line may end, and marks that do not run into each other.

Thai writes its words without spaces between them. Without a dictionary words are not known, but two things
are: a cluster (a consonant with the vowels and tone marks above and below it) is never torn, and a vowel that
stands before its consonant begins a syllable.

A tone mark over a vowel stands higher and smaller, and marks over a tall consonant stand further left. Noto
Sans Thai has glyphs for both that no character leads to; ``shaped`` names them by private characters.
"""

from __future__ import annotations

import re
import unicodedata


def _private(first: int, glyphs: dict[str, int]) -> dict[str, tuple[str, int]]:
    """Character → (the private character for its other glyph, that glyph)."""
    return {char: (chr(first + n), glyph) for n, (char, glyph) in enumerate(glyphs.items())}


_THAI = re.compile("[\u0e01-\u0e5b]")
_LEADING_VOWELS = frozenset("เแโใไ")
_FOLLOWING = frozenset("ะาำๅๆฯ")
"""Vowels and signs that stand after their consonant and belong to it."""
_ABOVE = frozenset("\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0e4d")
"""Vowels and signs over the consonant."""
_BELOW = frozenset("\u0e38\u0e39\u0e3a")
_TALL = frozenset("\u0e1b\u0e1d\u0e1f\u0e2c")
_AM = "\u0e33"
"""The vowel ำ, whose ring stands over the consonant before it."""
_SILENCED = "\u0e4c"
"""The mark over a consonant that is not spoken: its syllable ends with it."""


def is_thai(text: str) -> bool:
    """Whether *text* has Thai characters."""
    return _THAI.search(text) is not None


def begins_cluster(text: str, index: int) -> bool:
    """Whether a line may begin with the character at *index* without tearing a cluster."""
    before, after = text[index - 1], text[index]
    if before == " ":
        return after != " "
    if not (_THAI.match(before) and _THAI.match(after)):
        return bool(_THAI.match(before) or _THAI.match(after)) and after.isalnum()
    return not (unicodedata.combining(after) or after in _FOLLOWING or before in _LEADING_VOWELS) and (
        unicodedata.category(after) != "Mn"
    )


def begins_syllable(text: str, index: int) -> bool:
    """Whether a syllable surely begins at *index*."""
    before, after = text[index - 1], text[index]
    if not begins_cluster(text, index):
        return False
    return before in (" ", _SILENCED) or before in "ะๆฯ" or after in _LEADING_VOWELS


def leaves_no_end_behind(text: str, index: int) -> bool:
    """Whether a line may begin at *index* without taking only the last consonant of a word with it."""
    return begins_cluster(text, index) and not (
        _THAI.match(text[index]) and (index + 1 == len(text) or not _THAI.match(text[index + 1]))
    )


_SMALL = _private(0xF700, {"่": 44, "้": 49, "๊": 52, "๋": 41, "์": 106})
"""Marks over a vowel that stands above already."""
_NARROW = _private(
    0xF710,
    {"่": 43, "้": 48, "๊": 51, "๋": 40, "ั": 46, "ิ": 85, "ี": 87, "ึ": 92, "ื": 94, "็": 54, "์": 105, "ํ": 60},
)
"""Marks over a tall consonant."""
_CUT = _private(0xF720, {"ญ": 130, "ฐ": 111, "ฎ": 11, "ฏ": 117, "ฤ": 75, "ฦ": 35})
"""Consonants whose foot makes room for a vowel below."""

GLYPHS: dict[str, tuple[str, int]] = {
    private: (char, glyph) for char, (private, glyph) in (*_SMALL.items(), *_NARROW.items(), *_CUT.items())
}
"""Private character → the character that it stands for, and its glyph in both weights of Noto Sans Thai."""


def shaped(text: str) -> str:
    """*text* with the glyphs that its marks and consonants take beside their neighbours."""
    drawn = list(text)
    for i, char in enumerate(text):
        before, after = text[i - 1 : i], text[i + 1 : i + 2]
        if char in _SMALL and (before in _ABOVE or after == _AM) and before:
            drawn[i] = _SMALL[char][0]
        elif char in _NARROW and before in _TALL and before:
            drawn[i] = _NARROW[char][0]
        elif char in _CUT and after in _BELOW and after:
            drawn[i] = _CUT[char][0]
    return "".join(drawn)
