"""Delivering replies and quotations: each is looked up before it is sent a second time."""

from __future__ import annotations

import json
from datetime import datetime

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _
from factory_erp.services.inquiries import quotation_delivery
from factory_erp.services.inquiries.inbox import REPLY
from factory_erp.services.inquiries.quotations import QUOTATION
from factory_erp.services.outbox import Claimed
from factory_erp.sync.connectors.base import Connector
from factory_erp.sync.connectors.inquiries import InquiryChannel, OutgoingQuote, OutgoingReply, QuoteLine
from factory_erp.sync.delivery.base import Delivery


def _channel(connector: Connector) -> InquiryChannel:
    if connector.inquiries is None:
        raise InvalidValue(_("The platform '{platform}' cannot do this.", platform=connector.platform))
    return connector.inquiries


class ReplyDelivery:
    """Delivers an answer in a conversation."""

    repeatable = False

    def send(self, connector: Connector, message: Claimed) -> str:
        """Send the answer; the platform's id of it."""
        return _channel(connector).reply(_reply(message))

    def find(self, connector: Connector, message: Claimed) -> str | None:
        """The id of the answer where the platform has it already."""
        return _channel(connector).find_reply(_reply(message))


def _reply(message: Claimed) -> OutgoingReply:
    said = json.loads(message.payload)
    return OutgoingReply(
        external_id=said["external_id"],
        buyer_id=said["buyer_id"],
        body=said["body"],
        our_key=message.client_key,
        sent_after=datetime.fromisoformat(said["sent_after"]),
    )


class QuotationDelivery:
    """Delivers a quotation as it stands: nobody changes it while it is on its way."""

    repeatable = False

    def send(self, connector: Connector, message: Claimed) -> str:
        """Send the quotation; the platform's id of it."""
        return _channel(connector).quote(_quote(message))

    def find(self, connector: Connector, message: Claimed) -> str | None:
        """The id of the quotation where the platform has it already."""
        return _channel(connector).find_quote(_quote(message))


def _quote(message: Claimed) -> OutgoingQuote:
    offer = quotation_delivery.offer(message.record_id)
    return OutgoingQuote(
        external_id=offer.inquiry_id,
        number=offer.number,
        currency=offer.currency,
        incoterm=offer.incoterm,
        place=offer.place,
        payment_terms=offer.payment_terms,
        valid_until=offer.valid_until,
        lead_days=offer.lead_days,
        total=offer.total,
        lines=tuple(
            QuoteLine(line.sku, line.name, line.quantity, line.unit, line.unit_price) for line in offer.lines
        ),
        body=offer.text,
        our_key=message.client_key,
        sent_after=datetime.fromisoformat(json.loads(message.payload)["sent_after"]),
    )


DELIVERIES: dict[str, Delivery] = {REPLY: ReplyDelivery(), QUOTATION: QuotationDelivery()}
"""Kind of message to its delivery."""
