"""Random little pasts: a few orders of a few products."""

from __future__ import annotations

from hypothesis import strategies as st

from plugin.suggestions.fitting.past import Past, past

PRODUCTS = 8

BASKETS = st.lists(
    st.tuples(
        st.lists(st.integers(0, PRODUCTS - 1), unique=True, min_size=1, max_size=5), st.integers(1, 1 << 16)
    ),
    max_size=12,
)
"""Products as they were added, and the weight of the order in whole numbers."""

Baskets = list[tuple[list[int], int]]


def as_past(baskets: Baskets) -> Past:
    return past([products for products, _ in baskets], [float(weight) for _, weight in baskets])
