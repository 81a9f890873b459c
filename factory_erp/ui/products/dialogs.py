"""Dialogs of the products page: a new product, a copy of one, and taking one away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from factory_erp.i18n import _
from factory_erp.services.catalogue import products
from factory_erp.services.catalogue.products import ProductInput, ProductSheet
from factory_erp.services.catalogue.texts import TextValues
from factory_erp.services.names import CHINESE, ENGLISH
from factory_erp.ui.kit.context import UiContext
from factory_erp.ui.kit.dialogs import confirm
from factory_erp.ui.kit.form_dialog import FormDialog
from factory_erp.ui.kit.forms import Field

NAMES = {"name_en": ENGLISH, "name_zh": CHINESE}
"""Fields of a new product's names, each with its language."""


def product_fields() -> list[Field]:
    """The facts of a product, named as in ``ProductInput``."""
    return [
        Field("code", _("Code"), required=True, hint=_("Short, for example TB20")),
        Field("category", _("Category")),
        Field("brand", _("Brand")),
        Field("material", _("Made of")),
        Field("sku_pattern", _("SKU pattern"),
              hint=_("Codes of options in braces, for example {example}; empty: product and options",
                     example="{product}-{size}-{colour}")),
    ]  # fmt: skip


def ask_new(context: UiContext, done: Callable[[int], object], parent: QWidget) -> FormDialog:
    """The open dialog for a new product; *done* is given its id."""
    code, *facts = product_fields()
    fields = [
        code,
        Field("name_en", _("English name"), required=True),
        Field("name_zh", _("Chinese name")),
        *facts,
    ]
    note = _("Options, rules, texts and pictures follow on the product's own page.")
    dialog = FormDialog(
        context.jobs, _("New product"), fields, {}, _making, _("Make product"),
        note=note, columns=2, parent=parent,
    )  # fmt: skip
    dialog.resize(640, 420)
    return _opened(dialog, done)


def _making(values: Mapping[str, Any]) -> Callable[[], object]:
    texts = tuple(TextValues(code, str(values[key])) for key, code in NAMES.items() if values[key])
    return partial(products.save_product, replace(facts_of(values), texts=texts))


def facts_of(values: Mapping[str, Any]) -> ProductInput:
    """The facts of a product as they stand in a form."""
    facts: dict[str, Any] = {field.name: values[field.name] or "" for field in product_fields()}
    return ProductInput(**facts)


def ask_copy(
    context: UiContext, sheet: ProductSheet, done: Callable[[int], object], parent: QWidget
) -> FormDialog:
    """The open dialog for a copy of a product; *done* is given the copy's id."""
    note = _("Facts, texts, options, rules and pictures are copied. Items and certificates are not.")
    copying = partial(_copying, sheet.id)
    dialog = FormDialog(
        context.jobs, _("Copy {product}", product=sheet.code), [Field("code", _("New code"), required=True)],
        {}, copying, _("Copy product"), note=note, parent=parent,
    )  # fmt: skip
    dialog.resize(440, 230)
    return _opened(dialog, done)


def _copying(product_id: int, values: Mapping[str, Any]) -> Callable[[], object]:
    return partial(products.copy_product, product_id, str(values["code"]))


def _opened(dialog: FormDialog, done: Callable[[int], object]) -> FormDialog:
    dialog.done_with.connect(done)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def ask_remove(
    context: UiContext, sheet: ProductSheet, done: Callable[[object], object], parent: QWidget
) -> None:
    """Remove a product, after asking; *done* is called once it is gone."""
    title = _("Remove product {product}?", product=sheet.code)
    text = _(
        "Product {product} goes with its texts, options, rules, pictures and certificates. "
        "This cannot be undone.",
        product=sheet.code,
    )
    if confirm(parent, title, text, _("Remove product")):
        context.jobs.run(
            partial(products.remove_product, sheet.id), done=done, write=True, title=title, owner=parent
        )
