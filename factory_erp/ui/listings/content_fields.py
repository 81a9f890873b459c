"""The fields of a listing's content, as forms have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from factory_erp.i18n import _, ngettext
from factory_erp.services.listings.book import ListingForm
from factory_erp.services.listings.platform_lists import ListEntry
from factory_erp.sync.connectors.spec import Capability, PlatformSpec
from factory_erp.ui.kit.choose import Choice, Search
from factory_erp.ui.kit.forms import Field, FieldKind
from factory_erp.ui.kit.rows import Runner
from factory_erp.ui.listings.work import Opened

USUAL_KEYWORDS = 3
"""Where a platform does not say how many it takes."""


def keyword_names(opened: Opened) -> list[str]:
    """One field for each keyword that the platform takes, and for each that there is."""
    most = opened.rules.keyword_count or USUAL_KEYWORDS
    return [f"keyword{number}" for number in range(max(most, len(opened.detail.form.keywords)))]


def text_fields() -> list[Field]:
    """Title and description."""
    return [
        Field("title", _("Title"), hint=_("Leave it empty to take the product's name.")),
        Field("description", _("Detailed description"), FieldKind.NOTE,
              hint=_("HTML is taken here. Leave it empty to take the product's description.")),
    ]  # fmt: skip


def fact_fields(opened: Opened) -> list[Field]:
    """Keywords, model number, and what holds for an order."""
    words = [
        Field(name, _("Keyword {number}", number=place), hint=_("What buyers type to find the product"))
        for place, name in enumerate(keyword_names(opened), start=1)
    ]
    return [
        *words,
        Field("model_number", _("Model number"), required=True,
              hint=_("By it the listing is found again on the platform.")),
        Field("min_order", _("Least order"), FieldKind.DECIMAL, check=_check_above_zero,
              hint=_("Leave it empty to take it from the items and their prices.")),
        Field("lead_days", _("Lead time (days)"), FieldKind.INTEGER, check=_check_above_zero,
              hint=_("Leave it empty to follow the shop's load.")),
        *_delivery_fields(opened),
    ]  # fmt: skip


def _delivery_fields(opened: Opened) -> list[Field]:
    fields = []
    if offers_templates(opened.spec):
        fields.append(
            Field("shipping_template", _("Shipping template"), FieldKind.CHOICE,
                  choices=template_choices(opened.templates, opened.detail.form.shipping_template))
        )  # fmt: skip
    if opened.rules.listing_days:
        fields.append(
            Field("listing_days", _("Days on offer"), FieldKind.CHOICE,
                  choices=day_choices(opened.rules.listing_days, opened.detail.form.listing_days))
        )  # fmt: skip
    return fields


def category_field(search: Search, jobs: Runner) -> Field:
    """The platform's category, among those that are known."""
    hint = _("Type to search the categories that are known; Suggest and Browse ask the platform.")
    return Field("category", _("Category of the platform"), FieldKind.LOOKUP, search=search, jobs=jobs,
                 hint=hint)  # fmt: skip


def offers_templates(spec: PlatformSpec | None) -> bool:
    """Whether the platform has shipping templates."""
    return spec is not None and Capability.SHIPPING_TEMPLATES in spec.capabilities


def template_choices(known: Sequence[ListEntry], current: str) -> list[tuple[object, str]]:
    """None first; the one chosen is there even if it was never read."""
    choices: list[tuple[object, str]] = [("", _("None"))]
    choices += [(one.code, one.name) for one in known]
    if current and current not in {value for value, _text in choices}:
        choices.append((current, current))
    return choices


def day_choices(known: Sequence[int], current: int) -> list[tuple[object, str]]:
    """The longest that the platform takes, or one of those that it takes."""
    choices: list[tuple[object, str]] = [(0, _("The longest"))]
    days = sorted({*known, *([current] if current else [])})
    choices += [(number, ngettext("{count} day", "{count} days", number)) for number in days]
    return choices


def values_of(form: ListingForm) -> dict[str, object]:
    """What stands in the fields for *form*."""
    words = {f"keyword{place}": word for place, word in enumerate(form.keywords)}
    category = None
    if form.category_id:
        category = Choice(form.category_id, form.category_path or form.category_id)
    return {
        "title": form.title or None,
        "description": form.description or None,
        "model_number": form.model_number,
        "min_order": form.min_order,
        "lead_days": form.lead_days,
        "shipping_template": form.shipping_template,
        "listing_days": form.listing_days,
        "category": category,
        **words,
    }


def form_values(values: Mapping[str, object], kept: ListingForm) -> dict[str, object]:
    """The form's columns for what stands in the fields; what has no field stays as it was *kept*."""
    least, days, standing = values["min_order"], values["lead_days"], values.get("listing_days")
    template = values.get("shipping_template", kept.shipping_template)
    words = [str(value) for name, value in values.items() if name.startswith("keyword") and value]
    return {
        "title": str(values["title"] or ""),
        "description": str(values["description"] or ""),
        "model_number": str(values["model_number"] or ""),
        "keywords": tuple(words),
        "min_order": least if isinstance(least, Decimal) else None,
        "lead_days": days if isinstance(days, int) else None,
        "shipping_template": str(template or ""),
        "listing_days": standing if isinstance(standing, int) else kept.listing_days,
    }


def _check_above_zero(value: object) -> str:
    fine = isinstance(value, Decimal | int) and value > 0
    return "" if fine else _("It must be above zero.")
