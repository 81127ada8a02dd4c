"""Lists for statements: what json_each reads is what was asked for."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from plugin.store import listed


@given(st.lists(st.text()))
def test_texts_are_asked_for_once_each_whatever_is_in_them(wanted: list[str]) -> None:
    assert json.loads(listed.texts(wanted)) == sorted(set(wanted))


@given(st.lists(st.integers(-(1 << 63), (1 << 63) - 1)))
def test_numbers_are_asked_for_once_each_in_their_order(wanted: list[int]) -> None:
    assert json.loads(listed.numbers(wanted)) == sorted(set(wanted))
