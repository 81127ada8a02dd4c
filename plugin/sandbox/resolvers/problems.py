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


WAYS = ("by_app", "by_staff_with_ids", "by_staff_with_keys")
NAMES = ("byApp", "byStaffWithIds", "byStaffWithKeys")


def _dismiss(info: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002  # Saleor's name
    who, problems = asking(info).who, asking(info).verbs.problems
    given = [(name, input[way]) for way, name in zip(WAYS, NAMES, strict=True) if input.get(way)]
    if len(given) != 1:
        said = "At most one of arguments is allowed" if given else "At least one of arguments is required"
        raise Rejected(None, "GRAPHQL_ERROR", f"{said}: {', '.join(map(repr, NAMES))}.")
    ((way, wanted),) = given
    if (way == "byApp") != (who.kind == "app"):
        theirs = "App callers cannot use this input. Use 'byApp' instead."
        raise Rejected(way, "INVALID", "Only app callers can use 'byApp'." if way == "byApp" else theirs)
    ids, keys = wanted.get("ids") or (), wanted.get("keys") or ()
    if ids and keys:
        raise Rejected(way, "INVALID", "Cannot specify both 'ids' and 'keys'.")
    problems.dismiss(who.id if way == "byApp" else wanted.get("app"), ids, keys, who)
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
