"""Fit again what orders touched, soon after they came, and what depends on that: until nothing is touched, row by row what a full fit gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from plugin.shop import Shop
from plugin.store import counted_in_bulk, fitted, fitting_orders, models, touched
from plugin.store.database import writing
from plugin.store.models import Model
from plugin.suggestions.fitting import ridge, rows
from plugin.suggestions.fitting.closeness import close_to
from plugin.suggestions.fitting.past import Met
from plugin.suggestions.fitting.recent import recent_of
from plugin.suggestions.fitting.rows import NO_ROW, Row, row
from plugin.suggestions.fitting.scoring import NOT_FITTED, Fitted
from plugin.suggestions.fitting.whole import MOST_MET

TOUCHED_AT_ONCE = 20
"""Products fitted again in one go, some tenths of a second."""

MOST_DEPENDENTS = 500
"""What met a touched product is fitted again too, where that are not more; the others wait for the next full fit."""


@dataclass(frozen=True, slots=True)
class Anew:
    """A product fitted again: all it has met, its own regression, and its rows, or None when nothing is known of it any more."""

    met: Sequence[int]
    own: Row = NO_ROW
    fitted: Fitted | None = None


def refresh_model(shop: Shop, dependents: bool = True) -> bool:
    """Fit again some of what was touched, those whose orders changed first. Whether more is left.

    `dependents`: also what only met those; without them it is quick, and what is theirs stays a little behind.
    """
    with writing(shop.db):
        model = models.get(shop.db)
        if model is None or counted_in_bulk.owed_by(shop.db) is not None:  # a full fit follows
            return False
        some = touched.some(shop.db, TOUCHED_AT_ONCE, dependents)
        touched.done(shop.db, list(some))
        made = _refresh(shop, model, some)
        for product, only_depends in some.items():
            if not only_depends and len(made[product].met) <= MOST_DEPENDENTS:
                touched.depend(shop.db, (other for other in made[product].met if other not in some))
        return touched.any_left(shop.db, dependents)


def _refresh(shop: Shop, model: Model, some: Mapping[int, bool]) -> dict[int, Anew]:
    """`some`: products, and whether each only depends on another."""
    there = fitted.read(shop.db, some)
    before = fitted.solved(shop.db, some)
    made = {
        product: _fit(shop, model, product, there.get(product, NOT_FITTED), only_depends)
        for product, only_depends in some.items()
    }

    fitted.forget(shop.db, [product for product, one in made.items() if one.fitted is None])
    fitted.keep(shop.db, [(product, one.fitted, one.own) for product, one in made.items() if one.fitted])
    new = {
        product for product, one in made.items() if one.fitted and not there.get(product, NOT_FITTED).alone
    }
    _tell_speakers(shop, before, made, new)
    return made


def _fit(shop: Shop, model: Model, product: int, before: Fitted, only_depends: bool) -> Anew:
    numbers, sums = fitting_orders.met(shop.db, product)
    met = numbers.tolist()
    weight = fitting_orders.alone(shop.db, [product]).get(product, 0)
    if not weight:
        return Anew(met, fitted=Fitted(alike=before.alike) if len(before.alike.products) else None)
    every = Met(numbers.astype(np.int32), sums / model.scale)
    kept = every.most(MOST_MET)
    of = fitting_orders.alone(shop.db, kept.products.tolist())
    alone = {number: weight / model.scale for number, weight in of.items()}
    nearest = ridge.nearest(kept, np.array([alone[number] for number in kept.products.tolist()]))
    own = ridge.weights(
        nearest.products,
        fitting_orders.among(shop.db, nearest.products.tolist()) / model.scale,
        np.array([alone[number] for number in nearest.products.tolist()]),
        nearest.weights,
    )
    met_alone = np.array([alone[number] for number in kept.products.tolist()], np.float32)
    counted = replace(
        before, alone=weight / model.scale, met=row(kept.products, kept.weights), met_alone=met_alone
    )
    if only_depends and before is not NOT_FITTED:  # its own orders are what they were
        return Anew(met, own, counted)
    past, their_numbers = fitting_orders.of_product(shop.db, product)
    recent = recent_of(past, np.arange(len(past)), their_numbers, model.scale)
    return Anew(met, own, replace(counted, close=close_to(product, recent), recent=recent))


def _tell_speakers(shop: Shop, before: Mapping[int, Row], made: Mapping[int, Anew], new: Set[int]) -> None:
    """What neighbours say for the products that were fitted again, in the rows of the neighbours."""
    speakers = {*_named(before.values()), *_named(one.own for one in made.values())}
    says = fitted.says(shop.db, speakers)
    says |= {product: _says(shop, product, made[product].met) for product in new}
    for product, one in made.items():
        weights = dict(zip(one.own.products.tolist(), one.own.weights.tolist(), strict=True))
        old = before.get(product, NO_ROW).products.tolist()
        for speaker in {*weights, *old} & says.keys():
            says[speaker] = rows.with_entry(says[speaker], product, weights.get(speaker))
    fitted.keep_says(shop.db, says)


def _says(shop: Shop, product: int, met: Sequence[int]) -> Row:
    """What a product that is new here says for those fitted before it came, or came back."""
    found = {
        other: float(own.weights[own.products == product][0])
        for other, own in fitted.solved(shop.db, met).items()
        if product in own.products
    }
    return row(list(found), list(found.values()))


def _named(some: Iterable[Row]) -> set[int]:
    return {int(product) for one in some for product in one.products.tolist()}
