"""The demo shop's upgrades, deliveries and habits are known beforehand: were they found, and nothing else?"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from plugin.sandbox.true_affinities import TRUE_AFFINITIES
from plugin.sandbox.true_delivery import TRUE_DELIVERIES
from plugin.sandbox.true_habits import CONSUMABLE, DURABLE, HOARDED, POPULAR, SUBSTITUTES
from plugin.sandbox.true_upgrades import FALSE_UPGRADES, TRUE_UPGRADES
from plugin.shop import Shop
from plugin.store import channels, faces, habits
from plugin.suggestions.deciding import Decision
from plugin.suggestions.model import BasketLine, ProductId, VariantId
from plugin.use_cases.next_best_offer import Asked, next_best_offer
from tests.use_cases.conftest import THEN

CHANNEL = "default-channel"


def decided(shop: Shop, *variants: str, **asked: object) -> Decision:
    channel = channels.by_slug(shop.db, CHANNEL)
    assert channel is not None
    lines = [BasketLine(VariantId(variant), 1) for variant in variants]
    return next_best_offer(shop, Asked(channel.id, lines, **asked), THEN)  # type: ignore[arg-type]  # a test names the fields it means


def first_variant(shop: Shop, product: str) -> str:
    return faces.variants(shop.db, ProductId(product))[0]


def upgraded(shop: Shop) -> dict[str, set[str]]:
    """Per variant every variant it could be upgraded to, all of them asked why."""
    found: dict[str, set[str]] = defaultdict(set)
    for step in (*TRUE_UPGRADES, *FALSE_UPGRADES):
        for one in decided(shop, step.replaces, everything=True).considered:
            if one.kind == "upgrade" and one.variant and one.verdict in ("kept", "one_of_a_kind", "weaker"):
                found[step.replaces].add(one.variant)
    return found


def test_every_true_upgrade_is_found_and_what_only_looks_like_one_is_not(demo: Shop) -> None:
    found = upgraded(demo)

    assert [step for step in TRUE_UPGRADES if step.better not in found[step.replaces]] == []
    assert [step for step in FALSE_UPGRADES if step.better in found[step.replaces]] == []


def test_an_upgrade_says_in_what_it_is_better_and_what_it_costs_more(demo: Shop) -> None:
    step = next(step for step in TRUE_UPGRADES if step.why == "memory")
    made = next(one for one in decided(demo, step.replaces).chosen if one.kind == "upgrade")

    assert made.variant.id == step.better
    assert made.reason.text == "128 GB instead of 64 GB, +30.00 EUR"


def test_free_delivery_is_promised_to_the_cent_and_only_where_it_is_not_free_yet(demo: Shop) -> None:
    truth = TRUE_DELIVERIES[CHANNEL]
    gaps = []
    for anchor in TRUE_AFFINITIES:
        variant = first_variant(demo, anchor)
        for below in ("4.00", "1.50", "0.00"):
            subtotal = truth.free_from - Decimal(below)
            made = decided(demo, variant, country="DE", subtotal=subtotal, everything=True)
            gaps += [
                (Decimal(below), one.delivery.gap, one.variant.amount, one.delivery.saves)
                for one in made.chosen
                if one.delivery
            ]

    assert gaps
    for missing, gap, price, saves in gaps:
        assert (gap, saves) == (missing, truth.price)
        assert gap <= price <= truth.price


def test_what_lasts_and_what_is_used_up_is_known(demo: Shop) -> None:
    natures = habits.natures(demo.db, (*DURABLE, *CONSUMABLE))

    found = {
        kind: {c for c, nature in natures.items() if nature.nature == kind}
        for kind in ("durable", "consumable")
    }
    assert found == {"durable": set(DURABLE), "consumable": set(CONSUMABLE)}


def test_an_alternative_is_never_also_bought(demo: Shop) -> None:
    relations = habits.relations(demo.db, {category for pair in SUBSTITUTES for category in pair})
    category_of = dict(demo.db.conn.execute("select id, category from products").fetchall())

    assert all(relations[pair].kind == "substitute" for pair in SUBSTITUTES)
    for anchor in TRUE_AFFINITIES:
        offered = [one for one in decided(demo, first_variant(demo, anchor)).chosen if one.kind != "upgrade"]
        pairs = {(category_of[anchor], category_of[one.offer.id]) for one in offered}
        assert not pairs & {*SUBSTITUTES, *((other, one) for one, other in SUBSTITUTES)}


def test_popular_is_what_many_people_buy_and_not_what_one_of_them_hoards(demo: Shop) -> None:
    category_of = dict(demo.db.conn.execute("select id, category from products").fetchall())
    for category, product in POPULAR.items():
        member = next(one for one, its in category_of.items() if its == category and one != product)
        made = decided(demo, first_variant(demo, member), placement="product", everything=True)
        shown = [one for one in made.considered if one.kind == "popular"]
        assert max(shown, key=lambda one: one.acceptance).product == product

    everywhere = decided(demo, everything=True)
    assert HOARDED not in {one.product for one in everywhere.considered if one.verdict == "kept"}
