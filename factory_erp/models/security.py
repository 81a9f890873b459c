"""Who uses the program, and what was done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from factory_erp.models.base import Base, Versioned, one_of
from factory_erp.models.types import UtcDateTime


class UserRole(StrEnum):
    """What a user's desk is."""

    MANAGER = "manager"
    PLANNER = "planner"
    CLERK = "clerk"
    WAREHOUSE = "warehouse"
    AGENCY = "agency"
    FLOOR = "floor"


class User(Base, Versioned):
    """A person at a PC of the factory."""

    __tablename__ = "app_user"
    __table_args__ = (one_of("role", UserRole),)

    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(12), default=UserRole.MANAGER)
    language: Mapped[str] = mapped_column(String(8), default="zh_CN")


class AuditEntry(Base):
    """One use case that changed something: who, when, which records."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    login: Mapped[str] = mapped_column(String(60))
    use_case: Mapped[str] = mapped_column(String(80))
    changes: Mapped[str] = mapped_column(Text)
    """JSON: kind of record → ids."""


class Setting(Base, Versioned):
    """A setting of the workspace."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    value: Mapped[str] = mapped_column(Text, default="")
