"""The sieve lets the store leave out pairs unread; it must never take one that would have been suggested."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plugin.suggestions.affinity import is_surprising, sieve
from plugin.suggestions.model import Neighbour, ProductNumber

COUNT = st.integers(1, 5_000)


@given(together=COUNT, beside=COUNT, product=COUNT, orders=st.integers(1, 1_000_000))
def test_what_the_sieve_takes_is_never_surprising(
    together: int, beside: int, product: int, orders: int
) -> None:
    neighbour = Neighbour(ProductNumber(2), ProductNumber(1), together, 3, beside, product, 1.0, 1.0, 1.0)

    kept = together * (sieve(orders) / beside) >= product

    assert kept or not is_surprising(neighbour, orders)
