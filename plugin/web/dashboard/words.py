"""Numbers, sizes and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

STEPS = (("day", 86_400), ("hour", 3_600), ("minute", 60))

JUST_NOW_SECONDS = 45

UNITS = ("bytes", "kB", "MB", "GB", "TB")


def grouped(number: int) -> str:
    """20000 as 20,000."""
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """1 order, 2,000 orders."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def storage(amount: int) -> str:
    """Bytes with the unit that keeps the figure short."""
    step = min(len(str(amount)) - 1, 3 * (len(UNITS) - 1)) // 3
    return f"{amount} bytes" if step == 0 else f"{amount / 1_000**step:.1f} {UNITS[step]}"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, roughly."""
    passed = ((now or datetime.now(UTC)) - moment).total_seconds()
    for name, seconds in STEPS:
        if passed >= seconds:
            return f"{plural(int(passed // seconds), name)} ago"
    return "just now" if passed < JUST_NOW_SECONDS else "a minute ago"


def sentence(text: str) -> str:
    """With a capital at its beginning and a full stop at its end."""
    return text[:1].upper() + text[1:].rstrip(".") + "."
