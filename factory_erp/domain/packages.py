"""Kinds of package of UNECE Recommendation 21 that exporters of manufactured goods use."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _


@dataclass(frozen=True, slots=True)
class PackageKind:
    """A kind of package.

    *code* is UNECE Rec 21; *en*, *plural* and *zh* what documents print; *customs_cn* the China
    Customs packing code (包装种类).
    """

    code: str
    en: str
    plural: str
    zh: str
    customs_cn: str


_PAPER, _WOOD, _OTHER_BOX, _BAG, _OTHER = "22", "23", "29", "06", "99"
_PAPER_DRUM, _WOOD_DRUM, _OTHER_DRUM, _NAKED, _BULK, _WOOD_PALLET = "32", "33", "39", "01", "00", "93"

_ALL = (
    PackageKind("CT", "carton", "cartons", "纸箱", _PAPER),
    PackageKind("4G", "fibreboard box", "fibreboard boxes", "纤维板箱", _PAPER),
    PackageKind("BX", "box", "boxes", "盒", _PAPER),
    PackageKind("PA", "packet", "packets", "小包", _PAPER),
    PackageKind("PC", "parcel", "parcels", "包裹", _PAPER),
    PackageKind("PX", "pallet", "pallets", "托盘", _WOOD_PALLET),
    PackageKind("8A", "wooden pallet", "wooden pallets", "木托盘", _WOOD_PALLET),
    PackageKind("CS", "case", "cases", "箱", _OTHER_BOX),
    PackageKind("7B", "wooden case", "wooden cases", "木箱", _WOOD),
    PackageKind("4D", "plywood box", "plywood boxes", "胶合板箱", _WOOD),
    PackageKind("CR", "crate", "crates", "板条箱", _OTHER_BOX),
    PackageKind("8B", "wooden crate", "wooden crates", "木板条箱", _WOOD),
    PackageKind("BG", "bag", "bags", "袋", _BAG),
    PackageKind("EC", "plastic bag", "plastic bags", "塑料袋", _BAG),
    PackageKind("44", "polybag", "polybags", "胶袋", _BAG),
    PackageKind("5M", "paper bag", "paper bags", "纸袋", _BAG),
    PackageKind("SA", "sack", "sacks", "麻袋", _BAG),
    PackageKind("BL", "compressed bale", "compressed bales", "压缩包", _BAG),
    PackageKind("BN", "bale", "bales", "包", _BAG),
    PackageKind("BE", "bundle", "bundles", "捆", _OTHER),
    PackageKind("RO", "roll", "rolls", "卷", _OTHER),
    PackageKind("RL", "reel", "reels", "盘", _OTHER),
    PackageKind("DR", "drum", "drums", "桶", _OTHER_DRUM),
    PackageKind("1A", "steel drum", "steel drums", "钢桶", _OTHER_DRUM),
    PackageKind("1G", "fibre drum", "fibre drums", "纤维桶", _PAPER_DRUM),
    PackageKind("2C", "wooden barrel", "wooden barrels", "木桶", _WOOD_DRUM),
    PackageKind("PL", "pail", "pails", "提桶", _OTHER_DRUM),
    PackageKind("WA", "intermediate bulk container", "intermediate bulk containers", "中型散货箱", _OTHER),
    PackageKind("PK", "package", "packages", "件", _OTHER),
    PackageKind("PP", "piece", "pieces", "件", _NAKED),
    PackageKind("NE", "unpacked unit", "unpacked units", "裸装", _NAKED),
    PackageKind("VR", "bulk lot", "bulk lots", "散装", _BULK),
)
PACKAGES: dict[str, PackageKind] = {kind.code: kind for kind in _ALL}
"""Rec 21 code to kind of package."""


def package(code: str) -> PackageKind:
    """The kind of package with Rec 21 *code*; raises InvalidValue for one that is not in PACKAGES."""
    try:
        return PACKAGES[code]
    except (KeyError, TypeError):
        raise InvalidValue(
            _("'{code}' is not a kind of package that is known here.", code=code),
            field=_("Package"),
            remedy=_("Use a UNECE Recommendation 21 code, for example CT for cartons."),
        ) from None
