"""appProblemCreate, appProblemDismiss and app{problems}."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from plugin.sandbox.app_facts import App, AppProblem
from plugin.sandbox.asking import Info, Resolvers, asking, demand
from plugin.sandbox.mutation import mutation
from plugin.sandbox.problems import MOST, Report
from plugin.sandbox.rejected import Rejected


def _create(info: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    given = {name: value for name, value in input.items() if value is not None}
    return {"app_problem": asking(info).verbs.problems.create(asking(info).who.id or "", Report(**given))}


def _dismiss(info: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    who, problems = asking(info).who, asking(info).verbs.problems
    own = input.get("by_app")
    if (own is not None) != (who.kind == "app"):
        raise Rejected(
            "byApp", "INVALID", "Only app callers can use 'byApp'." if own else "Use 'byApp' instead."
        )
    if own is not None:
        if bool(own.get("ids")) == bool(own.get("keys")):
            code = "INVALID" if own.get("ids") else "REQUIRED"
            raise Rejected("byApp", code, "Must provide either 'ids' or 'keys'.")
        problems.dismiss(who.id, own.get("ids") or (), own.get("keys") or (), who)
    by_keys = input.get("by_staff_with_keys")
    if by_keys:
        problems.dismiss(by_keys["app"], keys=by_keys["keys"], by=who)
    problems.dismiss(None, ids=(input.get("by_staff_with_ids") or {"ids": ()})["ids"], by=who)
    return {}


def _of_app(source: App, info: Info, limit: int | None = None) -> list[AppProblem]:
    demand(info, "AUTHENTICATED_APP", "MANAGE_APPS")
    if limit is not None and not 1 <= limit <= MOST:
        raise GraphQLError(f"Limit must be between 1 and {MOST}.")
    return asking(info).verbs.problems.of(source.id)[:limit]


def _dismissed(source: AppProblem, info: Info) -> dict[str, Any] | None:
    if source.dismissed_by is None:
        return None
    user = asking(info).state.users.get(source.dismissed_by.id or "")
    return {"by": "USER" if user else "APP", "user_email": user.email if user else None, "user": user}


RESOLVERS: Resolvers = {
    "Mutation": {
        "appProblemCreate": mutation(_create, "AUTHENTICATED_APP"),
        "appProblemDismiss": mutation(_dismiss, "AUTHENTICATED_APP", "MANAGE_APPS"),
    },
    "App": {"problems": _of_app},
    "AppProblem": {"dismissed": _dismissed},
}
