"""The tables of the factory. Importing the package registers them all on ``Base.metadata``."""

from factory_erp.models import (
    catalog,
    documents,
    engineering,
    inventory,
    partners,
    platforms,
    production,
    sales,
    search,
    security,
    shipping,
)
from factory_erp.models.base import Base

__all__ = [
    "Base",
    "catalog",
    "documents",
    "engineering",
    "inventory",
    "partners",
    "platforms",
    "production",
    "sales",
    "search",
    "security",
    "shipping",
]
