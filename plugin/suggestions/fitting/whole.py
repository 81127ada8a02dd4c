"""Everything fitted in memory to past orders: the whole of a small shop at once, and the earlier part of any shop to learn its blend from the later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from plugin.suggestions.fitting import ridge
from plugin.suggestions.fitting.categories import beside_categories
from plugin.suggestions.fitting.closeness import close_to
from plugin.suggestions.fitting.past import Past, Together, count_together
from plugin.suggestions.fitting.recent import recent_of
from plugin.suggestions.fitting.rows import NO_ROW, Places, Products, Row, row, strongest
from plugin.suggestions.fitting.scoring import Basket, Fitted

MOST_MET = 200
"""Pairs kept of a product, the strongest."""

MOST_POPULAR = 60

Done = Callable[[int, int], None]
"""Told now and then: how many of how many. May raise to stop."""


class Whole:
    """What was fitted to these orders. `alike`: rows of similar names; `category_of`: per product number."""

    def __init__(
        self,
        orders: Past,
        products: int,
        alike: Mapping[int, Row] | None = None,
        category_of: Mapping[int, str] | None = None,
        numbers: Places | None = None,
        scale: float = 1.0,
    ) -> None:
        products = max(products, max(alike or (), default=0) + 1)
        self.orders, self._scale = orders, scale
        self.counts: Together = count_together(orders, products, scale)
        self.total = float(orders.weights.sum()) / scale
        self._numbers = np.arange(len(orders)) if numbers is None else numbers
        self._alike, self._category_of = alike or {}, category_of or {}
        self._beside = beside_categories(self.counts, self._category_of)
        self._holding, self._begins = _holding(orders, products)
        self._ridge: dict[int, Row] = {}
        self._fitted: dict[int, Fitted] = {}
        self.popular = strongest(
            row(np.flatnonzero(self.counts.alone), self.counts.alone[self.counts.alone > 0]), MOST_POPULAR
        )

    @property
    def beside(self) -> Mapping[str, Row]:
        """Per category what to expect beside it."""
        return self._beside

    def solved_for(self) -> Places:
        """The products that have met any other, and weigh anything."""
        return np.flatnonzero((np.diff(self.counts.begins) > 0) & (self.counts.alone > 0))

    def known(self) -> list[int]:
        """The products anything is known of: those bought, and those never bought whose names are like others'."""
        named = [product for product, one in self._alike.items() if len(one.products)]
        return sorted({*np.flatnonzero(self.counts.alone > 0).tolist(), *named})

    def solve(self, progress: Done | None = None) -> dict[int, Row]:
        """The regression of every product: what its neighbours say for it. Then `fitted` knows what each says for others."""
        solved: dict[int, Row] = {}
        known = self.solved_for()
        for at, product in enumerate(known.tolist()):
            solved[product] = solved_row(self.counts, product)
            if progress is not None and at % 200 == 0:
                progress(at, len(known))
        self._ridge = turned(solved)
        self._fitted.clear()
        return solved

    def fitted(self, product: int, keep: bool = True) -> Fitted:
        """What was fitted for one product. `keep`: it is asked for again."""
        found = self._fitted.get(product)
        if found is None:
            found = self._fit(product)
            if keep:
                self._fitted[product] = found
        return found

    def basket(
        self, products: Sequence[int] | Products, own: Row = NO_ROW, on_product: bool = False
    ) -> Basket:
        """All that is known of a basket of these products, in the order they were added; unknown ones say nothing."""
        known = [int(product) for product in products if 0 <= product < len(self.counts.alone)]
        beside = [
            self._beside[self._category_of[product]] for product in known if product in self._category_of
        ]
        return Basket(
            known,
            [self.fitted(product) for product in known],
            beside,
            own,
            self.popular,
            self.total,
            on_product,
        )

    def says(self, product: int) -> Row:
        """All it says in the regressions of others."""
        return self._ridge.get(product, NO_ROW)

    def _fit(self, product: int) -> Fitted:
        which = self._holding[self._begins[product] : self._begins[product + 1]]
        recent = recent_of(self.orders, which, self._numbers, self._scale)
        met = self.counts.of(product).most(MOST_MET)
        return Fitted(
            alone=float(self.counts.alone[product]),
            met=row(met.products, met.weights),
            met_alone=self.counts.alone[met.products].astype(np.float32),
            ridge=strongest(self.says(product), ridge.HEARD),
            close=close_to(product, recent),
            alike=self._alike.get(product, NO_ROW),
            recent=recent,
        )


def solved_row(counts: Together, product: int) -> Row:
    """The regression of one product on its nearest neighbours."""
    met = counts.of(product).most(MOST_MET)
    nearest = ridge.nearest(met, counts.alone[met.products])
    among = counts.among(nearest.products.astype(np.int64))
    return ridge.weights(nearest.products, among, counts.alone[nearest.products], nearest.weights)


def turned(solved: Mapping[int, Row]) -> dict[int, Row]:
    """From what the neighbours say for a product to what a product says for others."""
    if not solved:
        return {}
    targets = np.repeat(list(solved), [len(one.products) for one in solved.values()]).astype(np.int32)
    speakers = np.concatenate([one.products for one in solved.values()])
    weights = np.concatenate([one.weights for one in solved.values()])
    order = np.lexsort((targets, speakers))
    speakers, targets, weights = speakers[order], targets[order], weights[order]
    each, begins = np.unique(speakers, return_index=True)
    ends = [*begins[1:].tolist(), len(speakers)]
    return {
        speaker: Row(targets[begin:end], weights[begin:end])
        for speaker, begin, end in zip(each.tolist(), begins.tolist(), ends, strict=True)
    }


def _holding(orders: Past, products: int) -> tuple[Places, Places]:
    """Per product the positions of the orders with it, oldest first, end to end; and where each product's begin."""
    order = np.argsort(orders.products, kind="stable")
    holders = np.repeat(np.arange(len(orders)), orders.sizes)[order]
    begins = np.searchsorted(orders.products[order], np.arange(products + 1))
    return holders, begins


def own_row(baskets: Iterable[tuple[Products, float]]) -> Row:
    """A buyer's own purchases: per product the share of their orders that hold it, newer orders weighing more."""
    held = [(products, weight) for products, weight in baskets if len(products)]
    total = sum(weight for _, weight in held)
    if not total:
        return NO_ROW
    products = np.concatenate([products for products, _ in held])
    weights = np.repeat([weight / total for _, weight in held], [len(products) for products, _ in held])
    each, which = np.unique(products, return_inverse=True)
    return row(each, np.bincount(which, weights))
