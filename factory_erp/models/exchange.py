"""How a file's columns were understood the last time a file with the same headers came."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base
from factory_erp.models.types import UtcDateTime


class SavedMapping(Base):
    """A mapping of columns, remembered by the kind of record and the hash of the headers."""

    __tablename__ = "saved_mapping"
    __table_args__ = (UniqueConstraint("kind", "signature"),)

    kind: Mapped[str] = mapped_column(String(30))
    signature: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[str] = mapped_column(Text)
    """JSON as ``--map`` takes it."""
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
