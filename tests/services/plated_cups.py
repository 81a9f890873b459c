"""Cups that are pressed on one of two named presses, plated in town and packed; steel chips come out."""

from __future__ import annotations

from decimal import Decimal

from factory_erp.models.database import Database
from factory_erp.services import planning
from factory_erp.services.engineering import bills, routings
from factory_erp.services.engineering.bills import BillInput, BillLineInput
from factory_erp.services.engineering.routings import MachineChoice, RoutingInput, StepInput
from factory_erp.services.production import orders as production
from tests.services.factory import (
    LONG_AGO,
    CupFactory,
    a_cup_factory,
    a_customer,
    a_machine,
    an_item,
    an_order,
    in_stock,
)


def a_plated_cup(db: Database) -> CupFactory:
    """The cup factory with that bill and routing of the cup; the presses P-2 and P-3 are the named ones."""
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        for item in (shop.lid, shop.steel, shop.box):
            in_stock(session, item, 1000)
        choices = [MachineChoice(a_machine(session, code, "PRESS-CENTRE").id) for code in ("P-2", "P-3")]
        plater = a_customer(session, "PLATER").id
        chips = an_item(session, "CHIPS", buy=True, unit="KGM", step="0.001").id
        centre = shop.press.centre_id
    press = StepInput(
        10,
        "Press",
        "冲压",
        centre,
        run_seconds=Decimal(60),
        quality_point="No dents",
        machines=tuple(choices),
    )
    plate = StepInput(20, "Plate", "电镀", centre, subcontractor_id=plater, subcontract_days=3)
    pack = StepInput(30, "Pack", "包装", centre, run_seconds=Decimal(30))
    (routing,) = routings.routing_revisions(shop.cup.id)
    routings.save_routing(RoutingInput(shop.cup.id, "A", LONG_AGO, None, (press, plate, pack), id=routing.id))
    lines = (
        BillLineInput(shop.lid.id, Decimal(1)),
        BillLineInput(chips, Decimal("0.05"), by_product=True),
    )
    (bill,) = bills.revisions(shop.cup.id)
    bills.save_bill(BillInput(shop.cup.id, "A", Decimal(1), LONG_AGO, None, "", lines, id=bill.id))
    return shop


def ten_plated_cups(db: Database) -> int:
    """A released production order for ten of them."""
    shop = a_plated_cup(db)
    with db.session(write=True) as session:
        sales = an_order(session, {shop.cup: 10}).id
    made = planning.plan_order(sales).value.production_orders
    production.release(made)
    return made[0]
