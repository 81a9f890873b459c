"""Text inside a workbook's XML: the ``_xHHHH_`` escapes of ECMA-376 part 1, 22.9.2.19 (ST_Xstring).

Characters that XML 1.0 cannot hold are written as ``_x0001_``; an underscore that would begin such an
escape by chance is written as ``_x005F_``. A carriage return is escaped too, because XML readers turn it
into a line feed.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNSAFE = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4})")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_SURROGATE = re.compile("[\ud800-\udfff]")


def to_xml(text: str) -> str:
    """*text* as the content of an XML element; ``from_xml_text`` of what a parser makes of it is *text*."""
    return _UNSAFE.sub(_escaped, text)


def from_xml_text(text: str) -> str:
    """*text* as it comes from the XML parser with its escapes resolved."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if _SURROGATE.search(plain):  # an emoji may be escaped as its two UTF-16 halves
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain


def unstorable(text: str) -> bool:
    """Whether *text* holds a NUL or half a surrogate pair, which no database and no file takes."""
    return "\0" in text or _SURROGATE.search(text) is not None


def _escaped(found: re.Match[str]) -> str:
    one = found[0]
    return _NAMED.get(one) or f"_x{ord(one):04X}_"
