"""The tables of the factory. Importing the package registers them all on ``Base.metadata``."""

from factory_erp.models import (
    catalog,
    customs,
    documents,
    engineering,
    exchange,
    inventory,
    media,
    partners,
    platforms,
    pricing,
    production,
    sales,
    search,
    security,
    shipping,
    variants,
)
from factory_erp.models.base import Base

__all__ = [
    "Base",
    "catalog",
    "customs",
    "documents",
    "engineering",
    "exchange",
    "inventory",
    "media",
    "partners",
    "platforms",
    "pricing",
    "production",
    "sales",
    "search",
    "security",
    "shipping",
    "variants",
]
