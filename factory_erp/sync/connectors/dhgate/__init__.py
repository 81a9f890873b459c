"""DHgate."""

from decimal import Decimal

from factory_erp.domain.listings import ListingRules
from factory_erp.i18n import N_
from factory_erp.sync.connectors.common.clock import CLOCK_OPTION
from factory_erp.sync.connectors.dhgate.connector import DhgateConnector
from factory_erp.sync.connectors.dhgate.dates import DEFAULT_ZONE
from factory_erp.sync.connectors.dhgate.gateway import PRODUCTION
from factory_erp.sync.connectors.dhgate.items import (
    FEWEST_IMAGES,
    LARGEST_SALE,
    LISTING_DAYS,
    LONGEST_LEAD,
)
from factory_erp.sync.connectors.dhgate.listings import LARGEST_IMAGE
from factory_erp.sync.connectors.dhgate.mapping import CURRENCY
from factory_erp.sync.connectors.dhgate.stock import STOCKED_LEAD
from factory_erp.sync.connectors.dhgate.units import WORDS
from factory_erp.sync.connectors.spec import Capability, Option, PlatformSpec

RULES = ListingRules(
    title_length=140,
    keyword_count=3,
    keyword_length=130,
    description_length=80_000,
    images_least=FEWEST_IMAGES,
    images_most=8,
    image_bytes=LARGEST_IMAGE,
    price_places=2,
    price_least=Decimal("0.01"),
    quantity_most=LARGEST_SALE,
    currencies=(CURRENCY,),
    units=tuple(WORDS),
    listing_days=LISTING_DAYS,
    lead_most=LONGEST_LEAD,
    lead_stocked_most=STOCKED_LEAD,
    needs_category=True,
    needs_keywords=True,
    needs_shipping_template=True,
    needs_weight_and_size=True,
    discount_tiers=True,
    skus_most=20,
)
"""What the platform takes of a listing, from the documentation of ``dh.item.add``."""

SPEC = PlatformSpec(
    code="dhgate",
    title="DHgate",
    connect=DhgateConnector,
    capabilities=frozenset(
        {
            Capability.SIGN_IN,
            Capability.ORDERS,
            Capability.SHIPMENTS,
            Capability.PARTIAL_SHIPMENTS,
            Capability.CARRIERS,
            Capability.LISTINGS,
            Capability.PRICES,
            Capability.STOCK,
            Capability.LEAD_TIMES,
            Capability.IMAGES,
            Capability.CATEGORIES,
            Capability.SHIPPING_TEMPLATES,
            Capability.MESSAGES,
        }
    ),
    gateway=PRODUCTION,
    rules=RULES,
    options=(
        Option(
            "zone",
            N_("Time zone of the platform's dates"),
            N_("A name like Asia/Shanghai. The platform does not document it."),
            DEFAULT_ZONE,
        ),
        Option(
            "zone_certain",
            N_("The time zone was checked"),
            N_("Until then every pull reaches a day further back, so that nothing is missed."),
            "no",
            (("no", N_("no")), ("yes", N_("yes"))),
        ),
        CLOCK_OPTION,
        Option(
            "locale",
            N_("Language of the answers"),
            N_("Empty for the platform's own."),
            "",
            (("", N_("as the platform likes")), ("en_US", N_("English")), ("zh_CN", N_("Chinese"))),
        ),
        Option(
            "token_address",
            N_("Address that gives tokens"),
            N_("Only where it differs from the platform's usual one."),
        ),
    ),
    calls_per_second=3,
    notes=(
        N_("The app key and the app secret are those of an application on open.dhgate.com."),
        N_("The permission lasts 30 days from the last renewal: sync at least once a month."),
        N_("Prices are in US dollars; price tiers are whole per cents off the first price."),
        N_("The platform has no field for the model number: it stands at the head of the short description."),
        N_("A change of stock sends the whole listing again, which the platform may review once more."),
    ),
)
"""What the program knows of the platform before any call."""

__all__ = ["RULES", "SPEC", "DhgateConnector"]
