from __future__ import annotations

import re
from itertools import groupby, pairwise

import pytest

from factory_erp.demo import orders, partners, shop
from factory_erp.demo.build import opening_stock
from factory_erp.demo.catalogue import PRODUCTS, catalogue, sellable
from factory_erp.demo.dhgate_orders import dhgate_orders
from factory_erp.demo.packaging import Boxing, packs
from factory_erp.demo.prices import wholesale_tiers
from factory_erp.demo.specs import ItemSpec, requirements
from factory_erp.domain.checkdigits import is_uscc
from factory_erp.domain.countries import country
from factory_erp.domain.hs import HsCode
from factory_erp.domain.incoterms import incoterm
from factory_erp.domain.ports import port
from factory_erp.domain.quantity import unit
from factory_erp.models.catalog import PackKind
from tests.conftest import MONDAY

CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def levels(sku: str) -> int:
    """Bills below each other, from the item down to what is bought."""
    item = catalogue()[sku]
    return 1 + max(levels(part.sku) for part in item.parts) if item.parts else 0


def test_there_is_enough_to_sell_and_to_make_it_on() -> None:
    assert len(sellable()) >= 40
    codes = {centre.code: number for number, centre in enumerate(shop.centres())}
    calendars = {calendar.code: number for number, calendar in enumerate(shop.calendars())}
    machines = shop.machines(codes, calendars)
    assert len(machines) >= 12
    assert {machine.centre_id for machine in machines} == set(codes.values())
    assert {step.centre for item in catalogue().values() for step in item.steps} == set(codes)


@pytest.mark.parametrize("item", sellable(), ids=lambda item: item.sku)
def test_a_finished_product_is_complete(item: ItemSpec) -> None:
    assert levels(item.sku) == 3
    assert item.steps
    assert item.steps[-1].centre == "PACK"
    assert HsCode.parse(item.hs).digits == item.hs
    assert len(item.hs) == 10
    assert CJK.search(item.zh)
    assert CJK.search(item.declared_zh)
    for _currency, tiers in groupby(item.tiers, key=lambda tier: tier.currency):
        steps = list(tiers)
        assert len(steps) >= 3
        assert all(one.price > two.price and one.quantity < two.quantity for one, two in pairwise(steps))


@pytest.mark.parametrize("item", sellable(), ids=lambda item: item.sku)
def test_a_master_carton_can_be_carried_and_its_figures_agree(item: ItemSpec) -> None:
    inner, master, pallet = item.packs
    assert [pack.kind for pack in item.packs] == list(PackKind)
    assert master.quantity % inner.quantity == 0
    assert pallet.quantity % master.quantity == 0
    assert master.quantity == item.output
    assert master.net_g == master.quantity * item.net_g
    assert 4_000 < master.net_g < master.gross_g < 25_000
    assert max(master.length, master.width, master.height) <= 620
    assert pallet.height <= 1_700
    assert pallet.gross_g < 1_000_000


def test_the_same_boxes_make_the_same_carton() -> None:
    inner, master, pallet = packs(Boxing(90, 90, 190, (3, 2, 1), (2, 2, 1)), 300)
    assert (inner.quantity, inner.length, inner.width, inner.height) == (6, 274, 184, 194)
    assert (master.quantity, master.length, master.width, master.height) == (24, 562, 382, 216)
    assert (inner.net_g, master.net_g) == (1_800, 7_200)
    assert pallet.quantity == 24 * 4 * 6


def test_every_component_is_in_the_catalogue_and_used_by_an_operation() -> None:
    for item in catalogue().values():
        unit(item.unit)
        steps = {step.sequence for step in item.steps}
        assert bool(item.parts) == bool(item.steps)
        for part in item.parts:
            assert part.sku in catalogue()
            assert part.operation in steps, (item.sku, part.sku)


def test_nothing_is_bought_or_made_in_vain() -> None:
    used = {part.sku for item in catalogue().values() for part in item.parts}
    assert [sku for sku, item in catalogue().items() if sku not in used and not item.sellable] == []


def test_english_texts_are_english() -> None:
    texts = [item.en + item.options + item.declared_en for item in catalogue().values()]
    texts += [spec.en + spec.about_en for spec in PRODUCTS]
    texts += [step.en for item in catalogue().values() for step in item.steps]
    texts += [centre.name_en for centre in shop.centres()] + [c.name_en for c in shop.calendars()]
    company = partners.company()
    texts += [company.name_en, company.address_en, *(a.beneficiary for a in company.bank_accounts)]
    texts += [firm.name for firm in partners.nearby_partners()]
    assert [text for text in texts if CJK.search(text) or not text.strip()] == []


def test_every_name_is_its_own() -> None:
    for names in ([i.en for i in catalogue().values()], [i.zh for i in catalogue().values()]):
        assert len(set(names)) == len(names)


def test_the_company_has_a_number_that_checks_and_an_account_for_each_currency() -> None:
    company = partners.company()
    assert is_uscc(company.uscc)
    sold_in = {buyer.currency for buyer in partners.BUYERS}
    assert sold_in <= {account.currency for account in company.bank_accounts}


def test_buyers_come_from_many_countries_and_can_be_delivered_to() -> None:
    assert len({buyer.country for buyer in partners.BUYERS}) >= 8
    for buyer in (*partners.BUYERS, *partners.WHOLESALE_BUYERS):
        assert port(buyer.port).country == country(buyer.country).alpha2
        incoterm(buyer.term)


def test_going_to_a_lighter_colour_takes_longer() -> None:
    coating = next(centre for centre in shop.centres() if centre.code == "COAT")
    minutes = {(c.from_family, c.to_family): c.minutes for c in coating.changeovers}
    assert minutes["BK", "WH"] > minutes["WH", "BK"] > 0
    assert len(minutes) == 6 * 5


def test_requirements_go_down_to_the_steel() -> None:
    needed = requirements(catalogue(), [("TB20-BK", 240)])
    assert needed["SO-TB20"] == 240
    assert needed["PM-CTN-TB20"] == 10
    # 152 g of shell, 18 % offcut, 1.5 % scrap, for 240 pieces
    assert str(needed["RM-304-05"]) == "43.692096"


def test_orders_depend_on_the_seed_alone_and_dates_on_the_moment() -> None:
    assert orders.plan(3) == orders.plan(3)
    assert orders.plan(3) != orders.plan(4)
    assert orders.demo_orders(MONDAY, 3) == orders.demo_orders(MONDAY, 3)
    assert opening_stock(3) == opening_stock(3)
    assert opening_stock(3) != opening_stock(4)


@pytest.mark.parametrize("seed", range(6))
def test_orders_are_what_buyers_of_that_market_order(seed: int) -> None:
    plan = orders.plan(seed)
    assert len(plan) >= 30
    assert {order.stage for order in plan} == set(orders.Stage)
    assert len({order.buyer.country for order in plan}) >= 8
    assert len({order.trade_id for order in plan}) == len(plan)
    placed = [order.placed(MONDAY) for order in plan]
    assert placed == sorted(placed)
    assert placed[-1] < orders.changed_at(MONDAY)
    assert all(order.ship_at(MONDAY).weekday() != 6 for order in plan)
    american = [sku for order in plan if order.buyer.country == "US" for sku, _pieces in order.lines]
    assert not [sku for sku in american if sku.endswith(("-EU", "-UK"))]
    assert len(orders.demo_orders(MONDAY, seed)) + len(dhgate_orders(MONDAY, seed)) == len(plan)


@pytest.mark.parametrize("seed", range(6))
def test_each_shop_has_its_troubles_and_the_second_its_lots(seed: int) -> None:
    plan = orders.plan(seed)
    troubles = [order.trouble for order in plan if order.trouble is not orders.Trouble.NONE]
    assert sorted(troubles) == sorted(set(orders.Trouble) - {orders.Trouble.NONE})
    theirs = [order for order in plan if order.shop == orders.DHGATE]
    assert {order.buyer.id for order in theirs} <= {buyer.id for buyer in partners.WHOLESALE_BUYERS}
    assert len([order for order in theirs if order.lot > 1]) == 1
    assert all(pieces % order.lot == 0 for order in plan for _sku, pieces in order.lines)


def test_prices_of_the_second_shop_are_whole_percents_to_the_cent() -> None:
    for item in sellable():
        first, *more = wholesale_tiers(item)
        assert all(tier.price == round(tier.price, 2) for tier in (first, *more))
        shares = [tier.price * 100 / first.price for tier in more]
        assert shares == [95, 90]
