"""The words of a back-test: orders to learn from, held-out products, rankers, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from plugin.suggestions.model import ProductNumber

SHOWN = 3
"""What shoppers see."""

LISTED = 10
"""What rankers are usually judged by."""

NEEDED = 200
"""Test baskets: with fewer, the interval of a hit rate is wider than the difference between good and bad."""

TANDEM, BOUGHT_TOGETHER, BESTSELLERS = "tandem", "bought_together", "bestsellers"


@dataclass(frozen=True, slots=True)
class TrainingOrder:
    """An order that counts: its products in the order in which they were added, and its weight.

    `ordered_at`: seconds since 1970. `caused`: Tandem had a part in it.
    """

    products: tuple[ProductNumber, ...]
    ordered_at: float
    buyer: str | None
    weight: int
    caused: bool = False


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A later order without one of its products, which is to be named."""

    basket: tuple[ProductNumber, ...]
    hidden: ProductNumber
    buyer: str | None
    at: datetime


Ranker = Callable[[Sequence[ProductNumber], str | None, datetime], Sequence[ProductNumber]]
"""Basket, buyer, moment: the products to suggest, best first, none of the basket."""

Fit = Callable[[Sequence[TrainingOrder]], Ranker]
"""Learns from orders, oldest first."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """How one ranker did.

    `tail`: among the first three, where what was hidden is none of the bestsellers that make half of all sales; None where that
    never was so. `answered`: the share of baskets with an answer. `catalogue`: the share of products named at all.
    """

    first_three: Estimate
    first_ten: Estimate
    ndcg: Estimate
    answered: Estimate
    catalogue: float
    tail: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One basket to judge by eye: what each ranker would have suggested, by its name."""

    basket: tuple[ProductNumber, ...]
    hidden: ProductNumber
    named: Mapping[str, tuple[ProductNumber, ...]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A back-test of a shop. Without figures when there were fewer than NEEDED baskets.

    `orders` and `products` were learned from, until `learned_until`; `baskets` were asked about. `ahead`: Tandem's hit rate
    among the first three above that of `rival`, the better of the others.
    """

    at: datetime
    orders: int
    products: int
    baskets: int
    learned_until: datetime | None = None
    figures: Mapping[str, Figures] | None = None
    rival: str = BOUGHT_TOGETHER
    ahead: Estimate | None = None
    samples: tuple[Sample, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there is anything to tell."""
        return self.figures is not None
