from __future__ import annotations

import pytest

from factory_erp.domain.errors import NotAllowed, NotFound
from factory_erp.domain.money import Money
from factory_erp.models.database import Database
from factory_erp.models.platforms import ExceptionKind
from factory_erp.models.sales import PlatformBlock, SalesOrder
from factory_erp.services.incoming import Life
from factory_erp.services.platform_orders import intake
from factory_erp.services.platform_orders.on_platform import order_on_platform
from factory_erp.services.shipping import rules as shipping_rules
from tests.services.factory import a_cup_factory, an_order
from tests.services.intake_shop import Shop, line, order


def test_an_order_that_was_typed_in_has_no_platform(db: Database) -> None:
    with db.session(write=True) as session:
        typed = an_order(session, {a_cup_factory(session).cup: 1}, number="T").id
    assert order_on_platform(typed) is None
    with pytest.raises(NotFound):
        order_on_platform(typed + 1)


def test_what_waits_is_counted_until_it_is_decided_on(db: Database) -> None:
    shop = Shop(db)
    shop.take(order())
    shop.confirm()
    ours = shop.ours().id
    quiet = order_on_platform(ours)
    assert quiet is not None
    assert (quiet.platform, quiet.account, quiet.status) == ("alibaba", "Main shop", "undeliver")
    assert (quiet.block, quiet.hold, quiet.waiting) == (PlatformBlock.NONE, "", ())
    assert quiet.refunded == Money.zero("USD")
    shop.take(order(lines=[line(quantity="200", price="2.40")], later=1))
    changed = order_on_platform(ours)
    assert changed is not None
    [waiting] = changed.waiting
    assert (waiting.kind, waiting.differences) == (ExceptionKind.CHANGED, 2)
    intake.refuse_change(waiting.exception_id, "no")
    kept = order_on_platform(ours)
    assert kept is not None
    assert kept.waiting == ()


def test_a_hold_is_said_in_the_words_that_a_shipment_is_refused_with(db: Database) -> None:
    shop = Shop(db)
    shop.take(order())
    shop.confirm()
    shop.take(order(life=Life.FROZEN, status="frozen", later=1))
    ours = shop.ours()
    with db.session() as session, pytest.raises(NotAllowed) as refusal:
        shipping_rules.check_platform(session.get_one(SalesOrder, ours.id))
    found = order_on_platform(ours.id)
    assert found is not None
    assert (found.hold, found.remedy) == (refusal.value.message, refusal.value.remedy)
    assert found.block is PlatformBlock.FROZEN
