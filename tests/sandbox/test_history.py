"""The generated history is fast, repeatable, and true to what it says of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from plugin.sandbox.demo_shop import demo_shop, product_id
from plugin.sandbox.history import BULK_BUYER, BULK_LINES, DAYS, write_history
from plugin.sandbox.ids import kind_and_key
from plugin.sandbox.saleor import SandboxSaleor
from plugin.sandbox.sales_facts import Order
from plugin.sandbox.true_affinities import BESTSELLER, LOYAL_PAIR, SEASONAL, TRUE_AFFINITIES, season

NOW = datetime(2026, 11, 22, tzinfo=UTC)
COUNT = 20_000


def _with_history(count: int, seed: int = 7) -> SandboxSaleor:
    saleor = SandboxSaleor(demo_shop())
    write_history(saleor.kernel, count, NOW, seed)
    return saleor


@pytest.fixture(scope="module")
def saleor() -> SandboxSaleor:
    """The demo shop with its whole history; its own HTTP client is closed at once."""
    saleor = _with_history(COUNT)
    saleor.close()
    return saleor


@pytest.fixture(scope="module")
def orders(saleor: SandboxSaleor) -> list[Order]:
    """Oldest first."""
    return list(saleor.state.orders.values())


def _baskets(saleor: SandboxSaleor, orders: list[Order]) -> list[frozenset[str]]:
    product_of = {it.id: it.product_id for it in saleor.state.variants.values()}
    return [
        frozenset(product_of[line.product_variant_id] for line in order.lines if not line.is_gift)
        for order in orders
        if order.user_email != BULK_BUYER
    ]


def _nearest(baskets: list[frozenset[str]]) -> Mapping[str, list[str]]:
    """For every product the others by a plain measure of association, strongest first."""
    alone = Counter(product for basket in baskets for product in basket)
    both = Counter(pair for basket in baskets for pair in combinations(sorted(basket), 2))
    found: dict[str, list[tuple[float, str]]] = {}
    for (one, other), count in both.items():
        score = count / ((alone[one] + 5) ** 0.7 * (alone[other] + 5) ** 0.5)
        found.setdefault(one, []).append((score, other))
        found.setdefault(other, []).append((score, one))
    return {product: [it for _, it in sorted(rows, reverse=True)] for product, rows in found.items()}


def test_the_same_seed_and_moment_give_the_same_orders() -> None:
    one, other, different = _with_history(300), _with_history(300), _with_history(300, seed=8)
    for saleor in (one, other, different):
        saleor.close()

    assert one.state.orders == other.state.orders
    assert one.state.orders != different.state.orders


def test_it_spans_both_seasons_and_ends_now(orders: list[Order]) -> None:
    assert len(orders) == COUNT
    assert [it.created for it in orders] == sorted(it.created for it in orders)
    assert orders[0].created >= NOW - timedelta(days=DAYS + 1)
    assert NOW - timedelta(days=1) < max(it.updated_at for it in orders) <= NOW
    assert min(Counter(season(it.created) for it in orders).values()) > COUNT // 4


def test_the_bestseller_is_in_three_of_five_baskets(saleor: SandboxSaleor, orders: list[Order]) -> None:
    baskets = _baskets(saleor, orders)

    assert 0.57 < sum(product_id(BESTSELLER) in it for it in baskets) / len(baskets) < 0.63


def test_every_true_affinity_can_be_found(saleor: SandboxSaleor, orders: list[Order]) -> None:
    nearest = _nearest(_baskets(saleor, orders))

    lost = [
        (saleor.state.products[product].slug, saleor.state.products[partner].slug)
        for product, partners in TRUE_AFFINITIES.items()
        for partner in partners
        if partner not in nearest[product][:8]
    ]
    assert lost == []


def test_seasonal_partners_switch(saleor: SandboxSaleor, orders: list[Order]) -> None:
    for name in ("summer", "winter"):
        baskets = _baskets(saleor, [it for it in orders if season(it.created) == name])
        other = "winter" if name == "summer" else "summer"
        for product, partners in SEASONAL.items():
            together = [
                sum({product, partners[when]} <= basket for basket in baskets) for when in (name, other)
            ]
            assert together[0] > 5 * together[1]


def test_the_loyal_pair_has_one_buyer(saleor: SandboxSaleor, orders: list[Order]) -> None:
    pair = {product_id(slug) for slug in LOYAL_PAIR}
    product_of = {it.id: it.product_id for it in saleor.state.variants.values()}
    buyers = Counter(
        order.user_email
        for order in orders
        if len(order.lines) < BULK_LINES
        and pair <= {product_of[line.product_variant_id] for line in order.lines}
    )

    assert buyers[BULK_BUYER] == 40
    assert len(set(buyers) - {BULK_BUYER}) < 3


def test_orders_meet_every_fate(orders: list[Order]) -> None:
    statuses = Counter(order.status for order in orders)
    lines = Counter(len(order.lines) for order in orders)

    assert set(statuses) == {
        "CANCELED",
        "EXPIRED",
        "FULFILLED",
        "PARTIALLY_RETURNED",
        "RETURNED",
        "UNCONFIRMED",
        "UNFULFILLED",
    }
    assert lines[BULK_LINES] == 1
    assert lines[1] > COUNT // 5
    assert sum(order.user_id is None for order in orders) > COUNT // 3
    assert sum(bool(order.granted_refunds) for order in orders) > 100
    assert sum(order.charge_status == "NONE" and order.status == "UNFULFILLED" for order in orders) > 100
    assert sum(order.refunded == order.total.gross.amount for order in orders) > 200
    assert sum(line.is_gift for order in orders for line in order.lines) > 100


def test_pictures_exist_for_all_products(saleor: SandboxSaleor) -> None:
    client = saleor.wsgi.test_client()

    for product in saleor.state.products.values():
        drawn = client.get(f"/thumbnail/{kind_and_key(product.id)[1]}/256/webp/")
        assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
        assert product.picture == "gift" or product.colour in drawn.get_data(as_text=True)
