"""What the demo factory has in its books before the first order, entered as a person would enter it.

Every use case here finds again what it made, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from factory_erp import i18n
from factory_erp.demo import compliance, extras, languages, lookup, papers, prices
from factory_erp.demo.families import axes, families, goods, options
from factory_erp.demo.pictures import add_pictures
from factory_erp.demo.rules import RULED, rules
from factory_erp.i18n import _
from factory_erp.services import clock
from factory_erp.services.clock import FACTORY_ZONE
from factory_erp.services.engineering import calendars, costing
from factory_erp.services.names import CHINESE
from factory_erp.services.progress import Progress
from factory_erp.services.variants import making as variants

COUNTRY = "CN"

_REACH = timedelta(days=60)
"""The demo's story begins less than that before its present."""


def begin_of(moment: datetime) -> date:
    """Day from which lists, bills and routings of a demo made at *moment* hold."""
    return date(moment.year - 1, 1, 1)


def furnish(moment: datetime, progress: Progress) -> None:
    """Enter it all; *moment* is the demo's present. Done again, nothing changes."""
    steps = list(_steps(moment))
    for done, step in enumerate(steps):
        progress.report(done, len(steps), _("Furnishing the demo factory"))
        step()


def _steps(moment: datetime) -> Iterator[Callable[[], object]]:
    begin, today = begin_of(moment), moment.astimezone(ZoneInfo(FACTORY_ZONE)).date()
    yield partial(_close_on_holidays, {(moment - _REACH).year, moment.year, moment.year + 1})
    yield languages.translate
    yield extras.add_items
    yield partial(extras.add_packing_sets, begin)
    for product in families():
        yield partial(_set_axes, product)
    for product in RULED:
        yield partial(_derive, product, begin)
    yield partial(extras.engineer, begin, today)
    yield prices.say_rates
    yield partial(prices.add_purchase_lists, begin)
    yield partial(prices.add_last_years_list, begin)
    yield prices.add_units
    yield compliance.add_tariff
    yield compliance.declare_goods
    yield partial(compliance.add_certificates, today)
    yield papers.set_up
    yield costing.set_standard_costs
    for product in families():
        yield partial(add_pictures, product)


def _close_on_holidays(years: set[int]) -> None:
    """Also on days that are worked instead; named in Chinese, as the floor reads them."""
    with i18n.in_language(CHINESE):
        for calendar in calendars.calendars():
            for year in sorted(years):
                calendars.add_holidays(calendar.id, COUNTRY, year)


def _set_axes(product: str) -> None:
    ids, items = lookup.products(), lookup.items()
    variants.save_axes(ids[product], axes(product))
    for item in goods(product):
        variants.assign_options(items[item.sku], options(item))


def _derive(product: str, begin: date) -> None:
    """Bills and routings that the rules derive hold from *begin* on, like those written by hand."""
    product_id = lookup.products()[product]
    with clock.at(datetime.combine(begin, time(12), ZoneInfo(FACTORY_ZONE))):
        variants.save_rules(product_id, rules(product))
        variants.generate(product_id)
