"""Products: lists, the sheet, saving twice, copying, removing, listings."""

from __future__ import annotations

from datetime import date

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue, NotAllowed
from factory_erp.i18n import in_language
from factory_erp.models.catalog import Product, ProductText
from factory_erp.models.database import Database
from factory_erp.models.platforms import PlatformAccount, SkuMapping
from factory_erp.models.variants import OptionAxis, OptionText, OptionValue, RuleKind, VariantRule
from factory_erp.services import search
from factory_erp.services.catalogue import certificates
from factory_erp.services.catalogue.certificates import CertificateInput
from factory_erp.services.catalogue.products import (
    ProductInput,
    copy_product,
    find_product,
    listings,
    product_counts,
    product_ids,
    product_rows,
    product_sheet,
    remove_product,
    save_product,
)
from factory_erp.services.catalogue.texts import TextValues
from factory_erp.services.files import images
from tests.services.factory import an_item
from tests.services.test_images import a_picture

TEXTS = (
    TextValues("en", "Steel cup", description="Keeps warm."),
    TextValues("zh_CN", "钢杯", description="保温。"),
)
CUP = ProductInput("CUP", "Drinkware", "Own", "18/8 steel", "{product}-{colour}", TEXTS)


def an_item_of(db: Database, product_id: int, sku: str, *, active: bool = True) -> int:
    with db.session(write=True) as session:
        item = an_item(session, sku)
        item.product_id, item.active = product_id, active
        return item.id


def test_a_product_is_saved_once_however_often_the_form_is_sent(db: Database) -> None:
    first = save_product(CUP)
    again = save_product(CUP)
    assert again.value == first.value
    assert again.changes == {}
    sheet = product_sheet(first.value)
    assert (sheet.code, sheet.name, sheet.version, sheet.items, sheet.cover) == ("CUP", "Steel cup", 1, 0, "")
    assert [share.percent for share in sheet.completeness] == [100, 100]


def test_a_change_is_made_over_the_version_that_was_read(db: Database) -> None:
    made = save_product(CUP).value
    lamp = ProductInput("LAMP", "Lamps", id=made, version=1)
    save_product(lamp)
    assert save_product(lamp).changes == {}
    assert (product_sheet(made).code, product_sheet(made).version) == ("LAMP", 2)
    with pytest.raises(Conflict):
        save_product(ProductInput("CUP", id=made, version=1))
    assert search.find("LAMP")[0].subtitle == "Steel cup · Lamps"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (ProductInput(" "), "code"),
        (ProductInput("x" * 41), "code"),
        (ProductInput("CUP"), "code"),
        (ProductInput("MUG", sku_pattern="{product"), "sku_pattern"),
        (ProductInput("MUG", sku_pattern="{product}-{}"), "sku_pattern"),
        (ProductInput("MUG", brand="x" * 81), "brand"),
    ],
)
def test_what_cannot_be_saved_says_where(db: Database, given: ProductInput, field: str) -> None:
    save_product(CUP)
    with pytest.raises(InvalidValue) as refused:
        save_product(given)
    assert refused.value.field == field
    assert refused.value.remedy
    assert product_counts()["all"] == 1


def test_views_hold_what_needs_work(db: Database) -> None:
    done = save_product(CUP).value
    images.add_image(done, None, a_picture())
    untold = save_product(ProductInput("MUG", texts=TEXTS[:1])).value
    certificates.save_certificate(CertificateInput(untold, "CE", "1", valid_to=date(2027, 1, 22)))
    certificates.save_certificate(CertificateInput(done, "CE", "2", valid_to=date(2027, 1, 23)))
    items_untold = save_product(ProductInput("POT", texts=TEXTS)).value
    an_item_of(db, items_untold, "POT-1")
    an_item_of(db, done, "CUP-OLD", active=False)
    assert list(product_ids()) == [done, untold, items_untold]
    assert list(product_ids("incomplete")) == [untold, items_untold]
    assert list(product_ids("certificates")) == [untold]
    assert list(product_ids("without_picture")) == [untold, items_untold]
    assert product_counts() == {"all": 3, "incomplete": 2, "certificates": 1, "without_picture": 2}


def test_rows_come_sorted_and_found(db: Database) -> None:
    cup = save_product(CUP).value
    mug = save_product(ProductInput("MUG", "Ceramics", texts=(TextValues("zh_CN", "马克杯"),))).value
    an_item_of(db, mug, "MUG-1")
    an_item_of(db, mug, "MUG-2", active=False)
    images.add_image(cup, None, a_picture())
    assert list(product_ids(sort="category")) == [mug, cup]
    assert list(product_ids(sort="items", descending=True)) == [mug, cup]
    assert list(product_ids(sort="name")) == [mug, cup]
    with in_language("zh_CN"):
        assert list(product_ids(sort="name", descending=True)) == [mug, cup]
    for words, found in (("克杯", [mug]), ("18/8", [cup]), ("u", [cup, mug]), ("nothing", [])):
        assert list(product_ids(words=words)) == found
    rows = product_rows([mug, 999, cup])
    assert [(row.code, row.name, row.items) for row in rows] == [
        ("MUG", "马克杯", 1),
        ("CUP", "Steel cup", 0),
    ]
    assert [row.complete_percent for row in rows] == [0, 100]
    assert [bool(row.cover) for row in rows] == [False, True]


def test_a_deep_link_names_a_product_by_code_or_id(db: Database) -> None:
    cup = save_product(CUP).value
    assert find_product("CUP") == find_product(str(cup)) == cup
    assert find_product("MUG") is None


def test_a_product_with_items_stays(db: Database) -> None:
    cup, mug = save_product(CUP).value, save_product(ProductInput("MUG")).value
    an_item_of(db, cup, "CUP-1", active=False)
    with pytest.raises(NotAllowed, match="CUP has 1 item"):
        remove_product(cup)
    images.add_image(mug, None, a_picture())
    certificates.save_certificate(CertificateInput(mug, "CE"))
    remove_product(mug)
    assert remove_product(mug).changes == {}
    assert list(product_ids()) == [cup]
    assert search.find("MUG") == []


def test_a_copy_has_everything_but_items_and_certificates(db: Database) -> None:
    cup = save_product(CUP).value
    with db.session(write=True) as session:
        colour = OptionAxis(product_id=cup, position=1, code="colour", name_en="Colour", name_zh="颜色")
        colour.values = [OptionValue(position=1, code="BK", texts=[OptionText(language="en", name="Black")])]
        session.add(colour)
        session.add(VariantRule(product_id=cup, position=1, kind=RuleKind.WEIGHT, slot="net", outcome="{}"))
    an_item_of(db, cup, "CUP-1")
    images.add_image(cup, None, a_picture())
    certificates.save_certificate(CertificateInput(cup, "CE"))
    copy = copy_product(cup, "CUP2").value
    assert copy_product(cup, "CUP2").value == copy
    sheet = product_sheet(copy)
    assert (sheet.code, sheet.category, sheet.items) == ("CUP2", "Drinkware", 0)
    assert [row.name for row in sheet.texts] == ["Steel cup", "钢杯"]
    assert sheet.cover == product_sheet(cup).cover
    assert certificates.certificates(copy) == []
    with db.session() as session:
        (axis,) = session.query(OptionAxis).filter_by(product_id=copy)
        assert [value.texts[0].name for value in axis.values] == ["Black"]
        assert session.query(VariantRule).filter_by(product_id=copy).count() == 1
        assert session.query(Product).count() == 2
        assert session.query(ProductText).count() == 4
    with pytest.raises(InvalidValue):
        copy_product(cup, "CUP")


def test_listings_are_what_is_on_platforms(db: Database) -> None:
    cup = save_product(CUP).value
    item = an_item_of(db, cup, "CUP-1")
    with db.session(write=True) as session:
        shop = PlatformAccount(platform="sandbox", name="Shop", base_url="http://localhost", app_key="key")
        session.add(shop)
        session.flush()
        session.add(SkuMapping(account_id=shop.id, external_sku="EXT-9", item_id=item))
    (listing,) = listings(cup)
    assert (listing.platform, listing.account, listing.external_sku) == ("sandbox", "Shop", "EXT-9")
    assert (listing.item_id, listing.sku, listing.name) == (item, "CUP-1", "Cup-1")
