"""Whole numbers in Arabic, Japanese, Vietnamese and Thai words, as amounts on trade papers are written out.

Arabic uses the forms for masculine nouns, without vowel signs. Japanese uses the characters that cannot be
altered (大字: 壱 弐 参 拾). Numbers are 0 ≤ number < 10**16.
"""

from __future__ import annotations

from factory_erp.domain.words import listed

_ARABIC = (
    "صفر",
    "واحد",
    "اثنان",
    "ثلاثة",
    "أربعة",
    "خمسة",
    "ستة",
    "سبعة",
    "ثمانية",
    "تسعة",
    "عشرة",
    "أحد عشر",
    "اثنا عشر",
    "ثلاثة عشر",
    "أربعة عشر",
    "خمسة عشر",
    "ستة عشر",
    "سبعة عشر",
    "ثمانية عشر",
    "تسعة عشر",
)
_ARABIC_TENS = ("", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
_ARABIC_HUNDREDS = (
    "",
    "مئة",
    "مئتان",
    "ثلاثمئة",
    "أربعمئة",
    "خمسمئة",
    "ستمئة",
    "سبعمئة",
    "ثمانمئة",
    "تسعمئة",
)
_ARABIC_SCALES = (
    (10**15, ("كوادريليون", "كوادريليونان", "كوادريليونات", "كوادريليونا")),
    (10**12, ("تريليون", "تريليونان", "تريليونات", "تريليونا")),
    (10**9, ("مليار", "ملياران", "مليارات", "مليارا")),
    (10**6, ("مليون", "مليونان", "ملايين", "مليونا")),
    (10**3, ("ألف", "ألفان", "آلاف", "ألفا")),
)
"""Size → its name for 1 (and full hundreds), for 2, for 3 to 10, and for 11 to 99."""

_JAPANESE = "零壱弐参四五六七八九"
_JAPANESE_PLACES = ("", "拾", "百", "千")
_JAPANESE_SCALES = ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, ""))

_VIETNAMESE = listed("không một hai ba bốn năm sáu bảy tám chín")
_VIETNAMESE_SCALES = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))

_THAI = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_THAI_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


def cardinal_arabic(number: int) -> str:
    """*number* as counted before a masculine noun: 1234 → "ألف ومئتان وأربعة وثلاثون"."""
    if number == 0:
        return _ARABIC[0]
    parts: list[str] = []
    rest = number
    for size, names in _ARABIC_SCALES:
        count, rest = divmod(rest, size)
        if count:
            parts.append(_arabic_scale(count, names))
    return " و".join([*parts, *_arabic_group(rest)])


def _arabic_scale(count: int, names: tuple[str, str, str, str]) -> str:
    one, two, few, many = names
    if count <= 2:
        return one if count == 1 else two
    last = count % 100
    name = few if 3 <= last <= 10 else many if last > 10 else one
    return f"{' و'.join(_arabic_group(count))} {name}"


def _arabic_group(number: int) -> list[str]:
    """0 ≤ *number* < 1000 as the parts that "and" joins."""
    hundreds, rest = divmod(number, 100)
    parts = [_ARABIC_HUNDREDS[hundreds]] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        return [*parts, *([_ARABIC[ones]] if ones else []), _ARABIC_TENS[tens]]
    return [*parts, _ARABIC[rest]] if rest else parts


def number_in_japanese(number: int) -> str:
    """*number* in characters that cannot be altered: 1234 → "壱千弐百参拾四"."""
    if number == 0:
        return _JAPANESE[0]
    text, rest = "", number
    for size, name in _JAPANESE_SCALES:
        group, rest = divmod(rest, size)
        digits = [(group // 10**place % 10, _JAPANESE_PLACES[place]) for place in (3, 2, 1, 0)]
        text += "".join(_JAPANESE[digit] + place for digit, place in digits if digit) + (
            name if group else ""
        )
    return text


def cardinal_vietnamese(number: int) -> str:
    """*number* as in the north: 1005 → "một nghìn không trăm linh năm"; 10**9 is tỷ."""
    if number == 0:
        return _VIETNAMESE[0]
    billions, rest = divmod(number, 10**9)
    parts = [f"{cardinal_vietnamese(billions)} tỷ"] if billions else []
    for size, name in _VIETNAMESE_SCALES:
        group, rest = divmod(rest, size)
        if group:
            parts.append(f"{_vietnamese_group(group, full=bool(parts))} {name}".rstrip())
    return " ".join(parts)


def _vietnamese_group(number: int, *, full: bool) -> str:
    """1 ≤ *number* < 1000; *full*: hundreds are said even where there are none."""
    hundreds, rest = divmod(number, 100)
    lead = [f"{_VIETNAMESE[hundreds]} trăm"] if hundreds or full else []
    tens, ones = divmod(rest, 10)
    if not rest:
        return " ".join(lead)
    if not tens:
        return " ".join([*lead, *(["linh"] if lead else []), _VIETNAMESE[ones]])
    words = [*lead, "mười" if tens == 1 else f"{_VIETNAMESE[tens]} mươi"]
    spoken = {1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn", 5: "lăm"}
    return " ".join([*words, spoken.get(ones, _VIETNAMESE[ones])] if ones else words)


def cardinal_thai(number: int) -> str:
    """*number*, without spaces as Thai writes it: 1234 → "หนึ่งพันสองร้อยสามสิบสี่"."""
    if number == 0:
        return _THAI[0]
    millions, rest = divmod(number, 10**6)
    text = f"{cardinal_thai(millions)}ล้าน" if millions else ""
    for place in (5, 4, 3, 2, 1, 0):
        digit = rest // 10**place % 10
        if digit:
            text += _thai_digit(digit, place, first=not text)
    return text


def _thai_digit(digit: int, place: int, *, first: bool) -> str:
    """The digit at its place: tens are สิบ and ยี่สิบ, and a last one after anything is เอ็ด."""
    if place == 1 and digit <= 2:
        return ("", "สิบ", "ยี่สิบ")[digit]
    if place == 0 and digit == 1 and not first:
        return "เอ็ด"
    return _THAI[digit] + _THAI_PLACES[place]
