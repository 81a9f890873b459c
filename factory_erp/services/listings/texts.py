"""Listings in words: what their fields are called, and what stands in them, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from factory_erp.domain.listings import ListingContent, PriceTier, content_changes
from factory_erp.domain.quantity import UNITS, unit_name
from factory_erp.i18n import N_, _, language, ngettext

FIELD_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "model_number": N_("Model number"),
        "title": N_("Title"),
        "language": N_("Language"),
        "currency": N_("Currency"),
        "unit": N_("Unit"),
        "min_order": N_("Least order"),
        "keywords": N_("Keywords"),
        "description": N_("Detailed description"),
        "brand": N_("Brand"),
        "category_id": N_("Category"),
        "category_path": N_("Category path"),
        "attributes": N_("Attributes"),
        "images": N_("Pictures"),
        "prices": N_("Prices"),
        "lead": N_("Lead time"),
        "skus": N_("Items"),
        "weight_g": N_("Weight of a packed unit"),
        "size_mm": N_("Size of a packed unit"),
        "shipping_template": N_("Shipping template"),
        "listing_days": N_("Days on offer"),
    }
)
"""Field of ``ListingContent`` to its name (msgid)."""

LONGEST = 300
"""Characters of a description that a comparison shows."""


@dataclass(frozen=True, slots=True)
class ChangeText:
    """A field that is not on the platform as it should be; ``theirs`` "" where nothing was published."""

    field: str
    label: str
    ours: str
    theirs: str


def changes(wanted: ListingContent | None, pushed: ListingContent | None) -> tuple[ChangeText, ...]:
    """What publishing would change, in words."""
    if wanted is None:
        return ()
    found = []
    for change in content_changes(wanted, pushed):
        ours = value_text(change.field, change.wanted)
        theirs = "" if change.pushed is None else value_text(change.field, change.pushed)
        if ours or theirs:
            found.append(ChangeText(change.field, _(FIELD_TITLES[change.field]), ours, theirs))
    return tuple(found)


def value_text(field: str, value: Any) -> str:
    """The value of a field as a person reads it, in the active language."""
    special = _WORDS.get(field)
    if special is not None:
        return str(special(value))
    text = f"{value:f}" if field == "min_order" else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def prices_text(tiers: Sequence[PriceTier]) -> str:
    """Price breaks: "100: 1.20; 500: 1.10"."""
    return "; ".join(f"{tier.quantity:f}: {_price(tier.price)}" for tier in tiers)


def _price(value: Decimal) -> str:
    """One decimal is shown as two, as on a price tag: 3.90; 390 and 3.905 stay."""
    return f"{value:.2f}" if value.as_tuple().exponent == -1 else f"{value:f}"


def _lead(tiers: Sequence[Any]) -> str:
    days = (ngettext("{count} day", "{count} days", tier.days) for tier in tiers)
    return "; ".join(f"{tier.quantity:f}: {said}" for tier, said in zip(tiers, days, strict=True))


def _skus(skus: Sequence[tuple[str, Sequence[tuple[str, str]], Sequence[PriceTier], str]]) -> str:
    return "\n".join(_sku(code, options, prices) for code, options, prices, _image in skus)


def _sku(code: str, options: Sequence[tuple[str, str]], prices: Sequence[PriceTier]) -> str:
    parts = [code, " / ".join(value for _name, value in options), prices_text(prices)]
    return ", ".join(part for part in parts if part)


def _images(hashes: Sequence[str]) -> str:
    count = ngettext("{count} picture", "{count} pictures", len(hashes))
    return f"{count} ({', '.join(sha256[:6] for sha256 in hashes)})" if hashes else ""


def _size(edges: Sequence[int]) -> str:
    return " × ".join(map(str, edges)) + " mm" if any(edges) else ""


def _unit(code: str) -> str:
    return unit_name(code, language()) if code in UNITS else code


_WORDS: Mapping[str, Any] = {
    "keywords": ", ".join,
    "attributes": lambda pairs: "\n".join(f"{name}: {value}" for name, value in pairs),
    "images": _images,
    "prices": prices_text,
    "lead": _lead,
    "skus": _skus,
    "weight_g": lambda grams: f"{grams} g" if grams else "",
    "size_mm": _size,
    "unit": _unit,
    "listing_days": lambda days: str(days or ""),
}
