"""What goes with a basket: the model's order, of what orders give evidence for; before the first fit, the order of the counts alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from plugin.shop import Shop
from plugin.store import affinities
from plugin.store.affinities import Alone
from plugin.suggestions import affinity
from plugin.suggestions.counting import WHOLE_SHOP
from plugin.suggestions.model import (
    BasketLine,
    Candidate,
    ChannelId,
    FittingProduct,
    Neighbour,
    ProductNumber,
)
from plugin.use_cases.rank_for_basket import ANY, NEXT, PRODUCT, Ranked, rank_for_basket

MOST_CANDIDATES = 192
"""Many times what is looked at first: for when nearly all of the strongest are objected to."""

LOOKS = (32, 96)
"""So far down the model's order evidence is looked for: at first in the one part, then, where somebody wants more, in the other."""

LOOKED_AT_FIRST = 10
FIRST_OF_A_CATEGORY = 3
"""Of the first part so many have their evidence read at first, and so many of each category; the rest of it only where somebody wants more."""

MOST_FITTING = 3

MOST_LINES = 40
"""The dearest lines of a long basket speak for it; all of a B2B basket would only cost time. None of them is offered again."""

LEAST_ORDERS = 20
"""A channel with fewer orders speaks too softly: the whole shop is heard instead."""


@dataclass(frozen=True, slots=True)
class Found:
    """`candidates`: with orders as evidence, best first. `fitting`: without a shared order, by category or name alone; only where
    there are no candidates."""

    candidates: tuple[Candidate, ...] = ()
    fitting: tuple[FittingProduct, ...] = ()


NOTHING_FOUND = Found()


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for: the lines that may speak, in the order they were added, in a channel.

    `weight_now`: the weight an order of now would have. `on_product`: for a product page; `filling`: more is being added to
    the basket. `buyer`: whose own purchases may be heard, by their keyed hash.
    """

    channel: ChannelId
    lines: Sequence[BasketLine]
    min_buyers: int
    weight_now: float
    on_product: bool = False
    filling: bool = False
    buyer: str | None = None


def find_candidates(shop: Shop, search: Search) -> Iterator[Found]:
    """What this channel's orders say; where they are few or silent, what the whole shop's say. At least once; then, for who wants more,
    all of it again with what a deeper look adds."""
    speaking = sorted(search.lines, key=lambda line: (-(line.amount or 0) * line.quantity, line.variant))
    kept = {line.variant for line in speaking[:MOST_LINES]}
    lines = [line for line in search.lines if line.variant in kept and line.product is not None]
    basket = list(dict.fromkeys(line.product for line in lines if line.product is not None))
    if not basket:
        yield NOTHING_FOUND
        return
    ranked = _ranked(shop, search, basket, lines)
    for scope in (search.channel, WHOLE_SHOP):
        total = affinities.totals(shop.db, scope).orders
        if total >= LEAST_ORDERS or scope == WHOLE_SHOP:
            silent = True
            for found in filter(None, _evidenced(shop, search, scope, total, basket, ranked)):
                silent = False
                yield Found(tuple(found[:MOST_CANDIDATES]))
            if not silent:
                return
    yield Found(fitting=_fitting(ranked, lines)) if ranked else NOTHING_FOUND


def _ranked(
    shop: Shop, search: Search, basket: Sequence[ProductNumber], lines: Sequence[BasketLine]
) -> Ranked | None:
    wanted = PRODUCT if search.on_product else NEXT if search.filling else ANY
    categories = [line.category for line in lines if line.category]
    return rank_for_basket(shop, basket, categories, wanted, LOOKS[-1], search.buyer)


def _evidenced(
    shop: Shop,
    search: Search,
    scope: ChannelId,
    total: int,
    basket: Sequence[ProductNumber],
    ranked: Ranked | None,
) -> Iterator[list[Candidate]]:
    """Candidates of a scope: in the model's order where every product was fitted, else, or where it has none, in that of the counts."""
    found: list[Candidate] = []
    if ranked is not None and ranked.whole:
        scores = dict(zip(ranked.products, ranked.scores, strict=True))
        near: list[Neighbour] = []
        for some, known in _looks(shop, search, scope, basket, ranked):
            met = ((beside, product) for beside in basket for product in ranked.met_by(beside, some))
            near += affinities.between(shop.db, scope, met, search.min_buyers, search.weight_now, known)
            found = affinity.ranked(near, total, scores)
            yield found
    if not found:
        sieve = affinity.sieve(total)
        near = affinities.around(shop.db, scope, basket, search.min_buyers, search.weight_now, sieve)
        yield affinity.ranked(near, total)


def _looks(
    shop: Shop, search: Search, scope: ChannelId, basket: Sequence[ProductNumber], ranked: Ranked
) -> Iterator[tuple[Sequence[ProductNumber], dict[ProductNumber, Alone]]]:
    """The model's order, so many at a time, and how often each was bought, as were those of the basket."""
    known = affinities.alone(shop.db, scope, (*basket, *ranked.products[: LOOKS[0]]), search.weight_now)
    varied = _varied(ranked.products[: LOOKS[0]], known)
    for some in (varied[:LOOKED_AT_FIRST], varied[LOOKED_AT_FIRST:]):
        if some:
            yield some, known
    for first, end in pairwise(LOOKS):
        if far := ranked.products[first:end]:
            yield far, known | affinities.alone(shop.db, scope, far, search.weight_now)


def _varied(products: Sequence[ProductNumber], known: Mapping[ProductNumber, Alone]) -> list[ProductNumber]:
    """Those that were bought at all, in their order, but what would be more than FIRST_OF_A_CATEGORY last, though those before
    it may turn out to be sold out: it is read only where the others do not fill the places."""
    met, first, last = dict[str, int](), list[ProductNumber](), list[ProductNumber]()
    for product in filter(known.__contains__, products):
        category = known[product].category
        if category is not None:
            met[category] = met.get(category, 0) + 1
        (last if category is not None and met[category] > FIRST_OF_A_CATEGORY else first).append(product)
    return first + last


def _fitting(ranked: Ranked, lines: Sequence[BasketLine]) -> tuple[FittingProduct, ...]:
    beside = lines[-1].name if lines else ""
    return tuple(FittingProduct(product, beside) for product in ranked.unmet()[:MOST_FITTING])
