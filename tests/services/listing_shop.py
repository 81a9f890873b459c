"""A small factory that offers steel cups on one platform account, for the tests of listings."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PIL import Image

from factory_erp.domain.listings import ListingRules
from factory_erp.models.catalog import PackagingLevel, PackKind, Product, ProductText
from factory_erp.models.database import Database
from factory_erp.models.platforms import PlatformAccount
from factory_erp.models.pricing import PriceLine, PriceList
from factory_erp.models.variants import ItemOption, OptionAxis, OptionText, OptionValue
from factory_erp.services.files import images
from tests.services.factory import LONG_AGO, Step, a_machine, a_routing, an_item

RULES = ListingRules(
    title_length=128, keyword_count=3, images_least=1, images_most=6, tiers_most=4, currencies=("USD",),
    attribute_length=70,
)  # fmt: skip


@dataclass(frozen=True)
class ListingShop:
    """Ids of the account, of the product CUP, and of its white and its black cup."""

    account: int
    product: int
    white: int
    black: int
    machine: int


def a_picture(colour: str) -> bytes:
    """A small PNG of one colour."""
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(kept, "PNG")
    return kept.getvalue()


def a_listing_shop(db: Database, *, language: str = "en") -> ListingShop:
    """Cups in white and black: 100 at $2.00, 500 at $1.80 (black 10 cents more), one picture of both."""
    with db.session(write=True) as session:
        account = PlatformAccount(
            platform="alibaba", name="Cup shop", base_url="", app_key="k", language=language
        )
        product = Product(code="CUP", brand="Ningbo Cups")
        product.texts = [
            ProductText(
                language="en", name="Steel cup", description="<p>A cup.</p>", keywords="cup, steel, mug, tin"
            )
        ]
        axis = OptionAxis(position=1, code="colour", name_en="Colour", name_zh="颜色")
        session.add_all([account, product])
        session.flush()
        axis.product_id = product.id
        axis.values = [
            OptionValue(position=at, code=code, texts=[OptionText(language="en", name=name)])
            for at, (code, name) in enumerate([("W", "White"), ("B", "Black")], start=1)
        ]
        session.add(axis)
        session.flush()
        machine = a_machine(session, "PRESS")
        prices = PriceList(code="USD FOB", currency="USD", valid_from=LONG_AGO)
        session.add(prices)
        session.flush()
        made = []
        for code, value, more in (("CUP-W", axis.values[0], "0"), ("CUP-B", axis.values[1], "0.10")):
            item = an_item(session, code)
            item.product_id, item.min_order = product.id, Decimal(50)
            session.add(ItemOption(item_id=item.id, axis_id=axis.id, value_id=value.id))
            for quantity, price in (("100", "2.00"), ("500", "1.80")):
                session.add(
                    PriceLine(
                        list_id=prices.id, item_id=item.id, min_quantity=Decimal(quantity),
                        price=Decimal(price) + Decimal(more),
                    )
                )  # fmt: skip
            session.add(
                PackagingLevel(
                    item_id=item.id, kind=PackKind.MASTER, quantity=24, length_mm=480, width_mm=320,
                    height_mm=260, net_g=7000, gross_g=8500,
                )
            )  # fmt: skip
            a_routing(session, item, Step(machine, 60, setup_minutes=30))
            made.append(item.id)
        shop = ListingShop(account.id, product.id, made[0], made[1], machine.id)
    images.add_image(shop.product, None, a_picture("grey"))
    images.add_image(shop.product, shop.black, a_picture("black"))
    return shop


def set_price(db: Database, item: int, quantity: str, price: str) -> None:
    """Change one break of the price list."""
    with db.session(write=True) as session:
        for line in session.query(PriceLine).filter_by(item_id=item, min_quantity=Decimal(quantity)):
            line.price = Decimal(price)


TODAY = date(2026, 11, 23)
"""The tests' present."""
