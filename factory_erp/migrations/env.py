"""How Alembic runs: on the connection that the program hands over, never on its own.

There is no downgrade: a wrong upgrade is answered with the backup that was made before it.
"""

from __future__ import annotations

from typing import Literal

from alembic import context

from factory_erp.models import Base
from factory_erp.models.search import is_search_shadow


def _ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not is_search_shadow(kind, name or "")


def _render(kind: str, value: object, _context: object) -> str | Literal[False]:
    """Column types of our own appear in a revision as the types that the database has."""
    impl = getattr(value, "impl", None)
    if kind == "type" and type(value).__module__ == "factory_erp.models.types":
        return "sa." + repr(impl)
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=_ours,
    render_item=_render,
)
context.run_migrations()
