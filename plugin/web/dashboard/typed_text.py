"""What people type into fields, as JSON says it; what cannot be read stays as it was typed, to be refused by name."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def whole(text: str) -> int | str:
    """A whole number without a sign."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else text


def with_point(text: str) -> str:
    """10,5 as many countries write it is 10.5."""
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def in_utc(text: str, zone: ZoneInfo) -> str:
    """A time typed in this zone, as ISO text in UTC; empty stays empty."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC).isoformat() if text else ""
    except (ValueError, OverflowError):
        return text


def in_zone(text: str | None, zone: ZoneInfo) -> str:
    """ISO text as a field for times shows it in this zone."""
    if not text:
        return ""
    at = datetime.fromisoformat(text).astimezone(zone)
    return at.strftime("%Y-%m-%dT%H:%M:%S" if at.second else "%Y-%m-%dT%H:%M")
