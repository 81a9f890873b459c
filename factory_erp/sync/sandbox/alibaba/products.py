"""The Product V2 APIs: create, change, read, search, shelf, stock, price."""

from __future__ import annotations

from decimal import Decimal

from factory_erp.sync.sandbox.alibaba.arguments import Arguments, Failed, child, figure, invalid, rows
from factory_erp.sync.sandbox.alibaba.payloads import Payload
from factory_erp.sync.sandbox.alibaba.rules import listing_fault, price_fault
from factory_erp.sync.sandbox.alibaba.shelf import CATEGORIES
from factory_erp.sync.sandbox.alibaba.state import SandboxState

_SECTIONS = ("basic_info", "category_info", "trade_info", "logistics_info", "ai_optimization_config")
_PAGE_DEFAULT, _PAGE_LARGEST = 10, 20
_BAD = "B_PRODUCT_PARAM_INVALID"
_LEAVES = {number for number, _name, _parent in CATEGORIES} - {parent for _id, _name, parent in CATEGORIES}


def done(**body: object) -> Payload:
    """A success of the product APIs."""
    return {**body, "success": True, "message": "", "msg_code": ""}


def failed(code: str, message: str) -> Failed:
    """A failure of the product APIs, which the gateway reports as a success."""
    return Failed({"success": False, "message": message, "msg_code": code})


def create(state: SandboxState, call: Arguments) -> Payload:
    """A new listing. There is no key that would keep a repeated call from making a second one."""
    content = _content(call)
    _check(content, new=True)
    product_id = state.shelf.create(content)
    return done(result={"data": product_id}, trace_id=f"sandbox{product_id}")


def update(state: SandboxState, call: Arguments) -> Payload:
    """Change the fields that the call has; the others stay."""
    content = _content(call)
    product_id = _id(child(content, "basic_info").pop("product_id", None))
    _check(content, new=False)
    if not state.shelf.update(product_id, content):
        raise failed("B_PRODUCT_NOT_FOUND", "the product does not exist")
    return done(result={"data": None})


def _content(call: Arguments) -> Payload:
    """The sections of a listing, each a parameter of its own or all together in ``product_info``."""
    whole = child(call.value("product_info")) if call.text("product_info") else {}
    own = {name: call.mapping(name) for name in _SECTIONS if call.text(name)}
    return {**whole, **own}


def _check(content: Payload, *, new: bool) -> None:
    fault = listing_fault(content, new=new)
    if fault:
        raise failed(*fault)
    category = child(content, "category_info").get("category_id")
    if category not in (None, "") and figure(category) not in _LEAVES:
        raise failed("BUSINESS_CATEGORY_NOT_EXIST", f"there is no leaf category {category}")


def get(state: SandboxState, call: Arguments) -> Payload:
    """One product by its id or by the id of a variant."""
    if not call.text("product_id") and not call.text("sku_id"):
        raise failed(_BAD, "product_id or sku_id is required")
    product_id, sku_id = (
        _id(call.text(name)) if call.text(name) else None for name in ("product_id", "sku_id")
    )
    found = state.shelf.find(product_id=product_id, sku_id=sku_id)
    if found is None:
        raise failed("B_PRODUCT_NOT_FOUND", "the product does not exist")
    return done(product_info=found)


def search(state: SandboxState, call: Arguments) -> Payload:
    """A page of the products with a model number or a variant's code, or of all; pages begin at 1."""
    page, size = call.whole("page_index", 1), call.whole("page_size", _PAGE_DEFAULT)
    if page < 1 or not 1 <= size <= _PAGE_LARGEST:
        raise failed(_BAD, f"page_size must be 1 to {_PAGE_LARGEST}")
    found = state.shelf.search(call.text("model_number"), call.text("sku_code"))
    pages = {
        "page_index": page,
        "page_size": size,
        "total_item": len(found),
        "total_page": -(-len(found) // size),
    }
    return done(product_info=found[(page - 1) * size : page * size], page=pages)


def status(state: SandboxState, call: Arguments) -> Payload:
    """Where a listing stands in its publication."""
    found = state.shelf.look(_id(call.text("product_id")))
    if found is None:
        raise failed("B_PRODUCT_NOT_FOUND", "the product does not exist")
    return done(data={"status": found[0], "status_desc": found[1]})


def set_shelf(state: SandboxState, call: Arguments) -> Payload:
    """Put products on the shelf or take them off; the others are done where one is refused."""
    action = call.text("action")
    if action not in ("online", "offline"):
        raise failed(_BAD, "action must be online or offline")
    return _each(state, call, action, "updated_product_ids")


def delete(state: SandboxState, call: Arguments) -> Payload:
    """Delete products for good."""
    return _each(state, call, "deleted", "deleted_product_ids")


def _each(state: SandboxState, call: Arguments, status: str, field: str) -> Payload:
    wanted = call.value("product_id_list")
    if not isinstance(wanted, list) or not wanted:
        raise failed(_BAD, "product_id_list is required")
    refusals = {_id(each): state.shelf.put(_id(each), status) for each in wanted}
    errors: list[Payload] = [
        {"product_id": product_id, "message": f"the product cannot become {status}", "msg_code": code}
        for product_id, code in refusals.items()
        if code
    ]
    fine = [product_id for product_id, code in refusals.items() if not code]
    return {**done(**{field: fine}, errors=errors), "success": not errors}


def edit_inventory(state: SandboxState, call: Arguments) -> Payload:
    """Set stock to a figure, of the product or of its variants; never of both."""
    product_id, whole = _id(call.text("product_id")), call.value("inventory")
    given = call.value("sku_inventory")
    skus = _stocks(given)
    if whole is None and not skus:
        raise failed("B_INVENTORY_ALL_NULL", "no inventory given")
    if whole is not None and skus:
        raise failed("B_INVENTORY_CONFLICT", "product and SKU inventory given together")
    quantity = None if whole is None else _quantity(whole)
    return _set(
        state.shelf.set_stock(product_id, {sku: _quantity(each) for sku, each in skus.items()}, quantity)
    )


def _stocks(given: object) -> dict[str, object]:
    """Stock by SKU id: the documentation shows a map in one place and a list in another."""
    if isinstance(given, dict):
        return given
    return {str(row.get("sku_id")): row.get("inventory") for row in rows(given)}


def _quantity(value: object) -> Decimal:
    found = figure(value)
    if found is None or found < 0 or found != int(found):
        raise failed(_BAD, "inventory must be a whole number from 0")
    return found


def edit_price(state: SandboxState, call: Arguments) -> Payload:
    """Set the price of the product or of its variants, in US dollars; never of both."""
    product_id = _id(call.text("product_id"))
    price, skus = child(call.value("price")), _sku_prices(call.value("sku_price"))
    if not price and not skus:
        raise failed("B_PRICE_ALL_NULL", "no price given")
    if price and skus:
        raise failed("B_PRICE_CONFLICT", "product and SKU price given together")
    if price.get("currency", "USD") != "USD":
        raise failed(_BAD, "only USD is accepted")
    fault = price_fault(price) if price else None
    if fault:
        raise failed(*fault)
    return _set(state.shelf.set_price(product_id, skus, price))


def _sku_prices(given: object) -> dict[str, Payload]:
    found: dict[str, Payload] = {}
    for row in rows(given):
        fault = price_fault({"tiered_price": [{"quantity": 1, "price": row.get("price")}]})
        if fault:
            raise failed(*fault)
        found[str(row.get("sku_id"))] = {"price": str(row["price"]), "currency": "USD"}
    return found


def _set(refusal: str) -> Payload:
    if refusal:
        raise failed(refusal, "the product or one of its SKUs does not exist")
    return done(result={"data": None})


def _id(value: object) -> int:
    found = figure(value)
    if found is None or found != int(found):
        raise invalid("product_id")
    return int(found)
