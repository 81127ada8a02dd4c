"""What happens without a request: injection right after an event, the history import, the sweep, reconciliation.

The work is written in each shop's file (plugin/use_cases/plan_work.py); here it is leased, done, repeated and resumed.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from plugin.errors import BadRequest, SaleorRefused, SaleorTrouble, TandemError, UnknownShop
from plugin.saleor.translate import checkout_from
from plugin.shop import Shop, Tandem
from plugin.store import facts, jobs, suggestions_shown
from plugin.store.database import writing
from plugin.store.installations import Installation
from plugin.store.jobs import Job
from plugin.suggestions.model import ProductId
from plugin.use_cases import plan_work
from plugin.use_cases.forget_shop import forget_due
from plugin.use_cases.inject_into_checkout import inject_into_checkout
from plugin.use_cases.learn_from_past_orders import landmark_is_far, learn_again, learn_from_past_orders
from plugin.use_cases.mend_webhooks import mend_webhooks
from plugin.use_cases.reconcile import reconcile
from plugin.use_cases.refresh_catalogue import refresh_catalogue, refresh_channels, refresh_products

log = logging.getLogger(__name__)

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 900.0
"""Seconds before a failed job is tried again; doubled each time."""

MOST_INJECTIONS_TRIED = 6
"""After a minute of failing the shopper has gone on; the checkout's next event tries anew."""

SHOWN_KEPT = timedelta(days=90)

QUICK_THREADS = 8
MOST_FOR_ONE_SHOP = 3
"""Threads of a lane that one shop may hold: a Saleor that hangs must not keep the other shops waiting."""

LONG_THREADS = 2
LOOK_EVERY = 0.25
SCAN_EVERY = 30.0
"""Seconds: between looks at what is due, and between scans of every shop's file for work nobody told us of."""

Run = Callable[[Tandem, Shop, Job, datetime], None]


def run_due(
    tandem: Tandem, installation: Installation, names: Sequence[str], until: datetime | None = None
) -> int:
    """Do every job of these names that is due (by `until`, default now). How many were done."""
    done = 0
    lease = jobs.SHORT_LEASE if set(names) <= set(plan_work.QUICK) else jobs.LONG_LEASE
    with tandem.shop(installation) as shop:
        while (
            job := jobs.claim(shop.db, names, (until or datetime.now(UTC)).timestamp(), lease)
        ) is not None:
            error = _do(tandem, shop, job)
            done += error is None
            if isinstance(error, SaleorTrouble) and not isinstance(error, SaleorRefused):
                break
    return done


def _do(tandem: Tandem, shop: Shop, job: Job) -> Exception | None:
    """One job. What failed is tried again later, with growing pauses, and is returned."""
    now = datetime.now(UTC)
    try:
        RUN[job.name](tandem, shop, job, now)
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
            pause = min(FIRST_PAUSE * 2**job.attempts, LONGEST_PAUSE)
            jobs.again(shop.db, job, now.timestamp() + pause, f"{type(error).__name__}: {error}")


def _inject(_tandem: Tandem, shop: Shop, job: Job, now: datetime) -> None:
    inject_into_checkout(shop, checkout_from(job.payload["checkout"]), now)


def _refresh_product(_tandem: Tandem, shop: Shop, job: Job, now: datetime) -> None:
    refresh_products(shop, [ProductId(job.payload["product"])], now)


def _refresh_channels(_tandem: Tandem, shop: Shop, _job: Job, now: datetime) -> None:
    refresh_channels(shop, now)


def _import(tandem: Tandem, shop: Shop, job: Job, now: datetime) -> None:
    for progress in learn_from_past_orders(shop, now):
        jobs.progress(shop.db, job, {"seen": progress.seen, "total": progress.total}, time.time())
        time.sleep(tandem.config.import_pause_ms / 1000)


def _sweep(_tandem: Tandem, shop: Shop, job: Job, now: datetime) -> None:
    for seen, total in refresh_catalogue(shop, now):
        jobs.progress(shop.db, job, {"seen": seen, "total": total}, time.time())
    suggestions_shown.forget_before(shop.db, (now - SHOWN_KEPT).strftime("%Y-%m-%d"))
    if landmark_is_far(shop, now.date()):
        with writing(shop.db):
            facts.keep(shop.db, "landmark", now.date().isoformat())
            plan_work.learn_again(shop, now)


def _learn_again(_tandem: Tandem, shop: Shop, job: Job, now: datetime) -> None:
    after: int | None = job.payload["after"]
    while after is not None:
        jobs.progress(shop.db, job, {"after": after}, time.time())
        after = learn_again(shop, after, now)


def _reconcile(_tandem: Tandem, shop: Shop, _job: Job, now: datetime) -> None:
    found = reconcile(shop, now)
    if found:
        log.info("reconciliation of %s found %d orders", shop.installation.api_url, found)


def _mend(tandem: Tandem, shop: Shop, _job: Job, _now: datetime) -> None:
    mend_webhooks(tandem, shop)


RUN: dict[str, Run] = {
    plan_work.INJECT: _inject,
    plan_work.REFRESH_PRODUCT: _refresh_product,
    plan_work.REFRESH_CHANNELS: _refresh_channels,
    plan_work.IMPORT: _import,
    plan_work.SWEEP: _sweep,
    plan_work.LEARN_AGAIN: _learn_again,
    plan_work.RECONCILE: _reconcile,
    plan_work.MEND: _mend,
}


class Lane:
    """Shops waiting for threads that do jobs of these names; no shop holds more than MOST_FOR_ONE_SHOP of them."""

    def __init__(self, names: Sequence[str], threads: int) -> None:
        self.names, self.threads = names, threads
        self.queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.holding: Counter[str] = Counter()
        self.lock = threading.Lock()

    @contextmanager
    def place(self, api_url: str) -> Iterator[bool]:
        """Whether this shop may hold one more thread; what it wanted done, the threads it holds will do."""
        with self.lock:
            free = self.holding[api_url] < MOST_FOR_ONE_SHOP
            self.holding[api_url] += free
        try:
            yield free
        finally:
            with self.lock:
                self.holding[api_url] -= free


class Worker:
    """The threads of one process: some for what shoppers wait for, one for long work, one that watches the clock.

    Several processes may each have a Worker: jobs are leased in the shop's file, so no two do the same.
    """

    def __init__(self, tandem: Tandem) -> None:
        self.tandem = tandem
        self.stopping = threading.Event()
        self.lanes = (Lane(plan_work.QUICK, QUICK_THREADS), Lane(plan_work.LONG, LONG_THREADS))
        self.due: dict[str, float] = {}
        self.fingerprint = sha256(repr((tandem.config.app_url, tandem.subscriptions)).encode()).hexdigest()
        self.threads = [
            threading.Thread(target=self._work, args=[lane], daemon=True)
            for lane in self.lanes
            for _ in range(lane.threads)
        ]
        self.threads.append(threading.Thread(target=self._watch, daemon=True))

    def start(self) -> Worker:
        """Begin; take up what a killed process left."""
        for thread in self.threads:
            thread.start()
        return self

    def wake(self, installation: Installation) -> None:
        """This shop has something to do now."""
        self._wake(installation.api_url)

    def stop(self) -> None:
        """Finish what is being done, then end. What remains is in the files."""
        self.stopping.set()
        for lane in self.lanes:
            for _thread in range(lane.threads):
                lane.queue.put(None)
        for thread in self.threads:
            thread.join(timeout=10)

    def _wake(self, api_url: str) -> None:
        for lane in self.lanes:
            lane.queue.put(api_url)

    def _work(self, lane: Lane) -> None:
        while (api_url := lane.queue.get()) is not None and not self.stopping.is_set():
            try:
                with lane.place(api_url) as free:
                    if free:
                        self._serve(api_url, lane.names)
            except TandemError as error:
                log.warning("worker: %s", error)
            except Exception:
                log.exception("worker")
        self.tandem.close()

    def _serve(self, api_url: str, names: Sequence[str]) -> None:
        try:
            installation = self.tandem.installed_at(api_url)
        except UnknownShop:
            return
        if installation.active:
            run_due(self.tandem, installation, names)
            with self.tandem.shop(installation) as shop:
                due = jobs.next_due(shop.db, time.time())
            if due is not None:
                self.due[api_url] = due

    def _watch(self) -> None:
        scanned = 0.0
        while not self.stopping.wait(LOOK_EVERY):
            now = time.time()
            try:
                if now - scanned >= SCAN_EVERY:
                    plan = plan_work.regular if scanned else plan_work.after_start
                    scanned = now
                    self._scan(plan)
            except TandemError as error:
                log.warning("worker: %s", error)
            for api_url in [api_url for api_url, due in list(self.due.items()) if due <= now]:
                self.due.pop(api_url, None)
                self._wake(api_url)

    def _scan(self, plan: Callable[[Shop, datetime], None]) -> None:
        """Every shop: is its regular work planned, is anything due, is its grace period over."""
        forget_due(self.tandem, datetime.now(UTC))
        for installation in self.tandem.installations():
            if installation.active:
                with self.tandem.shop(installation) as shop:
                    plan(shop, datetime.now(UTC))
                    plan_work.mend_once_for(shop, self.fingerprint, datetime.now(UTC))
                self.wake(installation)
