"""The demo's invented firms: the factory itself, its suppliers and forwarders, and its buyers."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.models.partners import (
    AddressUse,
    BankAccount,
    Company,
    Partner,
    PartnerAddress,
    PartnerRole,
    Role,
)


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer on the platform; *phone* is country, area and number. *term* is what is usually agreed."""

    id: str
    name: str
    country: str
    contact: str
    street: str
    city: str
    province: str
    postal_code: str
    phone: tuple[str, str, str]
    port: str
    term: str = "FOB"
    currency: str = "USD"


BUYERS = (
    Buyer("lb-1001", "Tellerwald Haushaltswaren GmbH", "DE", "Anke Brodersen",
          "Speicherweg 12", "Hamburg",
          "Hamburg", "20457", ("+49", "40", "5550 1217"), "DEHAM", "FOB", "EUR"),
    Buyer("lb-1002", "Prairie Lantern Outfitters LLC", "US", "Marcus Ellery",
          "4180 Foothill Loop", "Long Beach",
          "California", "90813", ("+1", "562", "555 0142"), "USLGB"),
    Buyer("lb-1003", "Fennmoor Kitchen Supplies Ltd", "GB", "Harriet Osgood",
          "Unit 7, Quayside Park", "Felixstowe",
          "Suffolk", "IP11 3TW", ("+44", "20", "7946 0731"), "GBFXT", "CIF"),
    Buyer("lb-1004", "Maison Brindille SARL", "FR", "Claire Vautrin",
          "18 rue des Tisserands", "Le Havre",
          "Normandie", "76600", ("+33", "1", "99 00 41 52"), "FRLEH", "FOB", "EUR"),
    Buyer("lb-1005", "Polderkop Import B.V.", "NL", "Joost Hengelaar",
          "Waalkade 233", "Rotterdam",
          "Zuid-Holland", "3089 JB", ("+31", "85", "555 0164"), "NLRTM", "FOB", "EUR"),
    Buyer("lb-1006", "Wattlebank Homewares Pty Ltd", "AU", "Georgia Pell",
          "62 Harbour Link Road", "Melbourne",
          "Victoria", "3207", ("+61", "3", "5550 4471"), "AUMEL", "CIF"),
    Buyer("lb-1007", "Birchline Trading Inc.", "CA", "Denise Arsenault",
          "1190 Alder Street", "Vancouver",
          "British Columbia", "V6A 2R3", ("+1", "604", "555 0118"), "CAVAN"),
    Buyer("lb-1008", "Casa Almendro Menaje S.L.", "ES", "Lucia Ferrandis",
          "Calle del Azahar 45", "Valencia",
          "Valencia", "46024", ("+34", "96", "555 0190"), "ESVLC", "FOB"),
    Buyer("lb-1009", "Srebrny Kubek Sp. z o.o.", "PL", "Tomasz Wrona",
          "ul. Portowa 21", "Gdynia",
          "Pomorskie", "81-350", ("+48", "58", "555 01 73"), "PLGDY"),
    Buyer("lb-1010", "Sidr Valley General Trading LLC", "AE", "Omar Rashdan",
          "Warehouse 14, Gate 5", "Jebel Ali",
          "Dubai", "00000", ("+971", "4", "555 0126"), "AEJEA", "CIF"),
    Buyer("lb-1011", "Aonami Zakka Co., Ltd.", "JP", "Naoko Isaki",
          "3-8-14 Minato-machi", "Osaka",
          "Osaka", "552-0021", ("+81", "6", "5550 0182"), "JPOSA"),
    Buyer("lb-1012", "Importadora Nopalera S.A. de C.V.", "MX", "Ricardo Elizalde",
          "Av. del Puerto 310",
          "Manzanillo", "Colima", "28200", ("+52", "314", "555 0155"), "MXZLO"),
    Buyer("lb-1013", "Granviken Hem AB", "SE", "Ebba Lindelund",
          "Kajvagen 9", "Gothenburg",
          "Vastra Gotaland", "418 34", ("+46", "31", "555 01 39"), "SEGOT"),
    Buyer("lb-1014", "Copper Gull Gifts Inc.", "US", "Tessa Whitlow",
          "905 Tidewater Avenue", "Seattle",
          "Washington", "98134", ("+1", "206", "555 0107"), "USSEA"),
)  # fmt: skip
"""No firm, person or telephone number of these exists as far as we know."""

WHOLESALE_BUYERS = (
    Buyer("dg-2001", "Andes Casa Hogar S.A.S.", "CO", "Valeria Quintero",
          "Carrera 8 No. 41-77", "Cartagena",
          "Bolivar", "130001", ("+57", "605", "555 0148"), "COCTG"),
    Buyer("dg-2002", "Cobre y Sal Menaje SpA", "CL", "Ignacio Barros",
          "Avenida Errazuriz 1180", "Valparaiso",
          "Valparaiso", "2361827", ("+56", "32", "555 0113"), "CLVAP"),
    Buyer("dg-2003", "Fjordlys Hjem AS", "NO", "Sunniva Halvorsen",
          "Havnegata 27", "Oslo",
          "Oslo", "0150", ("+47", "22", "55 01 61"), "NOOSL"),
    Buyer("dg-2004", "Merlion Tableware Pte. Ltd.", "SG", "Adeline Koh",
          "31 Jalan Pelabuhan", "Singapore",
          "Singapore", "619448", ("+65", "6", "555 0129"), "SGSIN"),
    Buyer("dg-2005", "Rowanbrook Gifts Ltd", "IE", "Cormac Delany",
          "Unit 3, Alexandra Basin", "Dublin",
          "Leinster", "D01 X4K8", ("+353", "1", "555 0177"), "IEDUB"),
    Buyer("dg-2006", "Totara Grove Living Ltd", "NZ", "Hana Parata",
          "14 Freyberg Wharf Road", "Auckland",
          "Auckland", "1010", ("+64", "9", "555 0136"), "NZAKL"),
)  # fmt: skip
"""Buyers of the wholesale shop on DHgate, invented as well."""

_NEARBY = """
S-STEEL|永康市铄钧不锈钢材料有限公司|Yongkang Shuojun Stainless Materials Co., Ltd.|supplier|永康|浙江
S-RESIN|余姚市沐远塑化有限公司|Yuyao Muyuan Plastics Co., Ltd.|supplier|余姚|浙江
S-SEAL|慈溪市澄屿硅胶制品有限公司|Cixi Chengyu Silicone Products Co., Ltd.|supplier|慈溪|浙江
S-POWDER|杭州彩茗粉末涂料有限公司|Hangzhou Caiming Powder Coatings Co., Ltd.|supplier|杭州|浙江
S-LED|中山市曜粒光电有限公司|Zhongshan Yaoli Optoelectronics Co., Ltd.|supplier|中山|广东
S-POWER|深圳市衡驭电源科技有限公司|Shenzhen Hengyu Power Technology Co., Ltd.|supplier|深圳|广东
S-ALU|佛山市槿铝型材有限公司|Foshan Jinlu Aluminium Profiles Co., Ltd.|supplier|佛山|广东
S-BOX|宁波市镇海栎坊包装有限公司|Ningbo Zhenhai Lifang Packaging Co., Ltd.|supplier|宁波|浙江
S-POLISH|慈溪市磬光抛光厂|Cixi Qingguang Polishing Works|subcontractor|慈溪|浙江
S-PLATE|余姚市瑾辉电镀有限公司|Yuyao Jinhui Plating Co., Ltd.|subcontractor|余姚|浙江
F-SEA|宁波帆屿国际货运代理有限公司|Ningbo Fanyu International Forwarding Co., Ltd.|forwarder|宁波|浙江
F-BROKER|宁波朗舶报关有限公司|Ningbo Langbo Customs Brokerage Co., Ltd.|broker|宁波|浙江
"""

_NAME_EN, _NAME_ZH = "Ningbo Lanbei Houseware Co., Ltd.", "宁波澜杯家居用品有限公司"
_BANK = "Yongjiang Harbour Bank Co., Ltd., Jiangbei Branch"
_BANK_ADDRESS = "18 Zhongma Road, Jiangbei District, Ningbo, Zhejiang, China"
_SWIFT = "YJHBCN2N"
_GS1_PREFIX = "9521470"
"""GS1 keeps 952 for demonstrations and examples: no such number is on any goods."""


def company() -> Company:
    """The factory: an invented firm with an invented bank."""
    accounts = [
        ("USD", "3901 2400 1400 0718"),
        ("EUR", "3901 2400 3800 0726"),
        ("CNY", "3901 2400 0900 0734"),
    ]
    return Company(
        name_en=_NAME_EN,
        name_zh=_NAME_ZH,
        address_en="No. 66 Cihu East Road, Jiangbei District\nNingbo 315033, Zhejiang",
        address_zh="浙江省宁波市江北区慈湖东路66号 315033",
        uscc="91330205MA2LBA7K65",
        customs_code="3302261947",
        phone="+86 574 5550 0188",
        email="export@lanbei.example",
        port_of_loading="CNNBO",
        source_place="宁波其他",
        gs1_prefix=_GS1_PREFIX,
        authorised_person="Lin Zhihao",
        bank_accounts=[
            BankAccount(
                currency=currency,
                beneficiary=_NAME_EN,
                bank_name=_BANK,
                bank_address=_BANK_ADDRESS,
                account=account.replace(" ", ""),
                swift=_SWIFT,
            )
            for currency, account in accounts
        ],
    )


def nearby_partners() -> list[Partner]:
    """Suppliers, the subcontractors, the forwarder and the customs broker."""
    return [_partner(*row.split("|")) for row in _NEARBY.strip().splitlines()]


def _partner(code: str, zh: str, en: str, role: str, city: str, province: str) -> Partner:
    return Partner(
        code=code,
        name=en,
        name_local=zh,
        country="CN",
        language="zh_CN",
        currency="CNY",
        payment_terms="月结30天",
        roles=[PartnerRole(role=Role(role))],
        addresses=[PartnerAddress(use=AddressUse.MAIN, city=city, province=province, country="CN")],
    )
