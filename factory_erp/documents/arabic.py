"""Arabic in print: letters joined to their neighbours, and lines put into the order they are drawn in.

A PDF draws characters from left to right as they stand. So each letter is replaced by the form that it has
between its neighbours (the presentation forms of Unicode, from the character database itself), and each line
is turned round. Numbers, codes and Latin words inside it keep their direction and their order: "2026-0815"
never becomes "0815-2026". Text before ``shaped`` is *logical*, after ``in_drawn_order`` it is *drawn*.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_RTL = "\u0590-\u065f\u066a\u066d-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
"""Letters and signs written from right to left; their digits are not."""

_ANY_RTL = re.compile(f"[{_RTL}]")
_LATIN_STRETCH = re.compile(rf"[^{_RTL}\s](?:(?:[^{_RTL}\s]|\s(?!\s))*[^{_RTL}\s])?")
"""Latin words and figures with single spaces between them; wider space parts one thing from the next."""

_RTL_STRETCH = re.compile(rf"[{_RTL}](?:[{_RTL}\s]*[{_RTL}])?")
_LEADING = re.compile(r"^(?:[:;,.!?/–—|·)\]}»]|-(?!\d))+\s*")
_TRAILING = re.compile(r"\s*(?:[:;,!?/\-–—|·(\[{«]+|(?<![^\W\d_])\.+)$")
"""A full stop belongs to a word like "Ltd.", but closes the sentence after a number or a bracket."""

_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))

TATWEEL = "\u0640"
LAM = "\u0644"


def is_logical(text: str) -> bool:
    """Whether *text* has Arabic letters that are not joined yet."""
    return not text.isascii() and _letters().search(text) is not None


@cache
def _letters() -> re.Pattern[str]:
    """Any letter that has a form to be joined by."""
    return re.compile("[" + "".join(text for text in _forms() if len(text) == 1) + "]")


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Letter (or lam with alef) → position ("initial", "medial", "final", "isolated") → form."""
    found: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)):
        position, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        text = "".join(chr(int(letter, 16)) for letter in letters)
        if len(text) == 1 or (len(text) == 2 and text[0] == LAM):
            found.setdefault(text, {}).setdefault(position.strip("<>"), chr(code))
    return found


@cache
def letters_of(char: str) -> str:
    """The letters that the presentation form *char* stands for; other characters as they are."""
    if not ("\ufb50" <= char <= "\ufefc"):
        return char
    _position, *letters = unicodedata.decomposition(char).split() or [""]
    return "".join(chr(int(letter, 16)) for letter in letters) or char


def shaped(text: str) -> str:
    """Logical *text* with each Arabic letter in the form that its neighbours give it."""
    spots = [i for i, char in enumerate(text) if not unicodedata.combining(char)]
    drawn = list(text)
    for place, i in enumerate(spots):
        before = text[spots[place - 1]] if place else ""
        after = text[spots[place + 1]] if place + 1 < len(spots) else ""
        if _joins_before(text[i]) and before == LAM and text[i - 1] == LAM and LAM + text[i] in _forms():
            drawn[i] = ""
        elif text[i] == LAM and text[i : i + 2] in _forms():
            drawn[i] = _form(text[i : i + 2], before, "")
        else:
            drawn[i] = _form(text[i], before, after)
    return "".join(drawn)


def _form(letter: str, before: str, after: str) -> str:
    joined_before = _joins_after(before) and _joins_before(letter)
    joined_after = _joins_after(letter) and _joins_before(after)
    position = {
        (False, False): "isolated",
        (False, True): "initial",
        (True, True): "medial",
        (True, False): "final",
    }[joined_before, joined_after]
    return _forms().get(letter, {}).get(position, letter)


def _joins_after(letter: str) -> bool:
    """Whether *letter* reaches out to the next one."""
    return letter == TATWEEL or "initial" in _forms().get(letter, {})


def _joins_before(letter: str) -> bool:
    return letter == TATWEEL or "final" in _forms().get(letter, {})


def reads_from_right(text: str) -> bool:
    """Whether the first letter of *text* is written from right to left."""
    for char in text:
        if _ANY_RTL.match(char):
            return True
        if char.isalpha():
            return False
    return False


def in_drawn_order(line: str, from_right: bool) -> str:
    """The shaped *line* in the order that its characters are drawn in from left to right."""
    if from_right:
        return _turned(line)
    return _RTL_STRETCH.sub(lambda found: _turned(found[0]), line)


def _turned(line: str) -> str:
    """*line* from right to left; the stretches of Latin and figures in it keep their order."""
    parts: list[str] = []
    end = 0
    for start, stop in _stretches(line):
        parts += [_reversed(line[end:start]), line[start:stop]]
        end = stop
    parts.append(_reversed(line[end:]))
    return "".join(reversed(parts))


def _reversed(text: str) -> str:
    return text[::-1].translate(_MIRRORED)


def _stretches(line: str) -> list[tuple[int, int]]:
    """Where Latin words and figures stand, without the punctuation that belongs to the Arabic around them."""
    found = []
    for match in _LATIN_STRETCH.finditer(line):
        start, stop = _trimmed(line, *match.span())
        if any(char.isalnum() for char in line[start:stop]):
            found.append((start, stop))
    return found


def _trimmed(line: str, start: int, stop: int) -> tuple[int, int]:
    """The stretch without what belongs to the Arabic around it, until nothing more comes off."""
    before = (-1, -1)
    while before != (start, stop):
        before = (start, stop)
        # At the beginning of the line there is no Arabic that a sign before the stretch could belong to.
        if start > 0 and (lead := _LEADING.match(line[start:stop])):
            start += lead.end()
        if trail := _TRAILING.search(line[start:stop]):
            stop = start + trail.start()
        start, stop = _without_half_a_pair(line, start, stop)
    return start, stop


def _without_half_a_pair(line: str, start: int, stop: int) -> tuple[int, int]:
    """The stretch without a bracket at its edge whose other half stands outside."""
    for opening, closing in _BRACKETS:
        part = line[start:stop]
        if part.startswith(opening) and part.count(opening) > part.count(closing):
            return start + 1, stop
        if part.endswith(closing) and part.count(closing) > part.count(opening):
            return start, stop - 1
    return start, stop
