"""The next best offer: which suggestions are shown, in which order, if any; and what became of every other one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from hashlib import blake2b
from random import Random

from plugin.suggestions import also_bought, bundle, free_delivery, upgrade, verdicts
from plugin.suggestions.acceptance import NO_ANSWERS, Answers, acceptance
from plugin.suggestions.model import OfferedVariant, ProductId, ProductNumber, Suggestion, VariantId
from plugin.suggestions.preferences import Preferences
from plugin.suggestions.restraint import Situation, judged, objection, offered, price
from plugin.suggestions.rules.standing import Judgement

RELEVANCE_BOUND = 2.0
"""No margin lifts a suggestion over one that so many times as many shoppers take. Never skip a clearly better fit for profit."""

MOST_OF_A_CATEGORY = 2
"""Three cards of the same category beside a camera are one idea, not three."""

ONE_IS_ENOUGH = frozenset({bundle.KIND.name, upgrade.KIND.name, free_delivery.KIND.name})
"""Kinds of which a basket is shown one."""

Answered = Mapping[tuple[str, ProductId], Answers]
"""What shoppers answered so far, by kind and product."""


Name = tuple[str, ...]
"""What tells suggestions apart: kind, product, variant, and the set or what is replaced."""


@dataclass(frozen=True, slots=True)
class Considered:
    """One candidate and what became of it. `verdict`: a key of verdicts.py.

    `acceptance`: the expected share of shoppers who take it; `contribution`: that times what it earns, in the channel's
    currency. `reason`: the one shoppers read.
    """

    kind: str
    product: ProductId
    name: str
    variant: VariantId | None
    variant_name: str
    verdict: str
    acceptance: float = 0.0
    contribution: float = 0.0
    reason: str = ""
    rung: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The suggestions that are shown, best first, and all that was considered.

    `successors`: those next in line, for when one of them turns out to be sold out. `withheld`: why nothing is shown; None
    when something is. `tried`: another order than the best known was tried. `dropped` fell away before it was proposed;
    `weighed` was proposed, with what became of it, and is no part of what makes two decisions equal.
    """

    chosen: tuple[Suggestion, ...] = ()
    successors: tuple[Suggestion, ...] = ()
    withheld: str | None = None
    tried: bool = False
    dropped: tuple[Considered, ...] = ()
    weighed: tuple[Weighed, ...] = field(default=(), compare=False)

    @property
    def considered(self) -> tuple[Considered, ...]:
        """Every candidate, told to who asks why: most baskets nobody asks about."""
        return (*self.dropped, *(_considered(option, verdict) for option, verdict in self.weighed))


@dataclass(frozen=True, slots=True)
class Room:
    """How many are shown at `most`, and how many `spare` ones are chosen beside.

    `seed`: the same one gets the same answer, trials included; without one nothing is tried, for nobody would see the answers.
    """

    most: int
    seed: str
    spare: int = 0


@dataclass(slots=True, eq=False)
class Option:
    """A suggestion nobody objects to. `acceptance` and `drawn`: known, and as this trial draws it; the merchant's factor included.

    `earns`: what taking it brings. `position`: where the merchant pinned it, from 1. `key`: breaks ties, the stronger of its
    kind first, then by id. Not frozen, for that takes three times as long to make.
    """

    suggestion: Suggestion
    acceptance: float
    drawn: float
    earns: float
    position: int | None = None
    key: tuple[object, ...] = ()

    def by_worth(self) -> tuple[object, ...]:
        """Sorts by expected contribution, the worthiest first."""
        return -self.drawn * self.earns, -self.acceptance, self.key


Weighed = tuple[Option, str]
"""What was proposed, and what became of it: a key of verdicts.py."""


def decide(
    proposals: Iterable[Suggestion],
    situation: Situation,
    answered: Answered,
    room: Room,
    dropped: Sequence[Considered] = (),
) -> Decision:
    """Object, weigh, rank, cut. The answer depends neither on the order of proposals nor on that of lines or rules.

    `dropped`: what fell away before it became a proposal.
    """
    dice = _dice(room.seed, situation.preferences.exploration)
    weighed: list[Weighed] = []
    options: list[Option] = []
    for name, proposal in _each_once(proposals):
        judgements = judged(proposal, situation)
        verdict = objection(proposal, situation, judgements)
        answers = answered.get((proposal.kind, proposal.offer.id), NO_ANSWERS)
        option = _option(name, proposal, situation.preferences, judgements, answers, dice)
        if verdict is None and option.position is None and _is_unlikely(option, situation.preferences):
            verdict = "unlikely"
        if verdict is None:
            options.append(option)
        else:
            weighed.append((option, verdict))
    options, others = _one_of_a_kind(options)
    weighed += [(option, "one_of_a_kind") for option in others]
    options, breaking = _no_set_broken(options)
    weighed += [(option, "breaks_a_set") for option in breaking]
    found, left = ranked(options, room.most + room.spare)
    chosen, successors = found[: room.most], found[room.most :]
    weighed += [(option, verdicts.KEPT) for option in chosen]
    weighed += [(option, "weaker") for option in successors]
    made = Decision(
        chosen=tuple(option.suggestion for option in chosen),
        successors=tuple(option.suggestion for option in successors),
        tried=dice is not None,
        dropped=tuple(dropped),
        weighed=(*weighed, *left),
    )
    return made if made.chosen else replace(made, withheld=withheld(made.considered))


def _dice(seed: str, exploration: float) -> Random | None:
    """What a trial is drawn with; None where none is made: of so many in a hundred seeds one is."""
    if not seed or not exploration:
        return None
    dice = Random(int.from_bytes(blake2b(seed.encode(), digest_size=8).digest()))  # noqa: S311  # no secret
    return dice if dice.random() * 100 < exploration else None


def _one_of_a_kind(options: Sequence[Option]) -> tuple[list[Option], list[Option]]:
    """Of a kind that is shown once, its own order chooses: the least overshoot, what buyers chose and kept."""
    ours = sorted(
        (one for one in options if one.suggestion.kind in ONE_IS_ENOUGH),
        key=lambda one: (one.suggestion.kind, -one.suggestion.score, price(one.suggestion), one.key),
    )
    firsts = {one.suggestion.kind: one for one in reversed(ours)}
    kept = [one for one in options if one.suggestion.kind not in ONE_IS_ENOUGH]
    return [*kept, *firsts.values()], [one for one in ours if firsts[one.suggestion.kind] is not one]


def _no_set_broken(options: Sequence[Option]) -> tuple[list[Option], list[Option]]:
    """No upgrade for what a bundle on offer is made of: taking the one would undo the other."""
    needed = {product for one in options for product in _needed(one.suggestion)}
    breaking = [one for one in options if not needed.isdisjoint(_replaced(one.suggestion))]
    return [one for one in options if one not in breaking], breaking


def withheld(considered: Sequence[Considered]) -> str:
    """Why nothing is shown: what stopped the likeliest candidate; without any, that there is no evidence."""
    if not considered:
        return "no_evidence"
    first = min(considered, key=lambda one: (-one.acceptance, one.product, one.kind, one.verdict))
    return first.verdict


def ranked(options: Sequence[Option], most: int) -> tuple[list[Option], list[Weighed]]:
    """The best ones by expected contribution within the bound of relevance, and what became of the others.

    At each place stands the worthiest of those that are taken more than half as often as the likeliest one left: so nothing
    stands above what shoppers take twice as often. What the merchant pinned stands where it was pinned.
    """
    shown = Shown()
    left: list[Weighed] = []
    waiting = sorted(options, key=_by_acceptance)
    worthiest = sorted(options, key=Option.by_worth)
    pinned = sorted((one for one in waiting if one.position), key=lambda one: (one.position or 0, one.key))
    sets = [one for one in waiting if one.suggestion.bundle is not None]
    while waiting and len(shown.options) < most:
        here = next((one for one in pinned if (one.position or 0) <= len(shown.options) + 1), None)
        option = here or _worthiest(waiting[0], worthiest)
        whole = _set_of(option, sets) if sets else None
        if whole is not None and not shown.repeats(whole):
            left.append((option, "in_a_set"))
            _take(option, waiting, worthiest, pinned, sets)
            option = whole
        _take(option, waiting, worthiest, pinned, sets)
        if verdict := shown.repeats(option):
            left.append((option, verdict))
        else:
            shown.add(option)
    left += [(option, shown.repeats(option) or "weaker") for option in waiting]
    return shown.options, left


def _by_acceptance(option: Option) -> tuple[object, ...]:
    return -option.acceptance, option.key


def _take(option: Option, *places: list[Option]) -> None:
    for waiting in places:
        if option in waiting:
            waiting.remove(option)


@dataclass(slots=True)
class Shown:
    """What is chosen so far: each product once, one of a kind that is one of a kind, two of a category."""

    options: list[Option] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    products: set[ProductNumber] = field(default_factory=set)
    categories: Counter[str | None] = field(default_factory=Counter)

    def add(self, option: Option) -> None:
        """Choose it."""
        self.options.append(option)
        self.kinds.add(option.suggestion.kind)
        self.products |= _products(option.suggestion)
        self.categories[option.suggestion.offer.category] += 1

    def repeats(self, option: Option) -> str | None:
        """Why it is not chosen as well, or None."""
        suggestion = option.suggestion
        if suggestion.kind in ONE_IS_ENOUGH and suggestion.kind in self.kinds:
            return "one_of_a_kind"
        if not _products(suggestion).isdisjoint(self.products):
            return "twice"
        category = suggestion.offer.category
        crowded = category is not None and self.categories[category] >= MOST_OF_A_CATEGORY
        return "crowded" if crowded and not option.position else None


def _set_of(option: Option, sets: Sequence[Option]) -> Option | None:
    """The bundle that lacks just this product, and takes its place: nobody is offered alone what is sold with the set, though
    it may earn more so. Such a bundle is taken at least as often as its product alone."""
    made = option.suggestion
    if made.bundle is not None or made.upgrade is not None:
        return None
    return next((one for one in sets if _products(one.suggestion) == {made.offer.product}), None)


def _worthiest(likeliest: Option, worthiest: Sequence[Option]) -> Option:
    """The first by worth that is taken more than half as often as the likeliest."""
    bound = likeliest.acceptance / RELEVANCE_BOUND
    return next((one for one in worthiest if one.acceptance > bound), likeliest)


def _products(suggestion: Suggestion) -> set[ProductNumber]:
    return {offer.product for offer, _variant in offered(suggestion)}


def _needed(suggestion: Suggestion) -> set[ProductNumber]:
    """What a bundle is made of, whether it lies in the basket or not."""
    return {piece.offer.product for piece in suggestion.bundle.pieces} if suggestion.bundle else set()


def _replaced(suggestion: Suggestion) -> set[ProductNumber]:
    """What an upgrade takes out of the basket."""
    product = suggestion.upgrade.replaces.product if suggestion.upgrade else None
    return set() if product is None else {product}


def _each_once(proposals: Iterable[Suggestion]) -> list[tuple[Name, Suggestion]]:
    """By kind and variant, in an order of their own: dice fall the same way however proposals come."""
    kept: dict[Name, Suggestion] = {}
    for proposal in proposals:
        known = kept.get(key := _name(proposal))
        if known is None or (-proposal.chance, proposal.rung) < (-known.chance, known.rung):
            kept[key] = proposal
    return sorted(kept.items())


def _name(suggestion: Suggestion) -> Name:
    more = str(suggestion.bundle.id) if suggestion.bundle else ""
    if suggestion.upgrade:
        more = suggestion.upgrade.replaces.variant
    return suggestion.kind, suggestion.offer.id, suggestion.variant.id, more


def _option(
    name: Name,
    suggestion: Suggestion,
    preferences: Preferences,
    judgements: Sequence[Judgement],
    answers: Answers,
    dice: Random | None,
) -> Option:
    expected = acceptance(suggestion.chance, answers)
    factor = min([one.factor for one in judgements])
    mean = expected.mean
    return Option(
        suggestion=suggestion,
        acceptance=mean * factor,
        drawn=(mean if dice is None else expected.drawn(dice)) * factor,
        earns=earns(suggestion, preferences),
        key=(-suggestion.score, name),
        position=_position(suggestion, judgements) if suggestion.kind == also_bought.KIND.name else None,
    )


def _position(suggestion: Suggestion, judgements: Sequence[Judgement]) -> int | None:
    """Where the merchant wants it, by an own pair or by a pin; the better place of both."""
    wished = [suggestion.position, *[one.position for one in judgements]]
    return min([position for position in wished if position is not None], default=None)


def earns(suggestion: Suggestion, preferences: Preferences) -> float:
    """What the shop keeps when it is taken: net price less cost where every cost is known, else the default margin of the price."""
    taken = _added(suggestion) * _net_share(suggestion.variant)
    costs = _costs(suggestion)
    if costs is None:
        return max(0.0, float(taken) * preferences.default_margin / 100)
    return max(0.0, float(taken - costs))


def _added(suggestion: Suggestion) -> Decimal:
    """What is paid for what is taken. Of a bundle the missing pieces at their part of its price: what it takes off the pieces in
    the basket the merchant gave when they made it."""
    if suggestion.bundle is None or not suggestion.bundle.separately:
        return price(suggestion)
    missing = sum((one.variant.amount * one.missing for one in suggestion.bundle.pieces), Decimal())
    return missing * suggestion.bundle.price / suggestion.bundle.separately


def _net_share(variant: OfferedVariant) -> Decimal:
    """The part of a displayed price that is no tax. A bundle's pieces are taken to be taxed alike."""
    return variant.net / variant.amount if variant.net is not None and variant.amount else Decimal(1)


def _costs(suggestion: Suggestion) -> Decimal | None:
    """What the shop pays for what is taken, above what it pays for what is given back; None where that is not known."""
    if suggestion.upgrade is not None:
        old, new = suggestion.upgrade.replaces_cost, suggestion.variant.cost
        return None if old is None or new is None else (new - old) * suggestion.upgrade.replaces.quantity
    if suggestion.bundle is None:
        return suggestion.variant.cost
    pieces = [one for one in suggestion.bundle.pieces if one.missing]
    known = [one.variant.cost * one.missing for one in pieces if one.variant.cost is not None]
    return sum(known, Decimal()) if len(known) == len(pieces) else None


def _is_unlikely(option: Option, preferences: Preferences) -> bool:
    return option.acceptance * 1000 < preferences.least_acceptance


def _considered(option: Option, verdict: str) -> Considered:
    made = option.suggestion
    return Considered(
        kind=made.kind,
        product=made.offer.id,
        name=made.bundle.name if made.bundle else made.offer.name,
        variant=made.variant.id,
        variant_name=made.variant.name,
        verdict=verdict,
        acceptance=option.acceptance,
        contribution=option.acceptance * option.earns,
        reason=made.reason.text,
        rung=made.rung,
    )
