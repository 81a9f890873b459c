"""Price lists of the demo beside the general ones, rates of exchange, other people's numbers, other units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from factory_erp.demo import lookup
from factory_erp.demo.catalogue import catalogue, sellable
from factory_erp.demo.packaging import wholesale
from factory_erp.demo.partners import BUYERS, Buyer
from factory_erp.demo.rules import price_list
from factory_erp.demo.specs import ItemSpec, Tier
from factory_erp.models.pricing import PriceKind
from factory_erp.services.catalogue import item_numbers, unit_conversions
from factory_erp.services.catalogue.unit_conversions import Conversion
from factory_erp.services.platform_orders import intake
from factory_erp.services.pricing import changes as pricing_changes
from factory_erp.services.pricing import settings as price_settings
from factory_erp.services.pricing.changes import PriceListInput, TierInput

RATES = {"USD": Decimal("7.05"), "EUR": Decimal("7.65")}
LEAST_MARGIN = Decimal(15)
CENT = Decimal("0.01")

_SUPPLIERS = {
    "S-STEEL": ("RM-304-04", "RM-304-05", "RM-SPCC-10"),
    "S-SEAL": ("RM-SEAL-45", "RM-SEAL-52", "RM-SEAL-73", "RM-SEAL-85", "RM-STRAW"),
    "S-BOX": ("PM-BAG", "PM-LEAF-D", "PM-LEAF-L", "PM-BOX-TB20", "PM-BOX-VF050", "PM-CTN-TB20",
              "PM-CTN-VF050"),
    "S-POWER": ("RM-ADP-EU", "RM-ADP-US", "RM-ADP-UK", "RM-ADP-USB"),
}  # fmt: skip
"""Supplier → what we buy of him."""

_BREAKS = {"KGM": ((100, "1", 0), (1000, "0.97", 3), (5000, "0.945", 8))}
_PIECES = ((500, "1", 0), (3000, "0.95", 0), (10_000, "0.91", 5))
"""From so much: share of the standard cost, and days more than usual."""

_OWN_BUYER, _NUMBERED = BUYERS[0], (BUYERS[0], BUYERS[1])
_OWN_LEAST = 500
"""Pieces from which the buyer with his own list gets his prices."""
_LAST_SHARE, _OWN_SHARE, _SHOP_SHARE = Decimal("0.97"), Decimal("0.96"), Decimal("1.03")

_ROLLS = {
    "RM-304-04": ("XRO", "250"), "RM-304-05": ("XST", "11.9"), "RM-SPCC-10": ("XST", "24.5"),
    "RM-WIRE": ("XRO", "200"), "RM-LED": ("XRO", "4000"), "PM-BAG": ("MIL", "1000"),
    "PM-LEAF-D": ("CEN", "100"),
}  # fmt: skip
"""Material → other unit (roll, sheet, hundred …) and how many base units one of it is."""


def say_rates() -> None:
    """What other currencies are worth, and from which margin on a price is low."""
    price_settings.save_margin_settings(RATES, LEAST_MARGIN)


def add_purchase_lists(begin: date) -> None:
    """What suppliers ask, with breaks and days."""
    ids = lookup.items()
    for code, skus in _SUPPLIERS.items():
        head = PriceListInput(
            f"{code} {begin.year}", "", PriceKind.PURCHASE, "CNY", "DAP", "Ningbo", lookup.partner(code),
            None, begin, None,
        )  # fmt: skip
        made = pricing_changes.save_price_list(head).value
        for sku in skus:
            pricing_changes.set_tiers(made, ids[sku], tuple(_offers(sku)))


def _offers(sku: str) -> Iterator[TierInput]:
    item = catalogue()[sku]
    for quantity, share, days in _BREAKS.get(item.unit, _PIECES):
        price = (item.cost * Decimal(share)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
        yield TierInput(Decimal(quantity), price, item.lead_days + days)


def add_last_years_list(begin: date) -> None:
    """The dollar list as it was until the year before: three percent lower."""
    head = PriceListInput(
        f"{price_list('USD')} {begin.year - 1}", "", PriceKind.SALES, "USD", "FOB", "Ningbo", None, None,
        begin.replace(year=begin.year - 1), begin - timedelta(days=1),
    )  # fmt: skip
    _fill(head, (item.sku for item in sellable()), _LAST_SHARE)


def add_shop_list(account_id: int, begin: date) -> None:
    """Tumblers in the shop on the platform cost a little more."""
    head = PriceListInput("USD Alibaba", "", PriceKind.SALES, "USD", "FOB", "Ningbo", None, account_id, begin,
                          None)  # fmt: skip
    _fill(head, (item.sku for item in sellable() if item.product == "TB"), _SHOP_SHARE)


def add_wholesale_list(account_id: int, begin: date) -> None:
    """The wholesale shop asks a little more, and takes whole percents off for more."""
    head = PriceListInput("USD DHgate", "", PriceKind.SALES, "USD", "FOB", "Ningbo", None, account_id, begin,
                          None)  # fmt: skip
    ids, made = lookup.items(), pricing_changes.save_price_list(head).value
    for item in sellable():
        tiers = tuple(TierInput(Decimal(tier.quantity), tier.price) for tier in wholesale_tiers(item))
        pricing_changes.set_tiers(made, ids[item.sku], tiers)


def wholesale_tiers(item: ItemSpec) -> tuple[Tier, ...]:
    """The item's prices in the wholesale shop."""
    return wholesale(item.price("USD", 100))


def add_buyers_list(today: date) -> None:
    """What was agreed with one buyer for a year."""
    buyer = _OWN_BUYER
    begin = today.replace(day=1)
    head = PriceListInput(
        f"{buyer.name.split()[0]} {buyer.currency}", "", PriceKind.SALES, buyer.currency, buyer.term,
        "Ningbo", lookup.partner(buyer.name), None, begin, begin + timedelta(days=364),
    )  # fmt: skip
    listed = (item.sku for item in sellable() if any(tier.currency == buyer.currency for tier in item.tiers))
    _fill(head, listed, _OWN_SHARE, least=_OWN_LEAST)


def _fill(head: PriceListInput, skus: Iterable[str], share: Decimal, *, least: int = 1) -> None:
    """The prices of the general list in that currency, times *share*, without breaks below *least*."""
    ids, made = lookup.items(), pricing_changes.save_price_list(head).value
    for sku in skus:
        tiers = tuple(
            TierInput(Decimal(tier.quantity), (tier.price * share).quantize(CENT, ROUND_HALF_UP))
            for tier in catalogue()[sku].tiers
            if tier.currency == head.currency and tier.quantity >= least
        )
        pricing_changes.set_tiers(made, ids[sku], tiers)


def add_numbers() -> None:
    """What two buyers call the flasks and tumblers that they buy."""
    ids = lookup.items()
    for buyer in _NUMBERED:
        partner = lookup.partner(buyer.name)
        for sku, code, name in _numbers(buyer):
            item_numbers.save_number(partner, ids[sku], code, name)


def add_shop_numbers(account_id: int) -> None:
    """The shop on the platform keeps flasks and lamps under numbers of its own."""
    ids = lookup.items()
    for place, item in enumerate(item for item in sellable() if item.product in {"VF", "DLA"}):
        intake.map_sku(account_id, f"LB-{7100 + place}-{item.sku.replace('-', '')}", ids[item.sku])


def _numbers(buyer: Buyer) -> Iterator[tuple[str, str, str]]:
    for place, item in enumerate(item for item in sellable() if item.product in {"VF", "TB"}):
        if buyer is BUYERS[0]:
            yield item.sku, f"TW-{41_200 + 10 * place}", ""
        else:
            yield item.sku, f"PLO{item.sku.replace('-', '')}", item.en.replace("Stainless steel v", "V")


def add_units() -> None:
    """Rolls and sheets of what is weighed; the dozens in which buyers count cups."""
    ids = lookup.items()
    other = {sku: (Conversion(unit, Decimal(factor)),) for sku, (unit, factor) in _ROLLS.items()}
    other |= {item.sku: (Conversion("DZN", Decimal(12)),) for item in sellable()}
    for sku, units in other.items():
        unit_conversions.save_conversions(ids[sku], units)
