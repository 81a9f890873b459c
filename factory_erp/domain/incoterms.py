"""The eleven Incoterms 2020 rules and what each means for the seller.

Facts follow the Incoterms 2020 rules of the ICC; the China Customs code is that of 成交方式 on the
export declaration, which knows fewer terms: every delivered term is declared as CIF.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from factory_erp.domain.errors import InvalidValue
from factory_erp.i18n import _

NamedPlace = Literal["shipment", "destination"]
"""Whether the place after the code lies at the seller's or at the buyer's end."""

_EXW, _FOB, _CFR, _CIF = "7", "3", "2", "1"


@dataclass(frozen=True, slots=True)
class Incoterm:
    """One rule: its names, whether it is for sea and inland waterway only, and the seller's duties."""

    code: str
    en: str
    zh: str
    sea_only: bool
    named_place: NamedPlace
    seller_pays_freight: bool
    seller_insures: bool
    customs_cn: str


_ALL = (
    Incoterm("EXW", "Ex Works", "工厂交货", False, "shipment", False, False, _EXW),
    Incoterm("FCA", "Free Carrier", "货交承运人", False, "shipment", False, False, _FOB),
    Incoterm("FAS", "Free Alongside Ship", "装运港船边交货", True, "shipment", False, False, _FOB),
    Incoterm("FOB", "Free On Board", "装运港船上交货", True, "shipment", False, False, _FOB),
    Incoterm("CFR", "Cost and Freight", "成本加运费", True, "destination", True, False, _CFR),
    Incoterm(
        "CIF", "Cost, Insurance and Freight", "成本、保险费加运费", True, "destination", True, True, _CIF
    ),
    Incoterm("CPT", "Carriage Paid To", "运费付至", False, "destination", True, False, _CFR),
    Incoterm(
        "CIP", "Carriage and Insurance Paid To", "运费和保险费付至", False, "destination", True, True, _CIF
    ),
    Incoterm("DAP", "Delivered at Place", "目的地交货", False, "destination", True, False, _CIF),
    Incoterm(
        "DPU", "Delivered at Place Unloaded", "目的地卸货后交货", False, "destination", True, False, _CIF
    ),
    Incoterm("DDP", "Delivered Duty Paid", "完税后交货", False, "destination", True, False, _CIF),
)
INCOTERMS: dict[str, Incoterm] = {term.code: term for term in _ALL}
"""Code to rule, in the order of the ICC publication's groups."""


def incoterm(code: str) -> Incoterm:
    """The rule with *code*; raises InvalidValue for a code that Incoterms 2020 does not have."""
    try:
        return INCOTERMS[code]
    except (KeyError, TypeError):
        raise InvalidValue(
            _("'{code}' is not an Incoterms 2020 rule.", code=code),
            field=_("Terms of delivery"),
            remedy=_("Use one of {codes}.", codes=", ".join(INCOTERMS)),
        ) from None


@dataclass(frozen=True, slots=True)
class TradeTerm:
    """A rule with its named place, without which it is no agreement: "FOB Ningbo"."""

    code: str
    place: str

    def __post_init__(self) -> None:
        incoterm(self.code)
        if not self.place.strip():
            raise InvalidValue(
                _("{code} has no named place.", code=self.code),
                field=_("Terms of delivery"),
                remedy=_("Write the port or place after the code, for example FOB Ningbo."),
            )

    @property
    def rule(self) -> Incoterm:
        """The Incoterms rule of this term."""
        return incoterm(self.code)

    def __str__(self) -> str:
        return f"{self.code} {self.place.strip()} (Incoterms 2020)"
