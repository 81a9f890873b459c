"""The form of an item: every rule under its field, saving twice, copying, removing, units."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.models.base import Base
from factory_erp.models.catalog import Item, ItemKind, LotRule, PackagingLevel, PackKind, Product
from factory_erp.models.customs import ItemDeclaration
from factory_erp.models.database import Database
from factory_erp.models.partners import Partner, PartnerRole, Role
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.services import search
from factory_erp.services.catalogue import item_forms, texts
from factory_erp.services.catalogue import views as catalog
from factory_erp.services.catalogue.item_forms import (
    REFERENCES,
    ItemForm,
    check_item,
    copy_item,
    item_form,
    remove_item,
    save_item,
    set_active,
)
from factory_erp.services.catalogue.texts import TextValues
from factory_erp.services.catalogue.unit_conversions import (
    Conversion,
    conversions,
    convert,
    converted,
    save_conversions,
)
from factory_erp.services.files import images
from factory_erp.services.material import changes as material_changes
from factory_erp.services.material import plan as material_plan
from factory_erp.services.suggestions import accepting as suggestions
from tests.services.factory import a_cup_factory, an_item, an_order, in_stock
from tests.services.test_images import a_picture

FORM = ItemForm(
    "CUP-BK", hs_code="9617.0019.00", origin="cn", net_g=300, gtin="4006381333931", lead_days=7,
    standard_cost=Decimal("12.5"), min_order=Decimal(100), order_multiple=Decimal(24), sellable=True,
)  # fmt: skip
NAMES = [TextValues("en", "Cup, black", "Vacuum flask"), TextValues("zh_CN", "黑杯")]


def test_an_item_is_made_once_however_often_the_form_is_sent(db: Database) -> None:
    first = save_item(FORM, NAMES)
    again = save_item(FORM, NAMES)
    assert again.value == first.value
    assert again.changes == {}
    form = item_form(first.value)
    assert (form.hs_code, form.origin, form.version) == ("9617001900", "CN", 1)
    assert form.kind is ItemKind.FINISHED
    for words in ("黑杯", "cup, black", "9617", "4006381333931"):
        assert list(catalog.item_ids(words=words)) == [first.value]


def test_a_key_of_the_client_finds_the_item_that_was_just_made(db: Database) -> None:
    form = replace(FORM, client_key="made-once")
    first = save_item(form).value
    assert save_item(replace(form, sku="CUP-BLACK")).value == first
    assert item_form(first).sku == "CUP-BLACK"


def test_a_change_is_made_over_the_version_that_was_read(db: Database) -> None:
    made = save_item(FORM).value
    read = item_form(made)
    save_item(replace(read, lead_days=9))
    assert save_item(replace(read, lead_days=9)).changes == {}
    with pytest.raises(Conflict):
        save_item(replace(read, lead_days=10))
    assert item_form(made).lead_days == 9


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sku", "  "),
        ("sku", "TAKEN"),
        ("sku", "A\tB"),
        ("sku", "x" * 61),
        ("product_id", 999),
        ("kind", "toy"),
        ("procurement", "steal"),
        ("unit", "???"),
        ("hs_code", "12345"),
        ("hs_code", "77010000"),
        ("origin", "XX"),
        ("gtin", "4006381333932"),
        ("net_g", -1),
        ("net_g", 2**31),
        ("lead_days", -1),
        ("step", Decimal(0)),
        ("step", Decimal("0.0000001")),
        ("standard_cost", Decimal(-1)),
        ("standard_cost", Decimal(10) ** 13),
        ("standard_cost", Decimal("NaN")),
        ("min_order", Decimal("0.5")),
        ("order_multiple", Decimal("1.5")),
        ("lot_size", Decimal(-5)),
        ("options", "x" * 201),
        ("lot_rule", "guess"),
        ("lot_minimum", Decimal("0.5")),
        ("lot_multiple", Decimal(-1)),
        ("safety_stock", Decimal("1.5")),
        ("safety_stock", Decimal("NaN")),
        ("period_days", -1),
        ("period_days", 2**31),
        ("scrap_percent", Decimal(-1)),
        ("scrap_percent", Decimal(100)),
        ("scrap_percent", Decimal("0.00001")),
        ("scrap_percent", Decimal("Infinity")),
        ("supplier_id", 999),
    ],
)
def test_every_rule_is_said_under_its_field(db: Database, field: str, value: Any) -> None:
    with db.session(write=True) as session:
        an_item(session, "TAKEN")
    form = replace(FORM, **{field: value})
    assert [problem.field for problem in check_item(form)] == [field]
    with pytest.raises(InvalidValue) as refused:
        save_item(form)
    assert refused.value.field == field
    assert refused.value.message
    assert refused.value.remedy
    assert list(catalog.item_ids(words="CUP-BK")) == []


def test_a_sound_form_has_no_problems_and_a_bad_one_has_them_all(db: Database) -> None:
    assert check_item(FORM) == ()
    bad = replace(FORM, sku="", net_g=-1, gtin="1", step=Decimal(0))
    assert {problem.field for problem in check_item(bad)} == {"sku", "net_g", "gtin", "step"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lot_rule": LotRule.FIXED}, "lot_size"),
        ({"lot_rule": LotRule.FIXED, "lot_size": Decimal(100), "lot_minimum": Decimal(101)}, "lot_minimum"),
        ({"lot_rule": LotRule.FIXED, "lot_size": Decimal(100), "lot_multiple": Decimal(24)}, "lot_multiple"),
        ({"lot_rule": LotRule.PERIOD}, "period_days"),
    ],
)
def test_lots_that_contradict_their_rule_are_refused(
    db: Database, values: dict[str, Any], field: str
) -> None:
    form = replace(FORM, **values)
    assert [problem.field for problem in check_item(form)] == [field]
    with pytest.raises(InvalidValue) as refused:
        save_item(form)
    assert (refused.value.record, refused.value.field) == ("CUP-BK", field)
    assert refused.value.remedy
    assert check_item(replace(form, lot_rule=LotRule.LOT_FOR_LOT)) == (), "other rules do not look at it"
    wrong = replace(form, lot_size=Decimal("NaN"), period_days=-1)
    assert {problem.field for problem in check_item(wrong)} == {"lot_size", "period_days"}


def test_an_item_is_bought_from_a_supplier(db: Database) -> None:
    supplier = a_partner(db, "STEELCO", Role.SUPPLIER)
    buyer = a_partner(db, "NORD", Role.CUSTOMER)
    (problem,) = check_item(replace(FORM, supplier_id=buyer))
    assert (problem.field, problem.message) == ("supplier_id", "NORD is not a supplier.")
    made = save_item(replace(FORM, supplier_id=supplier)).value
    with db.session(write=True) as session:
        session.query(PartnerRole).filter_by(partner_id=supplier).delete()
    assert check_item(item_form(made)) == (), "what an item has already is not asked again"
    assert save_item(replace(item_form(made), lead_days=8)).changes != {}


def a_partner(db: Database, code: str, role: Role) -> int:
    with db.session(write=True) as session:
        partner = Partner(code=code, name=code, country="CN", roles=[PartnerRole(role=role)])
        session.add(partner)
        session.flush()
        return partner.id


def test_how_an_item_is_planned_is_kept_and_copied(db: Database) -> None:
    supplier = a_partner(db, "STEELCO", Role.SUPPLIER)
    form = replace(
        FORM, lot_rule=LotRule.PERIOD, period_days=7, lot_minimum=Decimal(100), lot_multiple=Decimal(24),
        safety_stock=Decimal(50), scrap_percent=Decimal("2.5"), supplier_id=supplier,
    )  # fmt: skip
    made = save_item(form).value
    read = item_form(made)
    assert replace(read, id=None, version=None) == replace(form, hs_code="9617001900", origin="CN")
    assert read.lot_rule is LotRule.PERIOD
    copy = item_form(copy_item(made, "CUP-WH").value)
    assert (copy.lot_rule, copy.period_days, copy.supplier_id) == (LotRule.PERIOD, 7, supplier)


def test_an_item_that_says_nothing_of_lots_is_planned_per_order(db: Database) -> None:
    with db.session(write=True) as session:
        item_id = an_item(session, "OLD").id
    form = item_form(item_id)
    assert (form.lot_rule, form.period_days, form.supplier_id) == (LotRule.PER_ORDER, 0, None)
    assert not any((form.lot_minimum, form.lot_multiple, form.safety_stock, form.scrap_percent))
    assert "item" not in save_item(form).changes


def test_another_lot_rule_makes_the_plan_say_something_else(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        an_order(session, {shop.cup: 10})
        lid = shop.lid.id
    material_plan.run_plan()
    wanted = {row.sku: row.quantity for row in suggestions.suggestions()}["LID"]
    form = item_form(lid)
    changed = save_item(replace(form, lot_rule=LotRule.FIXED, lot_size=wanted * 3, safety_stock=Decimal(1)))
    assert material_changes.affected(changed.changes)
    material_plan.run_plan()
    assert {row.sku: row.quantity for row in suggestions.suggestions()}["LID"] == wanted * 3


def test_a_gtin_belongs_to_one_item(db: Database) -> None:
    made = save_item(FORM).value
    (problem,) = check_item(replace(FORM, sku="CUP-WH"))
    assert (problem.field, "CUP-BK" in problem.message) == ("gtin", True)
    assert check_item(item_form(made)) == ()


def test_the_unit_stays_while_anything_counts_in_it(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.cup, 5)
        cup, box = shop.cup.id, shop.box.id
        free = an_item(session, "FREE").id
    (problem,) = check_item(replace(item_form(cup), unit="SET"))
    assert (problem.field, problem.message) == (
        "unit",
        "CUP is counted in PCS by stock moves, a bill of materials of its own, so its unit cannot change.",
    )
    with pytest.raises(InvalidValue, match=r"BOX .* by bills of materials of other items, so"):
        save_item(replace(item_form(box), unit="SET"))
    save_item(replace(item_form(free), unit="SET"))
    save_conversions(free, [Conversion("DZN", Decimal(12))])
    with pytest.raises(InvalidValue, match=r"FREE is counted in SETS? by unit conversions, so"):
        save_item(replace(item_form(free), unit="H87"))
    assert item_form(free).unit == "SET"


def a_full_item(db: Database) -> int:
    """An item with texts, packaging, units, an answer to customs, a price and a picture."""
    made = save_item(FORM, NAMES).value
    save_conversions(made, [Conversion("DZN", Decimal(12))])
    with db.session(write=True) as session:
        product = Product(code="CUP")
        session.add(product)
        session.flush()
        item = session.get_one(Item, made)
        item.product_id = product.id
        item.packaging = [
            PackagingLevel(kind=PackKind.MASTER, quantity=24, length_mm=400, width_mm=300, height_mm=300,
                           net_g=7200, gross_g=8000)
        ]  # fmt: skip
        session.add(ItemDeclaration(item_id=made, element="品牌类型", value="无品牌"))
        prices = PriceList(code="USD", currency="USD", place="Ningbo", valid_from=date(2026, 1, 1))
        prices.lines = [PriceLine(item_id=made, min_quantity=Decimal(100), price=Decimal("2.5"))]
        session.add(prices)
        session.flush()
        product_id = product.id
    images.add_image(product_id, made, a_picture())
    return made


def test_a_copy_takes_texts_packaging_units_customs_and_prices_along(db: Database) -> None:
    source = a_full_item(db)
    copy = copy_item(source, "CUP-WH").value
    assert copy_item(source, "CUP-WH").value == copy != source
    form = item_form(copy)
    assert (form.sku, form.gtin, form.hs_code, form.active) == ("CUP-WH", "", "9617001900", True)
    assert [row.name for row in texts.text_sheet(item_id=copy)] == ["Cup, black", "黑杯"]
    assert conversions(copy) == conversions(source) == (Conversion("DZN", Decimal(12)),)
    detail = catalog.item_detail(copy)
    assert [pack.quantity for pack in detail.packs] == [24]
    with db.session() as session:
        assert session.query(ItemDeclaration).filter_by(item_id=copy).count() == 1
        assert [line.price for line in session.query(PriceLine).filter_by(item_id=copy)] == [Decimal("2.5")]
    with pytest.raises(InvalidValue) as refused:
        copy_item(source, "CUP-BK")
    assert refused.value.field == "sku"


def test_an_item_that_nothing_refers_to_is_removed_with_all_that_hangs_on_it(db: Database) -> None:
    source = a_full_item(db)
    remove_item(source)
    assert remove_item(source).changes == {}
    assert search.find("CUP-BK") == []
    with db.session() as session:
        for kind in (Item, PackagingLevel, PriceLine, ItemDeclaration):
            assert session.query(kind).count() == 0


def test_an_item_in_use_stays_and_says_where(db: Database) -> None:
    with db.session(write=True) as session:
        shop = a_cup_factory(session)
        in_stock(session, shop.lid, 5)
        lid = shop.lid.id
    with pytest.raises(NotAllowed) as refused:
        remove_item(lid)
    for words in ("stock moves", "bills of materials of other items", "a bill of materials of its own"):
        assert words in refused.value.message
    assert "inactive" in refused.value.remedy
    set_active(lid, False)
    assert set_active(lid, False).changes == {}
    assert item_form(lid).active is False


def test_every_table_that_keeps_an_item_has_a_name_for_the_user() -> None:
    keeping = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is Item.__table__ and key.ondelete == "RESTRICT"
    }
    assert keeping == set(REFERENCES)


def test_conversions_replace_each_other(db: Database) -> None:
    made = save_item(FORM).value
    dozens, sets = Conversion("DZN", Decimal(12)), Conversion("SET", Decimal(6))
    save_conversions(made, [dozens])
    save_conversions(made, [sets, replace(dozens, factor=Decimal(13))], read=[dozens])
    assert conversions(made) == (Conversion("DZN", Decimal(13)), sets)
    assert save_conversions(made, [sets, Conversion("DZN", Decimal(13))], read=[dozens]).changes == {}
    with pytest.raises(Conflict):
        save_conversions(made, [], read=[dozens])


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([Conversion("???", Decimal(1))], "unit"),
        ([Conversion("H87", Decimal(1))], "unit"),
        ([Conversion("DZN", Decimal(12))] * 2, "unit"),
        ([Conversion("DZN", Decimal(0))], "factor"),
        ([Conversion("DZN", Decimal("0.0000001"))], "factor"),
    ],
)
def test_a_conversion_that_means_nothing_is_refused(db: Database, rows: list[Conversion], field: str) -> None:
    made = save_item(FORM).value
    with pytest.raises(InvalidValue) as refused:
        save_conversions(made, rows)
    assert refused.value.field == field


def test_quantities_convert_exactly_or_not_at_all(db: Database) -> None:
    made = save_item(FORM).value
    save_conversions(made, [Conversion("DZN", Decimal(12)), Conversion("KGM", Decimal("3.333333"))])
    assert converted(made, Decimal("2.5"), "DZN") == Decimal(30)
    assert converted(made, Decimal(7), "H87") == Decimal(7)
    with pytest.raises(InvalidValue, match="smallest quantity") as uneven:
        converted(made, Decimal(1), "KGM")
    assert uneven.value.field == "quantity"
    with pytest.raises(InvalidValue, match="no conversion") as unknown:
        converted(made, Decimal(1), "SET")
    assert unknown.value.field == "unit"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dozens=st.decimals(0, 10**6, places=6), factor=st.decimals(1, 1000, places=6))
def test_a_converted_quantity_is_the_exact_product(db: Database, dozens: Decimal, factor: Decimal) -> None:
    with db.session(write=True) as session:
        item = session.query(Item).filter_by(sku="STEEL").first() or an_item(
            session, "STEEL", unit="KGM", step="0.000001"
        )
        item_id = item.id
    save_conversions(item_id, [Conversion("DZN", factor)])
    with db.session() as session:
        product = int(dozens.scaleb(6)) * int(factor.scaleb(6))
        if product % 10**6:
            with pytest.raises(InvalidValue):
                convert(session, item_id, dozens, "DZN")
        else:
            assert convert(session, item_id, dozens, "DZN") == Decimal(product // 10**6).scaleb(-6)


def test_the_form_has_every_plain_column_of_an_item() -> None:
    kept_elsewhere = {"id", "version", "client_key", "created_at"}
    assert set(item_forms._PLAIN) == {column.name for column in Item.__table__.columns} - kept_elsewhere
