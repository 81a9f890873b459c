"""Seaports that Chinese export cargo leaves from and goes to, by UN/LOCODE.

Carriers and forwarders write some ports by codes that UNECE gave to an airport or never gave at
all (CNSHA is Hongqiao airport, the port of Shanghai is CNSGH); ALIASES turns those into the
official ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _


@dataclass(frozen=True, slots=True)
class Port:
    """A seaport: UN/LOCODE, its names in both trade languages, ISO 3166-1 alpha-2 country."""

    code: str
    en: str
    zh: str
    country: str


_TABLE = """
CNSGH|Shanghai|上海
CNYSN|Yangshan|洋山
CNNBO|Ningbo|宁波
CNBEI|Beilun|北仑
CNZOS|Zhoushan|舟山
CNWNZ|Wenzhou|温州
CNZPU|Zhapu|乍浦
CNSZP|Shenzhen|深圳
CNYTN|Yantian|盐田
CNSHK|Shekou|蛇口
CNGGZ|Guangzhou|广州
CNNSA|Nansha|南沙
CNHUA|Huangpu|黄埔
CNHMN|Humen|虎门
CNDGG|Dongguan|东莞
CNZSN|Zhongshan|中山
CNZUH|Zhuhai|珠海
CNJMN|Jiangmen|江门
CNSUD|Shunde|顺德
CNHUI|Huizhou|惠州
CNSTG|Shantou|汕头
CNZNG|Zhanjiang|湛江
CNQIN|Qingdao|青岛
CNYAT|Yantai|烟台
CNWEI|Weihai|威海
CNRZH|Rizhao|日照
CNTXG|Tianjin Xingang|天津新港
CNSHP|Qinhuangdao|秦皇岛
CNDAL|Dalian|大连
CNYIK|Yingkou|营口
CNDDG|Dandong|丹东
CNJNZ|Jinzhou|锦州
CNLYG|Lianyungang|连云港
CNNTG|Nantong|南通
CNTAC|Taicang|太仓
CNZJG|Zhangjiagang|张家港
CNNJG|Nanjing|南京
CNZHE|Zhenjiang|镇江
CNYZH|Yangzhou|扬州
CNXAM|Xiamen|厦门
CNFZH|Fuzhou|福州
CNQZL|Quanzhou|泉州
CNZZH|Zhangzhou|漳州
CNQZH|Qinzhou|钦州
CNFAN|Fangcheng|防城
CNBIH|Beihai|北海
CNHKO|Haikou|海口
CNNHN|Wuhan|武汉
CNCQI|Chongqing|重庆
HKHKG|Hong Kong|香港
MOMFM|Macao|澳门
TWKHH|Kaohsiung|高雄
TWKEL|Keelung|基隆
TWTXG|Taichung|台中
USLAX|Los Angeles|洛杉矶
USLGB|Long Beach|长滩
USOAK|Oakland|奥克兰（美国）
USSEA|Seattle|西雅图
USTIW|Tacoma|塔科马
USNYC|New York|纽约
USORF|Norfolk|诺福克
USCHS|Charleston|查尔斯顿
USSAV|Savannah|萨凡纳
USMIA|Miami|迈阿密
USHOU|Houston|休斯敦
USMOB|Mobile|莫比尔
USBAL|Baltimore|巴尔的摩
USBOS|Boston|波士顿
CAVAN|Vancouver|温哥华
CAPRR|Prince Rupert|鲁珀特王子港
CAMTR|Montreal|蒙特利尔
CAHAL|Halifax|哈利法克斯
CATOR|Toronto|多伦多
NLRTM|Rotterdam|鹿特丹
DEHAM|Hamburg|汉堡
DEBRV|Bremerhaven|不来梅哈芬
DEWVN|Wilhelmshaven|威廉港
BEANR|Antwerp|安特卫普
BEZEE|Zeebrugge|泽布吕赫
GBFXT|Felixstowe|费利克斯托
GBSOU|Southampton|南安普敦
GBLGP|London Gateway|伦敦门户港
GBLIV|Liverpool|利物浦
IEDUB|Dublin|都柏林
FRLEH|Le Havre|勒阿弗尔
FRFOS|Fos-sur-Mer|福斯
ESBCN|Barcelona|巴塞罗那
ESVLC|Valencia|瓦伦西亚
ESALG|Algeciras|阿尔赫西拉斯
ESBIO|Bilbao|毕尔巴鄂
PTLIS|Lisbon|里斯本
PTSIE|Sines|锡尼什
ITGOA|Genoa|热那亚
ITSPE|La Spezia|拉斯佩齐亚
ITNAP|Naples|那不勒斯
ITTRS|Trieste|的里雅斯特
ITVCE|Venice|威尼斯
ITLIV|Livorno|里窝那
GRPIR|Piraeus|比雷埃夫斯
SIKOP|Koper|科佩尔
HRRJK|Rijeka|里耶卡
ROCND|Constanta|康斯坦察
BGVAR|Varna|瓦尔纳
TRIST|Istanbul|伊斯坦布尔
TRAMR|Ambarli|安巴利
TRMER|Mersin|梅尔辛
TRIZM|Izmir|伊兹密尔
GEPTI|Poti|波季
MTMAR|Marsaxlokk|马尔萨什洛克
CYLMS|Limassol|利马索尔
PLGDN|Gdansk|格但斯克
PLGDY|Gdynia|格丁尼亚
DKAAR|Aarhus|奥胡斯
SEGOT|Gothenburg|哥德堡
NOOSL|Oslo|奥斯陆
FIHEL|Helsinki|赫尔辛基
EETLL|Tallinn|塔林
LVRIX|Riga|里加
LTKLJ|Klaipeda|克莱佩达
RULED|Saint Petersburg|圣彼得堡
RUVVO|Vladivostok|符拉迪沃斯托克
RUNVS|Novorossiysk|新罗西斯克
UAODS|Odesa|敖德萨
AEJEA|Jebel Ali|杰贝阿里
AEDXB|Dubai|迪拜
SADMM|Dammam|达曼
SAJED|Jeddah|吉达
KWSWK|Shuwaikh|舒威赫
BHKBS|Khalifa Bin Salman|哈里发·本·萨勒曼港
QAHMD|Hamad|哈马德
OMSOH|Sohar|苏哈尔
IRBND|Bandar Abbas|阿巴斯港
IQUQR|Umm Qasr|乌姆盖斯尔
JOAQJ|Aqaba|亚喀巴
ILHFA|Haifa|海法
ILASH|Ashdod|阿什杜德
LBBEY|Beirut|贝鲁特
EGPSD|Port Said|塞得港
EGALY|Alexandria|亚历山大
EGDAM|Damietta|达米埃塔
EGSOK|Sokhna|苏赫纳
LYMRA|Misurata|米苏拉塔
TNRDS|Rades|拉迪斯
DZALG|Algiers|阿尔及尔
MACAS|Casablanca|卡萨布兰卡
MAPTM|Tanger Med|丹吉尔地中海
SGSIN|Singapore|新加坡
MYPKG|Port Klang|巴生港
MYPEN|Penang|槟城
MYTPP|Tanjung Pelepas|丹戎帕拉帕斯
THLCH|Laem Chabang|林查班
THBKK|Bangkok|曼谷
VNSGN|Ho Chi Minh City|胡志明市
VNCLI|Cat Lai|吉莱
VNHPH|Haiphong|海防
VNDAD|Da Nang|岘港
VNCMT|Cai Mep|盖梅
IDSUB|Surabaya|泗水
IDSRG|Semarang|三宝垄
PHMNL|Manila|马尼拉
PHCEB|Cebu|宿务
KHKOS|Sihanoukville|西哈努克港
MMRGN|Yangon|仰光
INNSA|Nhava Sheva|那瓦舍瓦
INMUN|Mundra|蒙德拉
INMAA|Chennai|金奈
INCCU|Kolkata|加尔各答
INBOM|Mumbai|孟买
INCOK|Cochin|科钦
PKKHI|Karachi|卡拉奇
PKBQM|Port Qasim|卡西姆港
BDCGP|Chattogram|吉大港
LKCMB|Colombo|科伦坡
JPTYO|Tokyo|东京
JPYOK|Yokohama|横滨
JPOSA|Osaka|大阪
JPUKB|Kobe|神户
JPHKT|Hakata|博多
JPMOJ|Moji|门司
KRPUS|Busan|釜山
KRINC|Incheon|仁川
KRKAN|Gwangyang|光阳
AUSYD|Sydney|悉尼
AUMEL|Melbourne|墨尔本
AUBNE|Brisbane|布里斯班
AUFRE|Fremantle|弗里曼特尔
AUADL|Adelaide|阿德莱德
NZAKL|Auckland|奥克兰（新西兰）
NZTRG|Tauranga|陶朗阿
NZLYT|Lyttelton|利特尔顿
MXZLO|Manzanillo|曼萨尼约（墨西哥）
MXVER|Veracruz|韦拉克鲁斯
MXLZC|Lazaro Cardenas|拉萨罗·卡德纳斯
GTPRQ|Puerto Quetzal|克察尔港
CRLIO|Puerto Limon|利蒙港
PAMIT|Manzanillo (Panama)|曼萨尼约（巴拿马）
PAONX|Colon|科隆
PABLB|Balboa|巴尔博亚
DOCAU|Caucedo|考塞多
JMKIN|Kingston|金斯敦
PRSJU|San Juan|圣胡安
COBUN|Buenaventura|布埃纳文图拉
COCTG|Cartagena|卡塔赫纳
ECGYE|Guayaquil|瓜亚基尔
PECLL|Callao|卡亚俄
CLSAI|San Antonio|圣安东尼奥
CLVAP|Valparaiso|瓦尔帕莱索
BRSSZ|Santos|桑托斯
BRRIO|Rio de Janeiro|里约热内卢
BRPNG|Paranagua|巴拉那瓜
BRNVT|Navegantes|纳韦甘蒂斯
ARBUE|Buenos Aires|布宜诺斯艾利斯
UYMVD|Montevideo|蒙得维的亚
VELAG|La Guaira|拉瓜伊拉
ZADUR|Durban|德班
ZACPT|Cape Town|开普敦
KEMBA|Mombasa|蒙巴萨
TZDAR|Dar es Salaam|达累斯萨拉姆
MZMPM|Maputo|马普托
NGAPP|Apapa|阿帕帕
NGLOS|Lagos|拉各斯
NGTIN|Tin Can Island|廷坎岛
GHTEM|Tema|特马
CIABJ|Abidjan|阿比让
SNDKR|Dakar|达喀尔
TGLFW|Lome|洛美
BJCOO|Cotonou|科托努
CMDLA|Douala|杜阿拉
AOLAD|Luanda|罗安达
DJJIB|Djibouti|吉布提
SDPZU|Port Sudan|苏丹港
MGTMM|Toamasina|图阿马西纳
MUPLU|Port Louis|路易港
"""

PORTS: dict[str, Port] = {
    code: Port(code, en, zh, code[:2])
    for code, en, zh in (row.split("|") for row in _TABLE.split("\n") if row)
}
"""Official UN/LOCODE to port."""

ALIASES: dict[str, str] = {
    "CNSHA": "CNSGH",
    "CNSHG": "CNSGH",
    "CNNGB": "CNNBO",
    "CNNBG": "CNNBO",
    "CNSZX": "CNSZP",
    "CNCAN": "CNGGZ",
    "CNGZG": "CNGGZ",
    "CNXMN": "CNXAM",
    "CNXMG": "CNXAM",
    "CNTAO": "CNQIN",
    "CNQDG": "CNQIN",
    "CNDLC": "CNDAL",
    "CNDAG": "CNDAL",
    "CNTSN": "CNTXG",
    "CNXGA": "CNTXG",
    "CNXGG": "CNTXG",
    "CNFOC": "CNFZH",
    "CNFZG": "CNFZH",
    "CNYNT": "CNYAT",
    "CNYTG": "CNYAT",
    "CNSWA": "CNSTG",
    "CNZHA": "CNZNG",
    "CNNKG": "CNNJG",
    "CNWUH": "CNNHN",
    "CNCKG": "CNCQI",
    "CNHAK": "CNHKO",
}
"""Codes that carriers, forwarders and platforms write to the official one in PORTS."""


def port(code: str) -> Port:
    """The port with the official or habitual *code*; raises InvalidValue for one that is not in PORTS."""
    try:
        return PORTS[ALIASES.get(code, code)]
    except (KeyError, TypeError):
        raise InvalidValue(
            _("'{code}' is not a port that is known here.", code=code),
            field=_("Port"),
            remedy=_("Use a UN/LOCODE of five characters, for example CNSGH for Shanghai."),
        ) from None


def port_name(code: str, language: str) -> str:
    """Name of the port as a document in *language* prints it: "Shanghai", "上海"."""
    found = port(code)
    return found.zh if language.startswith("zh") else found.en
