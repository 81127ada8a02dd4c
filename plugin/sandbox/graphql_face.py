"""POST /graphql/ without the HTTP: a document, its variables and a token in, a status and an answer out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, GraphQLError, OperationDefinitionNode, OperationType, execute_sync

from plugin.sandbox.app_facts import Principal
from plugin.sandbox.asking import Asking
from plugin.sandbox.documents import BadDocument, checked
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.outbox import Outbox
from plugin.sandbox.schema import schema_of
from plugin.sandbox.tokens import Tokens
from plugin.sandbox.verbs import Verbs

MUTATIONS_AT_MOST = 4
"""Saleor's GRAPHQL_MUTATION_COUNT_LIMIT."""

CALLS_APPS = "shippingMethods"
"""Asking for it may call apps, which ask back: the lock is left free."""

COST = {"requestedQueryCost": 1, "maximumAvailable": 50000}


@dataclass(frozen=True, slots=True)
class GraphqlFace:
    """Executes requests as Saleor does."""

    kernel: Kernel
    verbs: Verbs
    tokens: Tokens
    outbox: Outbox
    requests: list[str] = field(default_factory=list)
    """Names of the operations asked for so far, oldest first: tests count calls."""

    def answer(self, asked: Any, bearer: str | None) -> tuple[int, dict[str, Any]]:
        """HTTP status and JSON. 400 for what cannot be executed, 200 for everything else, even for no permission."""
        if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
            return 400, _refusal("Must provide a query string.")
        try:
            result = self._execute(asked, self.tokens.owner(bearer))
        except BadDocument as bad:
            return 400, {"errors": [_shown(error) for error in bad.errors]}
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            return 400, {"errors": [_shown(error) for error in result.errors]}
        errors = {"errors": [_shown(error) for error in result.errors]} if result.errors else {}
        return 200, {**errors, "data": result.data, "extensions": {"cost": COST}}

    def _execute(self, asked: dict[str, Any], who: Principal) -> ExecutionResult:
        schema = schema_of(self.kernel.settings.version)
        document = checked(schema, asked["query"])
        operations = [it for it in document.definitions if isinstance(it, OperationDefinitionNode)]
        self.requests.append(asked.get("operationName") or (operations[0].name or _Unnamed).value)
        mutates = any(it.operation is OperationType.MUTATION for it in operations)
        if mutates and sum(len(it.selection_set.selections) for it in operations) > MUTATIONS_AT_MOST:
            raise BadDocument([GraphQLError(f"Mutation limit of {MUTATIONS_AT_MOST} per request exceeded.")])
        afterwards: list[Callable[[], None]] = []
        context = Asking(self.kernel, who, self.verbs, self.tokens, afterwards.append, self.outbox.retry)
        variables, name = asked.get("variables") or {}, asked.get("operationName")
        if mutates or CALLS_APPS in asked["query"]:
            result = execute_sync(schema, document, None, context, variables, name)
        else:
            with self.kernel.lock:
                result = execute_sync(schema, document, None, context, variables, name)
        for job in afterwards:
            self.outbox.do(job)
        return result


class _Unnamed:
    value = ""


def _refusal(message: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"exception": {"code": "GraphQLError"}}}]}


def _shown(error: GraphQLError) -> dict[str, Any]:
    shown: dict[str, Any] = dict(error.formatted)
    shown["extensions"] = {"exception": {"code": "GraphQLError"}, **(error.extensions or {})}
    return shown
