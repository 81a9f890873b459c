"""Text that a spreadsheet would run as a formula, made harmless in files and restored from them.

The characters are those of OWASP ASVS 5.0, 1.2.10 (CSV injection) and their full-width forms, which
Chinese and Japanese Excel take for the same operators.
"""

from __future__ import annotations

import re

_QUOTE = "'"
_STARTS = frozenset("=+-@\t\r\n＝＋－＠" + _QUOTE)
_NUMBER = re.compile(r"[+-][0-9]+(?:\.[0-9]+)?")


def neutral(text: str) -> str:
    """*text* as it may stand in a .csv: with an apostrophe before it where a program could run it.

    Signed plain numbers ("-5", "+3.2") stay as they are. Text that begins with an apostrophe gets
    another one, so that ``restored(neutral(text)) == text`` for every text.
    """
    return _QUOTE + text if _runs(text) else text


def restored(text: str) -> str:
    """*text* without the apostrophe that ``neutral`` put before it; any other text as it is."""
    return text[1:] if text[:1] == _QUOTE and _runs(text[1:]) else text


def _runs(text: str) -> bool:
    # Programs that trim a cell would uncover the sign behind the spaces.
    if text[:1] not in _STARTS and text.lstrip()[:1] not in _STARTS:
        return False
    return not _NUMBER.fullmatch(text)
