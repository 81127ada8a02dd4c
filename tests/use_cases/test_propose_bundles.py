"""Sets a merchant should think of: with all there is to know of them, never published by themselves, never fed by us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from plugin.errors import NotFound
from plugin.sandbox.demo_shop import demo_shop, product_id
from plugin.sandbox.history import write_history
from plugin.sandbox.toy_shop import product
from plugin.sandbox.true_affinities import BESTSELLER, LOYAL_PAIR, TRUE_AFFINITIES
from plugin.shop import Shop
from plugin.store import bundles, catalogue, channels, orders, suggestions_shown
from plugin.store.database import open_file, up_to_date
from plugin.suggestions.bundles.earnings import InChannel
from plugin.suggestions.bundles.proposal import Proposal
from plugin.suggestions.model import ChannelId, Order, ProductId
from plugin.use_cases import plan_work
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.learn_from_order import learn_from_order, learn_from_orders
from plugin.use_cases.propose_bundles import draft_of, make_draft, propose, proposed, proposed_at
from tests.builders import HERE, NOW, a_line, an_order, orders_of, sells
from tests.house import EUROPE, House, a_house

DEMO_ORDERS = 3_000
DEMO_NOW = datetime(2026, 3, 28, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The demo shop with its history learned; what belongs together there is known beforehand."""
    house = a_house(tmp_path_factory.mktemp("demo"), catalogue=demo_shop())
    write_history(house.sandbox.kernel, DEMO_ORDERS, DEMO_NOW)
    house.install()
    house.work()
    with house.shop() as opened:
        yield opened
    house.close()


@pytest.fixture
def coffee(shop: Shop) -> Shop:
    """Beans and a mug belong together; a bag is bought with anything."""
    sells(shop.db, "beans", "mug", "tea", "bag")
    shop.db.conn.execute("update listings set list_gross = amount, list_net = amount")
    learn_from_orders(
        shop,
        [
            *orders_of(20, "beans", "mug"),
            *orders_of(20, "beans"),
            *orders_of(40, "tea", "bag"),
            *orders_of(40, "bag"),
            *orders_of(40, "tea"),
        ],
        NOW,
    )
    return shop


def offers(shop: Shop, checkout: str, *products: str) -> None:
    """Tandem suggests these in a checkout."""
    told = [{"productId": name, "variantId": f"{name}-1", "kind": "also_bought"} for name in products]
    suggestions_shown.keep(
        shop.db, checkout, {"suggestions": told, "linesHash": "", "madeAt": "2026-11-22T11:00:00Z"}, HERE
    )


def coffee_set(shop: Shop) -> Proposal:
    (found,) = [one for one in propose(shop, NOW) if set(one.products) == {"beans", "mug"}]
    return found


def test_a_merchant_is_told_everything_about_a_set(house: House) -> None:
    with house.shop() as shop:
        first, second, *_others = propose(shop, datetime.now(UTC))

    europe, america = second.channels
    assert first.names == ("Coffee beans", "Mug")
    assert replace(second, score=0, lift=0, id="", channels=()) == Proposal(
        number=2, id="", products=(ProductId(product("pot")), ProductId(product("tea"))), names=("Tea pot", "Green tea"), orders=12, buyers=12,
        induced=0, support=12 / 54, confidence=1.0, anchor=ProductId(product("pot")), lift=0, score=0,
        revenue={"EUR": Decimal("408.00")}, channels=(),
    )  # fmt: skip
    assert europe == InChannel(
        EUROPE,
        "EUR",
        price=Decimal("34.00"),
        margins=europe.margins,
        share=europe.share,
        sets=europe.sets,
        allowed=True,
    )
    assert (america.slug, america.currency, america.price) == ("channel-us", "USD", Decimal("34.00"))


def test_margins_are_what_stays_after_discount_tax_and_cost(coffee: Shop) -> None:
    coffee.db.conn.execute(
        "update listings set list_gross = '12.00', list_net = '10.00', gross = '12.00', net = '10.00', cost = '6.00'"
    )
    (there,) = coffee_set(coffee).channels

    assert there.margins == {0: Decimal("8.00"), 5: Decimal("7.00"), 10: Decimal("6.00")}
    assert there.share == pytest.approx(7 / 19)


def test_a_margin_is_unknown_where_a_cost_is(coffee: Shop) -> None:
    (there,) = coffee_set(coffee).channels

    assert (there.price, there.margins, there.share) == (Decimal("20.00"), {0: None, 5: None, 10: None}, None)


def test_as_many_sets_can_be_sold_as_there_is_of_the_scarcest_product(coffee: Shop) -> None:
    coffee.db.conn.execute(
        "update listings set quantity = 2 where variant = (select number from variants where id = 'mug-1')"
    )

    assert [there.sets for there in coffee_set(coffee).channels] == [2]


def test_what_cannot_be_sold_or_would_lose_money_is_not_proposed(coffee: Shop) -> None:
    coffee.db.conn.execute("update listings set cost = '10.00'")

    assert propose(coffee, NOW) == []


def test_products_the_merchant_never_wants_suggested_are_in_no_set(coffee: Shop) -> None:
    change_preferences(coffee, {"excluded_products": ["mug"]}, "staff", NOW)

    assert [one.names for one in propose(coffee, NOW) if "mug" in one.products] == []


def test_proposals_are_kept_with_their_time(coffee: Shop) -> None:
    made = propose(coffee, NOW)

    assert (proposed(coffee), proposed_at(coffee)) == (made, NOW)


def test_nothing_is_proposed_before_anything_is_known(shop: Shop) -> None:
    assert (proposed(shop), proposed_at(shop), propose(shop, NOW)) == ([], None, [])


def test_a_channel_has_proposals_of_its_own(house: House) -> None:
    with house.shop() as shop:
        now = datetime.now(UTC)
        europe, america = propose(shop, now, channel=EUROPE), propose(shop, now, channel="channel-us")
        kept = proposed(shop, EUROPE)

        assert (america, kept) == ([], europe)
        assert {there.slug for one in europe for there in one.channels} == {EUROPE}
        with pytest.raises(NotFound):
            propose(shop, now, channel="moon")


def test_progress_is_told_between_pages(coffee: Shop) -> None:
    told: list[tuple[int, int]] = []

    propose(coffee, NOW, lambda done, total: told.append((done, total)))

    assert (told == sorted(told), told[-1]) == (True, (100, 100))


def test_a_draft_is_made_of_a_proposal_and_nothing_is_published(coffee: Shop) -> None:
    found = coffee_set(coffee)

    made = make_draft(coffee, found.number, "staff", NOW)

    assert (made.state, made.name, [member.product for member in made.members]) == (
        "draft",
        "beans + mug",
        ["beans", "mug"],
    )
    assert (made.rule.percent, made.channels) == (Decimal(5), (HERE,))
    assert [(version.who, version.why) for version in bundles.versions(coffee.db, made.id)] == [
        ("staff", "made of a proposal")
    ]


def test_a_set_that_became_a_bundle_is_not_proposed_again(coffee: Shop) -> None:
    found = coffee_set(coffee)
    make_draft(coffee, found.id, "staff", NOW)

    assert [one.id for one in proposed(coffee)] == []
    assert [one.id for one in propose(coffee, NOW)] == []
    with pytest.raises(NotFound):
        make_draft(coffee, found.id, "staff", NOW)


def test_a_draft_is_for_the_channels_that_sell_every_member(house: House) -> None:
    with house.shop() as shop:
        found = propose(shop, datetime.now(UTC))[0]
        catalogue.unlist_others(shop.db, channel_id(shop, "channel-us"), [found.products[0]])

        assert draft_of(shop, found)["channels"] == [EUROPE]


def test_orders_after_our_own_suggestion_feed_nothing(coffee: Shop) -> None:
    for number in range(50):
        offers(coffee, f"checkout {number}", "mug")
    caused = [replace(one, checkout=f"checkout {n}") for n, one in enumerate(more_orders(50))]
    before = coffee_set(coffee)

    learn_from_orders(coffee, caused, NOW)

    after = coffee_set(coffee)
    assert (after.orders, after.buyers, after.induced) == (before.orders, before.buyers, 50)
    assert (after.support, after.revenue) == (before.support, before.revenue)


def test_what_was_offered_but_not_taken_causes_nothing(coffee: Shop) -> None:
    for number in range(5):
        offers(coffee, f"checkout {number}", "tea")

    learn_from_orders(
        coffee, [replace(one, checkout=f"checkout {n}") for n, one in enumerate(more_orders(5))], NOW
    )

    assert (coffee_set(coffee).orders, coffee_set(coffee).induced) == (25, 0)


def test_orders_of_our_own_bundles_feed_nothing(coffee: Shop) -> None:
    lines = tuple(replace(a_line(name), bundled="bundle:1") for name in ("beans", "mug"))

    learn_from_orders(coffee, [replace(one, lines=lines) for one in more_orders(5)], NOW)

    assert (coffee_set(coffee).orders, coffee_set(coffee).induced) == (20, 5)


def test_every_missing_member_of_an_offered_bundle_was_offered(coffee: Shop) -> None:
    members = [{"productId": "beans", "missing": 0}, {"productId": "mug", "missing": 1}]
    told = {"kind": "bundle", "productId": "tea", "variantId": "tea-1", "bundle": {"members": members}}
    suggestions_shown.keep(
        coffee.db, "c", {"suggestions": [told], "linesHash": "", "madeAt": "2026-11-22T11:00:00Z"}, HERE
    )

    learn_from_order(coffee, replace(more_orders(1)[0], checkout="c"), NOW)

    assert marked(coffee) == {"mug"}


def test_what_we_caused_is_known_long_after_the_offer_is_forgotten(coffee: Shop) -> None:
    offers(coffee, "c", "mug")
    placed = replace(more_orders(1)[0], checkout="c")
    learn_from_order(coffee, placed, NOW)
    suggestions_shown.forget_before(coffee.db, "2027-01-01")

    learn_from_order(coffee, replace(placed, status="FULFILLED", issued_at=NOW + timedelta(days=100)), NOW)

    assert (coffee_set(coffee).orders, coffee_set(coffee).induced) == (20, 1)


def test_orders_kept_before_marks_existed_are_marked_by_what_was_offered(coffee: Shop) -> None:
    offers(coffee, "c", "mug", "tea")
    learn_from_order(coffee, replace(more_orders(1)[0], checkout="c"), NOW)
    coffee.db.conn.execute("drop table induced")
    coffee.db.conn.execute("delete from _sqlite_migrations where name = 'remember_what_we_caused'")
    path = Path(coffee.db.conn.execute("pragma database_list").fetchone()[2])
    up_to_date.discard(path)

    open_file(path).close()

    assert marked(coffee) == {"mug"}


def test_proposals_are_ready_soon_after_the_install_and_every_week(unheard_house: House) -> None:
    unheard_house.place_several(12, "tea", "pot")
    unheard_house.place_several(30, "beans")
    unheard_house.work()

    with unheard_house.shop() as shop:
        assert [one.names for one in proposed(shop)] == [("Tea pot", "Green tea")]
        (due,) = shop.db.conn.execute(
            "select due_at from jobs where name = ?", [plan_work.PROPOSE]
        ).fetchone()
        assert timedelta(days=6) < datetime.fromtimestamp(due, UTC) - datetime.now(UTC) <= timedelta(days=7)


def test_in_the_demo_shop_what_is_proposed_truly_belongs_together(demo: Shop) -> None:
    true = {frozenset((anchor, other)) for anchor, several in TRUE_AFFINITIES.items() for other in several}
    found = [one.products for one in propose(demo, DEMO_NOW)]
    good = [members for members in found if any(frozenset(pair) in true for pair in combinations(members, 2))]

    assert (len(found), len(good)) == (20, 20)
    assert [members for members in found if product_id(BESTSELLER) in members] == []
    assert [members for members in found if {*map(product_id, LOYAL_PAIR)} <= set(members)] == []


def test_every_figure_equals_a_recount_of_the_orders(demo: Shop) -> None:
    kept = [order for _number, order in orders.page(demo.db, 0, 10_000)]
    counted = {row[0] for row in demo.db.conn.execute("select id from orders where learned <> '[]'")}
    held = learned_products(demo)

    for one in propose(demo, DEMO_NOW):
        whole = [order for order in kept if order.id in counted and set(one.products) <= held[order.id]]
        euros = [order for order in whole if order.channel == channel_id(demo, "default-channel")]
        assert (one.orders, one.buyers) == (len(whole), len({order.buyer for order in whole} - {None}))
        assert one.revenue.get("EUR", Decimal()) == sum(
            (line.amount * line.kept / line.quantity for order in euros for line in order.lines if line.product in one.products),
            Decimal(),
        )  # fmt: skip


def channel_id(shop: Shop, slug: str) -> ChannelId:
    return next(channel.id for channel in channels.every(shop.db) if channel.slug == slug)


def learned_products(shop: Shop) -> dict[str, set[str]]:
    names = dict(shop.db.conn.execute("select number, id from products").fetchall())
    return {
        order: {names[number] for number in json.loads(learned)}
        for order, learned in shop.db.conn.execute("select id, learned from orders")
    }


def marked(shop: Shop) -> set[str]:
    """Products that we had a part in, in any order."""
    return {
        row[0]
        for row in shop.db.conn.execute("select id from products join induced on product = products.number")
    }


def more_orders(count: int) -> list[Order]:
    """Beans and a mug, by others."""
    return [an_order(f"more {number}", "beans", "mug") for number in range(count)]
