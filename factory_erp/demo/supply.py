"""How the demo factory plans its items: lot rules, safety stock, usual suppliers, moulds.

Plain values by SKU; ``build`` writes them with the items and their routings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from factory_erp.demo.specs import ItemSpec
from factory_erp.models.catalog import LotRule, Procurement

_LOTS = """
RM-304-04|period|500|250|7|6000
RM-304-05|period|500|250|7|8000
RM-SPOON|per_order|500|100|0|0
RM-GETTER|period|5000|1000|14|2000
RM-LED|period|20000|4000|14|8000
RM-DRIVER|period|1000|500|14|500
RM-SCREWS|period|1000|500|7|400
PM-BAG|period|5000|1000|7|3000
PM-LEAF-D|period|2000|500|7|1000
VF035-BK|lot_for_lot|0|24|0|240
VF050-BK|lot_for_lot|0|24|0|480
VF050-WH|lot_for_lot|0|24|0|240
MP-STRAW|period|1000|0|7|0
MP-S45|fixed|0|0|0|0
MP-S52|per_order|500|100|0|0
SO-KB035|per_order|0|100|0|0
"""
"""SKU, lot rule, least lot, multiple, days of a period, safety stock; the rest goes by order."""

_FROM = {
    "S-STEEL": ("RM-304", "RM-SPCC", "RM-HANDLE", "RM-SPOON"),
    "S-RESIN": ("RM-PP", "RM-MB", "RM-ABS", "RM-PC"),
    "S-SEAL": ("RM-SEAL", "RM-STRAW"),
    "S-POWDER": ("RM-PW",),
    "S-LED": ("RM-LED", "RM-PCB", "RM-DRIVER", "RM-TOUCH"),
    "S-POWER": ("RM-ADP", "RM-WIRE"),
    "S-ALU": ("RM-AL", "RM-HINGE", "RM-CLIP"),
    "S-BOX": ("PM-",),
}
"""Supplier → how the SKUs begin that are usually bought of him; for the rest there is no usual one."""

DELIVERY_DAYS = {"S-STEEL": "TUFR", "S-BOX": "TUFR", "S-SEAL": "DAY", "S-RESIN": "DAY"}
"""Supplier → calendar of the days on which he delivers; the others on any."""

_MOULDED = "MOULD"
_TWICE = frozenset({"MP-SLIDE", "MP-S45"})
"""Parts of which there are two moulds."""


@dataclass(frozen=True, slots=True)
class Mould:
    """A mould, and so many of it."""

    code: str
    en: str
    zh: str
    capacity: int


def lot_values(spec: ItemSpec) -> dict[str, object]:
    """Columns of the item that say how much of it is made or bought at once, and what is kept back."""
    return dict(_lots().get(spec.sku, {}))


@cache
def _lots() -> Mapping[str, Mapping[str, object]]:
    found = {}
    for row in _LOTS.strip().splitlines():
        sku, rule, least, multiple, days, safety = row.split("|")
        found[sku] = {
            "lot_rule": LotRule(rule), "lot_minimum": Decimal(least), "lot_multiple": Decimal(multiple),
            "period_days": int(days), "safety_stock": Decimal(safety),
        }  # fmt: skip
    return found


def supplier_of(spec: ItemSpec) -> str:
    """Code of the usual supplier, "" where there is none or where it is made."""
    if spec.procurement is not Procurement.BUY:
        return ""
    return next((code for code, begins in _FROM.items() if spec.sku.startswith(begins)), "")


def mould_of(spec: ItemSpec) -> str:
    """Code of the mould that the item is made with, "" for none."""
    return f"T-{spec.sku}" if any(step.centre == _MOULDED for step in spec.steps) else ""


def moulds(items: Iterable[ItemSpec]) -> Iterator[Mould]:
    """The moulds of all that is moulded."""
    for spec in items:
        code = mould_of(spec)
        if code:
            yield Mould(code, f"Mould: {spec.en}", f"模具：{spec.zh}", 1 + (spec.sku in _TWICE))
