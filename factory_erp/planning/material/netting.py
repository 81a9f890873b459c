"""Netting, compiled: what each item needs, which supplies it takes, what is to be ordered."""

from __future__ import annotations

from factory_erp.compiling import inlined, kernel, njit
from factory_erp.planning.material.desk import FOREVER, Desk, laid_out, needs_of, supplies_of, urgency
from factory_erp.planning.material.lots import plan_orders
from factory_erp.planning.material.shape import FIRST_USE, Shape, State
from factory_erp.planning.material.shares import share_down, share_up
from factory_erp.planning.material.tables import Flags, Ints


@njit
def plan_clusters(shape: Shape, state: State, dirty: Flags, fresh: Flags, begin: int) -> int:
    """Plan the *dirty* clusters from *begin* on, and what they make dirty in turn; ``fresh``: was planned.

    Returns the number of clusters when done, or the cluster for which there is no room left in *state*.
    """
    for cluster in range(begin, len(dirty)):
        if dirty[cluster]:
            if not room(shape, state, cluster):
                return cluster
            plan_cluster(shape, state, cluster, dirty)
            fresh[cluster] = True
    return len(dirty)


@njit
def members(shape: Shape, cluster: int) -> Ints:
    """The items of a cluster."""
    return shape.cluster_item[shape.cluster_start[cluster] : shape.cluster_start[cluster + 1]]


@kernel
def room(shape: Shape, state: State, cluster: int) -> bool:
    """Whether the cluster surely fits: each peg empties a supply or an order, fills a need, or rounds."""
    needs, pegs = 0, 0
    for place in range(shape.cluster_start[cluster], shape.cluster_start[cluster + 1]):
        item = shape.cluster_item[place]
        wanted = needs_of(shape, state, item)
        others = 0
        for use in range(shape.items[item].use_start, shape.items[item].use_end):
            choices = shape.uses[use].other_end - shape.uses[use].other_start
            others += choices * state.items[shape.uses[use].parent].order_count
        needs += wanted
        pegs += 2 * wanted + supplies_of(shape, state, item) + others
    return bool(
        state.used[0] + needs <= len(state.needs)
        and state.used[1] + needs <= len(state.orders)
        and state.used[2] + pegs <= len(state.pegs)
    )


@njit
def plan_cluster(shape: Shape, state: State, cluster: int, dirty: Flags) -> None:
    """Plan the items of one cluster anew: supplies in time, alternates, late supplies, then orders."""
    items = members(shape, cluster)
    desk = laid_out(shape, state, items)
    order = urgency(state, desk)
    first_peg = state.used[2]
    for need in order:
        chooses = len(items) > 1 and has_choice(shape, state, desk, need)
        take_own(state, desk, items, need, state.needs[desk.first + need].due if chooses else FOREVER)
    if len(items) > 1:
        for need in order:
            if desk.needs[need].left and has_choice(shape, state, desk, need):
                take_others(shape, state, desk, items, need)
                take_own(state, desk, items, need, FOREVER)
    for number in range(len(items)):
        item = items[number]
        old_start, old_count = state.items[item].order_start, state.items[item].order_count
        plan_orders(shape, state, desk, number, item, order)
        if differs(state, old_start, old_count, item):
            mark_parts(shape, item, dirty)
    state.clusters[cluster].peg_start = first_peg
    state.clusters[cluster].peg_count = state.used[2] - first_peg


@kernel
def differs(state: State, old: int, count: int, item: int) -> bool:
    """Whether the orders of *item* ask anything else of its components than the *count* from *old* on did."""
    if count != state.items[item].order_count:
        return True
    new = state.items[item].order_start
    for number in range(count):
        was, now = old + number, new + number
        if (
            state.orders[was].quantity != state.orders[now].quantity
            or state.orders[was].due != state.orders[now].due
            or state.orders[was].rank != state.orders[now].rank
            or state.orders[was].priority != state.orders[now].priority
            or state.orders[was].group != state.orders[now].group
            or state.orders[was].key != state.orders[now].key
        ):
            return True
    return False


@kernel
def mark_parts(shape: Shape, item: int, dirty: Flags) -> None:
    """Components and by-products of *item* must be planned anew."""
    for at in range(shape.items[item].parts_start, shape.items[item].parts_end):
        dirty[shape.items[shape.parts[at].item].cluster_of] = True
    for at in range(shape.items[item].yields_start, shape.items[item].yields_end):
        dirty[shape.items[shape.yields[at]].cluster_of] = True


@inlined
def has_choice(shape: Shape, state: State, desk: Desk, need: int) -> bool:
    """Whether the need is for a component that alternates may stand for."""
    use = FIRST_USE - state.needs[desk.first + need].cause
    return bool(use >= 0 and shape.uses[use].other_end > shape.uses[use].other_start)


@inlined
def take_own(state: State, desk: Desk, items: Ints, need: int, until: int) -> None:
    """Peg the need to supplies of its own item there by *until*: its group's first, then free ones."""
    number, group = desk.needs[need].member, desk.needs[need].group
    if group != 0 and desk.needs[need].left:
        entry = group_begin(desk, number, group)
        while (
            desk.needs[need].left
            and entry < desk.members[number].pool_end
            and desk.pool[entry].group == group
        ):
            if desk.pool[entry].time > until:
                break
            take(state, desk, items[number], need, entry)
            entry += 1
    while desk.needs[need].left and desk.members[number].free < desk.members[number].free_end:
        entry = desk.members[number].free
        if desk.pool[entry].time > until:
            break
        take(state, desk, items[number], need, entry)
        if desk.pool[entry].left == 0:
            desk.members[number].free += 1


@kernel
def group_begin(desk: Desk, number: int, group: int) -> int:
    """Where the supplies reserved for *group* begin among those of the member."""
    low, high = desk.members[number].pool_at, desk.members[number].pool_end
    while low < high:
        middle = (low + high) // 2
        if desk.pool[middle].group < group:
            low = middle + 1
        else:
            high = middle
    return int(low)


@inlined
def take(state: State, desk: Desk, item: int, need: int, entry: int) -> None:
    """Peg as much of a supply as there is and the need still wants."""
    amount = min(desk.needs[need].left, desk.pool[entry].left)
    if amount:
        desk.needs[need].left -= amount
        desk.pool[entry].left -= amount
        peg(state, need, desk.pool[entry].kind, item, desk.pool[entry].ref, amount, amount)


@inlined
def peg(state: State, need: int, kind: int, item: int, ref: int, quantity: int, covers: int) -> None:
    """Write one peg."""
    at = state.used[2]
    state.pegs[at].need = need
    state.pegs[at].kind = kind
    state.pegs[at].item = item
    state.pegs[at].ref = ref
    state.pegs[at].quantity = quantity
    state.pegs[at].covers = covers
    state.used[2] = at + 1


@kernel
def take_others(shape: Shape, state: State, desk: Desk, items: Ints, need: int) -> None:
    """Peg the need to what is free of its alternates, in time, by priority."""
    use = FIRST_USE - state.needs[desk.first + need].cause
    own = items[desk.needs[need].member]
    for choice in range(shape.uses[use].other_start, shape.uses[use].other_end):
        number = 0
        while items[number] != shape.others[choice].item:
            number += 1
        up, down = shape.others[choice].up, shape.others[choice].down
        step, until = shape.items[items[number]].step, state.needs[desk.first + need].due
        wanted = -(-share_up(desk.needs[need].left, up, down) // step) * step
        covers, there = desk.needs[need].left, free_of(desk, number, desk.needs[need].group, until)
        if there < wanted:
            usable = there // step * step
            covers = share_down(usable, down, up) // shape.items[own].step * shape.items[own].step
            wanted = -(-share_up(covers, up, down) // step) * step
        if covers and wanted and (covers == desk.needs[need].left or shape.others[choice].partly):
            substitute(state, desk, items, need, number, (wanted, covers, up, down, until))


@kernel
def free_of(desk: Desk, number: int, group: int, until: int) -> int:
    """How much of a member is left for *group* and there by *until*."""
    total = 0
    for entry in range(desk.members[number].pool_at, desk.members[number].pool_end):
        if desk.pool[entry].time <= until and desk.pool[entry].group in (0, group):
            total += desk.pool[entry].left
    return total


@kernel
def substitute(
    state: State, desk: Desk, items: Ints, need: int, number: int, what: tuple[int, int, int, int, int]
) -> None:
    """Peg *wanted* of the member to the need, which covers *covers* of it: reserved first, then free."""
    wanted, covers, up, down, until = what
    given, covered = 0, 0
    own_group = desk.needs[need].group
    for turn in range(2):
        group = own_group if turn == 0 else 0
        if turn == 1 and own_group == 0:
            break
        entry = group_begin(desk, number, group)
        while given < wanted and entry < desk.members[number].pool_end and desk.pool[entry].group == group:
            if desk.pool[entry].time > until:
                break
            amount = min(wanted - given, desk.pool[entry].left)
            if amount:
                given += amount
                desk.pool[entry].left -= amount
                share = covers if given == wanted else min(share_down(given, down, up), covers)
                kind, ref = desk.pool[entry].kind, desk.pool[entry].ref
                peg(state, need, kind, items[number], ref, amount, share - covered)
                covered = share
            entry += 1
    desk.needs[need].left -= covers
