"""The export declaration as the single window 国际贸易单一窗口 imports it: a ``DecMessage``.

Nothing is cut: a text longer than its field is refused with the field and how long it may be. What is not
answered yet is left out, so that a draft can be imported and completed there.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from factory_erp.documents.details.customs import CountedIn, DeclarationDetails, DeclarationItem, FeeStated
from factory_erp.documents.twins.declaration_leaves import (
    CONTAINER,
    FREE,
    HEAD,
    ITEM,
    NAMESPACE,
    Leaf,
    fits_code,
)
from factory_erp.domain.customs_codes import stored_length
from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.figures import scaled, unscaled
from factory_erp.i18n import _

VERSION = "4.8"

EXPORT, PAPERLESS, SELF_DECLARED = "E", "M", "Z"

Values = Mapping[str, str | Decimal | int]
"""Leaf → what it holds; an empty text is left out."""


def declaration_xml(details: DeclarationDetails) -> bytes:
    """The declaration as ``DecMessage``, UTF-8; the same declaration gives the same bytes.

    Raises InvalidValue, naming item and field, for a text or number that its field cannot hold.
    """
    whole = _("Export declaration")
    root = ET.Element("DecMessage", {"Version": VERSION, "xmlns": NAMESPACE})
    _fill(ET.SubElement(root, "DecHead"), HEAD, _head(details), whole)
    items = ET.SubElement(root, "DecLists")
    for item in details.items:
        record = _("Item {number}", number=item.item_no)
        _fill(ET.SubElement(items, "DecList"), ITEM, _item(item, details.currency), record)
    containers = ET.SubElement(root, "DecContainers")
    for values in _containers(details):
        _fill(ET.SubElement(containers, "Container"), CONTAINER, values, whole)
    for empty in ("DecLicenseDocus", "DecRequestCerts", "DecOtherPacks", "DecUsers"):
        ET.SubElement(root, empty)
    _fill(ET.SubElement(root, "DecFreeTxt"), FREE, _free(details), whole)
    ET.SubElement(root, "DecSign")
    ET.SubElement(root, "EdocRealation")
    ET.indent(root)
    message: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return message


def _head(details: DeclarationDetails) -> Values:
    return {
        "IEFlag": EXPORT,
        "Type": SELF_DECLARED if details.self_declared else "",
        "AgentCode": details.declarant_customs_code,
        "AgentName": details.declarant,
        "AgentCodeScc": details.declarant_uscc,
        "BillNo": details.bill_number,
        "ContrNo": details.contract_number,
        "CustomMaster": details.declared_at.code or details.exit_customs.code,
        "CutMode": details.levy_nature.code,
        "DistinatePort": details.destination_port.code,
        **_fee("Fee", details.freight),
        **_fee("Insur", details.insurance),
        **_fee("Other", details.other_costs),
        "GrossWet": Decimal(details.gross_g) / 1000,
        "NetWt": Decimal(details.net_g) / 1000,
        "IEDate": _day(details.export_on),
        "IEPort": details.exit_customs.code,
        "LicenseNo": details.licence,
        "ManualNo": details.record_number,
        "NoteS": details.notes,
        "OwnerCode": details.producer_customs_code,
        "OwnerName": details.producer,
        "OwnerCodeScc": details.producer_uscc,
        "PackNo": details.packages,
        "TradeCode": details.consignor_customs_code,
        "TradeName": details.consignor,
        "TradeCoScc": details.consignor_uscc,
        "TradeCountry": details.destination_country.code,
        "TradeAreaCode": details.trade_country.code,
        "TradeMode": details.supervision.code,
        "TrafMode": details.transport_mode.code,
        "TrafName": details.transport_name,
        "TransMode": details.terms.code,
        "WrapType": details.packaging.code,
        "EntryType": PAPERLESS,
        "PromiseItmes": _confirmations(details),
        "MarkNo": details.marks,
        "EntyPortCode": details.exit_port.code,
        "GoodsPlace": details.goods_place,
        "OverseasConsigneeEname": details.overseas_consignee,
        "NoOtherPack": "1",
    }


def _confirmations(details: DeclarationDetails) -> str:
    """One digit each, 1 for yes: relation, influence on the price, royalties, formula, provisional price."""
    flags = (
        details.special_relation,
        details.price_affected,
        details.royalties,
        details.formula_price,
        details.provisional_price,
    )
    return "".join("1" if flag else "0" for flag in flags)


def _fee(prefix: str, fee: FeeStated) -> Values:
    if not fee.mark:
        return {}
    currency = "" if fee.mark == "1" else fee.currency
    return {f"{prefix}Mark": fee.mark, f"{prefix}Curr": currency, f"{prefix}Rate": fee.amount}


def _item(item: DeclarationItem, currency: str) -> Values:
    return {
        "CodeTS": item.hs_code,
        "DeclPrice": item.unit_price,
        "DutyMode": item.levy.code,
        "GModel": item.elements_line,
        "GName": item.name,
        "GNo": item.item_no,
        "OriginCountry": item.origin.code,
        "TradeCurr": currency,
        "DeclTotal": item.total,
        **_counted("G", item.transaction),
        **_counted("First", item.first),
        **_counted("Second", item.second),
        "DestinationCountry": item.destination.code,
        "DistrictCode": item.source_place.code,
    }


def _counted(prefix: str, counted: CountedIn | None) -> Values:
    """Quantity and unit; nothing where the unit is not known."""
    if counted is None or not counted.unit.code:
        return {}
    return {f"{prefix}Qty": counted.quantity, f"{prefix}Unit": counted.unit.code}


def _containers(details: DeclarationDetails) -> list[Values]:
    specs = [spec.code for spec in details.container_specs]
    specs += [""] * (len(details.container_numbers) - len(specs))
    return [
        {"ContainerId": number, "ContainerMd": spec, "LclFlag": "0"}
        for number, spec in zip(details.container_numbers, specs, strict=False)
    ]


def _free(details: DeclarationDetails) -> Values:
    return {"VoyNo": details.voyage, "DecBpNo": details.person_phone, "DecNo": details.person_number}


def _fill(parent: ET.Element, leaves: Mapping[str, Leaf], values: Values, record: str) -> None:
    """The leaves of one block in their order, without those that are empty."""
    for name, leaf in leaves.items():
        value = values.get(name, "")
        text = _text(leaf, value, record) if isinstance(value, str) else _number(leaf, value, record)
        if text:
            ET.SubElement(parent, name).text = text


def _text(leaf: Leaf, value: str, record: str) -> str:
    """*value* on one line without what XML cannot carry; refused if too long or no code where one belongs."""
    text = " ".join("".join(char if _carried(char) else " " for char in value).split())
    long = stored_length(text)
    if long > leaf.length:
        raise InvalidValue(
            _(
                "{field} is {long} characters long for customs, which takes {most}.",
                field=_(leaf.title),
                long=long,
                most=leaf.length,
            ),
            record=record,
            field=_(leaf.title),
            remedy=_("Shorten it; a Chinese character counts as two."),
        )
    if not fits_code(leaf, text):
        raise InvalidValue(
            _("'{text}' is not a code.", text=text),
            record=record,
            field=_(leaf.title),
            remedy=_("Enter the code of the customs' table: digits and capital letters."),
        )
    return text


def _carried(char: str) -> bool:
    """Whether XML 1.0 has the character (section 2.2)."""
    return char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff\x7f"


def _number(leaf: Leaf, value: Decimal | int, record: str) -> str:
    """*value* with the decimals of its leaf, half up, zeros at its end left out; refused if too large."""
    places = leaf.decimals or 0
    number = scaled(Decimal(value), places)
    if len(str(abs(number))) > leaf.length:
        raise InvalidValue(
            _("{field} is too large for customs.", field=_(leaf.title)),
            record=record,
            field=_(leaf.title),
            remedy=_("It may have {digits} digits.", digits=leaf.length - places),
        )
    text = format(unscaled(number, places), "f")
    return text.rstrip("0").rstrip(".") if places else text


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""
