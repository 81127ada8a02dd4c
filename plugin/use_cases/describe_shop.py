"""How a shop is doing, for its merchant: is it learning, what belongs together most, how the week went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from plugin.shop import Shop
from plugin.store import (
    affinities,
    catalogue,
    database,
    faces,
    facts,
    jobs,
    orders,
    preferences,
    suggestions_shown,
)
from plugin.store.faces import Face
from plugin.suggestions import affinity
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.model import Neighbour
from plugin.use_cases import plan_work
from plugin.use_cases.learn_from_past_orders import progress

BESTSELLERS_LOOKED_AT = 60
"""Strong pairs are sought around the products bought most: all pairs of a large shop would take seconds to rank."""

MOST_SHOWN = 8

MONTH = timedelta(days=30)
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Learning:
    """How far Tandem is. `stage`: waiting, running, paused (tried again at `again_at`) or done."""

    stage: str
    seen: int
    total: int | None
    trouble: str
    again_at: datetime | None
    recounting: bool
    orders: int
    products: int
    last_event: str
    last_at: datetime | None
    bytes: int
    active: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products and how often: `together` of the `orders` that hold `beside`."""

    beside: Face
    product: Face
    together: int
    orders: int


@dataclass(frozen=True, slots=True)
class Often:
    """A product and in how many checkouts it was suggested."""

    product: Face
    checkouts: int


@dataclass(frozen=True, slots=True)
class Highlights:
    """What belongs together most, and what was suggested most in the last 30 days. `min_buyers` is what a pair needs."""

    pairs: tuple[Pair, ...]
    often: tuple[Often, ...]
    min_buyers: int


@dataclass(frozen=True, slots=True)
class Day:
    """One day: orders that count, and checkouts that got a suggestion."""

    day: date
    learned: int
    suggested: int


@dataclass(frozen=True, slots=True)
class Week:
    """The last seven days, oldest first."""

    days: tuple[Day, ...]
    learned: int
    suggested: int


def learning(shop: Shop, now: datetime) -> Learning:
    """Whether it is learning, from what, and when it last heard from Saleor."""
    job = jobs.get(shop.db, plan_work.IMPORT)
    made = progress(shop)
    heard = facts.get(shop.db, "last_delivery") or {}
    paused = job is not None and bool(job["last_error"]) and job["due_at"] > now.timestamp()

    finished = made is not None and made.finished and job is None
    stage = (
        "paused" if paused else "done" if finished else "running" if made and not made.finished else "waiting"
    )

    return Learning(
        stage=stage,
        seen=made.seen if made else 0,
        total=made.total if made else None,
        trouble=str(job["last_error"]).partition(": ")[2] if job and paused else "",
        again_at=datetime.fromtimestamp(job["due_at"], UTC) if job and paused else None,
        recounting=jobs.get(shop.db, plan_work.LEARN_AGAIN) is not None,
        orders=affinities.totals(shop.db, WHOLE_SHOP).orders,
        products=catalogue.count(shop.db),
        last_event=str(heard.get("event", "")),
        last_at=datetime.fromisoformat(heard["at"]) if heard else None,
        bytes=database.size(shop.db),
        active=shop.installation.active,
    )


def highlights(shop: Shop, now: datetime) -> Highlights:
    """The strongest pairs among the bestsellers, and the products suggested most."""
    strongest = _strongest(shop, now)[:MOST_SHOWN]
    since = (now - MONTH).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    often = suggestions_shown.most_suggested(shop.db, since, MOST_SHOWN)

    known = faces.of_numbers(
        shop.db, [number for near in strongest for number in (near.beside, near.product)]
    )
    named = faces.of_products(shop.db, [product for product, *_ in often])

    return Highlights(
        pairs=tuple(
            Pair(known[near.beside], known[near.product], near.together, near.beside_orders)
            for near in strongest
            if near.beside in known and near.product in known
        ),
        often=tuple(Often(named[product], times) for product, *_, times in often if product in named),
        min_buyers=preferences.get(shop.db).min_buyers,
    )


def week(shop: Shop, now: datetime) -> Week:
    """Orders learned and checkouts with suggestions on each of the last seven days."""
    today = now.astimezone(UTC).date()
    span = [today - timedelta(days=back) for back in reversed(range(WEEK_DAYS))]
    learned = dict(orders.learned_per_day(shop.db, span[0].isoformat()))
    suggested = {
        day: times for day, times, _looked in suggestions_shown.per_day(shop.db, span[0].isoformat())
    }

    days = tuple(Day(day, learned.get(day.isoformat(), 0), suggested.get(day.isoformat(), 0)) for day in span)

    return Week(days, sum(day.learned for day in days), sum(day.suggested for day in days))


def _strongest(shop: Shop, now: datetime) -> list[Neighbour]:
    """Surprising pairs, strongest first, each pair once, told from its more telling side."""
    chosen = preferences.get(shop.db)
    landmark = facts.landmark(shop.db, now.date())
    weight_now = float(affinity.weight(now.date(), landmark, chosen.half_life_days))
    total = affinities.totals(shop.db, WHOLE_SHOP).orders
    bestsellers = affinities.bestsellers(shop.db, WHOLE_SHOP, chosen.min_buyers, BESTSELLERS_LOOKED_AT)
    near = affinities.around(shop.db, WHOLE_SHOP, bestsellers, chosen.min_buyers, weight_now)

    telling = [found for found in near if affinity.is_surprising(found, total)]
    telling.sort(key=lambda found: (-affinity.strength(found), found.beside, found.product))

    return list(_once(telling))


def _once(neighbours: Iterable[Neighbour]) -> Iterable[Neighbour]:
    seen: set[frozenset[int]] = set()
    for found in neighbours:
        pair = frozenset((found.beside, found.product))
        if pair not in seen:
            seen.add(pair)
            yield found
