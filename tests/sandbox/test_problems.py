"""An app's problems are counted, escalate, and are dismissed as in Saleor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.sandbox.app_facts import App
from plugin.sandbox.problems import MOST, Report
from plugin.sandbox.saleor import SandboxSaleor

CREATE = (
    "mutation C($input: AppProblemCreateInput!) { appProblemCreate(input: $input) { appProblem { key count"
    " isCritical message } errors { field code } } }"
)
READ = "query R($limit: PositiveInt) { app { problems(limit: $limit) { key count dismissed { by } } } }"


def _create(saleor: SandboxSaleor, app: App, **wanted: Any) -> Any:
    given = {"key": "bundle-7", "message": "It leaks.", **wanted}
    return saleor.ask(CREATE, {"input": given}, app.token)["data"]["appProblemCreate"]


def test_the_same_key_is_counted_and_becomes_critical(saleor: SandboxSaleor, app: App) -> None:
    told = [
        _create(saleor, app, criticalThreshold=3, message=f"number {at}")["appProblem"] for at in (1, 2, 3)
    ]

    assert [(it["count"], it["isCritical"], it["message"]) for it in told] == [
        (1, False, "number 1"),
        (2, False, "number 2"),
        (3, True, "number 3"),
    ]


def test_after_the_period_or_a_dismissal_it_is_a_new_problem(saleor: SandboxSaleor, app: App) -> None:
    _create(saleor, app, aggregationPeriod=10)
    saleor.kernel.clock = lambda: datetime.now(UTC) + timedelta(minutes=11)
    _create(saleor, app, aggregationPeriod=10)
    dismiss = (
        "mutation D($input: AppProblemDismissInput!) { appProblemDismiss(input: $input) { errors { code } } }"
    )
    saleor.ask(dismiss, {"input": {"byApp": {"keys": ["bundle-7"]}}}, app.token)
    _create(saleor, app)

    problems = saleor.ask(READ, token=app.token)["data"]["app"]["problems"]
    gone = {"by": "APP"}
    assert sorted((it["count"], it["dismissed"]) == (1, gone) for it in problems) == [False, True, True]


@pytest.mark.parametrize(
    ("wanted", "field"), [({"key": "no"}, "key"), ({"message": ""}, "message"), ({"key": "k" * 129}, "key")]
)
def test_too_short_or_too_long_is_refused(
    saleor: SandboxSaleor, app: App, wanted: dict[str, str], field: str
) -> None:
    assert _create(saleor, app, **wanted) == {
        "appProblem": None,
        "errors": [{"field": field, "code": "INVALID"}],
    }


def test_the_oldest_make_room(saleor: SandboxSaleor, app: App) -> None:
    for at in range(MOST + 3):
        saleor.problems.create(app.id, Report(f"problem {at}", "It leaks."))

    kept = saleor.problems.of(app.id)
    assert (len(kept), "problem 0" in {it.key for it in kept}) == (MOST, False)


def test_only_an_app_has_problems(saleor: SandboxSaleor, app: App) -> None:
    answer = saleor.ask(CREATE, {"input": {"key": "abc", "message": "abc"}}, saleor.staff_token())

    assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
