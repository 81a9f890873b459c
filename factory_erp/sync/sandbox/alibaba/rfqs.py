"""The RFQ APIs: search, detail, and posting a quotation."""

from __future__ import annotations

from collections.abc import Callable

from factory_erp.sync.sandbox.alibaba.arguments import Arguments, Failed, figure, invalid, rows
from factory_erp.sync.sandbox.alibaba.payloads import Payload, epoch_ms
from factory_erp.sync.sandbox.alibaba.state import SandboxState

_PAGE_DEFAULT, _PAGE_LARGEST = 20, 100
_SECONDS_SINCE = 1_000_000_000
_SAME = (("country", "country_simple"), ("category_id", "category_id"))
_LISTED = (
    "rfq_id",
    "category_id",
    "subject",
    "description",
    "quantity",
    "quantity_unit",
    "country_simple",
    "left_count",
    "lang_src",
    "expirate_time",
    "open_time",
)
_REQUIRED = ("details", "rfq_id", "payment_terms", "expiry_date")
_REQUIRED_OF_LINE = (
    "port",
    "shipping_terms",
    "item_name",
    "fob_price",
    "quantity",
    "quantity_unit",
    "remark",
    "fob_price_unit",
)


def search(state: SandboxState, call: Arguments) -> Payload:
    """A page of requests whose text has one of the words of ``search_text``, newest first, from page 1."""
    wanted = call.mapping("cond")
    page, size = _whole(wanted, "current_page", 1), _whole(wanted, "page_size", _PAGE_DEFAULT)
    if page < 1 or not 1 <= size <= _PAGE_LARGEST:
        raise invalid("page_size")
    keep = _filter(state, wanted)
    found = [request for request in state.board.requests() if keep(request)]
    shown = [{name: row[name] for name in _LISTED} for row in found[(page - 1) * size : page * size]]
    return _done({"request_list": shown, "total": len(found), "category_list": []})


def _filter(state: SandboxState, wanted: Payload) -> Callable[[Payload], bool]:
    words = str(wanted.get("search_text") or "").lower().split()
    if not words:
        raise invalid("search_text")
    now = epoch_ms(state.now()) // 1000
    since, until = _second(wanted, "open_time", now), _second(wanted, "close_time", now)
    quoted = {each.rfq_id for each in state.quotations()} if wanted.get("filter_quoted") else set()

    def keep(request: Payload) -> bool:
        text = f"{request['subject']} {request['description']}".lower()
        opened = int(str(request["open_time"])) // 1000
        timely = (since is None or since <= opened) and (until is None or opened <= until)
        same = all(not wanted.get(name) or str(wanted[name]) == str(request[field]) for name, field in _SAME)
        return timely and same and request["rfq_id"] not in quoted and any(word in text for word in words)

    return keep


def _second(wanted: Payload, name: str, now: int) -> int | None:
    """Epoch second of a limit; what is too small to be one counts back from now.

    The documentation can be read either way.
    """
    if wanted.get(name) in (None, ""):
        return None
    value = _whole(wanted, name, 0)
    return value if value >= _SECONDS_SINCE else now - value


def _whole(wanted: Payload, name: str, default: int) -> int:
    value = figure(wanted.get(name, default))
    if value is None or value != int(value) or value < 0:
        raise invalid(name)
    return int(value)


def detail(state: SandboxState, call: Arguments) -> Payload:
    """One request with its terms."""
    request = _known(state, call.mapping("rfq_query_dto"))
    attachments = request.pop("attachments")
    return _done({"rfq_detail_dto": request, "attachments": attachments})


def quote(state: SandboxState, call: Arguments) -> Payload:
    """Post a quotation: every field that is documented as required has to be there."""
    content = call.mapping("dto")
    for name in _REQUIRED:
        if not content.get(name):
            raise _failed("PARAM_ERROR", f"{name} is required")
    lines = rows(content.get("price_list"))
    missing = [name for line in lines for name in _REQUIRED_OF_LINE if not str(line.get(name) or "").strip()]
    if missing or not lines:
        raise _failed("PARAM_ERROR", f"{missing[0] if missing else 'price_list'} is required")
    request = _known(state, content)
    if int(str(request["left_count"])) <= 0:
        raise _failed("QUOTA_EXHAUSTED", "no quotation left for this request")
    return _done({"id": state.board.quote(str(request["rfq_id"]), content)})


def _known(state: SandboxState, wanted: Payload) -> Payload:
    request = state.board.request(str(wanted.get("rfq_id") or ""))
    if request is None:
        raise _failed("RFQ_NOT_EXIST", "the request does not exist")
    return request


def _done(result: Payload) -> Payload:
    return {"result": {"success": True, "message": "", "result": result}}


def _failed(code: str, message: str) -> Failed:
    return Failed({"result": {"success": False, "err_type": code, "error_type": code, "message": message}})
