"""How a shop is doing, for its merchant: is it learning, and how the week went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from plugin.shop import Shop
from plugin.store import affinities, catalogue, database, facts, jobs, orders, suggestions_shown
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.use_cases import plan_work
from plugin.use_cases.learn_from_past_orders import progress

WEEK_DAYS = 7

OF_THE_APP = "app_"
"""How events about the app, not the shop, begin."""


@dataclass(frozen=True, slots=True)
class Learning:
    """How far Tandem is. `stage`: waiting, running, paused (tried again at `again_at`) or done.

    `last_event` is empty when Saleor last spoke of the app itself: "app deleted" after an install helps nobody.
    """

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
    event = str(heard.get("event", ""))
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
        last_event="" if event.lower().startswith(OF_THE_APP) else event,
        last_at=datetime.fromisoformat(heard["at"]) if heard else None,
        bytes=database.size(shop.db),
        active=shop.installation.active,
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
