"""A change Saleor refuses: an entry in the mutation's `errors`, never an exception to the client."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason, with Saleor's error code."""

    field: str | None
    code: str
    message: str
    variants: tuple[str, ...] | None = None
    lines: tuple[str, ...] | None = None
    order_lines: tuple[str, ...] | None = None
    index: int | None = None


class Rejected(Exception):  # named for what happened
    """Nothing was changed."""

    def __init__(self, field: str | None, code: str, message: str, **more: tuple[str, ...]) -> None:
        super().__init__(f"{code}: {message}")
        self.trouble = Trouble(field, code, message, **more)  # type: ignore[arg-type]  # index is never among them


def not_found(gid: str, field: str = "id") -> Rejected:
    """Saleor's words for an id nobody has."""
    return Rejected(field, "NOT_FOUND", f"Couldn't resolve to a node: {gid}")
