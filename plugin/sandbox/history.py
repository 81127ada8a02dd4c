"""Past orders of the demo shop: two seasons from a seeded model whose affinities are known."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from plugin.sandbox.buyers import Buyers
from plugin.sandbox.catalogue_facts import Channel
from plugin.sandbox.checkout_totals import nothing, times, total_of
from plugin.sandbox.demo_shop import EUR, USD, goods, variant_id
from plugin.sandbox.fates import Fates
from plugin.sandbox.ids import global_id, random_key
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.money import TaxedMoney
from plugin.sandbox.sales_facts import Order, OrderLine
from plugin.sandbox.selling import unit_price
from plugin.sandbox.shoppers import Shoppers
from plugin.sandbox.true_affinities import LOYAL_PAIR
from plugin.sandbox.true_upgrades import RETURNED

DAYS = 548
"""Eighteen months: every season at least once, one of them twice."""

EUROPES_SHARE = 0.7
GIFT_FROM = Decimal(1000)
"""Every fourth order from this total on carries the free tote."""

BULK_LINES = 300
LOYAL_ORDERS = 40
HOARD_PIECES = 500

BULK_BUYER = "purchasing@lens-library.example.com"
"""One B2B buyer: an order of 300 lines, one of 500 pieces, and the same odd pair forty times."""


@dataclass(frozen=True, slots=True)
class Article:
    """What a line of this variant looks like in one channel."""

    product_name: str
    variant_name: str
    sku: str | None
    price: TaxedMoney


@dataclass
class History:
    """Makes orders, oldest first."""

    kernel: Kernel
    dice: random.Random
    now: datetime

    def __post_init__(self) -> None:
        state = self.kernel.state
        self._shoppers = Shoppers(self.dice)
        self._fates = Fates(self.dice, self.now, RETURNED)
        self._number = "0"
        self._articles: dict[tuple[str, str], Article] = {}
        self._buyers = Buyers(self.dice)
        state.users.update((person.id, person) for person in self._buyers.people)

    def write(self, count: int) -> None:
        """Put `count` orders into the shop."""
        loyal = min(LOYAL_ORDERS, count // 100)
        days = sorted(DAYS * self.dice.random() ** 0.8 for _ in range(count))
        special = {
            count // 3: "bulk",
            count // 2 + 1: "hoard",
            **{(at + 1) * count // (loyal + 1): "loyal" for at in range(loyal)},
        }
        orders = self.kernel.state.orders
        for at, day in enumerate(days):
            self._number = str(len(orders) + 1)
            order = self._order(self.now - timedelta(days=DAYS - day, seconds=1), special.get(at))
            orders[order.id] = order

    def _order(self, moment: datetime, special: str | None) -> Order:
        dice, wanted = self.dice, dict[str, str]()
        channel = EUR if special or dice.random() < EUROPES_SHARE else USD
        if special == "bulk":
            every = [gid for row in goods()["products"] if row["is"][5] for gid in _variants_of(row)]
            lines = [self._line(dice.choice(every), dice.randint(5, 40), channel) for _ in range(BULK_LINES)]
        elif special == "hoard":
            lines = [self._line(variant_id(goods()["habits"]["hoarded"]), HOARD_PIECES, channel)]
        elif special == "loyal":
            lines = [self._line(variant_id(slug), dice.randint(2, 9), channel) for slug in LOYAL_PAIR]
        else:
            wanted = self._shoppers.basket(moment, channel.slug)
            lines = [self._line(gid, 1 if dice.random() < 0.9 else 2, channel) for gid in wanted.values()]
        total = total_of([line.total_price for line in lines], channel.currency_code)
        if not special and total.gross.amount >= GIFT_FROM and dice.random() < 0.25:
            lines.append(self._line(variant_id("tote"), 1, channel, gift=True))
        email, user_id = (BULK_BUYER, None) if special else self._buyers.of(wanted)
        order = Order(
            id=global_id("Order", random_key(dice)),
            number=self._number,
            created=moment,
            updated_at=moment,
            status="UNFULFILLED",
            channel_id=channel.id,
            lines=tuple(lines),
            total=total,
            charged=total.gross.amount,
            display_gross_prices=channel.display_gross_prices,
            user_email=email,
            user_id=user_id,
        )
        return order if special else self._fates.met_by(order)

    def _line(self, gid: str, quantity: int, channel: Channel, gift: bool = False) -> OrderLine:
        article = self._article(gid, channel)
        price = nothing(channel.currency_code) if gift else article.price
        return OrderLine(
            global_id("OrderLine", random_key(self.dice)),
            gid,
            article.product_name,
            article.variant_name,
            article.sku,
            quantity,
            price,
            price if quantity == 1 else times(price, quantity),
            gift,
        )

    def _article(self, gid: str, channel: Channel) -> Article:
        key = (gid, channel.id)
        if key not in self._articles:
            variant = self.kernel.state.variants[gid]
            product = self.kernel.state.products[variant.product_id]
            self._articles[key] = Article(
                product.name, variant.name, variant.sku, unit_price(variant, channel)
            )
        return self._articles[key]


def _variants_of(row: Mapping[str, object]) -> list[str]:
    slug = row["is"][0]  # type: ignore[index]  # the table's first entry is the slug
    return [variant_id(slug, value) for value, _ in row["variants"]]  # type: ignore[attr-defined]  # as above


def write_history(kernel: Kernel, count: int, now: datetime, seed: int = 7) -> None:
    """Fill the demo shop with `count` past orders up to `now`. The same seed and moment give the same orders."""
    History(kernel, random.Random(seed), now).write(count)  # noqa: S311  # a model, not a secret
