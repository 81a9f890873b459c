"""Texts in every language: what is missing, what is too long, and who changed them meanwhile."""

from __future__ import annotations

import pytest

from factory_erp.domain.errors import Conflict, InvalidValue
from factory_erp.models.catalog import Product
from factory_erp.models.database import Database
from factory_erp.services import search
from factory_erp.services.catalogue.texts import TextValues, completeness, save_texts, text_sheet
from tests.services.factory import a_customer, an_item


@pytest.fixture
def product(db: Database) -> int:
    with db.session(write=True) as session:
        row = Product(code="CUP")
        session.add(row)
        session.flush()
        return row.id


def an_item_of(db: Database, product_id: int | None, sku: str = "CUP-BK") -> int:
    with db.session(write=True) as session:
        item = an_item(session, sku, english="Cup, black", chinese="黑色杯子")
        item.product_id = product_id
        return item.id


ENGLISH = TextValues("en", "Steel cup", description="Keeps warm for 12 hours.", keywords="cup, steel")
CHINESE = TextValues("zh_CN", "不锈钢保温杯", description="保温十二小时。")


def test_an_empty_product_shows_both_languages_and_what_they_lack(product: int) -> None:
    rows = text_sheet(product)
    assert [row.language for row in rows] == ["en", "zh_CN"]
    assert all(row.missing == ("name", "description") and not row.complete for row in rows)


def test_texts_are_saved_beside_each_other_and_found(product: int) -> None:
    changes = save_texts([ENGLISH, CHINESE], product_id=product).changes
    assert len(changes["product_text"]) == 2
    assert [row.values() for row in text_sheet(product)] == [ENGLISH, CHINESE]
    assert all(row.complete for row in text_sheet(product))
    for words in ("steel cup", "保温杯", "CUP"):
        assert [(hit.kind, hit.record_id) for hit in search.find(words)] == [("products", product)]
    assert save_texts([ENGLISH, CHINESE], product_id=product).changes == {}


def test_languages_of_partners_and_of_texts_are_in_use(db: Database, product: int) -> None:
    with db.session(write=True) as session:
        a_customer(session).language = "es"
        a_customer(session, "KOR").language = "zh-CN"
    save_texts([TextValues("de", "Stahlbecher")], product_id=product)
    assert [row.language for row in text_sheet(product)] == ["en", "zh_CN", "de", "es"]


def test_what_is_sold_needs_a_name_for_customs(db: Database) -> None:
    item = an_item_of(db, None)
    assert [row.missing for row in text_sheet(item_id=item)] == [("declaration_name",)] * 2
    save_texts([TextValues("en", "Cup, black", "Vacuum flask")], item_id=item)
    assert [row.complete for row in text_sheet(item_id=item)] == [True, False]
    assert [hit.title for hit in search.find("Cup, black")] == ["CUP-BK"]


def test_a_blank_language_loses_its_text(product: int) -> None:
    save_texts([ENGLISH, CHINESE], product_id=product)
    save_texts([TextValues("zh_CN")], product_id=product)
    assert text_sheet(product)[1].values() == TextValues("zh_CN")
    assert search.find("保温杯") == []


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (TextValues("en", "", description="No name"), "name"),
        (TextValues("en", "x" * 301), "name"),
        (TextValues("en", "Cup", keywords="x" * 301), "keywords"),
        (TextValues("en", "Cup\0"), "name"),
        (TextValues("", "Cup"), "language"),
        (TextValues("much-too-long", "Cup"), "language"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_under_its_field(
    product: int, text: TextValues, field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        save_texts([CHINESE, text], product_id=product)
    assert (refused.value.field, refused.value.record) == (field, "CUP")
    assert text_sheet(product)[1].name == ""


def test_a_language_stands_once(product: int) -> None:
    with pytest.raises(InvalidValue):
        save_texts([ENGLISH, ENGLISH], product_id=product)


def test_what_somebody_else_changed_is_not_overwritten(product: int) -> None:
    read = [row.values() for row in text_sheet(product)]
    save_texts([ENGLISH], product_id=product, read=read)
    with pytest.raises(Conflict):
        save_texts([TextValues("en", "Mug")], product_id=product, read=read)
    save_texts([ENGLISH, CHINESE], product_id=product, read=read)
    assert text_sheet(product)[1].name == CHINESE.name


def test_titles_that_platforms_cut_are_a_warning(product: int) -> None:
    save_texts([TextValues("en", "x" * 128), TextValues("zh_CN", "杯" * 141)], product_id=product)
    english, chinese = text_sheet(product)
    assert english.warnings == ()
    assert [text.partition(" ")[0] for text in chinese.warnings] == ["Alibaba", "DHgate"]


def test_completeness_counts_the_product_and_its_active_items(db: Database, product: int) -> None:
    save_texts([ENGLISH], product_id=product)
    first, _second = an_item_of(db, product), an_item_of(db, product, "CUP-WH")
    save_texts([TextValues("en", "Cup, black", "Vacuum flask"), TextValues("de", "Becher")], item_id=first)
    shares = {share.language: share for share in completeness(product)}
    assert [(shares[code].complete, shares[code].total) for code in ("en", "zh_CN", "de")] == [
        (2, 3),
        (0, 3),
        (1, 3),
    ]
    assert shares["en"].percent == 66
