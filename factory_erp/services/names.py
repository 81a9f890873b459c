"""Names of items in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from factory_erp import i18n
from factory_erp.models.catalog import ItemText
from factory_erp.services.bulk import chunks

ENGLISH, CHINESE = "en", "zh_CN"


class ItemNames:
    """Names of some items, read once; falls back to any language there is, then to nothing."""

    def __init__(self, session: Session, item_ids: Iterable[int]) -> None:
        self._texts: dict[int, dict[str, str]] = {}
        for part in chunks(item_ids):
            found = select(ItemText.item_id, ItemText.language, ItemText.name)
            for item_id, language, name in session.execute(found.where(ItemText.item_id.in_(part))):
                self._texts.setdefault(item_id, {})[language] = name

    def of(self, item_id: int, language: str = "") -> str:
        """Name of the item in *language* (the interface's if none is given)."""
        texts = self._texts.get(item_id, {})
        return texts.get(language or i18n.language()) or next(iter(texts.values()), "")

    def words(self, item_id: int) -> tuple[str, ...]:
        """Its names in all languages, for the search index."""
        return tuple(self._texts.get(item_id, {}).values())
