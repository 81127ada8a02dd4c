"""Fit what ranks: everything anew, in the background. Derived from the orders, never the counts; refresh_model does it for what orders touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from plugin.shop import Shop
from plugin.store import facts, fitted, fitting_orders, models, preferences, touched
from plugin.store.database import writing
from plugin.store.fitting_orders import PageDone, PastOrders
from plugin.store.models import Model
from plugin.suggestions import affinity
from plugin.suggestions.fitting import learning, likeness
from plugin.suggestions.fitting.blending import Blends
from plugin.suggestions.fitting.learning import Later
from plugin.suggestions.fitting.rows import NO_ROW, Row
from plugin.suggestions.fitting.whole import Whole, own_row
from plugin.suggestions.preferences import Preferences

MOST_ORDERS = 2_000_000
"""The newest ones that are fitted; older ones weigh next to nothing, and would not fit into memory."""

MOST_TO_LEARN_FROM = 150_000
"""The newest orders the blend is learned from; what is loud in them is loud in all."""

WRITTEN_AT_ONCE = 2_000
"""Rows written in one transaction: a webhook waits that long, and no longer."""


def fit_model(shop: Shop, now: datetime, progress: PageDone | None = None) -> Model:
    """Learn the blend from the shop's later orders, fit every product anew, and put all of it in place at once.

    `progress`: told now and then, of 100; may raise to stop. Whoever is asked meanwhile, or after a crash, gets the old model.
    Raises Superseded where another fit of the shop began meanwhile.
    """
    with writing(shop.db):
        mine = touched.begin_fit(shop.db)
        fitted.begin(shop.db)

    def told(done: int, of: int) -> None:
        touched.go_on(shop.db, mine)
        if progress is not None:
            progress(done, of)

    scale = weight_of_now(shop, preferences.get(shop.db), now)
    orders = fitting_orders.newest(shop.db, MOST_ORDERS, lambda done, of: told(10 * done // of, 100))
    alike = dict(likeness.alike(fitting_orders.names(shop.db)))
    category_of = fitting_orders.categories(shop.db)
    blends = _blends(orders, alike, category_of, scale, lambda done, of: told(10 + 40 * done // of, 100))
    whole = Whole(orders.orders, _products(orders), alike, category_of, orders.numbers, scale)
    solved = whole.solve(lambda done, of: told(50 + 40 * done // of, 100))
    _write(shop, mine, whole, solved, lambda done, of: told(90 + 10 * done // of, 100))
    model = Model(
        scale, whole.total, whole.popular, blends, now.astimezone(UTC).isoformat(timespec="seconds")
    )
    with writing(shop.db):
        touched.go_on(shop.db, mine)
        fitted.swap(shop.db, whole.beside)
        models.keep(shop.db, model)
        touched.end_fit(shop.db)
    return model


def weight_of_now(shop: Shop, chosen: Preferences, now: datetime) -> float:
    """The weight an order placed now would have."""
    return float(
        affinity.weight(now.date(), facts.known_landmark(shop.db, now.date()), chosen.half_life_days)
    )


def _blends(
    past: PastOrders, alike: Mapping[int, Row], category_of: Mapping[int, str], scale: float, told: PageDone
) -> Blends:
    """What the shop's own later orders say of how loud each ingredient should be, for each thing that is looked for."""
    order = np.argsort(past.placed, kind="stable")[-MOST_TO_LEARN_FROM:]
    cut = round(len(order) * (1 - learning.LATER))
    asked = learning.chosen([at for at in order[cut:].tolist() if len(past.orders.basket(at)) > 1])
    if len(asked) < learning.LEAST_ASKED:
        return learning.in_general()
    earlier = np.sort(order[:cut])
    whole = Whole(past.orders.of(earlier), _products(past), alike, category_of, None, scale)
    whole.solve(lambda done, of: told(80 * done // of, 100))
    own = _own(past, earlier.tolist(), {past.buyers[at] for at in asked} - {None})
    later = [Later(past.orders.basket(at).tolist(), own.get(past.buyers[at], NO_ROW)) for at in asked]
    return learning.learned(whole, later, lambda done, of: told(80 + 20 * done // of, 100))


def _own(past: PastOrders, orders: Sequence[int], buyers: set[bytes | None]) -> dict[bytes | None, Row]:
    held: dict[bytes | None, list[tuple[np.ndarray[tuple[int], np.dtype[np.int32]], float]]] = {}
    for at in orders:
        if past.buyers[at] in buyers:
            held.setdefault(past.buyers[at], []).append(
                (past.orders.basket(at), float(past.orders.weights[at]))
            )
    return {buyer: own_row(baskets) for buyer, baskets in held.items()}


def _write(shop: Shop, mine: str, whole: Whole, solved: Mapping[int, Row], told: PageDone) -> None:
    products = whole.known()
    for first in range(0, len(products), WRITTEN_AT_ONCE):
        some = products[first : first + WRITTEN_AT_ONCE]
        made = (
            (one, whole.fitted(one, keep=False), solved.get(one, NO_ROW), whole.says(one)) for one in some
        )
        with writing(shop.db):
            touched.go_on(shop.db, mine)
            fitted.add(shop.db, made)
        told(first, len(products))


def _products(past: PastOrders) -> int:
    """Numbers are below this."""
    return int(past.orders.products.max(initial=0)) + 1
