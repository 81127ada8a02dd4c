"""App problems: what an app tells the merchant about itself, the same thing counted instead of repeated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from plugin.sandbox.app_facts import AppProblem, Principal
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.rejected import Rejected

MOST = 100
"""Of one app; the oldest make room."""

SHORTEST, LONGEST_KEY, LONGEST_MESSAGE = 3, 128, 2048


@dataclass(frozen=True, slots=True)
class Report:
    """What appProblemCreate is given."""

    key: str
    message: str
    critical_threshold: int | None = None
    aggregation_period: int = 60
    """Minutes in which the same key counts as the same problem; 0 never."""


class Problems:
    """Verbs on the problems of apps."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def create(self, app_id: str, report: Report) -> AppProblem:
        """appProblemCreate: a new one, or the last undismissed one of this key counted up."""
        _judge(report)
        kernel = self._kernel
        with kernel.change():
            now = kernel.clock()
            known = [it for it in self.of(app_id) if it.key == report.key and not it.dismissed_by]
            period = timedelta(minutes=report.aggregation_period)
            if known and period and known[0].updated_at >= now - period:
                again = replace(
                    known[0], count=known[0].count + 1, updated_at=now, message=_cut(report.message)
                )
            else:
                self._make_room(app_id)
                again = AppProblem(
                    kernel.new_id("AppProblem"), app_id, report.key, _cut(report.message), now, now
                )
            least = report.critical_threshold
            kept = replace(again, is_critical=bool(least and again.count >= least))
            kernel.state.problems[kept.id] = kept
            return kept

    def dismiss(
        self,
        app_id: str | None,
        ids: Collection[str] = (),
        keys: Collection[str] = (),
        by: Principal | None = None,
    ) -> None:
        """appProblemDismiss: by ids or by keys; staff may name several apps' problems by id."""
        with self._kernel.change():
            for it in list(self._kernel.state.problems.values()):
                own = app_id in (None, it.app_id)
                if own and not it.dismissed_by and (it.id in ids or it.key in keys):
                    self._kernel.state.problems[it.id] = replace(it, dismissed_by=by or Principal())

    def of(self, app_id: str) -> list[AppProblem]:
        """All of an app, the latest first."""
        own = [it for it in self._kernel.state.problems.values() if it.app_id == app_id]
        return sorted(own, key=lambda it: it.updated_at, reverse=True)

    def _make_room(self, app_id: str) -> None:
        for it in self.of(app_id)[MOST - 1 :]:
            del self._kernel.state.problems[it.id]


def _judge(report: Report) -> None:
    if len(report.message) < SHORTEST:
        raise Rejected("message", "INVALID", f"String should have at least {SHORTEST} characters")
    if len(report.key) < SHORTEST:
        raise Rejected("key", "INVALID", f"String should have at least {SHORTEST} characters")
    if len(report.key) > LONGEST_KEY:
        raise Rejected("key", "INVALID", f"String should have at most {LONGEST_KEY} characters")


def _cut(message: str) -> str:
    return message if len(message) <= LONGEST_MESSAGE else f"{message[: LONGEST_MESSAGE - 3]}..."
