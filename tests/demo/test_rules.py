"""What the variant rules of the demo derive is what its tables say."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.demo import lookup
from factory_erp.demo.catalogue import catalogue, sellable
from factory_erp.demo.families import axes, families, goods, options, sku_pattern
from factory_erp.demo.rules import RULED, packing_sets, price_list
from factory_erp.demo.specs import ItemSpec
from factory_erp.models.catalog import Item, ItemText
from factory_erp.models.engineering import Bill, Routing, WorkCentre
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.services.base import query
from factory_erp.services.variants import making as variants
from tests.demo.conftest import Prepared

RULED_GOODS = [item for item in sellable() if item.product in RULED]
Parts = dict[str, tuple[Fraction, int | None]]


@query
def consumed(session: Session, sku: str) -> Parts:
    """Component → quantity for one, scrap included, and its operation; phantoms taken apart."""
    return _consumed(session, sku, None)


def _consumed(session: Session, sku: str, within: int | None) -> Parts:
    found = select(Bill).join(Item, Item.id == Bill.item_id).where(Item.sku == sku)
    bill = session.scalars(found).one()
    assert bill.derived is (within is None)
    parts: Parts = {}
    for line in bill.lines:
        component = session.get_one(Item, line.component_id).sku
        share = Fraction(line.quantity) / Fraction(bill.output) * Fraction(1_000_000 + line.scrap_ppm, 10**6)
        if line.phantom:
            below = _consumed(session, component, line.operation)
            parts |= {name: (share * quantity, at) for name, (quantity, at) in below.items()}
        else:
            parts[component] = (share, within or line.operation)
    return parts


@pytest.mark.parametrize("item", RULED_GOODS, ids=lambda item: item.sku)
def test_a_derived_bill_consumes_what_the_table_says(factory: Prepared, item: ItemSpec) -> None:
    wanted = {
        part.sku: (
            Fraction(part.quantity) / Fraction(item.output) * Fraction(1_000_000 + part.scrap_ppm, 10**6),
            part.operation,
        )
        for part in item.parts
    }
    assert consumed(item.sku) == wanted


@pytest.mark.parametrize("item", RULED_GOODS, ids=lambda item: item.sku)
def test_derived_steps_weight_prices_and_names_are_those_of_the_table(
    factory: Prepared, item: ItemSpec
) -> None:
    with factory.database.session() as session:
        stored = session.scalars(select(Item).filter_by(sku=item.sku)).one()
        routing = session.scalars(select(Routing).filter_by(item_id=stored.id)).one()
        centres = dict(session.execute(select(WorkCentre.id, WorkCentre.code)).all())
        steps = [
            (step.sequence, centres[step.centre_id], step.name_en, step.name_zh, step.setup_minutes,
             step.run_seconds, step.family, step.queue_minutes, step.instructions, step.quality_point)
            for step in routing.operations
        ]  # fmt: skip
        prices = session.execute(
            select(PriceList.code, PriceLine.min_quantity, PriceLine.price)
            .join(PriceLine, PriceLine.list_id == PriceList.id)
            .where(PriceLine.item_id == stored.id, PriceList.code.in_(map(price_list, ("USD", "EUR"))))
        ).all()
        names = {
            text.language: (text.name, text.declaration_name)
            for text in session.scalars(select(ItemText).filter_by(item_id=stored.id))
        }
        weight = stored.net_g
    assert routing.derived
    assert steps == [
        (step.sequence, step.centre, step.en, step.zh, step.setup, step.run, step.family, step.queue,
         step.instructions, step.quality)
        for step in item.steps
    ]  # fmt: skip
    assert weight == item.net_g
    assert {tuple(row) for row in prices} == {
        (price_list(tier.currency), tier.quantity, tier.price) for tier in item.tiers
    }
    assert names["en"] == (item.en, item.declared_en)
    assert names["zh_CN"] == (item.zh, item.declared_zh)


def test_rules_are_sound_and_have_nothing_left_to_change(factory: Prepared) -> None:
    for product in RULED:
        product_id = lookup.products()[product]
        given = [
            variants.RuleInput(rule.kind, rule.slot, rule.condition, rule.outcome)
            for rule in variants.rules(product_id)
        ]
        assert {rule.kind for rule in given} == {"component", "operation", "weight", "price", "text"}
        assert variants.check_rules(product_id, given) == ()
        assert [row.changes for row in variants.preview(product_id)] == [()] * len(goods(product))


def test_every_finished_good_stands_on_the_axes_of_its_family(factory: Prepared) -> None:
    for product in families():
        product_id = lookup.products()[product]
        shown = variants.axes(product_id)
        assert [axis.code for axis in shown] == [axis.code for axis in axes(product)]
        placed = {row.sku: dict(row.combination) for row in variants.preview(product_id) if row.exists}
        assert placed == {item.sku: options(item) for item in goods(product)}
        for axis in shown:
            assert all({"en", "zh_CN"} <= set(value.names) for value in axis.values)


def test_the_pattern_makes_the_skus_of_the_ruled_families() -> None:
    for item in RULED_GOODS:
        assert sku_pattern(item.product).format(product=item.product, **options(item)) == item.sku


def test_a_packing_set_is_what_a_carton_takes() -> None:
    for packing in packing_sets():
        cartons = [part for part in packing.parts if part.sku.startswith("PM-CTN-")]
        assert [part.quantity for part in cartons] == [1]
        assert all(part.quantity == packing.output for part in packing.parts if part not in cartons)
        assert packing.sku not in catalogue()
