"""Widths and line breaking for Chinese, Japanese, Latin, Cyrillic, Arabic and Thai.

Text is only ever drawn as strings with an embedded font: nothing in it is markup, a path or an address.
Widths are in points; a face is named by whether it is bold. Lines come out in the order they are drawn in:
those that hold Arabic are joined and turned already.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from factory_erp.documents import arabic, thai
from factory_erp.documents.fonts import BOLD, MISSING, REGULAR, Face, face, in_western

__all__ = [
    "BOLD",
    "MISSING",
    "NO_LINE_END",
    "NO_LINE_START",
    "REGULAR",
    "Face",
    "break_lines",
    "breaks_anywhere",
    "clean",
    "face",
    "fitting_size",
    "is_unset",
    "one_line",
    "text_width",
]

NO_LINE_START = frozenset(
    "，。、；：？！）】》〉」』〕”’％‰℃…—·～,.;:!?)]}%›»"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々ゝゞヽヾ・"
)
NO_LINE_END = frozenset("（【《〈「『〔“‘￥＄([{$€£¥‹«#")
"""Kinsoku (避头尾, 禁則): characters that may not begin, or end, a line."""


@lru_cache(maxsize=16384)
def clean(text: str, bold: bool = False) -> str:
    """*text* as it can be drawn: composed accents, no control characters, missing glyphs made visible."""
    if text.isascii() and text.isprintable():
        return text
    if any(unicodedata.combining(char) for char in text):
        text = unicodedata.normalize("NFC", text)
    text = in_western(text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.translate(face(bold).glyphs)


def is_unset(text: str) -> bool:
    """Whether *text* must go through ``one_line`` or ``break_lines`` before it is drawn."""
    return not text.isascii() and (arabic.is_logical(text) or thai.is_thai(text))


def one_line(text: str, bold: bool = False) -> str:
    """*text* on one line whatever its length, in the order it is drawn in."""
    return text if text.isascii() and text.isprintable() else _one_line(text, bold)


@lru_cache(maxsize=4096)
def _one_line(text: str, bold: bool) -> str:
    drawn = clean(text, bold).replace("\n", " ")
    if not is_unset(drawn):
        return drawn
    if arabic.is_logical(drawn):
        drawn = arabic.in_drawn_order(arabic.shaped(drawn), arabic.reads_from_right(drawn))
    drawn = thai.shaped(drawn) if thai.is_thai(drawn) else drawn
    face(bold).meet(drawn)
    return drawn


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

    Latin breaks at spaces, Chinese and Japanese anywhere that kinsoku allows, Thai at spaces and where a
    syllable begins, and a word longer than the line wherever it must. Line feeds are kept; empty text gives
    no line.
    """
    limit = width * 1000 / size
    widths = face(bold).char_widths()
    lines: list[str] = []
    for paragraph in clean(text, bold).split("\n"):
        stripped = paragraph.strip()
        if stripped:
            lines.extend(_set_paragraph(stripped, limit, widths))
    if is_unset(text):
        face(bold).meet("".join(lines))
    return tuple(lines)


def _set_paragraph(text: str, limit: float, widths: dict[str, float]) -> list[str]:
    """The lines of one paragraph by the rules of its script."""
    if text.isascii():
        return _break_paragraph(text, limit, widths, _line_end)
    if arabic.is_logical(text):
        lines = _break_paragraph(arabic.shaped(text), limit, widths, _line_end_at_spaces)
        from_right = arabic.reads_from_right(text)
        return [arabic.in_drawn_order(line, from_right) for line in lines]
    if thai.is_thai(text):
        lines = _break_paragraph(text, limit, widths, _line_end_of_thai)
        return [thai.shaped(line) for line in lines]
    return _break_paragraph(text, limit, widths, _line_end)


LineEnd = Callable[[str, int, float, dict[str, float]], int]


def _break_paragraph(text: str, limit: float, widths: dict[str, float], line_end: LineEnd) -> list[str]:
    if sum([widths[char] for char in text]) <= limit:
        return [text]
    lines: list[str] = []
    start = 0
    while start < len(text):
        end = line_end(text, start, limit, widths)
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


def _line_end_at_spaces(text: str, start: int, limit: float, widths: dict[str, float]) -> int:
    """The same for a script whose words always have spaces between them."""
    stop = _reach(text, start, limit, widths)
    space = text.rfind(" ", start, stop + 1)
    return stop if stop == len(text) or space <= start else space + 1


def _line_end_of_thai(text: str, start: int, limit: float, widths: dict[str, float]) -> int:
    """The same for Thai: a space if the line is well filled with it, else a syllable, else a cluster."""
    stop = _reach(text, start, limit, widths)
    if stop == len(text):
        return stop
    space = text.rfind(" ", start, stop + 1)
    if space > start and sum(widths[char] for char in text[start:space]) >= limit * 0.6:
        return space + 1
    for may_break in (thai.begins_syllable, thai.leaves_no_end_behind, thai.begins_cluster):
        for i in range(stop, start, -1):
            if may_break(text, i):
                return i
    return stop


def _reach(text: str, start: int, limit: float, widths: dict[str, float]) -> int:
    """How far the characters from *start* on fit, at least one."""
    used = 0.0
    for i in range(start, len(text)):
        used += widths[text[i]]
        if used > limit and text[i] != " ":
            return max(i, start + 1)
    return len(text)


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after != " "
    if before in "-/" and after.isalpha():
        return True
    if after == " " or not (_is_cjk(before) or _is_cjk(after)):
        return False
    return after not in NO_LINE_START and before not in NO_LINE_END


def breaks_anywhere(word: str) -> bool:
    """Whether a line may end within *word*, as it may in Chinese, Japanese and Thai."""
    return not word.isascii() and (thai.is_thai(word) or any(map(_is_cjk, word)))


def _is_cjk(char: str) -> bool:
    return "\u2e80" <= char <= "\ud7ff" or "\uf900" <= char <= "\uffef" or char >= "\U00020000"
