"""The doctor: what is well with a shop, what is not, and in words how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin.errors import SaleorRefused, SaleorTrouble
from plugin.saleor import manifest
from plugin.saleor.gateway import fetch_jwks
from plugin.saleor.translate import moment
from plugin.shop import Shop, Tandem
from plugin.store import catalogue, facts, orders
from plugin.use_cases.learn_from_past_orders import progress
from plugin.use_cases.mend_webhooks import compare, wanted

QUIET_AFTER = timedelta(days=2)
"""A shop with orders that told us nothing for so long has probably lost its webhooks."""

MOST_FAILED = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` says what to do, empty when it is well."""

    what: str
    well: bool
    found: str
    mend: str = ""


def examine_shop(tandem: Tandem, shop: Shop, now: datetime) -> list[Finding]:
    """Every finding, in the order in which one would look."""
    try:
        told = shop.saleor.ask("who_am_i")
    except SaleorRefused as error:
        return [
            Finding(
                "token",
                False,
                str(error),
                "The app is deleted or switched off there. Switch it on, or install it again.",
            )
        ]
    except SaleorTrouble as error:
        return [Finding("Saleor", False, str(error), f"Is {shop.installation.api_url} reachable from here?")]
    if told["app"] is None:
        mend = "The app is deleted or switched off there. Switch it on, or install it again."
        return [Finding("token", False, "Saleor does not know the token", mend)]
    return [
        Finding(
            "token", True, f"{told['app']['name']} ({told['app']['id']}) on Saleor {told['shop']['version']}"
        ),
        _permissions({permission["code"] for permission in told["app"]["permissions"] or []}),
        _webhooks(tandem, shop, told["shop"]["version"] or "", now),
        _keys(tandem, shop),
        *_deliveries(shop, now),
        _history(shop),
        _size(tandem, shop),
    ]


def _permissions(granted: set[str]) -> Finding:
    missing = sorted(set(manifest.card()["permissions"]) - granted)
    mend = "Dashboard, Extensions, Tandem, Edit permissions: grant them. Without one, its events silently never come."
    return Finding(
        "permissions",
        not missing,
        f"missing: {', '.join(missing)}" if missing else ", ".join(sorted(granted)),
        mend if missing else "",
    )


def _webhooks(tandem: Tandem, shop: Shop, version: str, now: datetime) -> Finding:
    webhooks = shop.saleor.ask("webhooks")["app"]["webhooks"] or []
    mending = compare(webhooks, wanted(tandem, shop, version, now), tandem.address_for(shop.installation))
    found = f"{len(webhooks)} there; {len(mending.create)} missing, {len(mending.update)} outdated, {len(mending.delete)} surplus"
    return Finding(
        "webhooks",
        not mending.needed,
        found,
        "`tandem doctor --mend` brings them up to date." if mending.needed else "",
    )


def _keys(tandem: Tandem, shop: Shop) -> Finding:
    try:
        published = fetch_jwks(shop.installation.api_url, tandem.transport)["keys"]
    except SaleorTrouble as error:
        mend = "Without /.well-known/jwks.json of that Saleor no webhook can be trusted once its keys change."
        return Finding("signature keys", False, str(error), mend)
    theirs = {key.get("kid") for key in published}
    ours = {key.get("kid") for key in shop.installation.jwks["keys"]}
    mend = "Saleor rotated its keys; the next delivery fetches the new ones by itself."
    return Finding(
        "signature keys",
        theirs <= ours,
        f"{len(theirs)} key(s), {'known' if theirs <= ours else 'not all known'}",
        "" if theirs <= ours else mend,
    )


def _deliveries(shop: Shop, now: datetime) -> Iterator[Finding]:
    last = facts.get(shop.db, "last_delivery")
    quiet = last is None or now - moment(last["at"]) > QUIET_AFTER
    found = f"{last['event']} at {last['at']}" if last else "none yet"
    yield Finding(
        "last delivery",
        not quiet,
        found,
        "Place an order or change a checkout; if nothing comes, look at the failed deliveries."
        if quiet
        else "",
    )
    failed = [
        edge["node"]
        for webhook in (shop.saleor.ask("failed_deliveries", {"first": MOST_FAILED})["app"]["webhooks"] or [])
        for edge in (webhook["eventDeliveries"] or {"edges": []})["edges"]
    ]
    taken_up = set(facts.get(shop.db, "failed_deliveries_done") or [])
    waiting = [delivery for delivery in failed if delivery["id"] not in taken_up]
    newest = max((delivery["createdAt"] for delivery in waiting), default="")
    mend = (
        "Reconciliation learns from them every hour. If they keep coming: is APP_URL reachable from Saleor?"
    )
    found = f"{len(waiting)}, the newest {newest}" if waiting else f"{len(failed)}, all taken up"
    yield Finding("failed deliveries", not waiting, found if failed else "none", mend if waiting else "")


def _history(shop: Shop) -> Finding:
    made = progress(shop)
    if made is None:
        return Finding(
            "history", False, "never imported", f"`tandem learn --shop {shop.installation.api_url}`"
        )
    found = f"{made.seen} of {made.total} orders read, {orders.count(shop.db)} kept, {catalogue.count(shop.db)} products"
    mend = f"It goes on by itself while `tandem serve` runs; or `tandem learn --shop {shop.installation.api_url}`."
    return Finding("history", made.finished, found, "" if made.finished else mend)


def _size(tandem: Tandem, shop: Shop) -> Finding:
    path = tandem.file_of(shop.installation)
    size = sum(part.stat().st_size for part in path.parent.glob(path.name + "*"))
    return Finding("store", True, f"{path.name}: {size / 1e6:.1f} MB")
