"""The message that documents go out with until the factory writes its own, in every language of documents.

Data with a language, as the words printed on documents are: the reader's language chooses, not the window's.
"""

from __future__ import annotations

from typing import NamedTuple


class MailText(NamedTuple):
    """Subject and body with ``{places}``; a line of which every place is empty is left out."""

    subject: str
    body: str


class _Words(NamedTuple):
    subject: str
    greeting: str
    attached: str
    orders: str
    buyer: str
    vessel: str
    etd: str
    eta: str
    bill: str
    ask: str
    regards: str
    colon: str = ": "


_WORDS: dict[str, _Words] = {
    "en": _Words(
        "Documents of shipment {number} ({orders})",
        "Dear Sir or Madam,",
        "Please find attached the documents of shipment {number}:",
        "Orders",
        "Buyer",
        "Vessel and voyage",
        "Departure (ETD)",
        "Arrival (ETA)",
        "Bill of lading",
        "Please let us know if anything has to be changed.",
        "Kind regards",
    ),
    "zh_CN": _Words(
        "出货单据 {number}（{orders}）",
        "您好！",
        "现将出货 {number} 的单据随附如下，请查收：",
        "订单号",
        "买方",
        "船名航次",
        "预计离港 (ETD)",
        "预计到港 (ETA)",
        "提单号",
        "如需修改，请及时告知。",
        "此致敬礼",
        "：",
    ),
    "es": _Words(
        "Documentos del envío {number} ({orders})",
        "Estimados señores:",
        "Adjuntamos los documentos del envío {number}:",
        "Pedidos",
        "Comprador",
        "Buque y viaje",
        "Salida (ETD)",
        "Llegada (ETA)",
        "Conocimiento de embarque",
        "Les rogamos que nos avisen si hay que cambiar algo.",
        "Atentamente",
    ),
    "fr": _Words(
        "Documents de l'expédition {number} ({orders})",
        "Madame, Monsieur,",
        "Veuillez trouver ci-joint les documents de l'expédition {number} :",
        "Commandes",
        "Acheteur",
        "Navire et voyage",
        "Départ (ETD)",
        "Arrivée (ETA)",
        "Connaissement",
        "Merci de nous signaler toute modification nécessaire.",
        "Cordialement",
        " : ",
    ),
    "de": _Words(
        "Dokumente der Sendung {number} ({orders})",
        "Sehr geehrte Damen und Herren,",
        "anbei erhalten Sie die Dokumente der Sendung {number}:",
        "Aufträge",
        "Käufer",
        "Schiff und Reise",
        "Abfahrt (ETD)",
        "Ankunft (ETA)",
        "Konnossement",
        "Bitte geben Sie uns Bescheid, falls etwas zu ändern ist.",
        "Mit freundlichen Grüßen",
    ),
    "pt": _Words(
        "Documentos do embarque {number} ({orders})",
        "Prezados senhores,",
        "Seguem em anexo os documentos do embarque {number}:",
        "Pedidos",
        "Comprador",
        "Navio e viagem",
        "Saída (ETD)",
        "Chegada (ETA)",
        "Conhecimento de embarque",
        "Por favor, avisem-nos se algo precisar ser alterado.",
        "Atenciosamente",
    ),
    "ru": _Words(
        "Документы по отгрузке {number} ({orders})",
        "Здравствуйте!",
        "Направляем документы по отгрузке {number}:",
        "Заказы",
        "Покупатель",
        "Судно и рейс",
        "Отправление (ETD)",
        "Прибытие (ETA)",
        "Коносамент",
        "Пожалуйста, сообщите, если что-либо нужно изменить.",
        "С уважением",
    ),
    "ar": _Words(
        "مستندات الشحنة {number} ({orders})",
        "السادة المحترمون،",
        "نرفق لكم مستندات الشحنة {number}:",
        "الطلبات",
        "المشتري",
        "السفينة والرحلة",
        "المغادرة (ETD)",
        "الوصول (ETA)",
        "بوليصة الشحن",
        "يرجى إعلامنا إذا كان هناك ما يلزم تعديله.",
        "مع أطيب التحيات",
    ),
    "ja": _Words(
        "船積書類 {number}（{orders}）",
        "いつもお世話になっております。",
        "出荷 {number} の書類を添付いたします。ご確認ください。",
        "注文番号",
        "買主",
        "本船・航海番号",
        "出港予定 (ETD)",
        "入港予定 (ETA)",
        "船荷証券番号",
        "修正が必要な場合はお知らせください。",
        "よろしくお願いいたします。",
        "：",
    ),
    "vi": _Words(
        "Chứng từ của lô hàng {number} ({orders})",
        "Kính gửi Quý công ty,",
        "Chúng tôi xin gửi kèm chứng từ của lô hàng {number}:",
        "Đơn hàng",
        "Người mua",
        "Tàu và chuyến",
        "Ngày đi (ETD)",
        "Ngày đến (ETA)",
        "Vận đơn",
        "Vui lòng cho chúng tôi biết nếu cần chỉnh sửa.",
        "Trân trọng",
    ),
    "th": _Words(
        "เอกสารการจัดส่ง {number} ({orders})",
        "เรียน ท่านผู้เกี่ยวข้อง",
        "ขอส่งเอกสารของการจัดส่ง {number} ตามที่แนบมานี้:",
        "คำสั่งซื้อ",
        "ผู้ซื้อ",
        "เรือและเที่ยวเรือ",
        "วันออกเดินทาง (ETD)",
        "วันถึง (ETA)",
        "ใบตราส่งสินค้า",
        "หากต้องการแก้ไขสิ่งใด โปรดแจ้งให้เราทราบ",
        "ขอแสดงความนับถือ",
    ),
}


def _text(words: _Words) -> MailText:
    facts = (
        (words.orders, "{orders}"),
        (words.buyer, "{buyer}"),
        (words.vessel, "{vessel}"),
        (words.etd, "{etd}"),
        (words.eta, "{eta}"),
        (words.bill, "{bill}"),
    )
    told = "\n".join(f"{word}{words.colon}{place}" for word, place in facts)
    parts = (words.greeting, words.attached, "{documents}", told, words.ask)
    return MailText(words.subject, "\n\n".join(parts) + f"\n\n{words.regards}\n{{company}}")


def _both(first: MailText, second: MailText) -> MailText:
    return MailText(
        f"{first.subject} {second.subject.split(' ')[0]}", f"{first.body}\n\n* * *\n\n{second.body}"
    )


MAIL_TEXTS: dict[str, MailText] = {code: _text(words) for code, words in _WORDS.items()}
"""Language → the message; "bilingual" is English with Chinese below."""
MAIL_TEXTS["bilingual"] = _both(MAIL_TEXTS["en"], MAIL_TEXTS["zh_CN"])
