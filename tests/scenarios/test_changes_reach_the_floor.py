"""A buyer changes his mind on the platform, and the factory follows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from factory_erp.models.database import Database
from factory_erp.models.platforms import ExceptionKind
from factory_erp.models.production import ProductionOrder, ProductionState
from factory_erp.models.sales import OrderState
from factory_erp.services import planning
from factory_erp.services.incoming import Life
from factory_erp.services.order_effects.changed_orders import apply_effects, effects
from factory_erp.services.platform_orders import intake
from factory_erp.services.today import lists as today
from factory_erp.services.today.needs import Need
from tests.scenarios.test_order_changes import Workshop
from tests.services.intake_shop import line, order


@pytest.fixture
def shop(db: Database) -> Workshop:
    return Workshop(db)


def making(shop: Workshop) -> list[tuple[ProductionState, Decimal]]:
    """State and quantity of each production order, the first first."""
    with shop.db.session() as session:
        rows = select(ProductionOrder.state, ProductionOrder.quantity).order_by(ProductionOrder.id)
        return [(ProductionState(state), quantity) for state, quantity in session.execute(rows)]


def waiting(shop: Workshop) -> list[str]:
    """What the page of the day says of orders that production does not fit."""
    return [row.title for row in today.today().needs if row.need is Need.FLOOR]


def test_the_buyer_wants_less_then_more(shop: Workshop) -> None:
    """A hundred are planned. He wants sixty, and the plan follows; then eighty, and it follows again."""
    shop.planned("100")
    shop.take(order(lines=[line(quantity="60")], later=1))
    intake.accept_change(shop.question(ExceptionKind.CHANGED))
    assert waiting(shop) == ["1 order changed"]
    apply_effects(shop.ours().id)
    assert making(shop) == [(ProductionState.PLANNED, Decimal(60))]
    shop.take(order(lines=[line(quantity="80")], later=2))
    intake.accept_change(shop.question(ExceptionKind.CHANGED))
    assert [row.before for row in effects(shop.ours().id).lines] == ["60 PCS"]
    apply_effects(shop.ours().id)
    assert making(shop) == [(ProductionState.PLANNED, Decimal(80))]
    assert planning.shortfall(shop.ours().id) == ()
    assert waiting(shop) == []


def test_the_buyer_wants_less_of_what_is_half_made(shop: Workshop) -> None:
    """Forty of a hundred are made when he wants sixty: the batch is finished, the rest is nobody's."""
    shop.planned("100")
    shop.make(40)
    shop.take(order(lines=[line(quantity="60")], later=1))
    intake.accept_change(shop.question(ExceptionKind.CHANGED))
    [told] = effects(shop.ours().id).lines
    assert (told.actions, told.after) == ((), "60 PCS")
    assert told.why_not.endswith("What is too much becomes free stock when it is finished.")
    assert waiting(shop) == []
    assert making(shop) == [(ProductionState.IN_PROGRESS, Decimal(100))]


def test_the_buyer_backs_out_after_work_has_begun(shop: Workshop) -> None:
    """The platform closes the order. What was begun is finished for stock, and only then it is cancelled."""
    shop.planned("100")
    shop.make(40)
    shop.take(order(life=Life.CLOSED, status="canceled", later=1))
    view = effects(shop.ours().id)
    assert [(row.kind.value, row.recommended) for row in view.lines] == [
        ("order", "cancel"), ("production", "stock"),
    ]  # fmt: skip
    assert waiting(shop) == ["1 order changed"]
    apply_effects(shop.ours().id)
    assert shop.ours().state == OrderState.CANCELLED
    assert making(shop) == [(ProductionState.IN_PROGRESS, Decimal(100))]
    assert effects(shop.ours().id).lines == ()


def test_an_earlier_promise_reaches_the_floor(shop: Workshop) -> None:
    """Sales promises another day: production is due then."""
    ours = shop.planned("100")
    with shop.db.session(write=True) as session:
        mine = session.merge(ours)
        mine.ship_by = mine.lines[0].promised = date(2026, 12, 4)
    assert [row.after for row in effects(ours.id).lines] == ["2026-12-04"]
    apply_effects(ours.id)
    with shop.db.session() as session:
        assert session.scalars(select(ProductionOrder.due)).all() == [date(2026, 12, 4)]
