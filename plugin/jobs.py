"""What happens without a request: injection right after an event, the history import, the sweep, reconciliation.

The work is written in each shop's file (plugin/use_cases/plan_work.py); here it is leased, done, repeated and resumed.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from plugin.errors import BadRequest, SaleorRefused, SaleorTrouble, Superseded, TandemError, TryAgain
from plugin.saleor.gateway import SaleorGateway
from plugin.saleor.translate import checkout_from
from plugin.shop import Shop, Tandem
from plugin.store import (
    bundles,
    counted_in_bulk,
    directions,
    evaluations,
    facts,
    jobs,
    learned_habits,
    orders,
    suggestions_shown,
)
from plugin.store.database import writing
from plugin.store.installations import Installation
from plugin.store.jobs import Job
from plugin.suggestions.bundles.model import BundleId
from plugin.suggestions.model import ProductId
from plugin.use_cases import plan_work
from plugin.use_cases.count_anew import count_what_is_owed
from plugin.use_cases.evaluate_shop import evaluate_shop
from plugin.use_cases.fit_model import fit_model
from plugin.use_cases.guard_checkout import may_matter
from plugin.use_cases.hold_prices import hold_prices
from plugin.use_cases.inject_into_checkout import inject_into_checkout
from plugin.use_cases.learn_directions import learn_directions
from plugin.use_cases.learn_from_past_orders import (
    history_is_read,
    landmark_is_far,
    learn_again,
    learn_from_past_orders,
)
from plugin.use_cases.learn_habits import learn_habits
from plugin.use_cases.look_at_checkout import ask_for_checkout
from plugin.use_cases.mend_webhooks import mend_webhooks
from plugin.use_cases.propose_bundles import propose_everywhere, proposed
from plugin.use_cases.put_bundles_into_effect import put_bundles_into_effect
from plugin.use_cases.reconcile import reconcile
from plugin.use_cases.refresh_catalogue import refresh_catalogue, refresh_channels, refresh_products
from plugin.use_cases.refresh_deliveries import refresh_deliveries
from plugin.use_cases.refresh_model import refresh_model
from plugin.use_cases.tell_problems import tell_problems

log = logging.getLogger(__name__)

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 900.0
"""Seconds before a failed job is tried again; doubled each time."""

MOST_INJECTIONS_TRIED = 6
"""After a minute of failing the shopper has gone on; the checkout's next event tries anew."""

LOOKED_BACK = timedelta(hours=1)
"""After a sweep, baskets of the last hour that were offered nothing are looked at once more."""

SHOWN_KEPT = timedelta(days=90)

MOST_FITTED_HERE = 50_000
"""Orders; more are fitted in a process of its own, whose memory is gone with it."""

LOOKED_AFTER = 1.0
"""Seconds between two looks at a process of ours."""


class PutDown(Exception):
    """A job is left as it is: this process stops, or another worker holds the job by now."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A job in our hands, until its lease ends or this process stops."""

    tandem: Tandem
    shop: Shop
    job: Job
    lease: float
    stopping: threading.Event

    def page_done(self, payload: dict[str, Any] | None = None) -> None:
        """Between two pages of long work: remember how far it is, and keep the lease. Raises PutDown."""
        self._keep(payload)
        if self.stopping.is_set():
            raise PutDown

    def before_a_question(self) -> SaleorGateway:
        """Its Saleor, our lease renewed: it lasts longer than one question, so that no two workers write the same.

        Raises PutDown when Saleor was so slow that another worker has the job by now.
        """
        self._keep(None)
        return self.shop.open_saleor()

    def _keep(self, payload: dict[str, Any] | None) -> None:
        now = time.time()
        with writing(self.shop.db):
            ours = (
                jobs.renew(self.shop.db, self.job, now, self.lease)
                if payload is None
                else jobs.progress(self.shop.db, self.job, payload, now, self.lease)
            )
        if not ours:
            raise PutDown


Run = Callable[[Hold, Shop, datetime], None]


def run_due(
    tandem: Tandem,
    installation: Installation,
    names: Sequence[str],
    until: datetime | None = None,
    stopping: threading.Event | None = None,
) -> int:
    """Do every job of these names that is due (by `until`, default now). How many were done.

    Once `stopping` is set nothing more is begun, and long work is put down at its next page.
    """
    done = 0
    stopping = stopping or threading.Event()
    lease = jobs.SHORT_LEASE if set(names) <= set(plan_work.QUICK) else jobs.LONG_LEASE
    with tandem.shop(installation) as shop:
        while not stopping.is_set():
            job = jobs.claim(shop.db, names, (until or datetime.now(UTC)).timestamp(), lease)
            if job is None:
                break
            error = _do(Hold(tandem, shop, job, lease, stopping))
            done += error is None
            if isinstance(error, SaleorTrouble) and not isinstance(error, SaleorRefused):
                break
    return done


def _do(hold: Hold) -> Exception | None:
    """One job. What failed is tried again later, with growing pauses, and is returned."""
    shop, job, now = hold.shop, hold.job, datetime.now(UTC)
    try:
        RUN[job.name](hold, replace(shop, open_saleor=hold.before_a_question), now)
    except PutDown as put_down:
        with writing(shop.db):
            jobs.free(shop.db, job)
        return put_down
    except TandemError as error:
        _failed(shop, job, now, error)
        return error
    except Exception as error:  # a bug in one job must not end the thread that serves all shops
        log.exception("%s of %s failed", job.name, shop.installation.api_url)
        _failed(shop, job, now, error)
        return error
    with writing(shop.db):
        jobs.done(shop.db, job)
        if job.name in plan_work.EVERY:
            jobs.write_unless_there(
                shop.db, job.name, job.name, {}, (now + plan_work.EVERY[job.name]).timestamp()
            )
    return None


def _failed(shop: Shop, job: Job, now: datetime, error: Exception) -> None:
    log.warning("%s of %s: %s", job.name, shop.installation.api_url, error)
    hopeless = isinstance(error, BadRequest) or job.attempts >= MOST_INJECTIONS_TRIED
    with writing(shop.db):
        if job.name == plan_work.INJECT and hopeless:
            jobs.done(shop.db, job)
        else:
            pause = min(FIRST_PAUSE * 2 ** min(job.attempts, 20), LONGEST_PAUSE)
            jobs.again(shop.db, job, now.timestamp() + pause, f"{type(error).__name__}: {error}")


def _inject(hold: Hold, shop: Shop, now: datetime) -> None:
    told = hold.job.payload["checkout"]
    checkout = told if isinstance(told, str) else told["id"]  # an older version wrote down all of it
    node = ask_for_checkout(shop, "checkout", {"id": checkout})["checkout"]
    if node is None:
        return
    if may_matter(shop, node, now):
        hold_prices(shop, checkout, now)
    read = checkout_from(node, shop.installation.buyer_key)
    if not read.paying:
        inject_into_checkout(shop, read, now)


def _hold_prices(hold: Hold, shop: Shop, now: datetime) -> None:
    hold_prices(shop, hold.job.payload["checkout"], now)


def _put_bundles_into_effect(hold: Hold, shop: Shop, now: datetime) -> None:
    put_bundles_into_effect(hold.tandem, shop, BundleId(hold.job.payload["bundle"]), now)
    hold.tandem.wake(shop.installation)


def _tell_problems(_hold: Hold, shop: Shop, now: datetime) -> None:
    tell_problems(shop, now)


def _refresh_product(hold: Hold, shop: Shop, now: datetime) -> None:
    refresh_products(shop, [ProductId(hold.job.payload["product"])], now)


def _refresh_channels(_hold: Hold, shop: Shop, now: datetime) -> None:
    refresh_channels(shop, now)


def _import(hold: Hold, shop: Shop, now: datetime) -> None:
    for progress in learn_from_past_orders(shop, now):
        if not progress.finished:  # put down when finished, it would begin at the first order again
            hold.page_done({"seen": progress.seen, "total": progress.total})
            hold.stopping.wait(hold.tandem.config.import_pause_ms / 1000)
    plan_work.fit_model(shop, now)
    plan_work.propose_bundles(shop, now)
    plan_work.learn_habits(shop, now)
    plan_work.evaluate_shop(shop, now)


def _sweep(hold: Hold, shop: Shop, now: datetime) -> None:
    for seen, total in refresh_catalogue(shop, now):
        hold.page_done({"seen": seen, "total": total})
    with writing(shop.db):
        plan_work.tell_problems(shop, now)
        plan_work.refresh_deliveries(shop, now)
        directions.mark_all(shop.db)
        plan_work.learn_directions(shop, now)
    bundles.forget_holds(shop.db, (now - SHOWN_KEPT).isoformat())
    suggestions_shown.forget_before(shop.db, (now - SHOWN_KEPT).strftime("%Y-%m-%d"))
    if not proposed(shop):
        plan_work.propose_bundles(shop, now)
    if not learned_habits.are_any(shop.db):  # learned before the categories were known, they say nothing
        plan_work.learn_habits(shop, now)
    if evaluations.last(shop.db) is None and history_is_read(shop):  # installed before there were back-tests
        plan_work.evaluate_shop(shop, now)
    _suggest_where_nothing_was_known(shop, now)
    if landmark_is_far(shop, now.date()):
        with writing(shop.db):
            facts.keep(shop.db, "landmark", now.date().isoformat())
            plan_work.learn_again(shop, now)


def _suggest_where_nothing_was_known(shop: Shop, now: datetime) -> None:
    """Baskets opened while the catalogue was still being read got nothing; now there may be something."""
    since = (now - LOOKED_BACK).strftime("%Y-%m-%dT%H:%M:%SZ")
    with writing(shop.db):
        for checkout in suggestions_shown.without_any(shop.db, since):
            plan_work.inject(shop, checkout, now)


def _learn_directions(hold: Hold, shop: Shop, now: datetime) -> None:
    learn_directions(shop, now, lambda seen, total: hold.page_done({"seen": seen, "total": total}))


def _learn_habits(hold: Hold, shop: Shop, now: datetime) -> None:
    learn_habits(shop, now, lambda seen, total: hold.page_done({"seen": seen, "total": total}))


def _evaluate(hold: Hold, shop: Shop, now: datetime) -> None:
    evaluate_shop(shop, now, progress=lambda done, of: hold.page_done({"seen": done, "total": of}))


def _learn_again(hold: Hold, shop: Shop, now: datetime) -> None:
    after: int | None = hold.job.payload["after"]
    while after is not None:
        hold.page_done({"after": after})
        after = learn_again(shop, after, now)
    plan_work.fit_model(shop, now)  # what orders weigh has changed


def _reconcile(hold: Hold, shop: Shop, now: datetime) -> None:
    if counted_in_bulk.is_given_up(shop.db, now):
        plan_work.count_anew(shop, now)
    found = reconcile(shop, now, hold.page_done)
    if found:
        plan_work.refresh_model(shop, now)
        log.info("reconciliation of %s found %d orders", shop.installation.api_url, found)


def _count_anew(hold: Hold, shop: Shop, now: datetime) -> None:
    if count_what_is_owed(shop, now, lambda step: hold.page_done({"seen": step.done, "total": step.total})):
        log.warning("%s: learning a file was killed; its orders are counted now", shop.installation.api_url)


def _mend(hold: Hold, shop: Shop, now: datetime) -> None:
    mend_webhooks(hold.tandem, shop, now)


def _propose(hold: Hold, shop: Shop, now: datetime) -> None:
    propose_everywhere(shop, now, lambda seen, total: hold.page_done({"seen": seen, "total": total}))


def _refresh_deliveries(_hold: Hold, shop: Shop, now: datetime) -> None:
    refresh_deliveries(shop, now)


def _fit_model(hold: Hold, shop: Shop, now: datetime) -> None:
    try:
        if orders.count(shop.db) > MOST_FITTED_HERE:
            _apart(hold, "fit")
        else:
            fit_model(shop, now, lambda done, of: hold.page_done({"seen": done, "total": of}))
    except Superseded as error:  # begun again here, the two would put each other off for ever
        log.info("%s: %s", shop.installation.api_url, error)


def _apart(hold: Hold, command: str) -> None:
    """A command of ours for this shop in a process of its own: its memory is given back, and shoppers are served beside it."""
    words = [
        sys.executable,
        "-c",
        "from plugin.cli import main; main()",
        command,
        "--shop",
        hold.shop.installation.api_url,
    ]
    environment = {**os.environ, "DATA_DIR": str(hold.tandem.config.data_dir)}
    with subprocess.Popen(  # noqa: S603  # our own command
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as child:
        try:
            while child.poll() is None:
                hold.page_done()
                hold.stopping.wait(LOOKED_AFTER)
        except PutDown:
            child.terminate()
            raise
    if child.returncode == Superseded.exit_code:
        raise Superseded(f"tandem {command} was begun anew elsewhere")
    if child.returncode:
        raise TryAgain(f"tandem {command} ended with {child.returncode}")


def _refresh_model(hold: Hold, shop: Shop, now: datetime) -> None:
    while refresh_model(shop, dependents=False):
        hold.page_done()
    plan_work.refresh_dependents(shop, now)


def _refresh_dependents(hold: Hold, shop: Shop, _now: datetime) -> None:
    while refresh_model(shop):
        hold.page_done()


RUN: dict[str, Run] = {
    plan_work.FIT: _fit_model,
    plan_work.REFRESH_MODEL: _refresh_model,
    plan_work.REFRESH_DEPENDENTS: _refresh_dependents,
    plan_work.HOLD: _hold_prices,
    plan_work.INJECT: _inject,
    plan_work.BUNDLES: _put_bundles_into_effect,
    plan_work.PROBLEMS: _tell_problems,
    plan_work.REFRESH_PRODUCT: _refresh_product,
    plan_work.REFRESH_CHANNELS: _refresh_channels,
    plan_work.IMPORT: _import,
    plan_work.SWEEP: _sweep,
    plan_work.LEARN_AGAIN: _learn_again,
    plan_work.RECONCILE: _reconcile,
    plan_work.COUNT_ANEW: _count_anew,
    plan_work.MEND: _mend,
    plan_work.PROPOSE: _propose,
    plan_work.DIRECTIONS: _learn_directions,
    plan_work.HABITS: _learn_habits,
    plan_work.EVALUATE: _evaluate,
    plan_work.DELIVERIES: _refresh_deliveries,
}
