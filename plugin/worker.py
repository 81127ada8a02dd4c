"""The threads that do the jobs: lanes shared fairly between shops, and a watch that looks at the clock."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256

from plugin.errors import TandemError, UnknownShop
from plugin.jobs import run_due
from plugin.shop import Tandem
from plugin.store import jobs
from plugin.store.installations import Installation
from plugin.use_cases import plan_work
from plugin.use_cases.forget_shop import forget_due

log = logging.getLogger(__name__)

QUICK_THREADS = 8
MOST_FOR_ONE_SHOP = 3
"""Threads of a lane that one shop may hold: a Saleor that hangs must not keep the other shops waiting."""

LONG_THREADS = 2
LOOK_EVERY = 0.25
SCAN_EVERY = 30.0
"""Seconds: between looks at what is due, and between scans of every shop's file for work nobody told us of."""


class Lane:
    """Shops waiting for threads that do jobs of these names. No shop waits twice, and none holds all the threads."""

    def __init__(self, names: Sequence[str], threads: int) -> None:
        self.names, self.threads = names, threads
        self.most_for_one = max(1, min(MOST_FOR_ONE_SHOP, threads - 1))
        self.lock = threading.Lock()
        self.queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.waiting: set[str] = set()
        self.wanting: set[str] = set()
        """Woken while they held all the threads they may: they wait again as soon as one of these is free."""
        self.holding: Counter[str] = Counter()

    def wake(self, api_url: str) -> None:
        """This shop waits for a thread, if it does not already."""
        with self.lock:
            self._wake(api_url)

    def next(self) -> str | None:
        """The shop that waits longest; None at the end."""
        api_url = self.queue.get()
        with self.lock:
            self.waiting.discard(api_url or "")
        return api_url

    def end(self) -> None:
        """No thread waits any more."""
        for _thread in range(self.threads):
            self.queue.put(None)

    @contextmanager
    def place(self, api_url: str) -> Iterator[bool]:
        """Whether this shop may hold one more thread."""
        with self.lock:
            free = self.holding[api_url] < self.most_for_one
            if free:
                self.holding[api_url] += 1
            else:
                self.wanting.add(api_url)
        try:
            yield free
        finally:
            if free:
                self._leave(api_url)

    def _leave(self, api_url: str) -> None:
        with self.lock:
            self.holding[api_url] -= 1
            if not self.holding[api_url]:
                del self.holding[api_url]
            if api_url in self.wanting:
                self.wanting.remove(api_url)
                self._wake(api_url)

    def _wake(self, api_url: str) -> None:
        if api_url not in self.waiting:
            self.waiting.add(api_url)
            self.queue.put(api_url)


class Worker:
    """The threads of one process: some for what shoppers wait for, one for long work, one that watches the clock.

    Several processes may each have a Worker: jobs are leased in the shop's file, so no two do the same.
    """

    def __init__(self, tandem: Tandem) -> None:
        self.tandem = tandem
        self.stopping = threading.Event()
        self.lanes = (Lane(plan_work.QUICK, QUICK_THREADS), Lane(plan_work.LONG, LONG_THREADS))
        self.due: dict[str, float] = {}
        self.starting: set[str] | None = None
        """Shops whose work is still to be planned as after a start; None before the first look at them."""
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
        """Finish what is quick, put long work down, then end. What remains is in the files, free for the next process."""
        self.stopping.set()
        for lane in self.lanes:
            lane.end()
        for thread in self.threads:
            thread.join(timeout=10)

    def _wake(self, api_url: str) -> None:
        for lane in self.lanes:
            lane.wake(api_url)

    def _work(self, lane: Lane) -> None:
        while (api_url := lane.next()) is not None and not self.stopping.is_set():
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
            run_due(self.tandem, installation, names, stopping=self.stopping)
            with self.tandem.shop(installation) as shop:
                due = jobs.next_due(shop.db, time.time())
            if due is not None:
                self.due[api_url] = due

    def _watch(self) -> None:
        scanned = 0.0
        while not self.stopping.wait(LOOK_EVERY):
            now = time.time()
            if now - scanned >= SCAN_EVERY:
                scanned = now
                self._scan(datetime.now(UTC))
            for api_url in [api_url for api_url, due in list(self.due.items()) if due <= now]:
                self.due.pop(api_url, None)
                self._wake(api_url)

    def _scan(self, now: datetime) -> None:
        """Every shop: is its regular work planned, is anything due, is its grace period over."""
        with _surviving("the removed shops"):
            forget_due(self.tandem, now)
        with _surviving("the register"), self.tandem.register() as register:
            found = [found for found in register.readable() if found.deleted_at is None and found.active]
            if self.starting is None:
                self.starting = {installation.api_url for installation in found}
            for installation in found:
                with _surviving(installation.api_url):
                    self._plan(installation, self.starting, now)

    def _plan(self, installation: Installation, starting: set[str], now: datetime) -> None:
        plan = plan_work.after_start if installation.api_url in starting else plan_work.regular
        with self.tandem.shop(installation) as shop:
            plan(shop, now)
            plan_work.mend_once_for(shop, self.fingerprint, now)
        starting.discard(installation.api_url)
        self.wake(installation)


@contextmanager
def _surviving(what: str) -> Iterator[None]:
    """Whatever is wrong with one shop is told, and does not stop the work for the others."""
    try:
        yield
    except TandemError as error:
        log.warning("worker: %s: %s", what, error)
    except Exception:
        log.exception("worker: %s", what)
