"""Every document is valid on every Saleor we support, as its schema says."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from plugin.saleor.documents import SINCE
from plugin.saleor.manifest import OLDEST, known_to
from tests.saleor.documents import operations
from tests.saleor.trim_schema import trimmed
from webhooks import EVENTS

SCHEMAS = Path(__file__).parent / "schemas"
FULL = Path(__file__).parents[3] / "shared" / "saleor" / "schema-3.23.graphql"
VERSIONS = ((3, 21), (3, 22), (3, 23))


def schema_of(version: tuple[int, ...]) -> GraphQLSchema:
    return build_schema((SCHEMAS / f"{version[0]}.{version[1]}.graphql").read_text())


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_is_valid(version: tuple[int, ...]) -> None:
    schema = schema_of(version)

    known = {name: text for name, text in operations() if SINCE.get(name, OLDEST) <= version}

    assert {name: validate(schema, parse(text)) for name, text in known.items()} == {
        name: [] for name in known
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_every_subscription_of_the_manifest_is_valid(version: tuple[int, ...]) -> None:
    schema = schema_of(version)
    subscriptions = known_to(version, [event.subscription for event in EVENTS])

    assert {found.event: validate(schema, parse(found.query)) for found in subscriptions} == {
        found.event: [] for found in subscriptions
    }


def test_the_price_event_is_left_out_where_saleor_does_not_know_it() -> None:
    query = parse(next(event for event in EVENTS if event.since > (3, 21)).subscription.query)

    assert validate(schema_of((3, 21)), query) != []


def test_no_subscription_lies_around_unlisted() -> None:
    files = {file.stem for file in (Path(__file__).parents[2] / "webhooks").glob("*.graphql")}

    assert files == {event.slug for event in EVENTS}


@pytest.mark.parametrize("text", [text for _, text in operations()])
def test_no_document_uses_what_saleors_old_parser_refuses(text: str) -> None:
    assert '"""' not in text
    assert "null" not in text.split()


@pytest.mark.skipif(not FULL.exists(), reason="the full schema of Saleor 3.23 is not beside the project")
def test_the_trimmed_schema_is_what_the_full_one_says() -> None:
    assert (SCHEMAS / "3.23.graphql").read_text() == trimmed(FULL.read_text())
