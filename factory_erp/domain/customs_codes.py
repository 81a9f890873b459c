"""Codes of the China export declaration 出口货物报关单, with the Chinese names that the form prints.

The tables hold what an exporter of manufactured goods meets, after the code tables of the General
Administration of Customs (GACC). Since August 2018 countries are ISO 3166-1 alpha-3 and currencies
ISO 4217; packings have two digits. A code that is not listed here can still be declared: forms take
code and name as they are typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factory_erp.domain.countries import country
from factory_erp.domain.incoterms import incoterm


@dataclass(frozen=True, slots=True)
class CustomsCode:
    """A code of one of the customs' tables and its Chinese name."""

    code: str
    name: str


Table = Mapping[str, CustomsCode]


def _table(rows: str) -> dict[str, CustomsCode]:
    """*rows* "code name code name …" as a table by code."""
    words = rows.split()
    return {code: CustomsCode(code, name) for code, name in zip(words[::2], words[1::2], strict=True)}


TERMS: Table = _table("1 CIF 2 C&F 3 FOB 4 C&I 5 市场价 6 垫仓 7 EXW")
"""成交方式: terms of trade, fewer than Incoterms has."""

WITH_FREIGHT = frozenset({"1", "2"})
"""Terms whose price contains freight 运费: it must be stated; under the others it may not."""

WITH_INSURANCE = frozenset({"1", "4"})
"""Terms whose price contains insurance 保费: it must be stated; under the others it may not."""

TRANSPORT_MODES: Table = _table(
    "2 水路运输 3 铁路运输 4 公路运输 5 航空运输 6 邮件运输 9 其他方式运输 G 固定设施运输 L 旅客携带"
)
"""运输方式 of goods that leave the country."""

PACKINGS: Table = _table(
    """
    00 散装 01 裸装 04 球状罐类 06 包/袋 22 纸制或纤维板制盒/箱 23 木制或竹藤等植物性材料制盒/箱
    29 其他材料制盒/箱 32 纸制或纤维板制桶 33 木制或竹藤等植物性材料制桶 39 其他材料制桶
    92 再生木托 93 天然木托 99 其他包装
    """
)
"""包装种类."""

SUPERVISION_MODES: Table = _table(
    """
    0110 一般贸易 0130 易货贸易 0214 来料加工 0255 来料深加工 0513 补偿贸易 0615 进料对口
    0654 进料深加工 0664 进料料件复出 0700 进料料件退换 0715 进料非对口 0864 进料边角料复出
    1039 市场采购 1210 保税电商 1215 保税工厂 1233 保税仓库货物 1239 保税电商A 1300 修理物品
    1427 出料加工 1500 租赁不满1年 1523 租赁贸易 1616 寄售代销 2210 对外投资 2600 暂时进出货物
    2700 展览品 3010 货样广告品 3100 无代价抵偿 3339 其他进出口免费 3422 对外承包出口
    3511 援助物资 3612 捐赠物资 4019 边境小额 4400 来料成品退换 4500 直接退运 4561 退运货物
    4600 进料成品退换 9610 电子商务 9710 跨境电商B2B直接出口 9739 其他贸易
    9810 跨境电商出口海外仓 9900 其他
    """
)
"""监管方式: the customs regime."""

LEVY_NATURES: Table = _table(
    """
    101 一般征税 201 无偿援助 299 其他法定 301 特定区域 307 保税区 399 其他地区 502 来料加工
    503 进料加工 506 边境小额 601 中外合资 602 中外合作 603 外资企业 789 鼓励项目 799 自有资金
    898 国批减免 997 自贸协定 998 内部暂定 999 例外减免
    """
)
"""征免性质: the nature of levy or exemption."""

LEVY_MODES: Table = _table(
    "1 照章征税 2 折半征税 3 全免 4 特案 5 随征免性质 6 保证金 7 保函 8 折半补税 9 全额退税"
)
"""征免 of an item."""

ELEMENTS_LENGTH = 255
"""Most that the declaration elements of one item may take, as ``stored_length`` counts."""

FEE_MARKS: Table = _table("1 率 2 单价 3 总价")
"""How freight, insurance and other costs are stated: percent, per tonne, in all."""

CURRENCIES: Table = _table(
    """
    AUD 澳大利亚元 CAD 加拿大元 CHF 瑞士法郎 CNY 人民币 DKK 丹麦克朗 EUR 欧元 GBP 英镑 HKD 港币
    IDR 印度尼西亚卢比 JPY 日本元 KRW 韩国圆 MOP 澳门元 MYR 马来西亚林吉特 NOK 挪威克朗
    NZD 新西兰元 PHP 菲律宾比索 RUB 俄罗斯卢布 SEK 瑞典克朗 SGD 新加坡元 THB 泰国铢 TWD 新台币
    USD 美元
    """
)
"""币制, by ISO 4217 code."""

CONTAINER_SPECS: Table = _table(
    """
    11 普通2*标准箱（L） 12 冷藏2*标准箱（L） 13 罐式2*标准箱（L） 21 普通标准箱（S）
    22 冷藏标准箱（S） 23 罐式标准箱（S） 31 其他标准箱（S） 32 其他2*标准箱（L）
    """
)
"""集装箱规格."""

OFFICES: Table = _table(
    """
    0202 新港海关 0207 津机场办 0901 大连港湾 0902 大连机场 2201 浦江海关 2202 吴淞海关
    2210 浦东海关 2218 外高桥关 2225 外港海关 2233 浦东机场 2244 上海快件 2248 洋山港区
    2249 洋山保税 2921 义乌海关 3104 北仑海关 4258 青保税港 5204 东莞海关 5205 太平海关
    5301 皇岗海关 5302 罗湖海关 5303 沙头角关 5304 蛇口海关 5306 笋岗海关 5316 大鹏海关
    5317 深关机场 5318 梅林海关 5320 文锦渡关 5321 福保税关 5345 深圳湾关 5348 深关大铲
    5349 前海港区 5795 横琴海关 7208 凭祥海关 7220 友谊关
    """
)
"""关区: customs offices at which much export cargo is declared; there are some thousand in all."""

EXIT_PORTS: Table = _table("310001 上海 399501 厦门东渡港区")
"""离境口岸, by the six digits of the table of domestic ports."""

DISTRICTS: Table = _table(
    """
    32049 常州其他 32149 常熟 32199 东台 33019 杭州其他 33029 宁波其他 33179 江山 36029 景德镇
    44019 广州其他 44039 深圳其他 44069 佛山其他 44079 江门 44139 惠州其他 44199 东莞
    44209 中山其他
    """
)
"""境内货源地: districts that goods come from, by the five digits of the customs' table."""


def terms_of(incoterm_code: str) -> CustomsCode:
    """The 成交方式 that the Incoterms rule is declared as; raises InvalidValue for an unknown rule."""
    return TERMS[incoterm(incoterm_code).customs_cn]


def country_code(alpha2: str) -> CustomsCode:
    """The country as customs writes it: alpha-3 and Chinese name; raises InvalidValue for an unknown one."""
    found = country(alpha2)
    return CustomsCode(found.alpha3, found.zh)


def currency_name(code: str) -> str:
    """Chinese name of the currency, or its ISO 4217 code where the customs' table lacks it."""
    return CURRENCIES[code].name if code in CURRENCIES else code


def container_spec(type_code: str) -> CustomsCode | None:
    """The 集装箱规格 of a container type "20GP", "40HQ"; None where the type tells neither size nor kind."""
    length, kind = type_code[:2], type_code[2:3].upper()
    if length not in ("20", "40", "45"):
        return None
    of_20 = {"R": "22", "T": "23", "G": "21", "H": "21"}.get(kind, "31")
    of_40 = {"R": "12", "T": "13", "G": "11", "H": "11"}.get(kind, "32")
    return CONTAINER_SPECS[of_20 if length == "20" else of_40]


def stored_length(text: str) -> int:
    """Length of *text* as customs counts it: two for a Chinese character, one for an ASCII one."""
    return sum(1 if char.isascii() else 2 for char in text)
