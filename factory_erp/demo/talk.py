"""What buyers ask the demo factory: messages, requests for quotation, e-mails, a telephone call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime

from factory_erp.demo import lookup, offers
from factory_erp.demo.orders import DHGATE, DemoOrder, Stage
from factory_erp.demo.sandbox import Sandboxes
from factory_erp.services.inquiries import inbox as inquiries
from factory_erp.services.inquiries.files import take_mails
from factory_erp.services.inquiries.inbox import InquiryForm
from factory_erp.services.inquiries.mail import Mail, read_mail
from factory_erp.sync.sandbox.alibaba.payloads import epoch_ms


@dataclass(frozen=True, slots=True)
class _Message:
    """A conversation on DHgate, about a family's listing or (without one) an order of ours."""

    buyer: str
    title: str
    letters: tuple[tuple[float, str], ...]
    """(hours ago, words of the buyer), the oldest first."""
    product: str = ""


MESSAGES = (
    _Message("Fjordlys Hjem AS", "500 ml flask with our logo", (
        (49, "Hello, we like the 500 ml vacuum flask. Could you engrave our logo? We need 600 pieces in "
             "matte black. What is your best price, and when could they be ready?"),
        (26, "One more question: is there a gift box without print?"),
    ), "VF"),
    _Message("Andes Casa Hogar S.A.S.", "Shipping date of our order", (
        (30, "Buenos dias, could you tell us when our order leaves the port? Our forwarder is waiting."),
    )),
    _Message("Totara Grove Living Ltd", "Sample of the tumbler", (
        (20, "Hi, can we buy two samples of the 20 oz tumbler, one with the laser logo?"),
    ), "TB"),
    _Message("Saltmarsh Cafe Supplies", "Mugs for a coffee chain", (
        (7, "We run 40 coffee shops and look for 2,000 double wall mugs in sage green. Can you make them "
            "with a bamboo handle?"),
    ), "CM"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Request:
    """A request for quotation on Alibaba.com; it can be answered *answer_in* hours from now."""

    subject: str
    text: str
    quantity: int
    country: str
    hours_ago: float
    answer_in: float
    port: str
    product: str = ""
    """Our family that comes near to it."""


REQUESTS = (
    _Request("Stainless steel vacuum flask 500 ml, custom colour",
             "We need vacuum flasks for a company gift: 304 steel, 500 ml, navy blue, individual box. Please "
             "quote FOB with lead time.", 3000, "DE", 70, 22, "Hamburg", "VF"),
    _Request("20 oz vacuum tumbler with laser logo",
             "Tumblers with slide lid, two colours, logo on one side. Repeat orders every quarter.", 5000,
             "US", 52, 9, "Long Beach", "TB"),
    _Request("LED desk lamp with touch dimmer for students",
             "Looking for a reliable maker of 6 W desk lamps, EU plug, CE report required.", 1200, "ES", 31,
             96, "Valencia", "DLA"),
    _Request("Kids vacuum flask or coffee mug set",
             "Set of two, gift box, safe for children. Target price 6 USD a set.", 800, "GB", 10, 170,
             "Felixstowe"),
)  # fmt: skip
"""The first two are quoted; the quotation of the second got no answer from the platform."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """An e-mail that came to the factory."""

    key: str
    sender: str
    address: str
    subject: str
    text: str
    hours_ago: float


LETTERS = (
    _Letter("fieldnote-1", "Ines Morgado", "ines.morgado@fieldnote-gifts.example",
            "Quotation for TB20-BK-L, 480 pcs",
            "Dear Lanbei team,\n\nwe saw your tumblers at the fair. Please quote 480 pieces of TB20-BK-L, "
            "FOB Ningbo, with our logo.\n\nBest regards\nInes Morgado\nFieldnote Gifts Lda, Porto", 76),
    _Letter("harborview-1", "Dale Whitcomb", "dale@harborview-hotels.example", "Desk lamps for hotel rooms",
            "Hello,\n\nwe refurbish 260 rooms and need desk lamps with a US plug in pearl white "
            "(DLA-WH-US). Could you send a sample and your price list?\n\nDale Whitcomb\nHarborview Hotels",
            15),
)  # fmt: skip
"""The first is quoted and becomes an order."""

_FACTORY = "export@lanbei.example"


def fill(
    sandboxes: Sandboxes, codes: dict[str, str], orders: tuple[DemoOrder, ...], moment: datetime
) -> None:
    """Let the buyers write on the platforms; *codes* are family → its listing on DHgate. Once per sandbox."""
    _write(sandboxes, codes, orders, moment)
    state = sandboxes.alibaba.state
    for request in REQUESTS if not state.board.requests() else ():
        state.add_rfq(
            request.subject,
            request.quantity,
            description=request.text,
            country_simple=request.country,
            destination_port=request.port,
            opened=moment - timedelta(hours=request.hours_ago),
            expirate_time=epoch_ms(moment + timedelta(hours=request.answer_in)),
        )


def _write(
    sandboxes: Sandboxes, codes: dict[str, str], orders: tuple[DemoOrder, ...], moment: datetime
) -> None:
    state = sandboxes.dhgate.state
    about = next((one.trade_id for one in orders if one.shop == DHGATE and one.stage is Stage.DOCUMENTED), "")
    for message in MESSAGES if not state.topics() else ():
        topic = 0
        for hours, words in message.letters:
            topic = state.add_message(
                message.buyer,
                words,
                codes.get(message.product, ""),
                order="" if message.product else about,
                title=message.title,
                msg_id=topic,
                sent_at=moment - timedelta(hours=hours),
            )


def bring_letters(moment: datetime) -> None:
    """Take in the e-mails, and type in what was asked on the telephone."""
    take_mails([_mail(letter, moment) for letter in LETTERS])
    call = InquiryForm(
        buyer_name="Brookline Outfitters (Neil Prosser)",
        subject="Spare lids for 20 oz tumblers / 冰霸杯备用盖",
        text="Called: needs 300 spare slide lids for tumblers of last year, air freight, this month. "
        "来电：去年订单需300个备用滑盖，空运，本月要。",
        buyer_country="CA",
        product_id=lookup.products()["TB"],
        quantity=Decimal(300),
        unit="H87",
        wanted_by=(moment + timedelta(days=18)).date(),
        received_at=moment - timedelta(hours=5),
    )
    inquiries.add_inquiry(call, "demo:call")


def _mail(letter: _Letter, moment: datetime) -> Mail:
    written = EmailMessage()
    written["From"] = f"{letter.sender} <{letter.address}>"
    written["To"] = _FACTORY
    written["Subject"] = letter.subject
    written["Date"] = format_datetime(moment - timedelta(hours=letter.hours_ago))
    written["Message-ID"] = f"<{letter.key}@mail.example>"
    written.set_content(letter.text)
    return read_mail(written.as_bytes())


def fill_again(sandboxes: Sandboxes, account: int, orders: tuple[DemoOrder, ...], moment: datetime) -> None:
    """The same for sandboxes that were just started, where there are listings to ask about."""
    codes = offers.external_ids(account)
    if codes:
        fill(sandboxes, codes, orders, moment)
