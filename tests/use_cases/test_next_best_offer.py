"""The next best offer in the toy shop: what is shown where, what is withheld, and the reason that is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from plugin.sandbox.app_facts import User
from plugin.sandbox.people import add_user
from plugin.sandbox.toy_shop import product, variant
from plugin.sandbox.true_upgrades import TRUE_UPGRADES
from plugin.shop import Shop
from plugin.store import channels, facts, responses
from plugin.store.database import writing
from plugin.suggestions.deciding import Decision
from plugin.suggestions.model import BasketLine, ChannelId, VariantId
from plugin.suggestions.placements import BASKET, CHECKOUT, PAYMENT, PRODUCT
from plugin.use_cases.change_preferences import change_preferences
from plugin.use_cases.change_rules import save_rule
from plugin.use_cases.describe_withheld import describe_withheld
from plugin.use_cases.next_best_offer import Asked, next_best_offer
from tests.house import EUROPE, House
from tests.use_cases.conftest import THEN

WHO = "VXNlcjox"


def now() -> datetime:
    return datetime.now(UTC)


def decided(shop: Shop, *goods: str, **asked: object) -> Decision:
    channel = channels.by_slug(shop.db, EUROPE)
    assert channel is not None
    lines = [BasketLine(VariantId(variant(name)), 1) for name in goods]
    return next_best_offer(shop, Asked(channel.id, lines, **asked), now())  # type: ignore[arg-type]  # a test names the fields it means


def names(decision: Decision) -> list[str]:
    return [made.offer.name for made in decision.chosen]


def verdicts(decision: Decision) -> dict[str, str]:
    return {one.name: one.verdict for one in decision.considered if one.kind == "also_bought"}


def choose(shop: Shop, **changes: object) -> None:
    change_preferences(shop, changes, WHO, now())


def test_by_default_an_add_on_costs_at_most_a_third_of_the_basket(house: House) -> None:
    with house.shop() as shop:
        facts.keep(shop.db, "preferences", {"exploration": 0})
        alone, dear = decided(shop, "beans"), decided(shop, "beans", "tea")

    assert (names(alone), verdicts(alone)["Mug"]) == (["Paper filters"], "over_budget")
    assert verdicts(dear)["Tea pot"] == "over_budget"


def test_the_subtotal_saleor_tells_is_the_budget(house: House) -> None:
    with house.shop() as shop:
        choose(shop, add_on_share=35)

        rich = decided(shop, "beans", subtotal=Decimal("22.86"))
        poor = decided(shop, "beans", subtotal=Decimal("22.85"))

    assert (verdicts(rich)["Mug"], verdicts(poor)["Mug"]) == ("kept", "over_budget")


def test_three_on_pages_one_at_the_checkout_none_at_the_payment(house: House) -> None:
    with house.shop() as shop:
        shown = {
            place: len(decided(shop, "beans", "tea", placement=place).chosen)
            for place in (PRODUCT, BASKET, CHECKOUT, PAYMENT)
        }
        payment = decided(shop, "beans", placement=PAYMENT)

    assert (shown, payment.withheld) == ({PRODUCT: 3, BASKET: 3, CHECKOUT: 1, PAYMENT: 0}, "placement")


def test_an_empty_basket_is_shown_what_many_people_buy(house: House) -> None:
    with house.shop() as shop:
        made = decided(shop)

    assert [(one.kind, one.reason.text) for one in made.chosen] == [("popular", "Popular in this shop")] * 3


def test_one_order_of_five_hundred_pieces_makes_nothing_popular(house: House) -> None:
    for _time in range(4):
        house.sandbox.orders.place({variant("strainer"): 50}, user_email="bulk@example.com")
    with house.shop() as shop:
        made = decided(shop, everything=True)

    first = [one.name for one in made.considered if one.kind == "popular"]
    assert "Tea strainer" not in names(made)
    assert len(first) >= 3


def test_a_product_page_shows_what_is_popular_beside_what_was_learned(house: House) -> None:
    with house.shop() as shop:
        made = decided(shop, "beans", placement=PRODUCT)

    assert {one.kind for one in made.chosen} == {"also_bought"}
    assert {one.kind for one in made.considered} == {"also_bought", "popular"}


def test_why_looks_at_everything_and_shows_the_same(house: House) -> None:
    with house.shop() as shop:
        for goods in (("beans",), ("tea",), ("beans", "tea"), ("bag",), ()):
            production, asked_why = decided(shop, *goods), decided(shop, *goods, everything=True)
            assert production.chosen == asked_why.chosen
            assert {one.verdict for one in asked_why.considered} >= {
                one.verdict for one in production.considered
            }


def test_what_is_sold_out_is_the_reason_when_nothing_else_is_there(house: House) -> None:
    for goods in ("pot", "strainer"):
        house.sandbox.shelves.set_stock(variant(goods), 0)
    house.work()
    with house.shop() as shop:
        choose(shop, popular_when_unknown=False)
        made = decided(shop, "tea")

    assert (made.chosen, made.withheld, verdicts(made)["Tea pot"]) == ((), "unavailable", "unavailable")


def test_a_sensitive_category_is_neither_suggested_nor_a_reason(house: House) -> None:
    with house.shop() as shop:
        category = shop.db.conn.execute(
            "select category from products where id = ?", [product("beans")]
        ).fetchone()[0]
        choose(shop, sensitive_categories=[category])
        beside, offered = decided(shop, "beans"), decided(shop)

    assert (beside.chosen, beside.withheld) == ((), "no_evidence")
    assert not {"Coffee beans", "Mug", "Paper filters"} & set(names(offered))


def test_a_rule_excludes_a_pair_stands_where_it_was_put_and_says_so(house: House) -> None:
    with house.shop() as shop:
        save_rule(shop, {"kind": "exclude", "what": {"product": product("mug")}}, WHO, now())
        pair = {"kind": "pair", "product": product("beans"), "with": product("pot"), "position": 1}
        save_rule(shop, pair, WHO, now())
        made = decided(shop, "beans")

    assert verdicts(made)["Mug"] == "rule_exclude"
    assert (made.chosen[0].offer.name, made.chosen[0].rung, made.chosen[0].reason.text) == (
        "Tea pot",
        "merchant",
        "Goes with Coffee beans",
    )


def test_an_excluded_product_stays_out_though_it_is_pinned_and_paired(house: House) -> None:
    with house.shop() as shop:
        for draft in (
            {"kind": "pin", "what": {"product": product("mug")}, "position": 1},
            {"kind": "pair", "product": product("beans"), "with": product("mug"), "position": 1},
            {"kind": "boost", "what": {"product": product("mug")}, "factor": 10},
        ):
            save_rule(shop, draft, WHO, now())
        pinned = names(decided(shop, "beans"))
        choose(shop, excluded_products=[product("mug")])
        excluded = names(decided(shop, "beans"))

    assert (pinned[0], "Mug" in excluded) == ("Mug", False)


@pytest.mark.parametrize(
    ("answers", "withheld"),
    [
        ((), None),
        (("Mug",), None),
        (("Mug", "Paper filters"), "declined_twice"),
    ],
)
def test_two_declines_end_it_in_that_checkout(
    house: House, answers: tuple[str, ...], withheld: str | None
) -> None:
    checkout = house.open_checkout("beans", "tea")
    house.work()
    ids = {"Mug": product("mug"), "Paper filters": product("filter")}
    with house.shop() as shop:
        with writing(shop.db):
            for name in answers:
                responses.offer(
                    shop.db, checkout.id, [{"kind": "also_bought", "productId": ids[name]}], now().isoformat()
                )
                assert responses.decline(shop.db, checkout.id, "also_bought", ids[name], now().isoformat())
        made = decided(shop, "beans", "tea", checkout=checkout.id)
        elsewhere = decided(shop, "beans", "tea", checkout="another")

    assert (made.withheld, elsewhere.withheld) == (withheld, None)
    assert not set(answers) & set(names(made))


def test_whoever_took_an_upgrade_is_offered_no_other_in_that_checkout(demo: Shop) -> None:
    channel = channels.by_slug(demo.db, EUROPE)
    assert channel is not None
    step = TRUE_UPGRADES[0]
    lines = [BasketLine(VariantId(step.replaces), 1)]

    def kinds(checkout: str) -> set[str]:
        made = next_best_offer(demo, Asked(channel.id, lines, checkout=checkout), THEN)
        return {one.kind for one in made.considered}

    told = {"kind": "upgrade", "productId": "p", "variantId": step.better}
    demo.db.conn.execute("begin")
    responses.offer(demo.db, "upgraded", [told], THEN.isoformat())
    before = kinds("upgraded")
    responses.take(demo.db, "upgraded", {step.better}, THEN.isoformat(), "upgrade")
    after = kinds("upgraded")
    demo.db.conn.execute("rollback")

    assert ("upgrade" in before, "upgrade" in after) == (True, False)


def test_what_is_taken_out_again_ends_it_too(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.work()
    house.sandbox.checkouts.add_lines(checkout.id, {variant("mug"): 1})
    house.work()
    house.sandbox.checkouts.update_lines(checkout.id, {variant("mug"): 0})
    house.work()

    with house.shop() as shop:
        made = decided(shop, "beans", checkout=checkout.id)

    assert (house.suggested(checkout), made.withheld) == ([], "removed")


def test_why_nothing_was_shown_is_kept_for_the_merchant(house: House) -> None:
    house.open_checkout("beans")
    house.open_checkout("bag")
    house.work()
    with house.shop() as shop:
        choose(shop, popular_when_unknown=False, min_buyers=100)
    for _time in range(2):
        house.open_checkout("tea")
    house.work()

    with house.shop() as shop:
        told = describe_withheld(shop, now())

    reasons = {key: count for key, _words, count in told.reasons}
    assert (told.checkouts, reasons["no_evidence"] >= 2, round(told.share, 2)) == (
        4,
        True,
        round(1 - told.with_suggestions / 4, 2),
    )


def test_a_shopper_who_is_recognised_is_not_offered_what_lasts_and_what_they_own(house: House) -> None:
    account = add_user(house.sandbox.kernel, User("", "ann@example.com"))
    house.place("beans", "mug", user_email="ann@example.com", user_id=account.id)
    with house.shop() as shop:
        ann = (
            shop.db.conn.execute("select buyer from orders order by number desc limit 1").fetchone()[0].hex()
        )
        known = decided(shop, "beans", shopper=ann)
        guest = decided(shop, "beans")
        choose(shop, leave_out_owned=False)
        allowed = decided(shop, "beans", shopper=ann)

    assert (verdicts(known)["Mug"], verdicts(guest)["Mug"], verdicts(allowed)["Mug"]) == (
        "owned",
        "kept",
        "kept",
    )


def test_what_was_bought_as_a_guest_is_nobodys(house: House) -> None:
    house.place("beans", "mug", user_email="ann@example.com")
    with house.shop() as shop:
        (ann,) = shop.db.conn.execute("select buyer from orders order by number desc limit 1").fetchone()
        known = decided(shop, "beans", shopper=ann.hex())

    assert verdicts(known)["Mug"] == "kept"


def test_switched_off_nothing_is_looked_for(house: House) -> None:
    with house.shop() as shop:
        choose(shop, suggesting=False)

        made = decided(shop, "beans")

    assert made == Decision(withheld="switched_off")
    assert made.considered == ()


def test_the_order_of_lines_does_not_matter(house: House) -> None:
    with house.shop() as shop:
        one, other = decided(shop, "beans", "tea", "bag"), decided(shop, "bag", "tea", "beans")

    assert one == other


def test_whoever_asks_changes_nothing_but_that_a_new_channel_has_a_number(house: House) -> None:
    with house.shop() as shop:
        facts.forget(shop.db, "landmark")
        decided(shop, "beans")
        before = shop.db.conn.total_changes

        decided(shop, "beans", checkout="checkout", shopper="ab12", subtotal=Decimal("10"), country="DE")
        decided(shop, placement=PRODUCT, everything=True)
        assert shop.db.conn.total_changes == before
        next_best_offer(shop, Asked(ChannelId("new"), [BasketLine(VariantId(variant("beans")), 1)]), now())

        assert (shop.db.conn.total_changes, shop.db.conn.in_transaction) == (before + 1, False)
        assert ChannelId("new") in channels.ids(shop.db).values()
