"""Every API that the connector calls: its path, its dotted name, and how its answer is to be read.

The path is what new applications call; the dotted name is what the older gateways know the same API by.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Api:
    """One API of the platform. ``name`` is "" for one that exists by its path alone.

    ``wrap`` is the one parameter into which the dotted API wants all others put as a JSON object;
    ``patience`` multiplies the time to wait for the answer; ``batch`` says that ``success: false`` may stand
    beside results, so that the caller has to look at each.
    """

    path: str
    name: str = ""
    wrap: str = ""
    patience: int = 1
    batch: bool = False


TOKEN_CREATE = "/auth/token/create"
TOKEN_REFRESH = "/auth/token/refresh"

ORDER_LIST = "/alibaba/order/list"
ORDER_GET = "/alibaba/order/get"
ORDER_FUND = "/alibaba/order/fund/query"
ORDER_LOGISTICS = "/order/logistics/query"
SHIPPING_CHANNELS = "/alibaba/order/shipping/channels"
SHIPPING = "/alibaba/v2/order/shipping"
MULTI_SHIPPING = "/alibaba/order/v2/multi/shipping"
PRODUCT_DECRYPT = "/alibaba/icbu/product/id/decrypt"

PRODUCT_CREATE = "/alibaba/icbu/product/listing/v2"
PRODUCT_UPDATE = "/alibaba/icbu/product/update/v2"
PRODUCT_GET = "/alibaba/icbu/product/get/v2"
PRODUCT_SEARCH = "/alibaba/icbu/product/search/v2"
PRODUCT_STATUS = "/alibaba/icbu/product/status/get/v2"
PRODUCT_SHELF = "/alibaba/icbu/product/batch/update/status"
EDIT_INVENTORY = "/icbu/product/edit-inventory"
EDIT_PRICE = "/icbu/product/edit-price"
SHIPPING_TEMPLATES = "/alibaba/icbu/product/list/shipping/templates"
CATEGORY_PREDICT = "/alibaba/icbu/category/predict/v2"
CATEGORY_GET = "/alibaba/icbu/category/get/v2"
CATEGORY_ATTRIBUTES = "/alibaba/icbu/category/attribute/get/v2"
PHOTO_UPLOAD = "/alibaba/icbu/photobank/upload"

RFQ_SEARCH = "/alibaba/icbu/rfq/search"
RFQ_DETAIL = "/alibaba/icbu/rfqdetail/get"
QUOTATION_POST = "/alibaba/icbu/quotation/post"

# A new or changed listing can take longer than a minute to be answered.
_SLOW = 4

APIS: dict[str, Api] = {
    found.path: found
    for found in (
        Api(TOKEN_CREATE, "taobao.top.auth.token.create"),
        Api(TOKEN_REFRESH, "taobao.top.auth.token.refresh"),
        Api(ORDER_LIST, "alibaba.seller.order.list", wrap="param_trade_ecology_order_list_query"),
        Api(ORDER_GET, "alibaba.seller.order.get"),
        Api(ORDER_FUND, "alibaba.seller.order.fund.get"),
        Api(ORDER_LOGISTICS, "alibaba.seller.order.logistics.get"),
        Api(SHIPPING_CHANNELS, "alibaba.seller.order.shipping.channels"),
        Api(SHIPPING, "alibaba.seller.order.shipping"),
        Api(MULTI_SHIPPING, "alibaba.seller.order.multi.shipping"),
        Api(PRODUCT_DECRYPT, "alibaba.icbu.product.id.decrypt"),
        Api(PRODUCT_CREATE, patience=_SLOW),
        Api(PRODUCT_UPDATE, patience=_SLOW),
        Api(PRODUCT_SHELF, batch=True),
        Api(PHOTO_UPLOAD, "alibaba.icbu.photobank.upload", patience=_SLOW),
        Api(RFQ_SEARCH, "alibaba.icbu.rfq.search"),
        Api(RFQ_DETAIL, "alibaba.icbu.rfqdetail.get"),
        Api(QUOTATION_POST, "alibaba.icbu.quotation.post"),
    )
}
"""Path to what else is known of an API; the others exist by their path alone."""


def lookup(path: str) -> Api:
    """The API at *path*."""
    return APIS.get(path) or Api(path)
