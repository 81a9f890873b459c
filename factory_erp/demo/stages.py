"""Bringing the demo's orders to their stages, with the use cases that a person would use.

The last five weeks are lived through in waves: orders come from the platform, are confirmed,
planned, released and scheduled; what the schedule says was finished is reported. Then what is
ready is packed, documented, shipped and reported to the platform.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import partial
from zoneinfo import ZoneInfo

from factory_erp.demo import dhgate_orders, extras, offers, orders, papers, plans, prices, trade
from factory_erp.demo.build import STEP, remember, setting
from factory_erp.demo.dhgate_orders import SEA
from factory_erp.demo.found import (
    Step,
    find_order,
    finished,
    last_finish,
    open_hours,
    open_steps,
    progress_of,
    ready_since,
    sales_number,
    shipment_state,
)
from factory_erp.demo.orders import ALIBABA, DHGATE, DemoOrder, Stage, plan
from factory_erp.demo.shops import Shops
from factory_erp.domain.checkdigits import iso6346_check_digit
from factory_erp.i18n import _
from factory_erp.models.platforms import RunTrigger
from factory_erp.models.production import OperationState
from factory_erp.models.shipping import ShipmentState
from factory_erp.planning.calendar import to_minute, to_moment
from factory_erp.services import clock, planning
from factory_erp.services.clock import FACTORY_ZONE
from factory_erp.services.issuing import issue as issuing
from factory_erp.services.platforms import accounts as platforms
from factory_erp.services.production import orders as production
from factory_erp.services.progress import Progress
from factory_erp.services.sales import orders as sales
from factory_erp.services.shipping import shipments as shipping
from factory_erp.sync import engine
from factory_erp.sync.runs import Part

CONFIRMED = frozenset(Stage) - {Stage.DRAFT, Stage.FROZEN, Stage.CANCELLED, Stage.UNKNOWN_ITEM}
MADE = frozenset({Stage.READY, Stage.PACKED, Stage.DOCUMENTED, Stage.SHIPPED})
PLANNED = MADE | {Stage.MAKING, Stage.LATE, Stage.CHANGED, Stage.GROWN}
PACKED = MADE - {Stage.READY}
DOCUMENTED = PACKED - {Stage.PACKED}

_SHARES = {
    Stage.MAKING: (70, 55, 80, 40, 60, 30, 20, 0), Stage.LATE: (35, 10), Stage.CHANGED: (25,),
    Stage.GROWN: (30,),
}  # fmt: skip
"""Percent of its operations that an order in production has behind it at most, in turn."""

_WAVES = 9
_LAST_DAYS, _LAST_HOURS = timedelta(days=3), timedelta(hours=4)
"""Pulls of the last days are runs in the history, with their calls; those of the last hours come later."""
_OPENED_BEFORE = timedelta(days=3)
_ANSWER, _PULL = timedelta(hours=3), timedelta(minutes=10)
_WORKERS = ("王建国", "李秀英", "张伟", "陈芳", "周强", "吴敏")
_VESSELS = ("EAST LANTERN V.041W", "MORNING KITE V.118E", "JADE HERON V.027W", "PACIFIC LARCH V.209E")
_CARRIERS = {ALIBABA: "OTHER", DHGATE: SEA}
_RUNNING, _RUNNING_PIECES = 45, Decimal(120)
"""Working minutes that a running operation has behind it, and the pieces it may have made in them."""


class Story:
    """The demo's five weeks up to *moment*."""

    def __init__(self, moment: datetime, seed: int, shops: Shops) -> None:
        self._moment, self._seed, self._shops = moment, seed, shops
        self._orders = plan(seed)
        self._shop_of = {order.trade_id: order.shop for order in self._orders}
        self._limits = dict(_limits(self._orders))

    def tell(self, progress: Progress) -> bool:
        """Live through it all; False when it was cancelled. Again after that, it goes on where it was."""
        waves = _split(self._orders, _WAVES)
        steps: list[Callable[[], None]] = [self._open, *(partial(self._wave, wave) for wave in waves)]
        steps += [self._finish, self._present, self._ship, self._move_on, self._look_ahead, self._make_papers]
        steps += [self._trade, self._order_parts, self._set_out, self._plan, self._imagine]
        told = int(setting(STEP) or 0)
        for done, step in enumerate(steps[told:], start=told):
            if progress.cancelled:
                return False
            progress.report(done, len(steps), _("Living through the last five weeks"))
            step()
            self._shops.sandboxes.keep()
            remember(STEP, str(done + 1))
        progress.report(len(steps), len(steps), _("Living through the last five weeks"))
        return True

    def _open(self) -> None:
        """Both shops open before the first order comes; two buyers order by letter of credit."""
        first = self._orders[0].placed(self._moment)
        offers.open_shelves(self._shops, first - _OPENED_BEFORE)
        papers.open_deals(first, self._moment)

    def _wave(self, wave: Sequence[DemoOrder]) -> None:
        """Take the orders in and plan them; what was to be done meanwhile is done; schedule anew."""
        for order in wave:
            self._take_in(order)
        then = min(wave[-1].placed(self._moment) + 2 * _ANSWER, self._moment)
        self._work_until(then)
        with clock.at(then):
            planning.schedule()

    def _take_in(self, order: DemoOrder) -> None:
        placed = order.placed(self._moment)
        self._pull_at(min(placed + _PULL, self._moment), order.shop)
        if order.stage not in CONFIRMED and order.stage is not Stage.CANCELLED:
            return
        with clock.at(min(placed + _ANSWER, self._moment)):
            order_id = self._ours(order)
            self._answer(order, order_id)

    def _ours(self, order: DemoOrder) -> int:
        return find_order(self._shops.ids[order.shop], order.trade_id)

    def _pull_at(self, moment: datetime, shop: str) -> None:
        """Pull, unless the demo is going on and was further than that already."""
        account = self._shops.ids[shop]
        with clock.at(moment):
            window = platforms.next_window(account)
            if window.start >= window.end:
                return
            if _LAST_HOURS < self._moment - moment < _LAST_DAYS:
                self._shops.sync(shop, RunTrigger.TIMER, moment, (Part.ORDERS,))
            else:
                engine.pull(account, self._shops.connectors[shop])

    def _answer(self, order: DemoOrder, order_id: int) -> None:
        if order.stage is Stage.CANCELLED:
            sales.cancel(order_id)
            return
        sales.confirm(order_id)
        if order.stage is Stage.HELD:
            sales.hold(order_id)
        if order.stage in PLANNED:
            made = planning.plan_order(order_id).value.production_orders
            production.release([row for row in made if row not in finished(made)])

    def _work_until(self, then: datetime) -> None:
        """Report, in the order of the plan, what should be finished by *then*; start what should run."""
        for step in open_steps():
            if step.finish <= then and self._may_do(step):
                report(step, step.start, step.finish)
        for step in open_steps():
            if step.start < then < step.finish and self._may_do(step):
                with clock.at(step.start):
                    production.start(step.id, step.machine_id)

    def _may_do(self, step: Step) -> bool:
        """Orders in production stop after their share of the operations, so that something is left."""
        if step.state == OperationState.STARTED:
            return True
        number = sales_number(step.order_id)
        return True if number is None else self._limits_left(number)

    def _limits_left(self, trade_id: str) -> bool:
        left = self._limits.get(trade_id)
        if left is None:
            return True
        done, total = progress_of(self._shops.ids[self._shop_of[trade_id]], trade_id)
        return done * 100 < left * total

    def _finish(self) -> None:
        """What should be ready by now is, even where the plan would have it a little later."""
        self._work_until(self._moment)
        wanted = [order.trade_id for order in self._orders if order.stage in MADE]
        late = [step for step in open_steps() if sales_number(step.order_id) in wanted]
        for place, step in enumerate(late):
            end = self._moment - timedelta(minutes=len(late) - place)
            report(step, min(step.start, end - timedelta(minutes=30)), end)

    def _present(self) -> None:
        """Running operations have part of their pieces; the buyer's change arrives; all is scheduled."""
        with clock.at(self._moment):
            planning.schedule()
            self._start_some()
            for order in self._orders:
                if order.moves_on:
                    self._say(order)
        for shop in self._shops.ids:
            self._pull_at(self._moment, shop)
        with clock.at(self._moment):
            planning.schedule()

    def _say(self, order: DemoOrder) -> None:
        """The platform has the order as it became after it was confirmed; one that left is sent already."""
        if order.shop == ALIBABA:
            self._shops.sandboxes.alibaba.state.add(orders.payload(order, self._moment))
        elif order.stage is not Stage.SHIPPED:
            self._shops.sandboxes.dhgate.state.add(dhgate_orders.payload(order, self._moment))

    def _complain(self) -> None:
        """The buyer of one that left complains of it."""
        for order in self._orders:
            if order.moves_on and order.stage is Stage.SHIPPED:
                self._shops.sandboxes.dhgate.state.add(dhgate_orders.payload(order, self._moment))
                self._pull_at(self._moment, order.shop)

    def _start_some(self) -> None:
        """What stands first on a machine has been going on for a while, with part of its pieces made."""
        busy: set[int] = set()
        hours, before = open_hours(self._moment), last_finish()
        now = to_minute(self._moment)
        for step in open_steps():
            calendar = hours[step.machine_id]
            if to_minute(step.start) > calendar.next_open(now) + 1 or step.machine_id in busy or step.good:
                continue
            busy.add(step.machine_id)
            worked = calendar.to_working(now)
            begin, end = (to_moment(calendar.end_wall(worked - back)) for back in (_RUNNING, 0))
            if step.start > begin and before.get(step.machine_id, begin) > begin:
                continue
            part = min((step.quantity * Decimal("0.3")).to_integral_value(ROUND_FLOOR), _RUNNING_PIECES)
            report(step, begin, end, part)

    def _ship(self) -> None:
        leaving = [(self._leaves(order), order) for order in self._orders if order.stage in PACKED]
        for place, (leaves, order) in enumerate(sorted(leaving, key=lambda row: row[0])):
            self._send(order, place, leaves)

    def _send(self, order: DemoOrder, place: int, leaves: datetime) -> None:
        """Pack, document and ship the order, as far as its stage goes."""
        order_id = self._ours(order)
        with clock.at(leaves - timedelta(hours=20)):
            shipment = shipping.create([order_id], f"demo:{order.trade_id}").value
            if shipment_state(shipment) == ShipmentState.DRAFT:
                shipping.pack(shipment)
                shipping.set_transport(shipment, _transport(order, place, leaves))
        if order.stage in DOCUMENTED:
            with clock.at(leaves - timedelta(hours=2)):
                issuing.issue(shipment, client_key=f"demo:{order.trade_id}")
        if order.stage is Stage.SHIPPED:
            with clock.at(leaves):
                shipping.ship(shipment)

    def _leaves(self, order: DemoOrder) -> datetime:
        """On the day that was promised, but not before the goods were there, nor after the present."""
        there = ready_since(self._ours(order)) + timedelta(hours=24)
        latest = self._moment + timedelta(hours=-1 if order.stage is Stage.SHIPPED else 1)
        return min(max(order.ship_at(self._moment), there), latest)

    def _move_on(self) -> None:
        """The platforms hear what left; what is offered there has changed and is promoted."""
        with clock.at(self._moment):
            for shop, account in self._shops.ids.items():
                engine.push(account, self._shops.connectors[shop])
        self._complain()
        offers.move_on(self._shops, self._moment)
        offers.promote(self._shops, self._moment, self._seed)

    def _make_papers(self) -> None:
        """Shipments under letters of credit with their papers, and what was mailed."""
        papers.make(self._moment)

    def _trade(self) -> None:
        """Questions, answers and quotations."""
        trade.ask_and_answer(self._shops, self._orders, self._moment)
        trade.end_in_trouble(self._shops, self._moment)

    def _order_parts(self) -> None:
        plans.order_parts(self._moment)

    def _set_out(self) -> None:
        plans.set_out(self._shops, self._orders, self._moment)

    def _plan(self) -> None:
        plans.make_plan(self._shops, self._orders, self._moment)

    def _imagine(self) -> None:
        plans.imagine(self._moment)

    def _look_ahead(self) -> None:
        """What buyers have by now: prices and numbers of their own; and flasks are planned for stock."""
        with clock.at(self._moment):
            prices.add_buyers_list(clock.today())
            prices.add_numbers()
            prices.add_shop_numbers(self._shops.ids[ALIBABA])
            extras.make_for_stock(clock.today())


def _limits(orders: Iterable[DemoOrder]) -> Iterable[tuple[str, int]]:
    used = {stage: iter(shares) for stage, shares in _SHARES.items()}
    return [(order.trade_id, next(used[order.stage])) for order in orders if order.stage in used]


def _split(orders: Sequence[DemoOrder], count: int) -> Iterable[Sequence[DemoOrder]]:
    size = -(-len(orders) // count)
    return (orders[start : start + size] for start in range(0, len(orders), size))


def report(step: Step, start: datetime, finish: datetime, good: Decimal | None = None) -> None:
    """All that is left of the operation, or *good* of it."""
    pieces = step.quantity - step.good if good is None else good
    with clock.at(finish):
        production.report(
            production.ReportInput(
                operation_id=step.id,
                good=pieces,
                scrap=Decimal(0),
                client_key=f"demo:{step.id}:{step.good + pieces}",
                worker=_WORKERS[step.id % len(_WORKERS)],
                started_at=start,
                finished_at=finish,
            )
        )


def _transport(order: DemoOrder, place: int, leaves: datetime) -> shipping.TransportInput:
    body = f"LNRU{204718 + 1371 * place}"
    sails = leaves.astimezone(ZoneInfo(FACTORY_ZONE)).date() + timedelta(days=2)
    return shipping.TransportInput(
        vessel_voyage=_VESSELS[place % len(_VESSELS)],
        container_numbers=(body + iso6346_check_digit(body),),
        port_of_loading="CNNBO",
        port_of_discharge=order.buyer.port,
        etd=sails,
        carrier_code=_CARRIERS[order.shop],
        tracking_number=f"FY{order.trade_id[-10:]}",
    )
