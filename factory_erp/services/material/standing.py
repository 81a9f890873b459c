"""What the last run of this process left for the next, so that only what has changed since is planned.

It is taken out while a run is under way and put back once that is committed: a run that fails leaves
nothing, and the next one plans everything anew. Whether it still holds is asked of the database, which
others may have changed meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from factory_erp.models.database import Database
from factory_erp.models.planning import PlanPeg, PlanRun, Suggestion
from factory_erp.services import base
from factory_erp.services.material.rows import Mark, raw_rows

# numpy is loaded by who plans.
if TYPE_CHECKING:
    from factory_erp.services.material.run import Basis
    from factory_erp.services.material.write import Said


@dataclass(frozen=True, slots=True)
class Standing:
    """What the next run goes on from, what was said, and the mark of the tables that say it."""

    basis: Basis
    said: Said
    tables: Mark


_standing: WeakKeyDictionary[Database, Standing] = WeakKeyDictionary()


def tables_mark(session: Session) -> Mark:
    """The last run, and how many suggestions and pegs there are: only a run of the plan adds any."""
    session.flush()
    return (
        session.scalar(select(func.max(PlanRun.id))),
        *raw_rows(session, select(func.count(), func.sum(Suggestion.id)).select_from(Suggestion)),
        *raw_rows(session, select(func.count(), func.sum(PlanPeg.id)).select_from(PlanPeg)),
    )


def take() -> Standing | None:
    """What the last run on the bound database left; it is nobody else's from then on."""
    return _standing.pop(base.database(), None)


def keep(session: Session, standing: Standing) -> None:
    """Leave this for the next run once the session's transaction is committed."""
    database = base.database()
    event.listen(session, "after_commit", lambda _session: _put(database, standing), once=True)


def _put(database: Database, standing: Standing) -> None:
    _standing[database] = standing
