"""Planning on the command line: ``factory-erp plan …``, ``schedule …`` and ``promise …``."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from factory_erp.cli_shared import DataOption, JsonOption, TerminalProgress, factory, say, stopper, watched
from factory_erp.domain.errors import InvalidValue, NotFound
from factory_erp.i18n import _

plan_app = typer.Typer(help="What to make and to buy, by when and why.", no_args_is_help=True)
schedule_app = typer.Typer(help="Which operation runs when on which machine.", no_args_is_help=True)


# Material


@plan_app.command("run")
def plan_run(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Plan the material of the whole factory; orders and purchases that exist stay."""
    from factory_erp.services.material import plan as material_plan

    with factory(data), watched(_("Planning…")) as progress:
        report = material_plan.run_plan(lambda percent, text: progress.report(percent, 100, text)).value
    say(asdict(report), as_json)


@plan_app.command("suggestions")
def plan_suggestions(
    view: Annotated[
        str,
        typer.Option(
            "--view", help="open, make, buy, advice, expedite, delay, cancel, merge, late, dismissed."
        ),
    ] = "open",
    words: Annotated[str, typer.Option(help="Only of items with these words.")] = "",
    limit: Annotated[int, typer.Option(help="How many, the soonest first.", min=1, max=100_000)] = 100,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what the last plan suggests."""
    from factory_erp.services.suggestions import views as suggestions_views

    if view not in suggestions_views.VIEWS:
        raise InvalidValue(
            _("There is no view '{name}'.", name=view),
            field="--view",
            remedy=_("Write one of: {names}.", names=", ".join(suggestions_views.VIEWS)),
        )
    with factory(data):
        wanted = suggestions_views.SuggestionFilter(view, words, limit=limit)
        rows, counts = suggestions_views.suggestions(wanted), suggestions_views.suggestion_counts()
    say({"counts": counts, "suggestions": [asdict(row) for row in rows]}, as_json)


@plan_app.command("accept")
def plan_accept(
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID[:VERSION]",
            help="Ids as 'plan suggestions --json' shows them; with the version shown there, one that "
            "differs by now is refused.",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that make or buy.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make production and purchase orders of suggestions; what is gone already is left out."""
    from factory_erp.services.suggestions import accepting as suggestions
    from factory_erp.services.suggestions import views as suggestions_views

    if bool(ids) == everything:
        raise InvalidValue(
            _("It is not clear which suggestions are meant."),
            remedy=_("Name their ids, or write --all."),
        )
    shown = _shown(ids or ())
    with factory(data), watched(_("Planning…")):
        chosen = list(shown)
        if everything:
            chosen = [
                number
                for view in ("make", "buy")
                for number in suggestions_views.suggestion_ids(suggestions_views.SuggestionFilter(view))
            ]
        seen = {one: version for one, version in shown.items() if version is not None}
        done = suggestions.accept(chosen, seen).value
    say(asdict(done), as_json)


def _shown(words: Iterable[str]) -> dict[int, int | None]:
    """Ids with the versions that were shown, None where none is written."""
    found: dict[int, int | None] = {}
    for word in words:
        number, colon, version = word.partition(":")
        if not number.isdecimal() or (colon and not version.isdecimal()):
            raise InvalidValue(
                _("'{text}' is no id of a suggestion.", text=word),
                field="ID",
                remedy=_("Write it like {example}.", example="42 / 42:3"),
            )
        found[int(number)] = int(version) if colon else None
    return found


@plan_app.command("order")
def plan_order(
    order: Annotated[
        list[str] | None, typer.Argument(help="Numbers of orders; all confirmed ones if left out.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the production orders of confirmed orders at once, and schedule every open operation."""
    from factory_erp.services import planning
    from factory_erp.services.sales import views as sales_views
    from factory_erp.services.schedule import scheduling

    with factory(data), watched(_("Planning…")) as progress:
        ids = (
            [sales_views.order_numbered(number) for number in order]
            if order
            else list(sales_views.unplanned())
        )
        planned, short = 0, []
        for number, order_id in enumerate(ids):
            progress.report(number, len(ids), _("Planning…"))
            outcome = planning.plan_order(order_id).value
            planned += len(outcome.production_orders)
            short += [asdict(shortage) for shortage in outcome.shortages]
        schedule = scheduling.schedule(progress=progress).value
    say(
        {
            "orders": len(ids),
            "production_orders": planned,
            "shortages": short,
            "operations": schedule.operations,
            "late_orders": [asdict(late) for late in schedule.late_orders],
            "seconds": round(schedule.seconds, 3),
        },
        as_json,
    )


# Schedule


class _Stoppable:
    """A bar that Ctrl+C ends: the best schedule so far stays."""

    def __init__(self, bar: TerminalProgress, stop: threading.Event) -> None:
        self._bar, self._stop = bar, stop

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def report(self, done: int, total: int, text: str = "") -> None:
        """*done* of *total* steps."""
        self._bar.report(done, total, text)


@schedule_app.command("run")
def schedule_run(
    seconds: Annotated[
        float | None, typer.Option(help="How long to search; as the settings say if left out.", min=0)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the search.")] = 0,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Schedule every open operation and search for better; Ctrl+C keeps the best so far."""
    from factory_erp.services.schedule import scheduling
    from factory_erp.services.schedule import search as schedule_search

    with factory(data), stopper() as stop, watched(_("Scheduling")) as progress:
        first = scheduling.schedule(progress=progress).value
        outcome = schedule_search.improve_schedule(seconds, seed, _Stoppable(progress, stop)).value
    warnings = tuple(dict.fromkeys((*first.warnings, *outcome.warnings)))
    say({**asdict(outcome), "seconds": round(outcome.seconds, 3), "warnings": warnings}, as_json)


@schedule_app.command("late")
def schedule_late(data: DataOption = None, as_json: JsonOption = False) -> None:
    """List what will be late in the schedule as it stands, and why."""
    from factory_erp.services.board import late_orders

    with factory(data):
        rows = late_orders.late_list()
    say({"late_orders": [asdict(row) for row in rows]}, as_json)


# Promise


def promise(
    item: Annotated[str, typer.Argument(help="SKU of the item.")],
    quantity: Annotated[str, typer.Argument(help="How many, in the item's unit.")],
    wanted: Annotated[str, typer.Option("--date", help="The day it is wanted: 2026-12-31.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say when so much of an item can ship, what binds the date, and who would slip for an earlier one."""
    from factory_erp.services.catalogue import views as catalog
    from factory_erp.services.promise import asking as promises

    asked, day = _quantity(quantity), _day(wanted)
    with factory(data):
        item_id = catalog.find_item(item)
        if item_id is None:
            raise NotFound(
                _("There is no item {sku}.", sku=item),
                field="ITEM",
                remedy=_("Write its SKU as the list of items shows it."),
            )
        offer = promises.promise_item(item_id, asked, day)
    said = asdict(offer)
    said.pop("stock")
    said.pop("machines")
    say(said, as_json)


def _quantity(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise InvalidValue(
            _("'{text}' is no quantity.", text=text),
            field="QUANTITY",
            remedy=_("Write it like {example}.", example="300"),
        )
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidValue(
            _("'{text}' is no day.", text=text),
            field="--date",
            remedy=_("Write it like {example}.", example="2026-12-31"),
        ) from error


def add_to(app: typer.Typer) -> None:
    """Put the commands into *app*."""
    app.add_typer(plan_app, name="plan")
    app.add_typer(schedule_app, name="schedule")
    app.command("promise")(promise)
