"""Engineering of the demo beyond plain bills: phantoms, by-products, alternates, revisions, work outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from factory_erp.demo import lookup
from factory_erp.demo.catalogue import catalogue
from factory_erp.demo.rules import packing_sets
from factory_erp.demo.specs import KILO
from factory_erp.models.catalog import ItemKind, Procurement
from factory_erp.services import matrix_orders, planning
from factory_erp.services.catalogue import item_forms
from factory_erp.services.catalogue.texts import TextValues
from factory_erp.services.engineering import bills, routings
from factory_erp.services.engineering.bills import AlternateInput, BillInput, BillLineInput
from factory_erp.services.engineering.routings import MachineChoice, RoutingInput, StepInput
from factory_erp.services.names import CHINESE, ENGLISH

OFFCUTS, PLATED_ARM = "RM-SCRAP-304", "AR-DLB-CR"

_OFFCUT_SHARE = Decimal("0.15")
"""Grams of offcuts per gram of shell: what blanking and trimming leave of the sheet."""

_COMING_DAYS, _OLD_YEARS = 30, 2
_BATCH_DAYS = 24
_BATCH = {"VF035-BK": 240, "VF035-WH": 240, "VF050-BK": 480, "VF050-WH": 240, "VF050-NV": 240}
"""Flasks for stock: SKU → pieces, whole cartons."""


@dataclass(frozen=True, slots=True)
class _Extra:
    """An item that no order of the demo needs."""

    sku: str
    kind: ItemKind
    en: str
    zh: str
    cost: str = "0"
    unit: str = "H87"
    made: bool = False
    net_g: int = 0
    days: int = 0


_EXTRAS = (
    _Extra(OFFCUTS, ItemKind.RAW, "Stainless steel offcuts 304, sold as scrap", "304不锈钢边角料（废料出售）",
           "9.60", "KGM"),
    _Extra("RM-316-05", ItemKind.RAW, "Stainless steel sheet 316, 0.5 mm", "316不锈钢板 0.5mm",
           "27.40", "KGM", days=15),
    _Extra("RM-DRIVER-B", ItemKind.RAW, "Constant-current driver IC, second source", "恒流驱动IC（备选）",
           "0.74", days=20),
    _Extra("RM-SEAL-52-F", ItemKind.RAW, "Fluorosilicone seal ring, 52 mm", "氟硅密封圈 Φ52",
           "0.31", days=12),
    _Extra(PLATED_ARM, ItemKind.SEMI_FINISHED, "LED folding desk lamp, arm, chrome plated",
           "LED折叠台灯 灯臂 镀铬", made=True, net_g=126, days=6),
)  # fmt: skip

_ALTERNATES = {("SO-TB20", "RM-304-05"): "RM-316-05", ("SO-TB30", "RM-304-05"): "RM-316-05",
               ("LM-DLA", "RM-DRIVER"): "RM-DRIVER-B", ("LA-S52", "RM-SEAL-52"): "RM-SEAL-52-F"}  # fmt: skip
"""(item, component) → what may be used instead, as much of it."""


def add_items() -> None:
    """Enter the phantoms and whatever else only engineering knows."""
    there = lookup.items()
    for extra in _extras():
        if extra.sku in there:
            continue
        step = KILO if extra.unit == "KGM" else Decimal(1)
        form = item_forms.ItemForm(
            extra.sku, extra.kind, Procurement.MAKE if extra.made else Procurement.BUY, unit=extra.unit,
            step=step, net_g=extra.net_g, lead_days=extra.days, standard_cost=Decimal(extra.cost),
            lot_size=Decimal(1000) if extra.made else Decimal(0), client_key=f"demo:{extra.sku}",
        )  # fmt: skip
        item_forms.save_item(form, (TextValues(ENGLISH, extra.en), TextValues(CHINESE, extra.zh)))


def _extras() -> Iterator[_Extra]:
    yield from _EXTRAS
    for packing in packing_sets():
        yield _Extra(packing.sku, ItemKind.PACKAGING, packing.en, packing.zh, made=True)


def add_packing_sets(begin: date) -> None:
    """The bills of the phantoms, per carton."""
    ids = lookup.items()
    for packing in packing_sets():
        lines = tuple(
            BillLineInput(ids[part.sku], part.quantity, part.scrap_ppm, None) for part in packing.parts
        )
        note = "Phantom: packed with the item, never stocked / 虚拟件，不入库"
        bills.save_bill(BillInput(ids[packing.sku], "A", packing.output, begin, None, note, lines))


def engineer(begin: date, today: date) -> None:
    """By-products, alternates, a plated arm, revisions old and coming, a step with its own machines."""
    ids = lookup.items()
    _let_offcuts_fall(ids)
    _allow_alternates(ids)
    _add_plated_arm(ids, begin)
    _revise_painted_body(ids, begin, today)
    _choose_presses(ids)


def _let_offcuts_fall(ids: Mapping[str, int]) -> None:
    for sku, item in catalogue().items():
        if sku.startswith(("SO-", "SI-")):
            form = lookup.bill_form(ids[sku], "A")
            kilos = Decimal(item.net_g) * _OFFCUT_SHARE * item.output / 1000
            offcuts = BillLineInput(ids[OFFCUTS], kilos, by_product=True)
            if all(line.component_id != ids[OFFCUTS] for line in form.lines):
                bills.save_bill(replace(form, lines=(*form.lines, offcuts)))


def _allow_alternates(ids: Mapping[str, int]) -> None:
    for (sku, component), other in _ALTERNATES.items():
        form = lookup.bill_form(ids[sku], "A")
        lines = tuple(
            replace(line, alternates=(AlternateInput(ids[other], line.quantity),))
            if line.component_id == ids[component]
            else line
            for line in form.lines
        )
        bills.save_bill(replace(form, lines=lines))


def _add_plated_arm(ids: Mapping[str, int], begin: date) -> None:
    """The arm is deburred here, plated outside, and looked at when it comes back."""
    lines = (BillLineInput(ids["AR-DLB"], Decimal(1), 20_000, 10),)
    bills.save_bill(BillInput(ids[PLATED_ARM], "A", Decimal(1), begin, None, "", lines))
    plater = lookup.partner("S-PLATE")
    steps = (
        StepInput(10, "Deburring and degreasing", "去毛刺、除油", lookup.centre("STAMP"), 10, Decimal(6),
                  transfer_lot=Decimal(200), move_minutes=20),
        StepInput(20, "Chrome plating", "电镀铬", lookup.centre("POLISH"), family="CR",
                  quality_point="Coating 8 µm, no pits, 13 of every lot / 镀层8µm，无麻点，每批抽13件",
                  instructions="Hang by the hinge hole; no marks on the face.\n挂铰链孔；正面不得有挂点。",
                  subcontractor_id=plater, subcontract_days=4, subcontract_price=Decimal("2.60")),
        StepInput(30, "Inspection and counting", "检验点数", lookup.centre("LAMP"), 5, Decimal(3)),
    )  # fmt: skip
    routings.save_routing(RoutingInput(ids[PLATED_ARM], "A", begin, None, steps))


def _revise_painted_body(ids: Mapping[str, int], begin: date, today: date) -> None:
    """What the white folding lamp was painted with two years ago, and its plated arm from next month on."""
    body = ids["PL-DLB-WH"]
    now = lookup.bill_form(body, "A")
    powder = ids["RM-PW-WH"]
    thicker = tuple(
        replace(line, quantity=Decimal("0.028")) if line.component_id == powder else line
        for line in now.lines
    )
    old = replace(now, revision="0", valid_from=begin.replace(year=begin.year - _OLD_YEARS),
                  valid_to=begin - timedelta(days=1), note="Two coats / 喷两遍", lines=thicker,
                  id=None, version=None)  # fmt: skip
    bills.save_bill(old)
    assert now.id is not None
    bills.new_revision(now.id, "B", today + timedelta(days=_COMING_DAYS))
    coming = lookup.bill_form(body, "B")
    arm, plated = ids["AR-DLB"], ids[PLATED_ARM]
    lines = tuple(
        replace(line, component_id=plated) if line.component_id == arm else line for line in coming.lines
    )
    bills.save_bill(replace(coming, lines=lines, note="Chrome plated arm / 镀铬灯臂"))


def _choose_presses(ids: Mapping[str, int]) -> None:
    """Kids' bottles are formed on two of the three presses, each with a speed of its own."""
    form = lookup.routing_form(ids["SO-KB035"], "A")
    first, *rest = form.steps
    machines = (
        MachineChoice(lookup.machine("HF-01"), 110),
        MachineChoice(lookup.machine("HF-03"), 80, setup_minutes=45),
    )
    routings.save_routing(replace(form, steps=(replace(first, machines=machines), *rest)))


def make_for_stock(today: date) -> str:
    """Plan a matrix of flasks for stock, to be ready in some weeks; the number of its batch."""
    ids = lookup.items()
    cells = {ids[sku]: Decimal(pieces) for sku, pieces in _BATCH.items()}
    due = today + timedelta(days=_BATCH_DAYS)
    batch = matrix_orders.produce_matrix(lookup.products()["VF"], cells, due, "demo:batch").value
    planning.schedule()
    return batch
