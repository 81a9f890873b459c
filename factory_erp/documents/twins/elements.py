"""XML written from facts: elements that are not there where there is nothing to say.

Names carry the prefix that the standard's own examples use ("cbc:ID"); the namespaces are declared at the
root. Texts lose the characters that XML 1.0 cannot hold, and nothing else.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from factory_erp.domain.figures import unscaled

Element = ET.Element

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """*text* without the characters that XML 1.0 (section 2.2) cannot hold, nor space around it."""
    return _UNWRITABLE.sub("", text).strip()


def leaf(name: str, text: str | Decimal | int | date, /, **attributes: str) -> Element | None:
    """An element with *text*; None where that is empty. Figures are written plain, days after ISO 8601."""
    shown = writable(_plain(text))
    if not shown:
        return None
    element = Element(name, attributes)
    element.text = shown
    return element


def node(name: str, *children: Element | None, **attributes: str) -> Element | None:
    """An element with those of *children* that are there; None where there are none."""
    there = [child for child in children if child is not None]
    if not there:
        return None
    element = Element(name, attributes)
    element.extend(there)
    return element


def document(name: str, namespaces: Mapping[str, str], *children: Element | None) -> bytes:
    """The whole document, UTF-8: the same elements give the same bytes."""
    root = Element(
        name, {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in namespaces.items()}
    )
    root.extend(child for child in children if child is not None)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def kilograms(grams: int) -> Decimal:
    """Grams as kilograms, exact."""
    return unscaled(grams, 3)


def cubic_metres(volume_mm3: int) -> Decimal:
    """Cubic millimetres as cubic metres, exact."""
    return unscaled(volume_mm3, 9)


def _plain(value: str | Decimal | int | date) -> str:
    if isinstance(value, Decimal):
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    return value.isoformat() if isinstance(value, date) else str(value)
