"""tandem bundles: list | add | activate | pause | propose | audit. JSON in and out, for scripts as for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any

import click

from plugin.errors import BadBundle
from plugin.operator import Problems, of_shop, opened, parsed, plainly, say
from plugin.shop import Shop
from plugin.store import bundles as kept_bundles
from plugin.store import channels
from plugin.store.database import writing
from plugin.suggestions.bundles import proposal
from plugin.suggestions.bundles.checks import as_json
from plugin.suggestions.bundles.model import ACTIVE, PAUSED, STATES, Bundle
from plugin.suggestions.model import ChannelId
from plugin.suggestions.money import money
from plugin.use_cases import describe_bundles
from plugin.use_cases.change_bundles import change_state, save_bundle
from plugin.use_cases.propose_bundles import make_draft
from plugin.use_cases.propose_bundles import propose as propose_sets

WHO = "the command line"
"""Who changed a bundle, in its history."""


@click.group()
def bundles() -> None:
    """Products sold together at one exact price. JSON in and out."""


@bundles.command("list")
@of_shop
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
def list_bundles(api_url: str | None, state: str | None) -> None:
    """All bundles, newest first."""
    with _shop(api_url) as shop:
        found = kept_bundles.every(shop.db)
        say([_json(shop, bundle) for bundle in found if state in (None, bundle.state)])


@bundles.command()
@of_shop
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
def add(api_url: str | None, file: IO[str]) -> None:
    """Keep the bundle, or the array of bundles, in FILE (- is standard input). All of them or none; one with an id is changed."""
    given = parsed(file.read())
    with _shop(api_url) as shop, writing(shop.db):
        if isinstance(given, list):
            say([_json(shop, _added(shop, draft, f"{place}.")) for place, draft in enumerate(given)])
        else:
            say(_json(shop, _added(shop, given)))


@bundles.command()
@of_shop
@click.argument("number", metavar="ID")
def activate(api_url: str | None, number: str) -> None:
    """Sell this bundle; refused while its prices cannot be."""
    _change(api_url, number, ACTIVE)


@bundles.command()
@of_shop
@click.argument("number", metavar="ID")
def pause(api_url: str | None, number: str) -> None:
    """Sell this bundle no more, and take its prices back from open checkouts."""
    _change(api_url, number, PAUSED)


@bundles.command()
@of_shop
@click.option(
    "--days",
    default=describe_bundles.AUDITED_DAYS,
    show_default=True,
    type=click.IntRange(1, 3650),
    help="Orders of so many days.",
)
def audit(api_url: str | None, days: int) -> None:
    """What bundle prices gave, what of it leaked, and the orders that did."""
    with _shop(api_url) as shop:
        found = describe_bundles.leakage(shop, datetime.now(UTC), days)
        slugs = _slugs(shop)
        say(
            {
                "since": found.since.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "currencies": [
                    {
                        "currency": summary.currency,
                        "orders": summary.orders,
                        "leaks": summary.leaks,
                        "given": str(money(summary.given, summary.currency)),
                        "leaked": str(money(summary.leaked, summary.currency)),
                        "leakageRate": round(summary.leakage, 6),
                    }
                    for summary in found.summaries
                ],
                "leaks": [
                    {
                        "order": leak.order,
                        "placedAt": leak.placed_at,
                        "channel": slugs.get(ChannelId(leak.channel), leak.channel),
                        "currency": leak.currency,
                        "given": str(money(leak.given, leak.currency)),
                        "leaked": str(money(leak.leaked, leak.currency)),
                        "details": leak.details,
                    }
                    for leak in found.leaks
                ],
            }
        )


@bundles.command()
@of_shop
@click.option(
    "--channel", default="", help="Slug of a channel: only its orders count. Without it those of all."
)
@click.option("--draft", "number", type=int, metavar="N", help="Make a draft of proposal N as last computed.")
def propose(api_url: str | None, channel: str, number: int | None) -> None:
    """Look through all orders for the sets most worth a bundle, best first. Nothing is published by itself."""
    with _shop(api_url) as shop:
        if number is not None:
            say(_json(shop, make_draft(shop, number, WHO, datetime.now(UTC), channel)))
        else:
            say([proposal.as_json(one) for one in propose_sets(shop, datetime.now(UTC), channel=channel)])


def _change(api_url: str | None, number: str, state: str) -> None:
    with _shop(api_url) as shop:
        say(_json(shop, change_state(shop, number, state, WHO, datetime.now(UTC))))


@contextmanager
def _shop(api_url: str | None) -> Iterator[Shop]:
    with plainly():
        try:
            with opened(api_url) as (_tandem, shop):
                yield shop
        except BadBundle as error:
            raise Problems(error.problems) from error


def _added(shop: Shop, draft: object, where: str = "") -> Bundle:
    """`where`: in front of every field, for one of several."""
    if not isinstance(draft, dict):
        raise Problems([(where.rstrip("."), "must be a JSON object")])
    try:
        return save_bundle(shop, draft, WHO, datetime.now(UTC))
    except BadBundle as error:
        raise Problems([(f"{where}{field}", message) for field, message in error.problems]) from error


def _json(shop: Shop, bundle: Bundle) -> dict[str, Any]:
    return as_json(bundle, _slugs(shop))


def _slugs(shop: Shop) -> dict[ChannelId, str]:
    return {channel.id: channel.slug for channel in channels.every(shop.db) if channel.slug}
