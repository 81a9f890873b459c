"""Alibaba.com behind the sandbox's HTTP server: every API in every style of call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from factory_erp.sync.sandbox.alibaba import catalogue, orders, products, rfqs, signin
from factory_erp.sync.sandbox.alibaba.arguments import ApiError, Arguments, Failed
from factory_erp.sync.sandbox.alibaba.payloads import Payload
from factory_erp.sync.sandbox.alibaba.state import SandboxState
from factory_erp.sync.sandbox.alibaba.styles import Request, failure, read_request, success, verify
from factory_erp.sync.sandbox.platform import Form, Reply

_APIS: dict[str, Callable[[SandboxState, Arguments], Payload]] = {
    "/auth/token/create": signin.create,
    "/auth/token/refresh": signin.refresh,
    "/alibaba/order/list": orders.order_list,
    "/alibaba/order/get": orders.order_get,
    "/alibaba/order/fund/query": orders.order_fund,
    "/order/logistics/query": orders.logistics,
    "/order/logistics/tracking/get": orders.tracking,
    "/alibaba/order/shipping/channels": orders.channels,
    "/alibaba/v2/order/shipping": orders.ship,
    "/alibaba/order/v2/multi/shipping": orders.ship_several,
    "/alibaba/icbu/category/predict/v2": catalogue.predict,
    "/alibaba/icbu/category/get/v2": catalogue.categories,
    "/alibaba/icbu/category/attribute/get/v2": catalogue.attributes,
    "/alibaba/icbu/photobank/upload": catalogue.upload,
    "/alibaba/icbu/product/list/shipping/templates": catalogue.templates,
    "/alibaba/icbu/product/id/encrypt": catalogue.encrypt,
    "/alibaba/icbu/product/id/decrypt": catalogue.decrypt,
    "/alibaba/icbu/product/listing/v2": products.create,
    "/alibaba/icbu/product/update/v2": products.update,
    "/alibaba/icbu/product/get/v2": products.get,
    "/alibaba/icbu/product/search/v2": products.search,
    "/alibaba/icbu/product/status/get/v2": products.status,
    "/alibaba/icbu/product/batch/update/status": products.set_shelf,
    "/alibaba/icbu/product/delete": products.delete,
    "/icbu/product/edit-inventory": products.edit_inventory,
    "/icbu/product/edit-price": products.edit_price,
    "/alibaba/icbu/rfq/search": rfqs.search,
    "/alibaba/icbu/rfqdetail/get": rfqs.detail,
    "/alibaba/icbu/quotation/post": rfqs.quote,
}

ACTING = frozenset(
    {
        "/alibaba/v2/order/shipping",
        "/alibaba/order/v2/multi/shipping",
        "/alibaba/icbu/photobank/upload",
        "/alibaba/icbu/product/listing/v2",
        "/alibaba/icbu/product/update/v2",
        "/alibaba/icbu/product/batch/update/status",
        "/alibaba/icbu/product/delete",
        "/icbu/product/edit-inventory",
        "/icbu/product/edit-price",
        "/alibaba/icbu/quotation/post",
    }
)
"""The APIs that change something."""

_PAGED = {
    "/alibaba/order/list": ("order_list", "start_page"),
    "/alibaba/icbu/product/search/v2": ("product_info", "page_index"),
    "/alibaba/icbu/rfq/search": ("request_list", "current_page"),
}
"""The APIs with pages: where the rows are, and which parameter says the page."""


class AlibabaPlatform:
    """The platform with the memory *state*."""

    def __init__(self, state: SandboxState) -> None:
        self.state = state

    def api(self, path: str, form: Form) -> str:
        """The API's path, also where it was called by its dotted name."""
        return read_request(path, form, {}).api

    def is_sign_in(self, api: str) -> bool:
        """The two calls that give tokens."""
        return api.startswith("/auth/")

    def acts(self, api: str) -> bool:
        """Whether it is in ``ACTING``."""
        return api in ACTING

    def answer(self, path: str, form: Form, files: Mapping[str, bytes]) -> Reply:
        """Check the signature and the token, then do what the API does."""
        request = read_request(path, form, files)
        try:
            verify(self.state, request)
            return success(request, self._done(request), self._request_id())
        except ApiError as error:
            return failure(request, error, self._request_id())
        except Failed as refusal:
            return success(request, refusal.body, self._request_id())

    def _done(self, request: Request) -> Payload:
        handler = _APIS.get(request.api)
        if handler is None:
            raise ApiError("InvalidApiPath", "The specified API path is invalid")
        body = handler(self.state, request.arguments())
        return signin.as_top(self.state, body) if request.name.startswith("taobao.top.auth.") else body

    def throttled(self, seconds: int) -> Reply:
        """The newer protocol's words; clients of the older one know them too."""
        text = f"Api access frequency exceeds the limit. this ban will last {seconds} seconds"
        return self._error(ApiError("ApiCallLimit", text))

    def fault_inside(self, api: str) -> Reply:
        """The service behind the gateway did not answer it in time."""
        return self._error(ApiError("ServiceTimeout", "Service timeout", "ISP"))

    def _error(self, error: ApiError) -> Reply:
        return failure(Request("path", "", "", {}, {}), error, self._request_id())

    def expire(self, form: Form) -> bool:
        """End the call's access token if it has served before."""
        return self.state.expire(form.get("access_token") or form.get("session", ""))

    def kill_refresh(self) -> None:
        """Withdraw every refresh token."""
        self.state.tokens.kill_refresh()

    def rows(self, api: str, body: Payload) -> list[Payload] | None:
        """The list of orders, products or requests in a page."""
        return _list_in(body, _PAGED[api][0]) if api in _PAGED else None

    def page(self, form: Form) -> int | None:
        """The page asked for, whichever parameter says it."""
        given = {
            **_inner(form.get("param_trade_ecology_order_list_query", "")),
            **_inner(form.get("cond", "")),
            **form,
        }
        for _rows, name in _PAGED.values():
            text = str(given.get(name, ""))
            if text.isdigit():
                return int(text)
        return 0 if "role" in given else None

    def authorise(self, query: Form) -> str | None:
        """Where the page of the permission sends the browser."""
        return signin.authorise(self.state, query)

    def record(self, api: str, code: str, fault: str) -> None:
        """Note a call."""
        self.state.record(api, code, fault)

    def snapshot(self) -> Payload:
        """Everything but secrets."""
        return self.state.snapshot()

    def _request_id(self) -> str:
        return f"sandbox{sum(self.state.counts.values()) + 1:012d}"


def _inner(text: str) -> Payload:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        value = {}
    return value if isinstance(value, dict) else {}


def _list_in(value: object, name: str) -> list[Payload] | None:
    """The list called *name* at any depth, itself or in the object that older gateways wrap it in."""
    if not isinstance(value, dict):
        return None
    found = value.get(name)
    inner = next(iter(found.values()), None) if isinstance(found, dict) and len(found) == 1 else found
    if isinstance(inner, list):
        return inner
    return next((rows for each in value.values() if (rows := _list_in(each, name)) is not None), None)
