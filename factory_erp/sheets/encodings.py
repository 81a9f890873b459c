"""Which encoding a text file is in: byte order marks, UTF-16 by its zero bytes, strict UTF-8, strict GB18030.

GB18030 is what Chinese Windows writes (it includes GBK and GB2312). Nearly any bytes can be read as some
encoding, so what was chosen is shown to the user, who can choose another.
"""

from __future__ import annotations

import codecs

from factory_erp.i18n import _
from factory_erp.sheets.table import MIB, SheetRefused

ENCODINGS: dict[str, str] = {
    "UTF-8": "utf-8",
    "UTF-8 BOM": "utf-8-sig",
    "GB18030": "gb18030",
    "UTF-16 LE": "utf-16-le",
    "UTF-16 BE": "utf-16-be",
    "Big5": "cp950",
    "Shift_JIS": "cp932",
    "Windows-1252": "cp1252",
}
"""Name shown to the user to Python's codec; the last three are read only when asked for."""

_MARKS = (
    (codecs.BOM_UTF8, "UTF-8 BOM"),
    (codecs.BOM_UTF16_LE, "UTF-16 LE"),
    (codecs.BOM_UTF16_BE, "UTF-16 BE"),
)
_SAMPLE = 64 * 1024
_WINDOW = 4096
_ZEROS_OF_ASCII, _ZEROS_OF_CHINESE = 0.5, 0.005


def detect(data: bytes) -> str:
    """The key of ENCODINGS that *data* is in; raises SheetRefused if it is in none."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _checked(data, name)
    utf8_fault = _fault(data, "utf-8")
    if (wide := _wide(data, _ZEROS_OF_ASCII if utf8_fault is None else _ZEROS_OF_CHINESE)) is not None:
        return wide
    if utf8_fault is None:
        return "UTF-8"
    if not _nearly_utf8(data, utf8_fault) and _fault(data, "gb18030") is None:
        return "GB18030"
    raise SheetRefused(
        _(
            "The letters in line {line} cannot be read: they are neither UTF-8 nor GB18030.",
            line=_line(data, utf8_fault),
        ),
        remedy=_("Save the file in Excel as CSV UTF-8 or as .xlsx, or choose its encoding."),
    )


def chosen(data: bytes, encoding: str) -> str:
    """The key of ENCODINGS that the user means by *encoding*; raises SheetRefused if *data* is not in it."""
    wanted = encoding.casefold().replace("_", "-").replace(" ", "-")
    wanted = {"utf-16": "utf-16-le", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030"}.get(
        wanted, wanted
    )
    for name, codec in ENCODINGS.items():
        if wanted in (name.casefold().replace("_", "-").replace(" ", "-"), codec):
            return _checked(data, name)
    raise SheetRefused(
        _('"{encoding}" is not an encoding that is read here.', encoding=encoding),
        remedy=_("Choose one of: {encodings}.", encodings=", ".join(ENCODINGS)),
    )


def _checked(data: bytes, name: str) -> str:
    fault = _fault(data, ENCODINGS[name])
    if fault is None:
        return name
    raise SheetRefused(
        _("The letters in line {line} are not {encoding}.", line=_line(data, fault), encoding=name),
        remedy=_("Choose another encoding, or save the file again."),
    )


def _fault(data: bytes, codec: str) -> int | None:
    """Where *data* is not in *codec*, about; None if it is. Decoded piecemeal to save memory."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    view = memoryview(data)
    start = 0
    try:
        for start in range(0, len(data), MIB):
            decoder.decode(view[start : start + MIB])
        decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        return min(start + error.start, len(data))
    return None


def _wide(data: bytes, share: float) -> str | None:
    """UTF-16 without its mark: zeros at every other byte, at least *share* of all characters."""
    if len(data) % 2:
        return None
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    enough = max(1, share * len(sample) / 2)
    if odd >= enough and not even and _fault(data, "utf-16-le") is None:
        return "UTF-16 LE"
    if even >= enough and not odd and _fault(data, "utf-16-be") is None:
        return "UTF-16 BE"
    return None


def _nearly_utf8(data: bytes, fault: int) -> bool:
    """Whether the letters around *fault* are UTF-8 but for a few: a damaged file, not a Chinese one."""
    near = data[max(0, fault - _WINDOW) : fault + _WINDOW].decode("utf-8", "replace")
    broken = near.count("\N{REPLACEMENT CHARACTER}")
    whole = sum(not one.isascii() for one in near) - broken
    return whole > 10 * broken


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1
