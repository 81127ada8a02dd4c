"""The next best offer: what may never happen, whatever the rules, the numbers and the order they come in."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.suggestions import bundle, upgrade
from plugin.suggestions.acceptance import Answers, acceptance
from plugin.suggestions.deciding import Decision, Room, decide
from plugin.suggestions.model import (
    Basket,
    BasketLine,
    BetterFact,
    BundleOffer,
    BundlePiece,
    DeliveryGap,
    Offer,
    OfferedVariant,
    ProductId,
    ProductNumber,
    Reason,
    Suggestion,
    UpgradeOffer,
    VariantId,
)
from plugin.suggestions.preferences import Preferences
from plugin.suggestions.restraint import Known, Situation
from plugin.suggestions.rules.book import Rulebook
from plugin.suggestions.rules.model import ATTRIBUTE, CATEGORY, COLLECTION, PRODUCT, Rule, RuleId, Selector
from tests.builders import HERE, NOW

REASON = Reason("bought_together", {}, "")
PLAIN = Preferences(exploration=0, least_acceptance=0, add_on_share=0)
CATEGORIES = ("cards", "bags", "lenses")


def a_line(
    number: int = 100, amount: str = "100.00", category: str = "cameras", quantity: int = 1
) -> BasketLine:
    return BasketLine(
        VariantId(f"v{number}"),
        quantity,
        ProductNumber(number),
        f"product {number}",
        category,
        product_id=ProductId(f"p{number}"),
        categories=(category,),
        amount=Decimal(amount),
        traits=frozenset({("mount", "x")}),
    )


def offer_of(number: int, amount: str = "10.00", category: str = "cards", cost: str | None = None) -> Offer:
    variant = OfferedVariant(
        VariantId(f"v{number}"), "", Decimal(amount), "EUR", cost=None if cost is None else Decimal(cost)
    )
    return Offer(
        ProductNumber(number),
        ProductId(f"p{number}"),
        f"product {number}",
        (variant,),
        category,
        frozenset({"new"}) if number % 3 == 0 else frozenset(),
        categories=(category, "everything"),
        traits=frozenset({("mount", "x" if number % 2 else "y")}),
    )


def a_suggestion(
    number: int,
    chance: float = 0.1,
    amount: str = "10.00",
    category: str = "cards",
    kind: str = "also_bought",
    cost: str | None = None,
) -> Suggestion:
    offer = offer_of(number, amount, category, cost)
    return Suggestion(kind, "learned", offer, offer.variants[0], REASON, chance, chance=chance)


def an_upgrade(number: int, chance: float = 0.1, difference: str = "12.00") -> Suggestion:
    offer = offer_of(number, "112.00", "cameras")
    better = UpgradeOffer(
        a_line(),
        offer,
        offer.variants[0],
        (BetterFact("memory", "Memory", "64 GB", "128 GB"),),
        Decimal(difference),
    )
    return Suggestion(
        upgrade.KIND.name, "learned", offer, offer.variants[0], REASON, chance, upgrade=better, chance=chance
    )


def a_situation(*lines: BasketLine, rules: list[Rule] | None = None, **facts: object) -> Situation:
    basket = Basket(HERE, lines or (a_line(),))
    book = Rulebook.compile(rules or [], HERE, NOW).for_basket(basket.lines)
    there = {"preferences": PLAIN, "value": Decimal("100.00"), **facts}
    return Situation(basket, rules=book, **there)  # type: ignore[arg-type]  # a test names the fields it means


def decided(
    *proposals: Suggestion, situation: Situation | None = None, most: int = 3, **more: object
) -> Decision:
    return decide(proposals, situation or a_situation(), {}, Room(most, "a checkout"), **more)  # type: ignore[arg-type]


def numbers(decision: Decision) -> list[int]:
    return [int(made.offer.product) for made in decision.chosen]


def verdicts(decision: Decision) -> dict[str, str]:
    return {one.product: one.verdict for one in decision.considered}


SUGGESTIONS = st.lists(
    st.builds(
        a_suggestion,
        st.integers(1, 12),
        st.sampled_from([0.001, 0.02, 0.05, 0.1, 0.3, 0.8]),
        st.sampled_from(["1.00", "10.00", "35.01", "90.00"]),
        st.sampled_from(CATEGORIES),
        st.sampled_from(["also_bought", "also_bought", "popular", "free_delivery"]),
        st.sampled_from([None, "0.50", "95.00"]),
    ),
    max_size=10,
    unique_by=lambda made: (made.kind, made.variant.id),
)

SELECTORS = st.one_of(
    st.builds(Selector, st.just(PRODUCT), st.integers(1, 12).map(lambda number: f"p{number}")),
    st.builds(Selector, st.just(CATEGORY), st.sampled_from((*CATEGORIES, "cameras", "everything"))),
    st.builds(Selector, st.just(COLLECTION), st.just("new")),
    st.builds(Selector, st.just(ATTRIBUTE), st.just("mount"), st.sampled_from(["x", "y"])),
)

PRODUCTS = st.builds(Selector, st.just(PRODUCT), st.sampled_from([*(f"p{n}" for n in range(1, 13)), "p100"]))


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    found = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        kind = draw(st.sampled_from(["pin", "boost", "bury", "exclude", "pair", "match"]))
        beside = draw(st.none() | SELECTORS) if kind != "pair" else draw(PRODUCTS)
        found.append(
            Rule(
                RuleId(number),
                kind,
                what=draw(PRODUCTS if kind == "pair" else SELECTORS) if kind != "match" else None,
                beside=beside if kind != "match" else None,
                position=draw(st.integers(1, 3)) if kind in ("pin", "pair") else None,
                factor={"boost": 3.0, "bury": 0.3}.get(kind, 1.0),
                attribute="mount" if kind == "match" else "",
                enabled=draw(st.booleans()),
            )
        )
    return found


@settings(max_examples=300)
@given(SUGGESTIONS, rules(), st.sets(st.integers(1, 12).map(lambda number: f"p{number}")))
def test_an_excluded_product_is_never_chosen_whatever_the_rules(
    proposals: list[Suggestion], given_rules: list[Rule], excluded: set[str]
) -> None:
    never_chosen(proposals, given_rules, excluded)


def test_an_excluded_product_is_never_chosen_in_ten_thousand_combinations() -> None:
    dice = random.Random(4)
    for _case in range(10_000):
        proposals = [thrown(dice) for _ in range(dice.randint(1, 8))]
        given_rules = [thrown_rule(dice, number) for number in range(1, dice.randint(1, 7))]
        never_chosen(proposals, given_rules, {f"p{dice.randint(1, 12)}" for _ in range(dice.randint(0, 3))})


def thrown(dice: random.Random) -> Suggestion:
    return a_suggestion(
        dice.randint(1, 12),
        dice.choice([0.001, 0.05, 0.3, 0.8]),
        dice.choice(["1.00", "10.00", "90.00"]),
        dice.choice(CATEGORIES),
        dice.choice(["also_bought", "also_bought", "popular", "free_delivery"]),
    )


def thrown_rule(dice: random.Random, number: int) -> Rule:
    kind = dice.choice(["pin", "boost", "bury", "exclude", "exclude", "pair", "match"])
    selectors = [
        Selector(PRODUCT, f"p{dice.randint(1, 12)}"),
        Selector(CATEGORY, dice.choice((*CATEGORIES, "cameras", "everything"))),
        Selector(COLLECTION, "new"),
        Selector(ATTRIBUTE, "mount", dice.choice("xy")),
    ]
    product, beside = selectors[0], Selector(PRODUCT, dice.choice(["p100", "p1", "p2"]))
    if kind == "pair":
        return Rule(RuleId(number), kind, product, beside, dice.randint(1, 3), both=dice.random() < 0.5)
    if kind == "match":
        return Rule(RuleId(number), kind, attribute="mount")
    return Rule(
        RuleId(number),
        kind,
        dice.choice(selectors),
        dice.choice([None, None, *selectors]),
        dice.randint(1, 3) if kind == "pin" else None,
        {"boost": 3.0, "bury": 0.3}.get(kind, 1.0),
        enabled=dice.random() < 0.9,
    )


def never_chosen(proposals: list[Suggestion], given_rules: list[Rule], excluded: set[str]) -> None:
    situation = a_situation(rules=given_rules, excluded=frozenset(excluded))
    chosen = decided(*proposals, situation=situation).chosen

    forbidden = [rule for rule in given_rules if rule.enabled and rule.kind == "exclude"]
    matched = any(rule.enabled and rule.kind == "match" for rule in given_rules)
    for made in chosen:
        assert made.offer.id not in excluded
        assert not matched or ("mount", "x") in made.offer.traits
        for rule in forbidden:
            beside = rule.beside is None or _selects(rule.beside, "p100", ("cameras",), False, "x")
            assert not (beside and rule.what and _selects_offer(rule.what, made.offer))


def _selects_offer(selector: Selector, offer: Offer) -> bool:
    mount = dict(offer.traits)["mount"]
    return _selects(selector, offer.id, offer.categories, "new" in offer.collections, mount)


def _selects(selector: Selector, product: str, categories: tuple[str, ...], new: bool, mount: str) -> bool:
    """The rule's meaning, written down a second time."""
    return {
        PRODUCT: selector.id == product,
        CATEGORY: selector.id in categories,
        COLLECTION: new,
        ATTRIBUTE: selector.value == mount,
    }[selector.by]


@settings(max_examples=200)
@given(SUGGESTIONS, rules(), st.randoms(use_true_random=False), st.sampled_from([0, 20]))
def test_the_answer_does_not_depend_on_the_order_of_proposals_lines_or_rules(
    proposals: list[Suggestion], given_rules: list[Rule], dice: random.Random, exploration: int
) -> None:
    lines = [a_line(), a_line(101, "5.00", "bags"), a_line(102, "7.00", "cards")]
    chosen = replace(PLAIN, exploration=exploration)

    def answer(some: list[Suggestion], rules_: list[Rule], lines_: list[BasketLine]) -> Decision:
        return decided(*some, situation=a_situation(*lines_, rules=rules_, preferences=chosen))

    def shuffled(things: list) -> list:  # type: ignore[type-arg]  # of anything
        return sorted(things, key=lambda _: dice.random())

    one = answer(proposals, given_rules, lines)
    other = answer(shuffled(proposals), shuffled(given_rules), shuffled(lines))

    assert (one.chosen, one.withheld) == (other.chosen, other.withheld)
    assert sorted(map(str, one.considered)) == sorted(map(str, other.considered))


@settings(max_examples=200)
@given(SUGGESTIONS, st.integers(0, 3))
def test_no_margin_lifts_a_suggestion_over_one_that_is_taken_twice_as_often(
    proposals: list[Suggestion], most: int
) -> None:
    made = decided(*proposals, most=most)
    rates = {(one.kind, one.product, one.variant): one.acceptance for one in made.considered}
    shown = [rates[found.kind, found.offer.id, found.variant.id] for found in made.chosen]

    assert len(shown) <= most
    assert all(2 * first > second for place, first in enumerate(shown) for second in shown[place + 1 :])


@settings(max_examples=200)
@given(SUGGESTIONS)
def test_each_product_once_one_of_a_kind_and_two_of_a_category(proposals: list[Suggestion]) -> None:
    chosen = decided(*proposals).chosen

    products = [made.offer.product for made in chosen]
    categories = [made.offer.category for made in chosen]
    assert len(products) == len(set(products))
    assert max(map(categories.count, categories), default=0) <= 2
    assert [made.kind for made in chosen].count("free_delivery") <= 1


def test_what_earns_more_stands_first_among_equally_likely_ones() -> None:
    cheap, dear = a_suggestion(1, 0.1, "10.00"), a_suggestion(2, 0.09, "30.00", "bags")
    costly = a_suggestion(3, 0.1, "30.00", "lenses", cost="29.50")

    assert numbers(decided(cheap, dear, costly)) == [2, 1, 3]


def test_a_margin_however_large_does_not_beat_twice_the_acceptance() -> None:
    fits, earns = a_suggestion(1, 0.2, "1.00"), a_suggestion(2, 0.1, "90.00", "bags")

    assert numbers(decided(fits, earns)) == [1, 2]


def test_a_pinned_product_stands_where_it_was_pinned_and_an_excluded_one_nowhere() -> None:
    proposals = [a_suggestion(n, chance) for n, chance in ((1, 0.3), (2, 0.05))]
    proposals.append(a_suggestion(4, 0.001, category="bags"))
    pin = Rule(RuleId(1), "pin", what=Selector(PRODUCT, "p4"), position=1)
    both = [pin, Rule(RuleId(2), "exclude", what=Selector(PRODUCT, "p4"))]

    assert numbers(decided(*proposals, situation=a_situation(rules=[pin]))) == [4, 1, 2]
    assert numbers(decided(*proposals, situation=a_situation(rules=both))) == [1, 2]


def test_a_boost_lifts_and_a_bury_lowers() -> None:
    one, other = a_suggestion(1, 0.3), a_suggestion(2, 0.1, category="bags")
    boost = [Rule(RuleId(1), "boost", what=Selector(PRODUCT, "p2"), factor=10.0)]
    bury = [Rule(RuleId(1), "bury", what=Selector(PRODUCT, "p1"), factor=0.1)]

    orders = [numbers(decided(one, other, situation=a_situation(rules=some))) for some in ([], boost, bury)]

    assert orders == [[1, 2], [2, 1], [2, 1]]


@pytest.mark.parametrize(
    ("proposal", "facts", "verdict"),
    [
        (a_suggestion(100), {}, "in_basket"),
        (a_suggestion(1), {"excluded": frozenset({"p1"})}, "excluded"),
        (a_suggestion(1), {"excluded": frozenset({"everything"})}, "excluded"),
        (a_suggestion(1), {"sensitive": frozenset({"everything"})}, "sensitive"),
        (a_suggestion(1), {"relations": {("cameras", "cards"): "substitute"}}, "substitute"),
        (a_suggestion(1), {"relations": {("cameras", "cards"): "never"}}, "never_beside"),
        (a_suggestion(1), {"known": Known(owned=frozenset({ProductNumber(1)}))}, "owned"),
        (a_suggestion(1), {"declined": frozenset({ProductId("p1")})}, "declined"),
        (a_suggestion(1, amount="35.01"), {"preferences": replace(PLAIN, add_on_share=35)}, "over_budget"),
        (an_upgrade(1), {"known": Known(ninetieth=Decimal("99.99"))}, "above_usual"),
        (
            an_upgrade(1),
            {
                "known": Known(label="returns_most"),
                "preferences": replace(PLAIN, careful_with_costly_shoppers=True),
            },
            "costly_shopper",
        ),
        (a_suggestion(1, 0.001), {"preferences": replace(PLAIN, least_acceptance=5)}, "unlikely"),
    ],
)
def test_every_objection_has_its_reason_and_is_why_nothing_is_shown(
    proposal: Suggestion, facts: dict[str, object], verdict: str
) -> None:
    situation = a_situation(**facts)  # type: ignore[arg-type]  # as above
    made = decided(proposal, situation=situation)

    assert (made.chosen, made.withheld, verdicts(made)[proposal.offer.id]) == ((), verdict, verdict)


@pytest.mark.parametrize(
    ("proposal", "facts"),
    [
        (a_suggestion(1, amount="35.00"), {"preferences": replace(PLAIN, add_on_share=35)}),
        (
            a_suggestion(1),
            {"known": Known(frozenset({ProductNumber(1)})), "consumable": frozenset({"cards"})},
        ),
        (a_suggestion(1), {"known": Known(label="returns_most"), "preferences": PLAIN}),
        (
            a_suggestion(1),
            {
                "known": Known(label="promotion_only"),
                "preferences": replace(PLAIN, careful_with_costly_shoppers=True),
            },
        ),
        (an_upgrade(1), {"known": Known(ninetieth=Decimal("100.00"))}),
        (an_upgrade(1), {"relations": {("cameras", "cameras"): "substitute"}}),
        (
            a_suggestion(1, amount="99.00"),
            {"placement": "product", "preferences": replace(PLAIN, add_on_share=35)},
        ),
        (
            a_suggestion(1, kind="popular"),
            {"placement": "product", "relations": {("cameras", "cards"): "substitute"}},
        ),
    ],
)
def test_where_the_objection_ends_it_is_shown(proposal: Suggestion, facts: dict[str, object]) -> None:
    situation = a_situation(**facts)  # type: ignore[arg-type]  # as above

    assert numbers(decided(proposal, situation=situation)) == [1]


def test_the_filler_that_overshoots_least_is_offered_and_never_one_dearer_than_the_delivery() -> None:
    gap = DeliveryGap(Decimal("4.00"), Decimal("50.00"), Decimal("4.90"), "EUR")
    fillers = [
        replace(
            a_suggestion(number, chance, amount, kind="free_delivery"),
            delivery=gap,
            score=-float(Decimal(amount) - gap.gap),
        )
        for number, chance, amount in ((1, 0.5, "4.90"), (2, 0.1, "4.10"), (3, 0.9, "5.00"))
    ]

    made = decided(*fillers)

    assert numbers(made) == [2]
    assert verdicts(made) == {"p1": "one_of_a_kind", "p2": "kept", "p3": "filler_above_delivery"}


def a_set(chance: float, saving: str, *missing: int) -> Suggestion:
    """The camera of the basket with these, for less."""
    camera = offer_of(100, "100.00", "cameras")
    pieces = [BundlePiece(camera, camera.variants[0], 1, 0)]
    pieces += [BundlePiece(offer := offer_of(n), offer.variants[0], 1, 1) for n in missing]
    separately = sum((piece.variant.amount for piece in pieces), Decimal())
    made = BundleOffer(
        7, "Set", {}, tuple(pieces), separately - Decimal(saving), separately, Decimal(saving), "EUR"
    )
    first = offer_of(missing[0])
    return Suggestion(
        bundle.KIND.name, "merchant", first, first.variants[0], REASON, chance, made, chance=chance
    )


def test_the_bundle_that_lacks_just_this_stands_in_its_place_though_it_earns_less() -> None:
    made = decided(a_suggestion(1, 0.2), a_set(0.2, "8.00", 1))

    assert [one.kind for one in made.chosen] == ["bundle"]
    assert verdicts(made)["p1"] == "in_a_set"


def test_a_product_is_not_lost_in_a_bundle_that_wants_more_and_is_not_shown() -> None:
    likely = a_suggestion(1, 0.38)
    others = [a_suggestion(n, 0.16, category=str(n)) for n in (3, 4, 5)]

    made = decided(likely, *others, a_set(0.05, "2.00", 1, 2))

    assert numbers(made)[0] == 1


def test_no_upgrade_of_what_a_bundle_on_offer_is_made_of() -> None:
    made = decided(an_upgrade(9, 0.3), a_set(0.1, "2.00", 1))

    assert [one.kind for one in made.chosen] == ["bundle"]
    assert verdicts(made)["p9"] == "breaks_a_set"


def test_nothing_is_an_answer_with_a_reason() -> None:
    assert decided() == Decision(withheld="no_evidence")
    assert decided().considered == ()


def test_what_shoppers_turn_down_sinks_and_what_they_take_rises() -> None:
    begun = acceptance(0.1)

    assert begun.mean == pytest.approx(0.1)
    assert acceptance(0.1, Answers(offered=40, taken=20)).mean == pytest.approx(0.3)
    assert acceptance(0.1, Answers(offered=40)).mean == pytest.approx(0.05)
    assert acceptance(0.1, Answers(offered=40, declined=40)).mean < 0.05


def test_after_enough_answers_the_evidence_gives_way() -> None:
    likely, liked = a_suggestion(1, 0.3), a_suggestion(2, 0.05, category="bags")
    answered = {
        ("also_bought", ProductId("p1")): Answers(offered=2_000, taken=10),
        ("also_bought", ProductId("p2")): Answers(offered=2_000, taken=400),
    }

    made = decide([likely, liked], a_situation(), answered, Room(3, "a checkout"))

    assert numbers(made) == [2, 1]


def test_without_a_checkout_nothing_is_tried() -> None:
    proposals = [a_suggestion(n, 0.05 + n / 1000, category=str(n)) for n in range(1, 8)]
    situation = a_situation(preferences=replace(PLAIN, exploration=100))

    made = decide(proposals, situation, {}, Room(3, ""))

    assert not made.tried
    assert numbers(made) == numbers(decided(*proposals))
    assert decide(proposals, situation, {}, Room(3, "a checkout")).tried


def test_a_trial_is_rare_known_and_the_same_for_the_same_checkout() -> None:
    proposals = [a_suggestion(n, 0.05 + n / 1000, category=str(n)) for n in range(1, 8)]
    situation = a_situation(preferences=replace(PLAIN, exploration=10))
    made = [decide(proposals, situation, {}, Room(3, f"checkout {n}")) for n in range(1_000)]
    again = [decide(proposals, situation, {}, Room(3, f"checkout {n}")) for n in range(1_000)]

    usual = numbers(decided(*proposals))
    tried = [one for one in made if one.tried]
    assert made == again
    assert [one.considered for one in made] == [one.considered for one in again]
    assert 70 <= len(tried) <= 130
    assert all(numbers(one) == usual for one in made if not one.tried)
    assert any(numbers(one) != usual for one in tried)
