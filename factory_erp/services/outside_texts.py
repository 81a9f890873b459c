"""What strangers write, made fit to be stored: nothing that a platform or a buyer sends may stop it."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal

from factory_erp.domain.countries import COUNTRIES
from factory_erp.domain.quantity import UNITS
from factory_erp.services.master_data import figure_problem

LONGEST_BODY = 50_000
"""Characters of a message that are kept: far beyond what anybody types, far below what a bomb holds."""

_EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,134}")


def clean(text: str, longest: int = LONGEST_BODY) -> str:
    """*text* without what no database takes (NUL, halves of surrogate pairs), at most *longest* long."""
    fit = text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()
    return fit if len(fit) <= longest else fit[: longest - 1] + "…"


def one_line(text: str, longest: int) -> str:
    """Like ``clean``, on one line."""
    return clean(" ".join(clean(text).split()), longest)


def key_of(text: str, longest: int = 200) -> str:
    """*text* as a key of at most *longest* characters; a longer one ends in its hash: two stay two."""
    said = clean(text, LONGEST_BODY)
    if len(said) <= longest:
        return said
    return f"{said[: longest - 33]}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def country_or_none(code: str) -> str:
    """The alpha-2 code in capitals; "" where it names no country."""
    wanted = code.strip().upper()
    return wanted if wanted in COUNTRIES else ""


def unit_or_none(code: str) -> str:
    """The Rec 20 code; "" where the program does not know it."""
    return code if code in UNITS else ""


def quantity_or_none(quantity: Decimal | None) -> Decimal | None:
    """The quantity; None where it is no figure above zero that a column holds."""
    if quantity is None or figure_problem(quantity, "quantity", above_zero=True) is not None:
        return None
    return quantity


def is_email(text: str) -> bool:
    """Whether *text* looks like one e-mail address."""
    return _EMAIL.fullmatch(text) is not None
