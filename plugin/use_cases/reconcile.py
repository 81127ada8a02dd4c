"""Find again what was lost: orders changed while we could not listen, and our own failed deliveries."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from plugin.errors import BadPayload
from plugin.saleor.translate import moment, order_from
from plugin.shop import Shop
from plugin.store import facts, orders
from plugin.store.database import writing
from plugin.use_cases import plan_work
from plugin.use_cases.audit_orders import audit_orders
from plugin.use_cases.learn_from_order import learn_from_order

log = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)
"""Asked again each time: a slow transaction may give an order an older `updatedAt` than we have seen."""

MOST_UNSETTLED = 100
MOST_FAILED = 100


def reconcile(shop: Shop, now: datetime, between: Callable[[], object] = lambda: None) -> int:
    """Learn what was missed. How many orders taught something new. `between` is called after every page and step."""
    learned = _changed_orders(shop, now, between)
    learned += _unsettled_orders(shop, now)
    between()
    return learned + _failed_deliveries(shop, now)


def _changed_orders(shop: Shop, now: datetime, between: Callable[[], object]) -> int:
    """Every order updated since the last time."""
    since = (
        moment(facts.get(shop.db, "reconciled_until") or (now - timedelta(hours=24)).isoformat()) - OVERLAP
    )
    changed = {
        "filter": {"updatedAt": {"gte": since.astimezone(UTC).isoformat()}},
        "sortBy": {"field": "LAST_MODIFIED_AT", "direction": "ASC"},
    }
    learned, until = 0, since + OVERLAP
    for page in shop.saleor.pages("orders", changed):
        issued_at = shop.saleor.answered_at or now
        learned += _learn(shop, page["nodes"], issued_at, now)
        until = max([until, *(moment(node["updatedAt"]) for node in page["nodes"])])
        with writing(shop.db):
            facts.keep(shop.db, "reconciled_until", until.isoformat())
        between()
    return learned


def _unsettled_orders(shop: Shop, now: datetime) -> int:
    """Orders we hold as unconfirmed: their expiry changes no `updatedAt` and would stay unseen."""
    asked = orders.unsettled(shop.db, MOST_UNSETTLED)
    if not asked:
        return 0
    answer = shop.saleor.ask("orders", {"first": len(asked), "filter": {"ids": asked}})
    return _learn(
        shop, [edge["node"] for edge in answer["orders"]["edges"]], shop.saleor.answered_at or now, now
    )


def _failed_deliveries(shop: Shop, now: datetime) -> int:
    """Deliveries Saleor has given up: their payload is the very event we did not get."""
    learned = 0
    done = set(facts.get(shop.db, "failed_deliveries_done") or [])
    met: list[str] = []
    for webhook in (shop.saleor.ask("failed_deliveries", {"first": MOST_FAILED})["app"] or {}).get(
        "webhooks"
    ) or []:
        for edge in (webhook["eventDeliveries"] or {"edges": []})["edges"]:
            delivery = edge["node"]
            met.append(delivery["id"])
            if delivery["id"] not in done and delivery["payload"]:
                learned += _take_up(shop, delivery["payload"], now)
    with writing(shop.db):
        facts.keep(shop.db, "failed_deliveries_done", met)
    return learned


def _take_up(shop: Shop, text: str, now: datetime) -> int:
    """An order is learned from the payload; anything about a product makes us ask for that product."""
    try:
        body: dict[str, Any] = json.loads(text)
        issued_at = moment(body["issuedAt"])
        found = [body["order"]] if body.get("order") else body.get("orders") or []
        product = body.get("product") or (body.get("productVariant") or {}).get("product")
    except (ValueError, KeyError, TypeError, AttributeError, BadPayload):
        log.warning("a failed delivery of %s cannot be read", shop.installation.api_url)
        return 0
    if product:
        plan_work.refresh_products(shop, [product["id"]], now)
    return _learn(shop, found, issued_at, now)


def _learn(shop: Shop, nodes: list[dict[str, Any]], issued_at: datetime, now: datetime) -> int:
    learned = 0
    for node in nodes:
        try:
            order = order_from(node, issued_at, shop.installation.buyer_key)
            learned += learn_from_order(shop, order, now)
            audit_orders(shop, [order], now)
        except BadPayload as error:
            log.warning("skipped an order of %s: %s", shop.installation.api_url, error)
    return learned
