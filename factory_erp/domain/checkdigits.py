"""Numbers that carry their own check: GTIN, SSCC, container numbers, Chinese company codes."""

from __future__ import annotations

import re

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_SSCC = re.compile(r"[0-9]{18}")
_CONTAINER_BODY = re.compile(r"[A-Z]{3}[UJZ][0-9]{6}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC = re.compile(rf"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}")
_SSCC_BODY = 16


def gs1_check_digit(digits: str) -> str:
    """Check digit to append to *digits* (GS1 General Specifications: weights 3, 1 from the right, mod 10).

    Raises InvalidValue when *digits* is empty or holds anything but ASCII digits.
    """
    if not re.fullmatch(r"[0-9]+", digits):
        raise InvalidValue(_("'{number}' must consist of digits.", number=digits))
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_gtin(text: str) -> bool:
    """Whether *text* is a GTIN-8, -12 (UPC), -13 (EAN) or -14 with a right check digit."""
    return bool(_GTIN.fullmatch(text)) and gs1_check_digit(text[:-1]) == text[-1]


def is_sscc(text: str) -> bool:
    """Whether *text* is an 18-digit serial shipping container code with a right check digit."""
    return bool(_SSCC.fullmatch(text)) and gs1_check_digit(text[:-1]) == text[-1]


def make_sscc(extension: int | str, company_prefix: str, serial: int | str) -> str:
    """SSCC from the extension digit (0-9), the GS1 company prefix (4-12 digits) and a serial number.

    The serial is padded to fill 16 digits with the prefix. Raises InvalidValue when a part is not a
    number of its size, above all when the serials of the prefix are used up.
    """
    if not re.fullmatch(r"[0-9]{4,12}", company_prefix):
        raise InvalidValue(
            _("'{number}' is not a GS1 company prefix.", number=company_prefix),
            field=_("GS1 company prefix"),
            remedy=_("Write the 4 to 12 digits that GS1 assigned to your company."),
        )
    room = _SSCC_BODY - len(company_prefix)
    if not re.fullmatch(r"[0-9]", str(extension)) or not re.fullmatch(rf"[0-9]{{1,{room}}}", str(serial)):
        raise InvalidValue(
            _("Carton serial {serial} does not fit an SSCC of this company.", serial=serial),
            remedy=_("Use extension digit 0 to 9 and a serial of at most {room} digits.", room=room),
        )
    body = f"{extension}{company_prefix}{str(serial).rjust(room, '0')}"
    return body + gs1_check_digit(body)


def iso6346_check_digit(first10: str) -> str:
    """Check digit of a freight container number's owner code, category U/J/Z and six digits (ISO 6346).

    Letters count from A = 10 leaving out multiples of 11; place n weighs 2**n; sum mod 11, 10 becomes 0.
    """
    if not _CONTAINER_BODY.fullmatch(first10):
        raise InvalidValue(
            _("'{number}' is not the beginning of a container number.", number=first10),
            remedy=_("Write three letters, then U, J or Z, then six digits, for example CSQU305438."),
        )
    total = sum(_iso6346_value(character) << place for place, character in enumerate(first10))
    return str(total % 11 % 10)


def _iso6346_value(character: str) -> int:
    if character.isdigit():
        return int(character)
    rank = ord(character) - ord("A") + 10
    # 11, 22 and 33 are left out, so every tenth letter jumps one further
    return rank + (rank - 1) // 10


def is_container_number(text: str) -> bool:
    """Whether *text* is an 11-character container number with a right check digit (ISO 6346)."""
    return bool(_CONTAINER_BODY.fullmatch(text[:-1])) and iso6346_check_digit(text[:-1]) == text[-1]


def is_uscc(text: str) -> bool:
    """Whether *text* is an 18-character 统一社会信用代码 with a right check character (GB 32100-2015).

    Alphabet of 31 without I, O, S, V, Z; place n weighs 3**n mod 31.
    """
    if not _USCC.fullmatch(text):
        return False
    values = [_USCC_ALPHABET.index(character) for character in text]
    total = sum(value * pow(3, place, 31) for place, value in enumerate(values[:-1]))
    return -total % 31 == values[-1]
