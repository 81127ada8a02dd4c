"""When the demo's app has learned everything it can: not only the past orders, but what follows from them."""

from __future__ import annotations

import time

from plugin.sandbox.demo_shopper import wait_for
from plugin.sandbox.stage import Stage
from plugin.store import facts, jobs
from plugin.use_cases import plan_work

FOLLOWING = (plan_work.SWEEP, plan_work.DIRECTIONS, plan_work.HABITS, plan_work.DELIVERIES)
"""What is sold, what is better, what people do and what delivery costs is known once none of these is due."""

PATIENCE = 300.0
"""Seconds."""


def wait_for_the_rest(stage: Stage) -> None:
    """After the import of the orders: until suggestions no longer change by themselves.

    Raises:
        NothingHappened: it takes too long.
    """
    wait_for("what follows from the orders", lambda: _is_learned(stage) or None, PATIENCE)


def _is_learned(stage: Stage) -> bool:
    with stage.tandem.shop(stage.installation) as shop:
        waiting = [job for name in FOLLOWING if (job := jobs.get(shop.db, name))]
        is_due = any(job["due_at"] <= time.time() for job in waiting)
        return not is_due and facts.get(shop.db, "habits") is not None
