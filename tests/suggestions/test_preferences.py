from __future__ import annotations

import pytest

from plugin.errors import BadPreference
from plugin.suggestions.preferences import Preferences, as_json, changed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_buyers", 0), ("min_buyers", 101), ("min_buyers", "3"), ("min_buyers", True), ("most_suggestions", 4),
        ("half_life_days", 3), ("half_life_days", 4000), ("unpaid_orders", "maybe"), ("suggesting", 1),
        ("excluded_products", "beans"), ("excluded_products", [1]), ("storefront_origins", ["x" * 300]), ("colour", "red"),
    ],
)  # fmt: skip
def test_a_wrong_preference_is_refused_and_named(name: str, value: object) -> None:
    with pytest.raises(BadPreference) as refusal:
        changed(Preferences(), {name: value})

    assert refusal.value.field == name


def test_preferences_survive_json() -> None:
    chosen = changed(Preferences(), {"half_life_days": 0, "excluded_products": ["a", " b ", "a", ""]})

    assert changed(Preferences(), as_json(chosen)) == chosen
    assert chosen.excluded_products == ("a", "b")
