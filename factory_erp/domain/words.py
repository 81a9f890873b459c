"""Amounts and counts in words, in trade English and in Chinese financial capitals (大写).

English follows the wording of letters of credit and invoices: SAY … ONLY, AND before the last two
digits of every hundred, hyphens in TWENTY-ONE, minor units written out. Chinese follows the rules
of the People's Bank of China for filling in bills (《正确填写票据和结算凭证的基本规定》).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.money import Money, exponent
from factory_erp.i18n import _

LIMIT = 10**16
"""Whole numbers from here on are refused: 万亿 is the largest unit that everybody reads alike."""


def listed(words: str) -> tuple[str, ...]:
    """*words* as they stand between spaces."""
    return tuple(words.split())


_ONES = listed(
    "ZERO ONE TWO THREE FOUR FIVE SIX SEVEN EIGHT NINE TEN ELEVEN TWELVE THIRTEEN FOURTEEN FIFTEEN "
    "SIXTEEN SEVENTEEN EIGHTEEN NINETEEN"
)
_TENS = ("", "", "TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY")
_SCALES = ("", " THOUSAND", " MILLION", " BILLION", " TRILLION", " QUADRILLION")

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_PARTS = "角分厘"


class CurrencyWords(NamedTuple):
    """Names of a currency and its minor unit in capitals, and the prefix of a Chinese amount."""

    one: str
    many: str
    minor_one: str
    minor_many: str
    zh: str


_names = CurrencyWords

CURRENCY_WORDS: dict[str, CurrencyWords] = {
    "CNY": _names("RMB YUAN", "RMB YUAN", "FEN", "FEN", "人民币"),
    "USD": _names("US DOLLAR", "US DOLLARS", "CENT", "CENTS", "美元"),
    "EUR": _names("EURO", "EUROS", "CENT", "CENTS", "欧元"),
    "GBP": _names("POUND STERLING", "POUNDS STERLING", "PENNY", "PENCE", "英镑"),
    "JPY": _names("JAPANESE YEN", "JAPANESE YEN", "", "", "日元"),
    "HKD": _names("HONG KONG DOLLAR", "HONG KONG DOLLARS", "CENT", "CENTS", "港币"),
    "MOP": _names("MACAO PATACA", "MACAO PATACAS", "AVO", "AVOS", "澳门元"),
    "TWD": _names("NEW TAIWAN DOLLAR", "NEW TAIWAN DOLLARS", "CENT", "CENTS", "新台币"),
    "KRW": _names("KOREAN WON", "KOREAN WON", "", "", "韩元"),
    "AUD": _names("AUSTRALIAN DOLLAR", "AUSTRALIAN DOLLARS", "CENT", "CENTS", "澳大利亚元"),
    "NZD": _names("NEW ZEALAND DOLLAR", "NEW ZEALAND DOLLARS", "CENT", "CENTS", "新西兰元"),
    "CAD": _names("CANADIAN DOLLAR", "CANADIAN DOLLARS", "CENT", "CENTS", "加拿大元"),
    "SGD": _names("SINGAPORE DOLLAR", "SINGAPORE DOLLARS", "CENT", "CENTS", "新加坡元"),
    "CHF": _names("SWISS FRANC", "SWISS FRANCS", "CENTIME", "CENTIMES", "瑞士法郎"),
    "SEK": _names("SWEDISH KRONA", "SWEDISH KRONOR", "ORE", "ORE", "瑞典克朗"),
    "NOK": _names("NORWEGIAN KRONE", "NORWEGIAN KRONER", "ORE", "ORE", "挪威克朗"),
    "DKK": _names("DANISH KRONE", "DANISH KRONER", "ORE", "ORE", "丹麦克朗"),
    "PLN": _names("POLISH ZLOTY", "POLISH ZLOTYS", "GROSZ", "GROSZY", "波兰兹罗提"),
    "CZK": _names("CZECH KORUNA", "CZECH KORUNAS", "HALER", "HALERS", "捷克克朗"),
    "HUF": _names("HUNGARIAN FORINT", "HUNGARIAN FORINTS", "FILLER", "FILLERS", "匈牙利福林"),
    "RON": _names("ROMANIAN LEU", "ROMANIAN LEI", "BAN", "BANI", "罗马尼亚列伊"),
    "RUB": _names("RUSSIAN RUBLE", "RUSSIAN RUBLES", "KOPECK", "KOPECKS", "俄罗斯卢布"),
    "UAH": _names("UKRAINIAN HRYVNIA", "UKRAINIAN HRYVNIAS", "KOPIYKA", "KOPIYKAS", "乌克兰格里夫纳"),
    "KZT": _names("KAZAKHSTANI TENGE", "KAZAKHSTANI TENGE", "TIYN", "TIYN", "哈萨克斯坦坚戈"),
    "TRY": _names("TURKISH LIRA", "TURKISH LIRAS", "KURUS", "KURUS", "土耳其里拉"),
    "ILS": _names("ISRAELI SHEKEL", "ISRAELI SHEKELS", "AGORA", "AGOROT", "以色列谢克尔"),
    "AED": _names("UAE DIRHAM", "UAE DIRHAMS", "FILS", "FILS", "阿联酋迪拉姆"),
    "SAR": _names("SAUDI RIYAL", "SAUDI RIYALS", "HALALA", "HALALAS", "沙特里亚尔"),
    "QAR": _names("QATARI RIYAL", "QATARI RIYALS", "DIRHAM", "DIRHAMS", "卡塔尔里亚尔"),
    "KWD": _names("KUWAITI DINAR", "KUWAITI DINARS", "FILS", "FILS", "科威特第纳尔"),
    "BHD": _names("BAHRAINI DINAR", "BAHRAINI DINARS", "FILS", "FILS", "巴林第纳尔"),
    "JOD": _names("JORDANIAN DINAR", "JORDANIAN DINARS", "FILS", "FILS", "约旦第纳尔"),
    "IQD": _names("IRAQI DINAR", "IRAQI DINARS", "FILS", "FILS", "伊拉克第纳尔"),
    "OMR": _names("OMANI RIAL", "OMANI RIALS", "BAISA", "BAISAS", "阿曼里亚尔"),
    "TND": _names("TUNISIAN DINAR", "TUNISIAN DINARS", "MILLIME", "MILLIMES", "突尼斯第纳尔"),
    "EGP": _names("EGYPTIAN POUND", "EGYPTIAN POUNDS", "PIASTRE", "PIASTRES", "埃及镑"),
    "MAD": _names("MOROCCAN DIRHAM", "MOROCCAN DIRHAMS", "CENTIME", "CENTIMES", "摩洛哥迪拉姆"),
    "ZAR": _names("SOUTH AFRICAN RAND", "SOUTH AFRICAN RAND", "CENT", "CENTS", "南非兰特"),
    "NGN": _names("NIGERIAN NAIRA", "NIGERIAN NAIRA", "KOBO", "KOBO", "尼日利亚奈拉"),
    "KES": _names("KENYAN SHILLING", "KENYAN SHILLINGS", "CENT", "CENTS", "肯尼亚先令"),
    "GHS": _names("GHANAIAN CEDI", "GHANAIAN CEDIS", "PESEWA", "PESEWAS", "加纳塞地"),
    "XAF": _names("CENTRAL AFRICAN CFA FRANC", "CENTRAL AFRICAN CFA FRANCS", "", "", "中非法郎"),
    "XOF": _names("WEST AFRICAN CFA FRANC", "WEST AFRICAN CFA FRANCS", "", "", "西非法郎"),
    "INR": _names("INDIAN RUPEE", "INDIAN RUPEES", "PAISA", "PAISE", "印度卢比"),
    "PKR": _names("PAKISTANI RUPEE", "PAKISTANI RUPEES", "PAISA", "PAISE", "巴基斯坦卢比"),
    "BDT": _names("BANGLADESHI TAKA", "BANGLADESHI TAKA", "POISHA", "POISHA", "孟加拉塔卡"),
    "LKR": _names("SRI LANKAN RUPEE", "SRI LANKAN RUPEES", "CENT", "CENTS", "斯里兰卡卢比"),
    "IDR": _names("INDONESIAN RUPIAH", "INDONESIAN RUPIAH", "SEN", "SEN", "印度尼西亚卢比"),
    "MYR": _names("MALAYSIAN RINGGIT", "MALAYSIAN RINGGIT", "SEN", "SEN", "马来西亚林吉特"),
    "THB": _names("THAI BAHT", "THAI BAHT", "SATANG", "SATANG", "泰铢"),
    "PHP": _names("PHILIPPINE PESO", "PHILIPPINE PESOS", "CENTAVO", "CENTAVOS", "菲律宾比索"),
    "VND": _names("VIETNAMESE DONG", "VIETNAMESE DONG", "", "", "越南盾"),
    "BRL": _names("BRAZILIAN REAL", "BRAZILIAN REAIS", "CENTAVO", "CENTAVOS", "巴西雷亚尔"),
    "MXN": _names("MEXICAN PESO", "MEXICAN PESOS", "CENTAVO", "CENTAVOS", "墨西哥比索"),
    "ARS": _names("ARGENTINE PESO", "ARGENTINE PESOS", "CENTAVO", "CENTAVOS", "阿根廷比索"),
    "CLP": _names("CHILEAN PESO", "CHILEAN PESOS", "", "", "智利比索"),
    "COP": _names("COLOMBIAN PESO", "COLOMBIAN PESOS", "CENTAVO", "CENTAVOS", "哥伦比亚比索"),
    "PEN": _names("PERUVIAN SOL", "PERUVIAN SOLES", "CENTIMO", "CENTIMOS", "秘鲁索尔"),
}
"""Currencies whose names are written out. Plain ASCII: a SWIFT message carries nothing else."""


def amount_in_english(money: Money) -> str:
    """*money* as an invoice says it: "SAY US DOLLARS FIVE AND CENTS TEN ONLY".

    A currency without an entry in CURRENCY_WORDS is named by its code and its minor units stand as
    a fraction, "AND 56/100". Raises InvalidValue from LIMIT main units on.
    """
    places = exponent(money.currency)
    whole, minor = divmod(abs(money.minor), 10**places)
    words = CURRENCY_WORDS.get(money.currency)
    parts = ["SAY", "MINUS" if money.minor < 0 else "", _english_name(money.currency, words, whole)]
    parts += [cardinal_english(whole), _english_minor(words, minor, places), "ONLY"]
    return " ".join(part for part in parts if part)


def _english_name(code: str, words: CurrencyWords | None, whole: int) -> str:
    if words is None:
        return code
    return words.one if whole == 1 else words.many


def _english_minor(words: CurrencyWords | None, minor: int, places: int) -> str:
    if not minor:
        return ""
    if words is None:
        return f"AND {minor:0{places}d}/{10**places}"
    return f"AND {words.minor_one if minor == 1 else words.minor_many} {cardinal_english(minor)}"


def count_in_english(count: int, noun_singular: str, noun_plural: str) -> str:
    """*count* packages in words: "SAY TOTAL TWO HUNDRED AND FORTY CARTONS ONLY"."""
    noun = noun_singular if count == 1 else noun_plural
    return f"SAY TOTAL {cardinal_english(count)} {noun.upper()} ONLY"


def cardinal_english(number: int) -> str:
    """0 ≤ *number* < LIMIT in capitals: "ONE THOUSAND AND FIVE". Raises InvalidValue outside."""
    _refuse_outside(number)
    if number == 0:
        return _ONES[0]
    groups = list(_english_groups(number))
    # 1,005 is ONE THOUSAND AND FIVE: the AND of hundreds that are not there
    if number > 999 and 0 < number % 1000 < 100:
        groups[-1] = f"AND {groups[-1]}"
    return " ".join(groups)


def _english_groups(number: int) -> Iterator[str]:
    """The words of each group of three digits that is not zero, the highest first."""
    for scale in reversed(range(len(_SCALES))):
        group = number // 1000**scale % 1000
        if group:
            yield _below_thousand(group) + _SCALES[scale]


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    return f"{_ONES[hundreds]} HUNDRED" + (f" AND {_below_hundred(rest)}" if rest else "")


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number < len(_ONES):
        return _ONES[number]
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def amount_in_chinese(money: Money) -> str:
    """*money* in financial capitals with the currency before it: "人民币壹仟肆佰零玖元伍角".

    元 (and 角 分 厘) serve for every currency. 整 closes an amount without 角 and 分. A 零 stands
    after 元 when 角 is zero, or when the last digit before 元 is, so that nothing can be written in.
    Raises InvalidValue from LIMIT main units on.
    """
    places = exponent(money.currency)
    whole, minor = divmod(abs(money.minor), 10**places)
    words = CURRENCY_WORDS.get(money.currency)
    prefix = (words.zh if words else money.currency) + ("负" if money.minor < 0 else "")
    if not minor:
        return f"{prefix}{number_in_chinese(whole)}元整"
    digits = str(minor).rjust(places, "0")
    main = f"{number_in_chinese(whole)}元" if whole else ""
    gap = "零" if whole and whole % 10 == 0 and digits[0] != "0" else ""
    return prefix + main + gap + _chinese_parts(digits, leading_zero=bool(whole))


def _chinese_parts(digits: str, leading_zero: bool) -> str:
    """角, 分 and 厘 of the digits after the decimal point; one 零 for zeros before a digit."""
    text, gap = "", False
    for digit, part in zip(digits, _PARTS, strict=False):
        if digit == "0":
            gap = bool(text) or leading_zero
            continue
        text += ("零" if gap else "") + _DIGITS[int(digit)] + part
        gap = False
    return text


def number_in_chinese(number: int) -> str:
    """0 ≤ *number* < LIMIT in financial capitals: 107000 → "壹拾万柒仟". Raises InvalidValue outside.

    One 零 stands for a run of zeros. None stands where only the ones of 万 or 亿 are zero and 仟
    follows, which the rules leave to the writer.
    """
    _refuse_outside(number)
    if number == 0:
        return _DIGITS[0]
    high, low = divmod(number, 10**8)
    text = f"{_below_yi(high)}亿" if high else ""
    return text + (_gap(high, low, 10**7) + _below_yi(low) if low else "")


def _below_yi(number: int) -> str:
    """Words of 1 ≤ *number* < 10**8."""
    high, low = divmod(number, 10**4)
    text = f"{_below_wan(high)}万" if high else ""
    return text + (_gap(high, low, 10**3) + _below_wan(low) if low else "")


def _below_wan(number: int) -> str:
    """Words of 1 ≤ *number* < 10**4."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = bool(text) and not digit
    return text


def _gap(high: int, low: int, full: int) -> str:
    """零 between two groups when the lower one does not begin with its highest place."""
    return "零" if high and low < full else ""


def _refuse_outside(number: int) -> None:
    if not 0 <= number < LIMIT:
        raise InvalidValue(
            _("{number} cannot be written in words.", number=number),
            remedy=_("Numbers from 0 to {limit} can.", limit=LIMIT - 1),
        )
