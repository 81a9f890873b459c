"""The option axes and variant rules of one product, given to another."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp.models.variants import OptionAxis, OptionText, OptionValue, VariantRule


def copy_variants(session: Session, source: int, target: int) -> None:
    """Give product *target* the axes, their values and the rules of product *source*."""
    _copy_axes(session, source, target)
    _copy_rules(session, source, target)


def _copy_axes(session: Session, source: int, target: int) -> None:
    for axis in session.scalars(
        select(OptionAxis).filter_by(product_id=source).order_by(OptionAxis.position)
    ):
        values = [_copied_value(value) for value in axis.values]
        session.add(
            OptionAxis(
                product_id=target, position=axis.position, code=axis.code, name_en=axis.name_en,
                name_zh=axis.name_zh, values=values,
            )
        )  # fmt: skip


def _copied_value(value: OptionValue) -> OptionValue:
    names = [OptionText(language=text.language, name=text.name) for text in value.texts]
    return OptionValue(position=value.position, code=value.code, texts=names)


def _copy_rules(session: Session, source: int, target: int) -> None:
    for rule in session.scalars(select(VariantRule).filter_by(product_id=source)):
        session.add(
            VariantRule(
                product_id=target, position=rule.position, kind=rule.kind, slot=rule.slot,
                condition=rule.condition, outcome=rule.outcome,
            )
        )  # fmt: skip
