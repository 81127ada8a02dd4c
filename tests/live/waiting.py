"""Things that become true a little later, and how much later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

LOOK_EVERY = 0.05

SETTLED = 3.0
"""Seconds without news after which none is expected: ten times what Saleor needs to send an event, idle."""

Answer = TypeVar("Answer")


def soon(question: Callable[[], Answer], within: float = 20.0, what: str = "") -> tuple[Answer, float]:
    """The first answer that is true, and the seconds it took. Fails the test after `within` seconds."""
    began = time.monotonic()
    while not (answer := question()):
        assert time.monotonic() - began < within, f"not within {within} s: {what or question} ({answer!r})"
        time.sleep(LOOK_EVERY)
    return answer, time.monotonic() - began


def settle(seconds: float = SETTLED) -> None:
    """Give what should not happen the time to happen."""
    time.sleep(seconds)
