"""Every GraphQL document the project sends: operations and subscriptions, with their fragments."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.saleor import documents
from webhooks import EVENTS


def operations() -> Iterator[tuple[str, str]]:
    """Name and text of every operation; fragments are no operations."""
    for file in sorted(documents.OPERATIONS.glob("*.graphql")):
        if not file.stem.endswith("_facts"):
            yield file.stem, documents.operation(file.stem)


def subscriptions() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Name, text, and the first Saleor that knows it."""
    for event in EVENTS:
        yield event.name, event.subscription.query, event.since


def every_document() -> list[str]:
    """All texts."""
    return [text for _, text in operations()] + [text for _, text, _ in subscriptions()]
