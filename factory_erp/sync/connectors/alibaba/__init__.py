"""Alibaba.com International Station."""

from decimal import Decimal

from factory_erp.domain.listings import ListingRules
from factory_erp.i18n import N_
from factory_erp.sync.connectors.alibaba.connector import AlibabaConnector
from factory_erp.sync.connectors.alibaba.gateway import PRODUCTION
from factory_erp.sync.connectors.alibaba.listings import IMAGE_BYTES
from factory_erp.sync.connectors.alibaba.product_payload import CURRENCY, LANGUAGES
from factory_erp.sync.connectors.alibaba.signing import TOP_METHODS
from factory_erp.sync.connectors.alibaba.units import UNIT_WORDS
from factory_erp.sync.connectors.common.clock import CLOCK_OPTION
from factory_erp.sync.connectors.spec import Capability, Option, PlatformSpec

RULES = ListingRules(
    title_length=128,
    keyword_count=3,
    images_least=1,
    images_most=6,
    image_bytes=IMAGE_BYTES,
    tiers_most=4,
    price_places=2,
    price_least=Decimal("0.01"),
    price_most=Decimal(9_999_999),
    quantity_most=99_999,
    # Other currencies are converted on publishing, but no price could be changed afterwards.
    currencies=(CURRENCY,),
    units=tuple(UNIT_WORDS),
    attribute_length=70,
    needs_category=False,
    needs_keywords=True,
)
"""What the product calls take: ``alibaba.icbu.product.add`` for the limits, version 2 for the rest."""

OPTIONS = (
    Option(
        "style",
        N_("Call style"),
        N_("How calls are written. Change it only if the platform's support says so."),
        default="path",
        choices=(
            ("path", N_("Path (usual)")),
            ("sdk", N_("Official SDK")),
            ("sync", N_("Dotted names")),
            ("top", N_("Older protocol (TOP)")),
        ),
    ),
    Option(
        "sign_method",
        N_("Signature of the older protocol"),
        default="md5",
        choices=tuple((method, method) for method in TOP_METHODS),
    ),
    CLOCK_OPTION,
    Option(
        "callback",
        N_("Callback address"),
        N_("The callback address of your application in the app console; the code to paste stands in it."),
    ),
    Option(
        "stock_shape",
        N_("Stock of variants"),
        N_("The platform's documentation shows two forms. Change it only if stock is refused."),
        default="map",
        choices=(("map", N_("As a map")), ("list", N_("As a list"))),
    ),
    Option(
        "refunds",
        N_("Ask for refunds"),
        N_(
            "Of every order costs one more call for each; it also finds partial refunds of orders that go on."
        ),
        default="moved",
        choices=(("moved", N_("Of frozen and closed orders")), ("all", N_("Of every order"))),
    ),
    Option(
        "rfq_words",
        N_("Words for requests for quotation"),
        N_("Separated by commas, for example: canvas bag, tote bag. Empty: none are fetched."),
    ),
)
"""What the documentation leaves open, or what only the account's owner knows."""

SPEC = PlatformSpec(
    code="alibaba",
    title="Alibaba.com",
    connect=AlibabaConnector,
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
            Capability.RFQS,
        }
    ),
    gateway=PRODUCTION,
    rules=RULES,
    options=OPTIONS,
    languages=LANGUAGES,
    notes=(
        N_("Add this network's public IP address to the white list of your application in the app console."),
        N_("Authorise with the main account of the shop: sub-accounts may not report shipments."),
        N_("Apply in the app console for the permission groups of orders and of products."),
        N_("Messages of buyers have no public interface: bring them in by e-mail or CSV."),
    ),
)
"""What the program knows of the platform before any call."""

__all__ = ["OPTIONS", "RULES", "SPEC", "AlibabaConnector"]
