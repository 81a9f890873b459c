"""The leaves of a ``DecMessage``: what each may hold, and a check of a finished message against that.

Lengths are those of the single window's import interface. It counts as the customs' systems store text,
two for a Chinese character and one for a Latin one. Decimals are given as digits in all and after the point.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from factory_erp.domain.customs_codes import stored_length
from factory_erp.i18n import N_, _

NAMESPACE = "http://www.chinaport.gov.cn/dec"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf: its length, or digits in all and after the point; its name on the interface."""

    name: str
    length: int
    title: str
    decimals: int | None = None
    """None: text; 0: a whole number."""


HEAD: dict[str, Leaf] = {
    leaf.name: leaf
    for leaf in (
        Leaf("IEFlag", 1, N_("Import or export")),
        Leaf("Type", 2, N_("Kind of declaration")),
        Leaf("AgentCode", 10, N_("Customs code of the declarant")),
        Leaf("AgentName", 70, N_("Declarant")),
        Leaf("BillNo", 50, N_("Bill of lading number")),
        Leaf("ContrNo", 32, N_("Contract number")),
        Leaf("CustomMaster", 4, N_("Customs office of declaration")),
        Leaf("CutMode", 3, N_("Nature of levy")),
        Leaf("DistinatePort", 6, N_("Port of destination")),
        Leaf("FeeCurr", 3, N_("Freight: currency")),
        Leaf("FeeMark", 1, N_("Freight: mark")),
        Leaf("FeeRate", 12, N_("Freight"), 4),
        Leaf("GrossWet", 17, N_("Gross weight"), 5),
        Leaf("IEDate", 8, N_("Date of export")),
        Leaf("IEPort", 4, N_("Exit customs office")),
        Leaf("InsurCurr", 3, N_("Insurance: currency")),
        Leaf("InsurMark", 1, N_("Insurance: mark")),
        Leaf("InsurRate", 12, N_("Insurance"), 4),
        Leaf("LicenseNo", 20, N_("Licence number")),
        Leaf("ManualNo", 12, N_("Record number")),
        Leaf("NetWt", 17, N_("Net weight"), 5),
        Leaf("NoteS", 500, N_("Notes")),
        Leaf("OtherCurr", 3, N_("Other costs: currency")),
        Leaf("OtherMark", 1, N_("Other costs: mark")),
        Leaf("OtherRate", 12, N_("Other costs"), 4),
        Leaf("OwnerCode", 10, N_("Customs code of the producer")),
        Leaf("OwnerName", 70, N_("Producer")),
        Leaf("PackNo", 9, N_("Packages"), 0),
        Leaf("TradeCode", 10, N_("Customs code of the consignor")),
        Leaf("TradeCountry", 3, N_("Country of destination")),
        Leaf("TradeMode", 4, N_("Customs regime")),
        Leaf("TradeName", 70, N_("Domestic consignor")),
        Leaf("TrafMode", 1, N_("Mode of transport")),
        Leaf("TrafName", 200, N_("Vessel")),
        Leaf("TransMode", 1, N_("Terms of trade")),
        Leaf("WrapType", 2, N_("Kind of packing")),
        Leaf("EntryType", 1, N_("Type of entry")),
        Leaf("AgentCodeScc", 18, N_("Social credit code of the declarant")),
        Leaf("OwnerCodeScc", 18, N_("Social credit code of the producer")),
        Leaf("TradeCoScc", 18, N_("Social credit code of the consignor")),
        Leaf("PromiseItmes", 50, N_("Confirmations")),
        Leaf("TradeAreaCode", 3, N_("Country of trade")),
        Leaf("MarkNo", 400, N_("Marks")),
        Leaf("EntyPortCode", 6, N_("Exit port")),
        Leaf("GoodsPlace", 100, N_("Place of the goods")),
        Leaf("OverseasConsigneeEname", 400, N_("Overseas consignee")),
        Leaf("NoOtherPack", 1, N_("No other packing")),
    )
}
"""Leaves of ``DecHead`` in the order in which they are written."""

ITEM: dict[str, Leaf] = {
    leaf.name: leaf
    for leaf in (
        Leaf("CodeTS", 10, N_("HS code")),
        Leaf("DeclPrice", 14, N_("Unit price"), 4),
        Leaf("DutyMode", 1, N_("Levy")),
        Leaf("GModel", 255, N_("Declaration elements")),
        Leaf("GName", 255, N_("Declared name")),
        Leaf("GNo", 2, N_("Item number"), 0),
        Leaf("OriginCountry", 3, N_("Country of origin")),
        Leaf("TradeCurr", 3, N_("Currency")),
        Leaf("DeclTotal", 15, N_("Total"), 2),
        Leaf("GQty", 14, N_("Quantity"), 5),
        Leaf("FirstQty", 19, N_("First statutory quantity"), 5),
        Leaf("SecondQty", 19, N_("Second statutory quantity"), 5),
        Leaf("GUnit", 3, N_("Unit of sale")),
        Leaf("FirstUnit", 3, N_("First statutory unit")),
        Leaf("SecondUnit", 3, N_("Second statutory unit")),
        Leaf("DestinationCountry", 3, N_("Country of destination")),
        Leaf("DistrictCode", 5, N_("Source place")),
    )
}
"""Leaves of a ``DecList``."""

CONTAINER: dict[str, Leaf] = {
    leaf.name: leaf
    for leaf in (
        Leaf("ContainerId", 11, N_("Container number")),
        Leaf("ContainerMd", 2, N_("Container type")),
        Leaf("LclFlag", 1, N_("Less than a container load")),
    )
}
"""Leaves of a ``Container``."""

FREE: dict[str, Leaf] = {
    leaf.name: leaf
    for leaf in (
        Leaf("VoyNo", 32, N_("Voyage")),
        Leaf("DecBpNo", 32, N_("Telephone of the declaring person")),
        Leaf("DecNo", 13, N_("Number of the declaring person")),
    )
}
"""Leaves of ``DecFreeTxt``."""

_BLOCKS = {"DecHead": HEAD, "DecList": ITEM, "Container": CONTAINER, "DecFreeTxt": FREE}
_CODES = re.compile(r"[0-9A-Z]*")
_CODED = frozenset(
    leaf.name for block in _BLOCKS.values() for leaf in block.values() if leaf.length in (3, 4, 6, 10, 18)
)
"""Leaves that hold nothing but a code."""


@dataclass(frozen=True, slots=True)
class LeafProblem:
    """A leaf of a message that does not keep its form: where, which, what is wrong (interface text)."""

    place: str
    leaf: str
    message: str

    @property
    def title(self) -> str:
        """What the interface calls the leaf; what the message calls it, where that is none of ours."""
        known = _BLOCKS.get(self.place.partition(" ")[0], {}).get(self.leaf)
        return _(known.title) if known else self.leaf or "DecMessage"

    @property
    def where(self) -> str:
        """Block and leaf with its title, "DecList 2, GModel (Declaration elements)"."""
        if not self.leaf:
            return self.title
        return f"{self.place}, {self.leaf}" + ("" if self.title == self.leaf else f" ({self.title})")


def fits_code(leaf: Leaf, text: str) -> bool:
    """Whether *text* is a code, where *leaf* holds nothing else."""
    return leaf.name not in _CODED or bool(_CODES.fullmatch(text))


def check_lengths(message: bytes) -> tuple[LeafProblem, ...]:
    """What in a finished ``DecMessage`` breaks the form of its leaves; nothing for one that keeps it.

    Reads the bytes alone, so it holds for a message from anywhere. A message with a document type is
    refused unread: its entities could reach for files or fill the memory.
    """
    if b"<!DOCTYPE" in message or b"<!ENTITY" in message:
        return (LeafProblem("", "", _("The message declares a document type.")),)
    try:
        root = ET.fromstring(message)
    except (ET.ParseError, ValueError, LookupError):
        return (LeafProblem("", "", _("The message is not well-formed XML.")),)
    if root.tag != f"{{{NAMESPACE}}}DecMessage":
        return (LeafProblem("", "", _("The message is not a DecMessage.")),)
    return tuple(_problems(root))


def _problems(root: ET.Element) -> Iterator[LeafProblem]:
    for block, leaves in _BLOCKS.items():
        for number, element in enumerate(root.iter(f"{{{NAMESPACE}}}{block}"), 1):
            place = block if block in ("DecHead", "DecFreeTxt") else f"{block} {number}"
            for child in element:
                name = child.tag.removeprefix(f"{{{NAMESPACE}}}")
                wrong = _wrong(leaves.get(name), child.text or "")
                if wrong:
                    yield LeafProblem(place, name, wrong)


def _wrong(leaf: Leaf | None, text: str) -> str:
    """What is wrong with *text* in *leaf*; nothing where it fits."""
    if leaf is None:
        return _("There is no such field.")
    if not text:
        return ""
    if leaf.decimals is not None:
        return _wrong_number(leaf, leaf.decimals, text)
    if stored_length(text) > leaf.length:
        return _("It is {long} long, {most} are allowed.", long=stored_length(text), most=leaf.length)
    if not fits_code(leaf, text):
        return _("'{text}' is not a code.", text=text)
    return ""


def _wrong_number(leaf: Leaf, decimals: int, text: str) -> str:
    pattern = rf"-?[0-9]{{1,{leaf.length - decimals}}}" + (rf"(\.[0-9]{{1,{decimals}}})?" if decimals else "")
    if re.fullmatch(pattern, text):
        return ""
    return _(
        "'{text}' is not a number of {digits} digits with {decimals} decimals.",
        text=text,
        digits=leaf.length,
        decimals=decimals,
    )
