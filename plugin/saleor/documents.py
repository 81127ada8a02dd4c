"""The GraphQL documents we send, one per file; fragments are appended where they are used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

OPERATIONS = Path(__file__).parent / "operations"

SINCE: Mapping[str, tuple[int, ...]] = {"raise_problem": (3, 22), "dismiss_problems": (3, 22)}
"""The first Saleor that knows an operation, where the oldest supported does not; whoever asks for it looks at the version."""

SPREAD = re.compile(r"\.\.\.(\w+Facts)\b")


@cache
def operation(name: str) -> str:
    """The text of operations/<name>.graphql with the fragments it uses."""
    return with_fragments((OPERATIONS / f"{name}.graphql").read_text())


def with_fragments(text: str) -> str:
    """A document with every fragment it spreads, once each."""
    names = sorted(set(SPREAD.findall(text)))
    return "\n".join([text, *(_fragment(name) for name in names)])


@cache
def _fragment(name: str) -> str:
    """OrderFacts lives in order_facts.graphql."""
    file = re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
    return (OPERATIONS / f"{file}.graphql").read_text()
