"""Travellers of production orders that belong to no matrix: alone, several at once, and the code on them."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from factory_erp.domain.errors import NotFound
from factory_erp.models.database import Database
from factory_erp.models.production import ProductionOrder, ProductionState
from factory_erp.services import planning
from factory_erp.services.production import batches, travellers
from tests.services.factory import an_order_for_cups


@pytest.fixture
def planned(db: Database) -> list[ProductionOrder]:
    """100 cups and their lids are to be made."""
    _shop, order = an_order_for_cups(db, 100)
    planning.plan_order(order)
    with db.session() as session:
        return list(session.scalars(select(ProductionOrder).order_by(ProductionOrder.id)))


def test_an_order_has_a_traveller_with_its_operations_and_components(planned: list[ProductionOrder]) -> None:
    cups = next(order for order in planned if order.quantity == 100)
    facts = travellers.compose_traveller(cups.number, "en")
    assert (facts.batch, facts.total, facts.due, facts.sheets) == (cups.number, 100, cups.due, ())
    assert facts.serves.startswith("SO-2026-")
    assert facts.steps[0].code == f"erp://production/operation/{cups.number}/{facts.steps[0].sequence}"
    assert facts.parts
    text = PdfReader(BytesIO(travellers.order_travellers([cups.id], "en"))).pages[0].extract_text()
    for said in (cups.number, facts.product_code, facts.serves, "Production order", facts.parts[0].sku):
        assert said in text
    assert "Batch" not in text


def test_several_are_one_file_in_the_order_asked(planned: list[ProductionOrder]) -> None:
    wanted = [order.id for order in reversed(planned)]
    pages = PdfReader(BytesIO(travellers.order_travellers([*wanted, wanted[0]]))).pages
    assert len(pages) == len(planned)
    texts = [page.extract_text() for page in pages]
    assert all(order.number in text for order, text in zip(reversed(planned), texts, strict=True))
    assert travellers.traveller_name(wanted) == ""
    assert travellers.traveller_name(wanted[:1]) == planned[-1].number


def test_the_code_finds_what_is_open_of_the_order(planned: list[ProductionOrder], db: Database) -> None:
    with db.session() as session:
        order = session.get_one(ProductionOrder, planned[0].id)
        [first, *_rest] = order.operations
        assert batches.open_steps(order.number, first.sequence) == {first.id}


def test_a_cancelled_order_has_none(planned: list[ProductionOrder], db: Database) -> None:
    with db.session(write=True) as session:
        session.get_one(ProductionOrder, planned[0].id).state = ProductionState.CANCELLED
    with pytest.raises(NotFound, match=planned[0].number):
        travellers.order_travellers([planned[0].id])
