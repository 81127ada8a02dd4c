"""Work without a request: written down first, done by one, done again when it must be, and never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from plugin.app import create_app
from plugin.jobs import Worker, run_due
from plugin.sandbox.toy_shop import variant
from plugin.store import jobs
from plugin.use_cases import plan_work
from tests.house import SECRET, House, a_house, with_history
from tests.lines import Crossroads

LOOK = "CheckoutWithCandidates"
WRITE = "WriteSuggestions"

PROMISED = 5.0
"""Seconds within which a shopper finds suggestions."""


def now() -> float:
    return datetime.now(UTC).timestamp()


def due_in(house: House, key: str) -> float | None:
    """Seconds until this job is due, or None when there is no such job."""
    with house.shop() as shop:
        job = jobs.get(shop.db, key)
    return None if job is None else job["due_at"] - now()


def soon(is_so: Callable[[], object]) -> bool:
    """Whether it became so within the time we promise."""
    until = time.monotonic() + PROMISED
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.01)
    return False


@contextmanager
def worker(house: House) -> Iterator[Worker]:
    """The threads of a process, at work."""
    started = Worker(house.tandem)
    house.tandem.wake = started.wake
    started.start()
    try:
        yield started
    finally:
        started.stop()


def test_two_workers_never_hold_the_same_job(house: House) -> None:
    house.open_checkout("beans")

    with house.shop() as one, house.shop() as other:
        claimed = [jobs.claim(shop.db, plan_work.QUICK, now()) for shop in (one, other)]

    assert [job is not None for job in claimed] == [True, False]


def test_several_workers_at_once_do_every_job_exactly_once(house: House) -> None:
    checkouts = [house.open_checkout("beans") for _ in range(24)]

    def work() -> None:
        run_due(house.tandem, house.installation, plan_work.QUICK)
        house.tandem.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (house.to_saleor.count(LOOK), house.to_saleor.count(WRITE)) == (24, 24)
    assert all(house.suggested(checkout) == ["Mug", "Paper filters"] for checkout in checkouts)


def test_what_a_killed_worker_held_is_free_again_after_its_lease(house: House) -> None:
    checkout = house.open_checkout("beans")
    with house.shop() as shop:
        jobs.claim(shop.db, plan_work.QUICK, now())

    at_once = house.work()
    later = house.work(until=timedelta(seconds=jobs.LONG_LEASE + 1))

    assert (at_once, later, house.suggested(checkout)) == (0, 1, ["Mug", "Paper filters"])


def test_long_work_keeps_its_lease_page_by_page(house: House) -> None:
    with house.shop() as shop:
        plan_work.catch_up(shop, datetime.now(UTC))
        job = jobs.claim(shop.db, [plan_work.SWEEP], now())
        assert job
        later = now() + jobs.LONG_LEASE
        jobs.progress(shop.db, job, {"seen": 100}, later - 1)

        assert jobs.claim(shop.db, [plan_work.SWEEP], later) is None


def test_several_events_of_a_checkout_are_one_job_with_the_newest_of_them(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})
    house.sandbox.checkouts.write(checkout.id, email="ann@example.com")

    with house.shop() as shop:
        job = jobs.claim(shop.db, plan_work.QUICK, now())
        other = jobs.claim(shop.db, plan_work.QUICK, now())

    assert job
    assert (len(job.payload["checkout"]["lines"]), job.written, other) == (2, 3, None)


def test_an_event_that_comes_while_its_job_is_done_has_it_done_again(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.to_saleor.afterwards[WRITE] = lambda: house.sandbox.checkouts.add_lines(
        checkout.id, {variant("tea"): 1}
    )

    house.work()

    assert house.suggested(checkout) == ["Mug", "Tea pot", "Tea strainer"]
    assert (house.to_saleor.count(WRITE), due_in(house, f"inject:{checkout.id}")) == (2, None)


def test_a_job_that_fails_is_tried_again_after_growing_pauses(house: House) -> None:
    house.to_saleor.cut = {"*"}
    with house.shop() as shop:
        plan_work.refresh_products(shop, ["UHJvZHVjdDox"], datetime.now(UTC))
    pauses, passed = [], 0.0

    for _ in range(5):
        house.work(until=timedelta(seconds=passed))
        passed = due_in(house, "refresh_product:UHJvZHVjdDox") or 0.0
        pauses.append(round(passed))
        passed += 0.5

    assert pauses == [2, 4, 8, 16, 32]


def test_work_that_has_to_be_done_is_never_given_up(house: House) -> None:
    house.to_saleor.cut = {"*"}
    with house.shop() as shop:
        plan_work.refresh_products(shop, ["UHJvZHVjdDox"], datetime.now(UTC))
    for _ in range(20):
        house.work(until=timedelta(hours=0.5))

    pause = due_in(house, "refresh_product:UHJvZHVjdDox")
    house.to_saleor.cut = set()
    house.work(until=timedelta(minutes=20))

    assert pause
    assert (800 < pause <= 900, due_in(house, "refresh_product:UHJvZHVjdDox")) == (True, None)


def test_a_checkout_nobody_can_be_waiting_for_any_more_is_given_up(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.to_saleor.cut = {"*"}

    for _ in range(10):
        house.work(until=timedelta(minutes=3))

    assert due_in(house, f"inject:{checkout.id}") is None
    house.to_saleor.cut = set()
    house.sandbox.checkouts.write(checkout.id, email="ann@example.com")
    house.work()
    assert house.suggested(checkout) == ["Mug", "Paper filters"]


def test_one_failing_job_does_not_hold_up_the_others(house: House) -> None:
    forged = {"id": "Q2hlY2tvdXQ6eA==", "lines": "none"}
    with house.shop() as shop:
        plan_work.inject(shop, forged, datetime.now(UTC))
    checkout = house.open_checkout("beans")

    house.work()

    assert house.suggested(checkout) == ["Mug", "Paper filters"]


def test_a_shopper_finds_suggestions_within_seconds(house: House) -> None:
    with worker(house):
        checkout = house.open_checkout("beans")
        found = soon(lambda: house.suggested(checkout) == ["Mug", "Paper filters"])

        house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})
        changed = soon(lambda: house.suggested(checkout) == ["Mug", "Tea pot", "Tea strainer"])

    assert (found, changed) == (True, True)


def test_a_new_order_changes_what_the_next_shopper_reads_within_seconds(house: House) -> None:
    with worker(house):
        house.place_several(9, "beans", "mug")
        checkout = house.open_checkout("beans")

        assert soon(lambda: house.suggested(checkout))
        (mug, *_) = (house.written(checkout) or {})["suggestions"]

    assert mug["reason"]["text"] == "Bought together in 27 of 33 orders with Coffee beans"


def test_what_failed_is_done_by_itself_when_saleor_answers_again(house: House) -> None:
    house.to_saleor.cut = {"*"}
    with worker(house):
        checkout = house.open_checkout("beans")
        assert soon(lambda: due_in(house, f"inject:{checkout.id}") or 0.0 > 1.0)
        house.to_saleor.cut = set()

        assert soon(lambda: house.suggested(checkout) == ["Mug", "Paper filters"])


def test_a_new_process_takes_up_what_the_last_one_left(house: House) -> None:
    checkout = house.open_checkout("beans")
    successor = house.restarted()

    with worker(successor):
        found = soon(lambda: successor.suggested(checkout) == ["Mug", "Paper filters"])

    assert found
    successor.close()


def test_a_new_process_looks_at_once_for_what_was_lost_while_there_was_none(house: House) -> None:
    house.to_tandem.down = 500
    lost = house.place("beans", "mug")
    successor = house.restarted()
    successor.later(minutes=1)

    with worker(successor):
        found = soon(lambda: lost.id in successor.learned_orders())

    assert found
    successor.close()


def test_workers_leave_a_switched_off_shop_alone(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.apps.set_active(house.saleor_app.id, False)
    asked = len(house.to_saleor.asked)

    with worker(house) as started:
        started.wake(house.installation)
        time.sleep(0.6)

    assert (len(house.to_saleor.asked), house.written(checkout)) == (asked, None)


def test_a_shop_whose_saleor_hangs_does_not_hold_up_another(house: House, tmp_path: Path) -> None:
    other = with_history(a_house(tmp_path / "other"))
    both = Crossroads({it.sandbox.origin: it.to_saleor for it in (house, other)})
    shared = create_app(house.config, transport=both, work=False)
    for it in (house, other):
        it.app, it.to_tandem.inner = shared, httpx.WSGITransport(app=shared)
    other.install()
    (second,) = [found for found in house.tandem.installations() if found.api_url == other.sandbox.api_url]
    for names in (plan_work.QUICK, plan_work.LONG):
        run_due(house.tandem, second, names)
    answers = threading.Event()
    house.to_saleor.always = lambda: answers.wait(2 * PROMISED)

    with worker(house):
        stuck = [house.open_checkout("beans") for _ in range(12)]
        quick = other.open_checkout("beans")
        found = soon(lambda: other.suggested(quick) == ["Mug", "Paper filters"])
        waiting = [house.written(checkout) for checkout in stuck]
        answers.set()

    assert (found, waiting) == (True, [None] * 12)
    other.close()


@pytest.fixture
def killed_process(empty_house: House) -> Iterator[tuple[House, subprocess.Popen[str]]]:
    """Tandem in a real process of its own, installed in a Saleor on a real port."""
    house = empty_house
    saleor = house.sandbox.serve()
    house.sandbox.http.close()
    house.sandbox.http = httpx.Client()
    environment = {
        **os.environ,
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(house.config.data_dir),
        "ALLOWED_SALEOR_URLS": f"{saleor}/graphql/",
        "IMPORT_PAUSE_MS": "0",
    }
    command = [sys.executable, "-m", "tests.killed_process"]
    with subprocess.Popen(  # noqa: S603  # our own module, no input of anybody
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        house.install(f"http://localhost:{process.stdout.readline().strip()}/api/manifest")
        yield house, process
        process.kill()


def test_a_process_killed_between_its_answer_and_its_work_loses_nothing(
    killed_process: tuple[House, subprocess.Popen[str]],
) -> None:
    house, process = killed_process
    for goods in (("beans", "mug"), ("tea", "pot"), ("bag",)):
        house.place_several(8, *goods)
    house.work()
    checkout = house.open_checkout("beans")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    with worker(house):
        found = soon(lambda: house.suggested(checkout) == ["Mug"])

    assert (found, process.returncode) == (True, -signal.SIGKILL)
    assert len(house.learned_orders()) == 24
