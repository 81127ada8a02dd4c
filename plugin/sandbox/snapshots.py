"""The body of a webhook: the app's subscription query, executed on the state as it is now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import GraphQLError, execute_sync

from plugin.sandbox.app_facts import App, Webhook
from plugin.sandbox.asking import Asking
from plugin.sandbox.documents import checked
from plugin.sandbox.events import Fired, type_name
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.labels import as_source
from plugin.sandbox.schema import schema_of
from plugin.sandbox.tokens import Tokens
from plugin.sandbox.verbs import Verbs


@dataclass(frozen=True, slots=True)
class Event:
    """The root a subscription is executed on."""

    type_name: str
    issued_at: datetime
    version: str
    issuing_principal: Any
    recipient: App
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Makes bodies."""

    kernel: Kernel
    verbs: Verbs
    tokens: Tokens

    def body(self, fired: Fired, app: App, webhook: Webhook) -> bytes | None:
        """The JSON to deliver, or None when what it is about is gone, or the query filters it out."""
        kernel = self.kernel
        with kernel.lock:
            about = {name: self._subject(it) for name, it in fired.about.items()}
            if any(it is None for it in about.values()):
                return None
            principal = kernel.state.subject(fired.by.id) if fired.by.id else None
            event = Event(
                type_name(fired.name), kernel.clock(), kernel.settings.version, principal, app, about
            )
            schema = schema_of(kernel.settings.version)
            answer = execute_sync(
                schema,
                checked(schema, webhook.subscription_query),
                event,
                Asking(kernel, app.principal, self.verbs, self.tokens, _never, _never, calls_apps=False),
            )
        data: dict[str, Any] = answer.data or {}
        if "event" not in data:
            return None if None in data.values() else json.dumps({"data": data}).encode()
        if data["event"] is None:
            return None
        return json.dumps({**data["event"], **_errors(answer.errors)}).encode()

    def _subject(self, it: Any) -> Any:
        if isinstance(it, list):
            found = [self._subject(each) for each in it]
            return [each for each in found if each is not None]
        if isinstance(it, str):
            fact = self.kernel.state.subject(it)
            return None if fact is None else as_source(fact)
        return it


def _never(_: object) -> None:
    """A subscription changes nothing."""


def _errors(errors: list[GraphQLError] | None) -> dict[str, Any]:
    return {"errors": [{"message": error.message, "path": error.path} for error in errors]} if errors else {}
