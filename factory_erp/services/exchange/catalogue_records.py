"""A whole catalogue as rows of the kinds that can be imported, in the order in which to import them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from factory_erp.services.catalogue.input import (
    BillInput,
    CatalogueInput,
    CentreInput,
    ItemInput,
    RoutingInput,
)

Cells = Mapping[str, Any]
"""Field of the kind → value."""
PPM_PER_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What one record of the input is to its kind: rows that belong together; *key* stands once."""

    record: str
    key: tuple[Any, ...]
    rows: Sequence[Cells]


def entries(catalogue: CatalogueInput) -> Iterator[tuple[str, list[Entry]]]:
    """Name of a kind and its entries, kind by kind."""
    items, centres = catalogue.items, catalogue.centres
    yield "items", [_entry((item.sku,), _item(item)) for item in items]
    yield "item-texts", [entry for item in items for entry in _texts(item)]
    yield "packaging", [entry for item in items for entry in _packaging(item)]
    yield "prices", [entry for item in items for entry in _prices(item)]
    yield "work-centres", [_entry((centre.code,), _centre(centre)) for centre in centres]
    yield "machines", [entry for centre in centres for entry in _machines(centre)]
    yield "bills", [_bill(bill, catalogue) for bill in catalogue.bills]
    yield "routings", [_routing(routing, catalogue) for routing in catalogue.routings]
    yield "stock", [_entry((sku,), {"sku": sku, "quantity": held}) for sku, held in catalogue.stock]


def _entry(key: tuple[Any, ...], row: Cells) -> Entry:
    return Entry(key[0], key, [row])


def _item(item: ItemInput) -> Cells:
    cells = asdict(item)
    return {name: cells[name] for name in cells if name not in {"texts", "packaging", "prices"}}


def _texts(item: ItemInput) -> Iterator[Entry]:
    for text in item.texts:
        yield _entry((item.sku, text.language), {"sku": item.sku, **asdict(text)})


def _packaging(item: ItemInput) -> Iterator[Entry]:
    for level in item.packaging:
        cells = asdict(level)
        yield _entry((item.sku, level.kind), {"sku": item.sku, "level": cells.pop("kind"), **cells})


def _prices(item: ItemInput) -> Iterator[Entry]:
    for price in item.prices:
        cells = asdict(price)
        key = (item.sku, price.currency, price.incoterm, price.place, price.min_quantity)
        yield _entry(key, {"sku": item.sku, "from_quantity": cells.pop("min_quantity"), **cells})


def _centre(centre: CentreInput) -> Cells:
    return {
        "centre": centre.code,
        "name_en": centre.name_en,
        "name_zh": centre.name_zh,
        "changeover_minutes": centre.changeover_minutes,
    }


def _machines(centre: CentreInput) -> Iterator[Entry]:
    for code, english, chinese in centre.machines:
        cells = {"machine": code, "name_en": english, "name_zh": chinese, "centre": centre.code}
        yield _entry((code,), cells)


def _bill(bill: BillInput, catalogue: CatalogueInput) -> Entry:
    head = {
        "sku": bill.sku,
        "revision": bill.revision,
        "output": bill.output,
        "valid_from": bill.valid_from or catalogue.valid_from,
        "valid_to": bill.valid_to,
    }
    rows = [
        {
            **head,
            "position": position,
            "component": component.sku,
            "quantity": component.quantity,
            "scrap_percent": Decimal(component.scrap_ppm) / PPM_PER_PERCENT,
            "operation": component.operation,
        }
        for position, component in enumerate(bill.components, 1)
    ]
    return Entry(bill.sku, (bill.sku, bill.revision), rows)


def _routing(routing: RoutingInput, catalogue: CatalogueInput) -> Entry:
    head = {"sku": routing.sku, "revision": routing.revision, "valid_from": catalogue.valid_from}
    rows = [{**head, **asdict(operation)} for operation in routing.operations]
    return Entry(routing.sku, (routing.sku, routing.revision), rows)
