"""A few threads that do jobs when they are due."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Job = Callable[[], None]


class Background:
    """Threads start with the first job and end with `close`."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._due: list[tuple[float, int, Job]] = []
        self._numbers = itertools.count()
        self._busy = 0
        self._open = True
        self._threads: list[threading.Thread] = []
        self._news = threading.Condition()

    def put(self, job: Job, wait: float = 0.0) -> None:
        """Do this job, in `wait` seconds at the earliest."""
        with self._news:
            if not self._open:
                return
            heapq.heappush(self._due, (time.monotonic() + wait, next(self._numbers), job))
            if len(self._threads) < self._workers:
                thread = threading.Thread(target=self._work, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._news.notify()

    def wait_until_idle(self, seconds: float) -> bool:
        """Whether every job that is due was done within so many seconds; jobs for later do not count."""
        until = time.monotonic() + seconds
        with self._news:
            while self._busy or (self._due and self._due[0][0] <= time.monotonic()):
                if not self._news.wait(max(until - time.monotonic(), 0)) and time.monotonic() >= until:
                    return False
        return True

    def close(self) -> None:
        """Forget what is left and end the threads."""
        with self._news:
            self._open = False
            self._due.clear()
            self._news.notify_all()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=20)

    def _work(self) -> None:
        while True:
            with self._news:
                while self._open and not (self._due and self._due[0][0] <= time.monotonic()):
                    self._news.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if not self._open:
                    return
                _, _, job = heapq.heappop(self._due)
                self._busy += 1
            try:
                job()
            finally:
                with self._news:
                    self._busy -= 1
                    self._news.notify_all()
