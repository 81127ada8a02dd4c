"""Which work a shop has without a request, written into its file; plugin/jobs.py does it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from plugin.shop import Shop
from plugin.store import bundles, facts, jobs, rebuilt_counts, suggestions_shown, touched
from plugin.store.database import writing
from plugin.suggestions.bundles.model import Bundle

INJECT = "inject"
REFRESH_PRODUCT = "refresh_product"
REFRESH_CHANNELS = "refresh_channels"
HOLD = "hold_prices"
BUNDLES = "put_bundles_into_effect"
PROBLEMS = "tell_problems"
IMPORT = "import_orders"
LEARN_AGAIN = "learn_again"
SWEEP = "sweep_catalogue"
RECONCILE = "reconcile"
MEND = "mend_webhooks"
PROPOSE = "propose_bundles"
DELIVERIES = "refresh_deliveries"
DIRECTIONS = "learn_directions"
HABITS = "learn_habits"
FIT = "fit_model"
REFRESH_MODEL = "refresh_model"
REFRESH_DEPENDENTS = "refresh_dependents"
EVALUATE = "evaluate_shop"
COUNT_ANEW = "count_anew"

QUICK = (HOLD, INJECT, BUNDLES, REFRESH_PRODUCT, REFRESH_CHANNELS, PROBLEMS, REFRESH_MODEL)
"""Shoppers wait for these."""

LONG = (
    IMPORT, SWEEP, LEARN_AGAIN, RECONCILE, MEND, PROPOSE, DELIVERIES, DIRECTIONS, HABITS, EVALUATE, FIT, REFRESH_DEPENDENTS,
    COUNT_ANEW,
)  # fmt: skip
"""These take their time, and must not keep the quick ones waiting."""

REFRESH_MODEL_AFTER = timedelta(seconds=1)

LEARN_DIRECTIONS_AFTER = timedelta(minutes=10)
"""Changes of products come in swarms; one look serves all of them."""

IN_TURN = timedelta(milliseconds=50)
"""Between works that are planned at once, so that they are done in the order meant."""

HELD_FOR = timedelta(days=3)
"""Baskets older than this are hardly ever ordered; a price held there is looked at with their next event, and by the guard."""

OPEN_FOR = timedelta(minutes=30)
"""Baskets a shopper may still be looking at."""

MOST_LOOKED_AT = 300

BETWEEN = timedelta(seconds=0.2)
"""Shoppers whose baskets change now are served in between."""

EVERY = {
    SWEEP: timedelta(days=1),
    RECONCILE: timedelta(hours=1),
    MEND: timedelta(days=1),
    PROPOSE: timedelta(weeks=1),
    HABITS: timedelta(days=1),
    FIT: timedelta(days=1),
    EVALUATE: timedelta(weeks=1),
}
"""Regular work, and how often."""


def inject(shop: Shop, checkout: str, now: datetime) -> None:
    """Price this checkout and suggest for it soon; however many events tell of it meanwhile, once."""
    _write(shop, inject_key(checkout), INJECT, {"checkout": checkout}, now)


def look_again(shop: Shop, now: datetime) -> None:
    """The merchant changed what may be offered: baskets of the last half hour follow, one after the other, between the others."""
    since = (now - OPEN_FOR).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with writing(shop.db):
        for place, checkout in enumerate(suggestions_shown.offering(shop.db, since, MOST_LOOKED_AT)):
            inject(shop, checkout, now + place * BETWEEN)


def inject_key(checkout: str) -> str:
    """The key of the job that prices a checkout and suggests for it."""
    return f"{INJECT}:{checkout}"


def follow_own_change(shop: Shop, checkout: str, now: datetime) -> None:
    """We changed the checkout ourselves, and are told of it by an event of our own, which is ignored: suggest and note soon."""
    with writing(shop.db):
        inject(shop, checkout, now)
        hold_prices(shop, [checkout], now)


def hold_prices(shop: Shop, checkouts: Iterable[str], now: datetime) -> None:
    """Look at the bundle prices of these checkouts soon."""
    with writing(shop.db):
        for checkout in checkouts:
            _write(shop, hold_key(checkout), HOLD, {"checkout": checkout}, now)


def hold_all(shop: Shop, now: datetime) -> None:
    """Look at every basket that holds a price of ours."""
    hold_prices(shop, bundles.held_since(shop.db, (now - HELD_FOR).isoformat()), now)


def hold_key(checkout: str) -> str:
    """The key of the job that looks at a checkout's bundle prices."""
    return f"{HOLD}:{checkout}"


def put_bundles_into_effect(shop: Shop, bundle: Bundle, now: datetime) -> None:
    """A bundle changed: the prices held for it, and the guard, follow; now, and again when its schedule begins or ends."""
    with writing(shop.db):
        _write(shop, f"{BUNDLES}:{bundle.id}", BUNDLES, {"bundle": bundle.id}, now)
        for moment in (bundle.starts, bundle.ends):
            if moment and moment > now:
                key = f"{BUNDLES}:{bundle.id}:{moment.isoformat()}"
                _write(shop, key, BUNDLES, {"bundle": bundle.id}, moment)


def tell_problems(shop: Shop, now: datetime) -> None:
    """Bring the problems shown in the Dashboard up to date soon."""
    _write(shop, PROBLEMS, PROBLEMS, {}, now)


def refresh_products(shop: Shop, products: Iterable[str], now: datetime) -> None:
    """Ask Saleor for these products soon."""
    with writing(shop.db):
        for product in products:
            _write(shop, f"{REFRESH_PRODUCT}:{product}", REFRESH_PRODUCT, {"product": product}, now)


def refresh_channels(shop: Shop, now: datetime) -> None:
    """Ask Saleor for its channels soon."""
    _write(shop, REFRESH_CHANNELS, REFRESH_CHANNELS, {}, now)


def refresh_deliveries(shop: Shop, now: datetime) -> None:
    """Ask Saleor soon how its channels deliver."""
    _write(shop, DELIVERIES, DELIVERIES, {}, now)


def learn_directions(shop: Shop, now: datetime, after: timedelta = timedelta()) -> None:
    """Learn soon what better means for the product types that have changed."""
    _write(shop, DIRECTIONS, DIRECTIONS, {}, now + after)


def learn_habits(shop: Shop, now: datetime) -> None:
    """Learn soon what people choose and keep, buy again, together or instead."""
    _write(shop, HABITS, HABITS, {}, now)


def evaluate_shop(shop: Shop, now: datetime) -> None:
    """Look soon how well suggestions find what is bought."""
    _write(shop, EVALUATE, EVALUATE, {}, now)


def fit_model(shop: Shop, now: datetime) -> None:
    """Fit soon what ranks."""
    _write(shop, FIT, FIT, {}, now)


def refresh_model(shop: Shop, now: datetime) -> bool:
    """Fit again soon what orders touched; orders come in swarms, one look serves several. Whether there is any."""
    if not touched.any_left(shop.db, dependents=False):
        return False
    at = (now + REFRESH_MODEL_AFTER).timestamp()
    # also while one runs: it may have looked already
    jobs.write(shop.db, REFRESH_MODEL, REFRESH_MODEL, {}, at)
    return True


def refresh_dependents(shop: Shop, now: datetime) -> None:
    """Fit again, when there is time, what has met a product whose orders changed."""
    if touched.any_left(shop.db):
        _write(shop, REFRESH_DEPENDENTS, REFRESH_DEPENDENTS, {}, now)


def sweep(shop: Shop, now: datetime) -> None:
    """Read the whole catalogue soon."""
    _write(shop, SWEEP, SWEEP, {}, now)


def mend(shop: Shop, now: datetime) -> None:
    """Bring Saleor's webhooks to what is needed, soon."""
    _write(shop, MEND, MEND, {}, now)


def propose_bundles(shop: Shop, now: datetime) -> None:
    """Look soon for sets worth a bundle."""
    _write(shop, PROPOSE, PROPOSE, {}, now)


def learn_again(shop: Shop, now: datetime) -> None:
    """What orders contribute has changed: bring all of them up to date."""
    _write(shop, LEARN_AGAIN, LEARN_AGAIN, {"after": 0}, now)


def after_install(shop: Shop, now: datetime) -> None:
    """The catalogue, the whole history, and the regular work."""
    with writing(shop.db):
        facts.keep(shop.db, "import", None)
        hold_all(shop, now)
        _write(shop, REFRESH_CHANNELS, REFRESH_CHANNELS, {}, now)
        _write(shop, IMPORT, IMPORT, {}, now)
        _write(shop, SWEEP, SWEEP, {}, now)
        _write(shop, MEND, MEND, {}, now)
        _write(shop, DELIVERIES, DELIVERIES, {}, now)
        _write(shop, RECONCILE, RECONCILE, {}, now + EVERY[RECONCILE])


def catch_up(shop: Shop, now: datetime) -> None:
    """After being away: what was missed, whether the webhooks still fit, and whether prices we hold still should be held."""
    with writing(shop.db):
        hold_all(shop, now)
        # the orders first: they are what was missed most
        for place, name in enumerate((SWEEP, MEND, RECONCILE)):
            _write(shop, name, name, {}, now - place * IN_TURN)


def count_anew(shop: Shop, now: datetime) -> None:
    """Count every kept order anew: an import of a file was killed and left counts owed."""
    _write(shop, COUNT_ANEW, COUNT_ANEW, {}, now)


def mend_once_for(shop: Shop, fingerprint: str, now: datetime) -> None:
    """After an upgrade that asks for other events: bring Saleor's webhooks up to date, once."""
    if facts.get(shop.db, "mended_for") != fingerprint:
        with writing(shop.db):
            facts.keep(shop.db, "mended_for", fingerprint)
            _write(shop, MEND, MEND, {}, now)


def after_start(shop: Shop, now: datetime) -> None:
    """A process begins, and nobody knows how long none was there: Saleor gives a delivery up after five minutes."""
    rebuilt_counts.clear_if_abandoned(shop.db)
    with writing(shop.db):
        _write(shop, RECONCILE, RECONCILE, {}, now)
        hold_all(shop, now)
        regular(shop, now)


def regular(shop: Shop, now: datetime) -> None:
    """See that the regular work is planned."""
    with writing(shop.db):
        for name, pause in EVERY.items():
            jobs.write_unless_there(shop.db, name, name, {}, (now + pause).timestamp())


def _write(shop: Shop, key: str, name: str, payload: dict[str, Any], due: datetime) -> None:
    jobs.write(shop.db, key, name, payload, due.timestamp())
