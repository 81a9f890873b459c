"""Code 128 (ISO/IEC 15417) as widths of bars and spaces, and GS1-128 in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from factory_erp.documents.page import MM
from factory_erp.documents.shapes import Bars
from factory_erp.domain.gs1 import SEPARATOR, Element, message

LEAST_MODULE, MOST_MODULE = 0.495 * MM, 1.016 * MM
"""Width of a module on a logistic label (GS1 General Specifications, symbol specification table 5)."""

QUIET_MODULES = 10
"""Modules without ink before and after the bars."""

_MODULES, _STOP_LONGER = 11, 2
"""Each character is 11 modules wide, the stop character 13."""

_FNC1 = "\xf1"
"""ReportLab's sign for the function character 1, which makes Code 128 a GS1-128."""


@lru_cache(maxsize=4096)
def gs1_128(elements: Sequence[Element]) -> tuple[str, ...]:
    """The symbol characters that say *elements*, each as its widths: "211232"; "2331112" ends it.

    Raises InvalidValue for more data than a symbol holds.
    """
    return code_128(_FNC1 + message(elements).replace(SEPARATOR, _FNC1))


def code_128(text: str) -> tuple[str, ...]:
    """The symbol characters of *text*, check character and stop included."""
    from reportlab.graphics.barcode import code128

    code: Any = code128.Code128(text, quiet=0)  # the stubs know nothing of how it encodes
    code.validate()
    code.encode()
    letters: str = code.decompose()
    *firsts, stop = range(0, len(letters) - 1, 6)
    return (*(_widths(letters[at : at + 6]) for at in firsts), _widths(letters[stop:]))


def modules(characters: Sequence[str]) -> int:
    """Width of the bars in modules, without the quiet zones."""
    return _MODULES * len(characters) + _STOP_LONGER


def module_width(characters: Sequence[str], width: float) -> float:
    """The module at which the bars with their quiet zones fit *width* points, at most the widest allowed.

    It may be below LEAST_MODULE: then the symbol is too long for a label of that width.
    """
    return min(MOST_MODULE, width / (modules(characters) + 2 * QUIET_MODULES))


def symbol_width(characters: Sequence[str], module: float) -> float:
    """Width of the bars with their quiet zones."""
    return (modules(characters) + 2 * QUIET_MODULES) * module


def placed(characters: tuple[str, ...], x: float, y: float, height: float, module: float) -> Bars:
    """The bars with the left edge of their quiet zone at *x* and their top at *y*."""
    return Bars(x + QUIET_MODULES * module, y, height, module, characters)


@lru_cache(maxsize=128)
def _widths(pattern: str) -> str:
    """ReportLab's letters (A is one module wide, bars in capitals) as figures."""
    return "".join(str(ord(letter.lower()) - ord("a") + 1) for letter in pattern)
