"""Configured variants: what each item of a family consists of, by rules over its options.

The rules of reading, with a worked table, stand in ``docs/algorithms/variants.md``. In short: every *slot*
gets exactly one answer for every item, or the rule set is refused with all that is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

from factory_erp.domain.errors import InvalidValue
from factory_erp.domain.variant_conditions import Options, Term, parse_condition
from factory_erp.domain.variant_outcomes import (
    PATTERNS,
    PRODUCT,
    Charge,
    Outcome,
    Part,
    Share,
    Step,
    Tiers,
    Words,
    add_prices,
    filled,
    places_of,
    read,
)
from factory_erp.i18n import _, ngettext

ENGLISH = "en"
NAMED = 5
"""How many items a message names."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A way in which items differ; ``names``: value code → language → name."""

    code: str
    values: tuple[str, ...]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """For items that meet *condition*, *outcome* stands in *slot*; None: nothing stands there."""

    kind: str
    slot: str
    condition: str = ""
    outcome: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """An item of the family, there or still to be made."""

    sku: str
    options: Options


@dataclass(frozen=True, slots=True)
class Family:
    """A product with its axes and rules, and the items that want an answer.

    ``possible`` are further items a rule may be for; ``names``: language → name of the product.
    """

    code: str
    axes: Sequence[Axis]
    rules: Sequence[Rule]
    members: Sequence[Member]
    possible: Sequence[Member] = ()
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Something wrong: rule by index (None: no single rule), what, and the SKUs of all items concerned."""

    position: int | None
    message: str
    items: tuple[str, ...] = ()


class RulesRefusedError(InvalidValue):
    """A rule set that gives some item no answer or two; ``problems`` has all that is wrong with it."""

    def __init__(self, problems: Sequence[RuleProblem], record: str = "") -> None:
        super().__init__(
            "\n".join(problem.message for problem in problems),
            record=record,
            field=_("Variant rules"),
            remedy=_("Correct the rules and save again."),
        )
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Derived:
    """What the rules say of one item; weights in grams, prices by code of the price list.

    ``net_g`` is None without weight rules; parts stand in the order of the rules, steps by sequence.
    """

    sku: str
    parts: tuple[tuple[str, Part], ...] = ()
    steps: tuple[tuple[int, Step], ...] = ()
    net_g: int | None = None
    prices: Mapping[str, Tiers] = field(default_factory=dict)
    texts: Mapping[str, Words] = field(default_factory=dict)


Derivations = Mapping[str, Derived]
"""SKU → what the rules say."""


def combinations(axes: Sequence[Axis]) -> Iterator[dict[str, str]]:
    """Every choice of one value per axis, the last axis varying fastest; none without axes."""
    if axes:
        for chosen in product(*(axis.values for axis in axes)):
            yield dict(zip((axis.code for axis in axes), chosen, strict=True))


def code_places(family_code: str, options: Options) -> dict[str, str]:
    """What fills the places of a SKU pattern."""
    return {PRODUCT: family_code, **options}


def name_places(family: Family, options: Options, language: str) -> dict[str, str]:
    """What fills the places of a text: names in *language*, else in English, else codes."""
    names = {axis.code: axis.names for axis in family.axes}
    said = {
        axis: _named(names.get(axis, {}).get(value, {}), language, value) for axis, value in options.items()
    }
    return {PRODUCT: _named(family.names, language, family.code), **said}


def _named(names: Mapping[str, str], language: str, code: str) -> str:
    return names.get(language) or names.get(ENGLISH) or code


def named_items(skus: Collection[str]) -> str:
    """The first few SKUs, and how many there are."""
    shown = ", ".join(list(skus)[:NAMED])
    if len(skus) <= NAMED:
        return shown
    return ngettext("{shown} … ({count} item)", "{shown} … ({count} items)", len(skus), shown=shown)


def derive(family: Family) -> Derivations:
    """What the rules say of every member. Raises RulesRefusedError with all that is wrong."""
    derived, problems = examine(family)
    if problems:
        raise RulesRefusedError(problems, family.code)
    return derived


def validate(family: Family) -> list[RuleProblem]:
    """Everything that is wrong with the rules of the family; empty when they are sound."""
    return examine(family)[1]


def examine(family: Family) -> tuple[Derivations, list[RuleProblem]]:
    """What the rules say of every member, and all that is wrong; the answers count only without problems."""
    run = _Run(family)
    derived = {member.sku: run.derived(member) for member in family.members}
    return derived, run.problems()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule that could be read."""

    position: int
    terms: tuple[Term, ...]
    outcome: Outcome | None


Slot = tuple[str, str]
"""Kind and slot."""


class _Run:
    """One look at a family: rules read once, problems collected by what they are."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self._found: dict[tuple[int | None, str], dict[str, None]] = {}
        self._slots: dict[Slot, list[_Ready]] = {}
        self._unread: set[Slot] = set()
        for position, rule in enumerate(family.rules):
            self._take(position, rule)
        self._refuse_idle()

    def problems(self) -> list[RuleProblem]:
        """All problems, in the order of the rules; those of no single rule at the end."""
        made = [
            RuleProblem(position, message.replace(_ITEMS, named_items(skus)), tuple(skus))
            for (position, message), skus in self._found.items()
        ]
        return sorted(made, key=lambda one: len(self.family.rules) if one.position is None else one.position)

    def _say(self, position: int | None, message: str, *skus: str) -> None:
        self._found.setdefault((position, message), {}).update(dict.fromkeys(skus))

    def _take(self, position: int, rule: Rule) -> None:
        slot = (rule.kind, rule.slot.strip())
        try:
            _check_slot(rule)
            terms = parse_condition(rule.condition)
            self._check_terms(terms)
            outcome = read(rule.kind, rule.outcome) if rule.outcome else None
            self._check_places(outcome)
        except InvalidValue as error:
            self._unread.add(slot)
            self._say(position, _("Rule {number}: {reason}", number=position + 1, reason=str(error)))
            return
        self._slots.setdefault(slot, []).append(_Ready(position, terms, outcome))

    def _check_terms(self, terms: Iterable[Term]) -> None:
        values = {axis.code: axis.values for axis in self.family.axes}
        for term in terms:
            if term.axis not in values:
                raise InvalidValue(
                    _("The product has no axis '{axis}'.", axis=term.axis),
                    remedy=_("It has: {axes}.", axes=", ".join(values)),
                )
            for value in term.values:
                if value not in values[term.axis]:
                    raise InvalidValue(
                        _("The axis '{axis}' has no value '{value}'.", axis=term.axis, value=value)
                    )

    def _check_places(self, outcome: Outcome | None) -> None:
        known = {PRODUCT, *(axis.code for axis in self.family.axes)}
        for name in PATTERNS[type(outcome)] if outcome else ():
            for place in places_of(getattr(outcome, name)):
                if place not in known:
                    raise InvalidValue(
                        _("There is no place {place} in a pattern of this product.",
                          place="{" + place + "}")
                    )  # fmt: skip

    def _refuse_idle(self) -> None:
        """A conditioned rule that is for nothing that can exist is a mistake."""
        everyone = [member.options for member in (*self.family.members, *self.family.possible)]
        for (_kind, slot), rules in self._slots.items():
            for rule in rules:
                if rule.terms and not any(_meets(rule, options) for options in everyone):
                    self._say(
                        rule.position,
                        _(
                            "Rule {number} (slot '{slot}') matches no item.",
                            number=rule.position + 1,
                            slot=slot,
                        ),
                    )

    def derived(self, member: Member) -> Derived:
        """What the rules say of *member*; what is wrong is noted."""
        said: dict[Slot, Outcome] = {}
        for slot, rules in self._slots.items():
            outcome = self._answer(member, slot, rules)
            if outcome is not None:
                said[slot] = outcome
        return self._gathered(member, said)

    def _answer(self, member: Member, slot: Slot, rules: Sequence[_Ready]) -> Outcome | None:
        fitting = [rule for rule in rules if rule.terms and _meets(rule, member.options)]
        fitting = fitting or [rule for rule in rules if not rule.terms]
        if not fitting:
            if slot not in self._unread:
                self._say(None, _("No rule says what stands in slot '{slot}' of {items}.",
                                  slot=slot[1], items=_ITEMS), member.sku)  # fmt: skip
            return None
        answers = {rule.position: self._filled(member, slot, rule) for rule in fitting}
        first, *others = answers
        for other in others:
            if answers[other] != answers[first]:
                self._contradict(member, slot[1], first, other)
        return answers[first]

    def _contradict(self, member: Member, slot: str, one: int, two: int) -> None:
        message = _("Rules {one} and {two} contradict each other: slot '{slot}' of {items}.",
                    one=one + 1, two=two + 1, slot=slot, items=_ITEMS)  # fmt: skip
        self._say(one, message, member.sku)

    def _filled(self, member: Member, slot: Slot, rule: _Ready) -> Outcome | None:
        if rule.outcome is None:
            return None
        in_words = isinstance(rule.outcome, Words)
        values = (
            name_places(self.family, member.options, slot[1])
            if in_words
            else code_places(self.family.code, member.options)
        )
        try:
            return filled(rule.outcome, values)
        except InvalidValue as error:
            message = _("Rule {number}: {reason}", number=rule.position + 1, reason=str(error))
            self._say(rule.position, f"{message} ({_ITEMS})", member.sku)
            return None

    def _gathered(self, member: Member, said: Mapping[Slot, Outcome]) -> Derived:
        shares = [outcome.net_g for outcome in said.values() if isinstance(outcome, Share)]
        weighed = any(kind == "weight" for kind, _slot in self._slots)
        steps = ((int(slot), outcome) for (_kind, slot), outcome in said.items() if isinstance(outcome, Step))
        made = Derived(
            sku=member.sku,
            parts=tuple((slot, part) for (_kind, slot), part in said.items() if isinstance(part, Part)),
            steps=tuple(sorted(steps, key=lambda step: step[0])),
            net_g=sum(shares) if weighed else None,
            prices=add_prices(outcome for outcome in said.values() if isinstance(outcome, Charge)),
            texts={slot: words for (_kind, slot), words in said.items() if isinstance(words, Words)},
        )
        self._check_prices(made)
        self._check_itself(made)
        return made

    def _check_prices(self, made: Derived) -> None:
        for code, tiers in made.prices.items():
            if any(later[1] >= earlier[1] for earlier, later in pairwise(tiers)):
                self._say(None, _("The prices on list {code} do not fall with the quantity: {items}.",
                                  code=code, items=_ITEMS), made.sku)  # fmt: skip
            if any(price < 0 for _quantity, price in tiers):
                self._say(None, _("The prices on list {code} are below zero: {items}.",
                                  code=code, items=_ITEMS), made.sku)  # fmt: skip

    def _check_itself(self, made: Derived) -> None:
        if any(part.sku == made.sku for _slot, part in made.parts):
            self._say(None, _("An item cannot be a component of itself: {items}.", items=_ITEMS), made.sku)


_ITEMS = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a message for the items until all of them are known."""


def _meets(rule: _Ready, options: Options) -> bool:
    return all(term.meets(options) for term in rule.terms)


_SLOTS = {
    "operation": re.compile(r"[1-9][0-9]{0,5}"),
    "text": re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?"),
}
"""How the slot of a kind must look: a sequence, a language."""


def _check_slot(rule: Rule) -> None:
    """A slot has a name; of an operation it is its sequence, of a text its language."""
    slot, pattern = rule.slot.strip(), _SLOTS.get(rule.kind)
    if not slot or len(slot) > 60 or (pattern and not pattern.fullmatch(slot)):
        raise InvalidValue(
            _("'{slot}' cannot be a slot of this kind of rule.", slot=slot),
            field=_("Slot"),
            remedy=_("Enter a name; for operations their number, for texts a language such as zh_CN."),
        )


def circle(components: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """A way from an item through its components back to itself, the first repeated at the end; () without.

    Of several the one found first from the smallest item; bills of any depth are walked without recursion.
    """
    done: set[str] = set()
    for start in sorted(components):
        path: list[str] = []
        waiting: list[Iterator[str]] = [iter((start,))]
        while waiting:
            below = next(waiting[-1], None)
            if below is None:
                waiting.pop()
                done.update(path[-1:])
                path[-1:] = []
            elif below in path:
                return (*path[path.index(below) :], below)
            elif below not in done:
                path.append(below)
                waiting.append(iter(sorted(components.get(below, ()))))
    return ()
