"""Shipping marks after UNECE Recommendation 15: consignee, reference, destination, package number.

Ten lines of seventeen characters at most, plain capitals and digits, no figures drawn.
"""

from __future__ import annotations

import re

from factory_erp.domain import countries, ports
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.incoterms import incoterm
from factory_erp.models.partners import Partner
from factory_erp.models.shipping import Shipment
from factory_erp.services.shipping.facts import orders_of

DEFAULT_TEMPLATE = "{consignee}\n{orders}\n{destination}\n{cartons}"
LINE_LENGTH = 17

_LEGAL_FORMS = re.compile(
    r"[,.]?\s*\b(?:CO|CORP|CORPORATION|COMPANY|INC|LTD|LIMITED|LLC|LLP|PLC|GMBH|AG|KG|OHG|SA|SAS|SARL|SRL|SL|SPA|"
    r"BV|NV|AB|AS|OY|APS|PTY|PTE|SDN|BHD|KK)\b\.?",
    re.IGNORECASE,
)


def marks(shipment: Shipment, cartons: int | None) -> str:
    """The marks of the shipment, one line per row; before packing the cartons run "1-UP"."""
    values = {
        "{consignee}": short_name(shipment.consignee.name),
        "{orders}": _orders(shipment),
        "{destination}": _destination(shipment),
        "{cartons}": f"C/NO. 1-{cartons or 'UP'}" if cartons != 1 else "C/NO. 1",
    }
    text = _template(shipment, shipment.consignee)
    for place, value in values.items():
        text = text.replace(place, value)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _template(shipment: Shipment, consignee: Partner) -> str:
    """What the buyer asked for with the order, else what is agreed with the customer, else the default."""
    asked = {order.marks.strip() for order in orders_of(shipment)}
    wanted = asked.pop() if len(asked) == 1 else ""
    return wanted or consignee.marks_template.strip() or DEFAULT_TEMPLATE


def short_name(name: str) -> str:
    """The firm's name in capitals without its legal form, as many words as a line of marks takes."""
    plain = re.sub(r"\s+", " ", _LEGAL_FORMS.sub("", name)).strip(" .,") or name
    words = plain.upper().split(" ")
    while len(words) > 1 and len(" ".join(words)) > LINE_LENGTH:
        words.pop()
    return " ".join(words)[:LINE_LENGTH]


def _orders(shipment: Shipment) -> str:
    return "/".join(dict.fromkeys(order.customer_po or order.number for order in orders_of(shipment)))


def _destination(shipment: Shipment) -> str:
    """Where the goods are unloaded for the buyer: port, named place of a destination term, or country."""
    if shipment.port_of_discharge.strip():
        return _place(shipment.port_of_discharge)
    if shipment.place.strip() and incoterm(shipment.incoterm).named_place == "destination":
        return _place(shipment.place)
    return countries.country_name(shipment.destination_country, "en").upper()


def _place(text: str) -> str:
    try:
        return ports.port_name(text.strip().upper(), "en").upper()
    except InvalidValue:
        return text.strip().upper()
