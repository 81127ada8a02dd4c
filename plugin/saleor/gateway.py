"""The one door to a Saleor's GraphQL API: gql over httpx, with its errors translated and its pace kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpx
from gql import Client, GraphQLRequest
from gql.client import SyncClientSession
from gql.transport.exceptions import TransportError, TransportQueryError
from gql.transport.httpx import HTTPXTransport
from graphql import GraphQLError

from plugin.errors import SaleorRefused, SaleorTrouble
from plugin.saleor import documents

TIMEOUT = httpx.Timeout(20.0, connect=5.0)

WHILE_SALEOR_WAITS = 6.0
"""Seconds for one call made before Saleor has our answer, which it waits 18 s for. An installation makes two."""

PAGE_SIZE = 100
"""Saleor's own limit."""

OpenClient = Callable[[], httpx.BaseTransport | None]
"""Gives the transport to call Saleor with; None for the network. Tests give the sandbox's."""


class SaleorGateway:
    """A connection to one Saleor, authenticated as our app. Hold it open, close it after."""

    def __init__(self, api_url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        options: dict[str, Any] = {"transport": transport} if transport is not None else {}
        self.api_url = api_url
        self.http = HTTPXTransport(
            api_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT,
            follow_redirects=False,
            **options,
        )
        self.session = SyncClientSession(Client(transport=self.http, fetch_schema_from_transport=False))
        self.http.client = httpx.Client(**self.http.kwargs)
        self.answered_at: datetime | None = None

    def ask(
        self, name: str, variables: Mapping[str, Any] | None = None, seconds: float | None = None
    ) -> dict[str, Any]:
        """Run operations/<name>.graphql. `answered_at` is then a time on Saleor's clock at which the answer was not yet made.

        `seconds`: how long somebody waits for us meanwhile; nobody does when it is not given.

        Raises:
            SaleorRefused: GraphQL errors, or `errors` in a mutation's payload.
            SaleorTrouble: no answer, or not GraphQL.
        """
        asked = datetime.now(UTC)
        try:
            answer: dict[str, Any] = self.session.execute(
                _request(name, variables), extra_args={"timeout": _within(seconds) if seconds else TIMEOUT}
            )
        except TransportQueryError as error:
            raise _refusal(error.errors or [{"message": str(error)}]) from error
        except (TransportError, httpx.HTTPError, GraphQLError, ValueError) as error:
            raise SaleorTrouble(f"{type(error).__name__}: {str(error)[:300]}") from error
        self.answered_at = _before_the_answer(self.http.response_headers, datetime.now(UTC) - asked)
        for payload in answer.values():
            if isinstance(payload, dict) and payload.get("errors"):
                raise _refusal(payload["errors"])
        return answer

    def pages(
        self, name: str, variables: Mapping[str, Any], after: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Every page of a connection: its nodes, the cursor to resume from, the total where it was asked for."""
        while True:
            answer = self.ask(name, {"first": PAGE_SIZE, "after": after, **variables})
            connection = next(iter(answer.values()))
            after = connection["pageInfo"]["endCursor"]
            yield {
                "nodes": [edge["node"] for edge in connection["edges"]],
                "cursor": after,
                "total": connection.get("totalCount"),
            }
            if not connection["pageInfo"]["hasNextPage"]:
                return

    def close(self) -> None:
        """Close the connection."""
        if self.http.client is not None:
            self.http.client.close()


def fetch_jwks(api_url: str, transport: httpx.BaseTransport | None = None) -> dict[str, Any]:
    """Saleor's public signing keys, from its own origin.

    Raises:
        SaleorTrouble: no answer, or no key set.
    """
    try:
        with httpx.Client(transport=transport, timeout=_within(WHILE_SALEOR_WAITS)) as client:
            answer = client.get(urljoin(api_url, "/.well-known/jwks.json"))
            answer.raise_for_status()
            keys = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise SaleorTrouble(f"its signing keys could not be fetched: {error}") from error
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        raise SaleorTrouble("its signing keys are not a JWKS")
    return keys


def _within(seconds: float) -> httpx.Timeout:
    """Connecting and hearing the answer together take no longer."""
    return httpx.Timeout(seconds * 2 / 3, connect=seconds / 3)


@cache
def _document(name: str) -> GraphQLRequest:
    return GraphQLRequest(documents.operation(name))


def _request(name: str, variables: Mapping[str, Any] | None) -> GraphQLRequest:
    return GraphQLRequest(_document(name).document, variable_values=dict(variables or {}))


def _refusal(errors: list[Any]) -> SaleorRefused:
    codes = tuple(
        str(error.get("code") or error.get("extensions", {}).get("exception", {}).get("code", ""))
        for error in errors
    )
    messages = dict.fromkeys(str(error.get("message", error))[:300] for error in errors)
    return SaleorRefused("; ".join(messages)[:1_000], codes)


def _before_the_answer(headers: httpx.Headers | None, took: timedelta) -> datetime:
    """A snapshot's time on Saleor's clock, never too late: a webhook made meanwhile must win over this answer."""
    with suppress(KeyError, TypeError, ValueError):
        return (
            parsedate_to_datetime((headers or httpx.Headers())["date"]).astimezone(UTC)
            - took
            - timedelta(seconds=1)
        )
    return datetime.now(UTC) - took - timedelta(seconds=1)
