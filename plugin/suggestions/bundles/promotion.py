"""Catalogue promotions: Saleor applies them on top of a price we set, so the price is solved for what is left afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain

from plugin.suggestions.money import percent_of

Observation = tuple[int, int]
"""A unit price before the promotion and after it, in smallest units."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """So many percent off, half a unit rounded up, or a fixed amount off; never below zero. Source: seen on Saleor 3.23."""

    percent: Decimal = Decimal()
    fixed: int = 0

    def after(self, price: int) -> int:
        """What is paid when this price is set."""
        return max(price - percent_of(price, self.percent) - self.fixed, 0)

    def before(self, target: int) -> int:
        """The price to set so that `target` is paid.

        Always there: one unit more of price raises what is paid by one unit or none.
        """
        if target == 0 and (self.fixed or self.percent):
            return 0
        price = int((target + self.fixed) / (1 - self.percent / 100))
        while self.after(price) < target:
            price += 1
        while self.after(price) > target:
            price -= 1
        return price

    def total(self, finest: int, quantity: int, grains: int) -> int:
        """What a line of so many pieces costs when this price, in finest steps, is set on it.

        Saleor rounds the promotion per piece and the price per line. Source: seen on 3.23, held by tests/sandbox/recorded.
        """
        discount = (
            int((finest * self.percent / (100 * grains)).quantize(Decimal(1), ROUND_HALF_UP)) + self.fixed
        )
        exact = Decimal(finest * quantity) / grains - discount * quantity
        return max(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), 0)

    def finest_before(self, total: int, quantity: int, grains: int) -> int | None:
        """The price in finest steps to set so that the line costs `total`; None where no price does that."""
        if total % quantity == 0:
            return self.before(total // quantity) * grains
        middle = percent_of(round(total / quantity / (1 - float(self.percent) / 100)), self.percent)
        for discount in sorted(range(max(middle - 2, 0), middle + 3), key=lambda one: abs(one - middle)):
            around = (total + (discount + self.fixed) * quantity) * grains // quantity
            for finest in (around, around + 1, around - 1):
                if finest > 0 and self.total(finest, quantity, grains) == total:
                    return finest
        return None


NONE = Promotion()


def guess(observations: Sequence[Observation]) -> Promotion:
    """The simplest promotion that explains every observation; Saleor tells an app without MANAGE_DISCOUNTS only its effect.

    Whole percents before a fixed amount before broken percents. What is guessed wrong shows after one write, as another
    observation.
    """
    if all(before == after for before, after in observations):
        return NONE
    fitting = (
        found
        for found in _candidates(*observations[0])
        if all(found.after(before) == after for before, after in observations)
    )
    return next(fitting, Promotion(fixed=max(observations[0][0] - observations[0][1], 0)))


def _candidates(before: int, after: int) -> Iterator[Promotion]:
    discount = before - after
    if before <= 0 or discount <= 0:
        return iter(())
    return chain(
        _percents(before, discount, 0),
        (Promotion(fixed=discount),),
        _percents(before, discount, 1),
        _percents(before, discount, 2),
    )


def _percents(before: int, discount: int, places: int) -> Iterator[Promotion]:
    """Percentages of so many decimals that take this discount off, those nearest to it first."""
    step = Decimal(1).scaleb(-places)
    middle = (Decimal(discount * 100) / before).quantize(step)
    reach = int(Decimal(50) / before / step) + 1
    for away in sorted(range(-reach, reach + 1), key=abs):
        percent = middle + away * step
        if 0 < percent < 100 and percent_of(before, percent) == discount:
            yield Promotion(percent=percent)
