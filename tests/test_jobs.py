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

from plugin import jobs as room
from plugin.app import create_app
from plugin.errors import BadConfig, Superseded
from plugin.jobs import run_due
from plugin.sandbox.toy_shop import variant
from plugin.store import counted_in_bulk, facts, jobs
from plugin.store.installations import Installation
from plugin.use_cases import plan_work
from plugin.use_cases.fit_model import fit_model
from plugin.worker import Lane, Worker
from tests.builders import counts_of
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


def test_who_lost_a_job_to_another_worker_can_do_nothing_to_it_any_more(house: House) -> None:
    with house.shop() as shop:
        plan_work.sweep(shop, datetime.now(UTC))
        slow = jobs.claim(shop.db, [plan_work.SWEEP], now())
        other = jobs.claim(shop.db, [plan_work.SWEEP], now() + jobs.LONG_LEASE + 1)
        assert slow
        assert other
        before = list(shop.db.query("select * from jobs"))

        kept = jobs.progress(shop.db, slow, {"seen": 100}, now()), jobs.renew(shop.db, slow, now())
        jobs.again(shop.db, slow, now() + 900, "too slow")
        jobs.free(shop.db, slow)
        jobs.done(shop.db, slow)

        after = list(shop.db.query("select * from jobs"))
        jobs.done(shop.db, other)
        assert (kept, after, jobs.get(shop.db, plan_work.SWEEP)) == ((False, False), before, None)


def test_who_is_late_but_lost_nothing_goes_on(house: House) -> None:
    with house.shop() as shop:
        plan_work.sweep(shop, datetime.now(UTC))
        late = jobs.claim(shop.db, [plan_work.SWEEP], now())
        assert late

        assert jobs.progress(shop.db, late, {"seen": 100}, now() + 2 * jobs.LONG_LEASE)


def test_a_job_written_again_while_it_failed_is_not_put_off(house: House) -> None:
    at = now()
    with house.shop() as shop:
        plan_work.sweep(shop, datetime.fromtimestamp(at, UTC))
        job = jobs.claim(shop.db, [plan_work.SWEEP], at)
        assert job
        plan_work.sweep(shop, datetime.fromtimestamp(at, UTC))

        jobs.again(shop.db, job, at + 900, "Saleor is out of reach")

        anew = jobs.claim(shop.db, [plan_work.SWEEP], at)
    assert anew
    assert (anew.written, anew.attempts) == (job.written + 1, 0)


def test_two_workers_never_write_into_the_same_checkout(house: House) -> None:
    """Saleor was so slow that the lease ended, and another worker has the checkout by now."""
    checkout = house.open_checkout("beans")
    taken: list[jobs.Job | None] = []

    def take_over() -> None:
        with house.shop() as shop:
            taken.append(jobs.claim(shop.db, plan_work.QUICK, now() + jobs.SHORT_LEASE + 1))

    house.to_saleor.afterwards[LOOK] = take_over

    house.work()

    assert ([job is not None for job in taken], house.to_saleor.count(WRITE)) == ([True], 0)
    assert house.work(until=timedelta(seconds=2 * jobs.LONG_LEASE)) == 1
    assert house.suggested(checkout) == ["Mug", "Paper filters"]


def test_the_lease_is_renewed_before_every_question_to_saleor(house: House) -> None:
    with house.shop() as shop:
        facts.keep(shop.db, "reconciled_until", (datetime.now(UTC) - timedelta(days=1)).isoformat())
        plan_work.catch_up(shop, datetime.now(UTC))
    house.open_checkout("beans")
    ends: dict[str, list[float]] = {}

    def look() -> None:
        with house.shop() as shop:
            for key, end in shop.db.conn.execute("select key, leased_until from jobs where leased_until > 0"):
                ends.setdefault(key.partition(":")[0], []).append(end)

    house.to_saleor.always = look

    house.work()

    assert {name: len(set(seen)) == len(seen) > 1 for name, seen in ends.items()} == dict.fromkeys(
        [plan_work.INJECT, plan_work.RECONCILE, plan_work.MEND, plan_work.SWEEP, plan_work.DELIVERIES], True
    )


def test_reconciliation_keeps_its_lease_page_by_page(house: House) -> None:
    drafts = [
        house.sandbox.orders.draft({variant("tea"): 1}, user_email=f"{n}@example.com") for n in range(130)
    ]
    house.sandbox.orders.bulk_create(drafts)
    with house.shop() as shop:
        plan_work.after_start(shop, datetime.now(UTC))
    ends: list[float] = []

    def look() -> None:
        with house.shop() as shop:
            ends.append(
                shop.db.conn.execute("select leased_until from jobs where key = 'reconcile'").fetchone()[0]
            )

    house.to_saleor.always = look

    run_due(house.tandem, house.installation, [plan_work.RECONCILE])

    assert house.to_saleor.count("Orders") > 1
    assert ends == sorted(set(ends))


def test_orders_a_reconciliation_finds_refresh_what_is_fitted(house: House) -> None:
    house.work()
    with house.shop() as shop:
        fit_model(shop, datetime.now(UTC))
    house.to_tandem.down = 500
    house.sandbox.orders.bulk_create(
        [house.sandbox.orders.draft({variant("tea"): 1}, user_email="found@example.com")]
    )
    house.to_tandem.down = None
    assert due_in(house, plan_work.REFRESH_MODEL) is None
    with house.shop() as shop:
        plan_work.after_start(shop, datetime.now(UTC))

    run_due(house.tandem, house.installation, [plan_work.RECONCILE])

    assert due_in(house, plan_work.REFRESH_MODEL) is not None


def test_a_reconciliation_counts_what_a_killed_import_left_owed(house: House) -> None:
    house.work()
    with house.shop() as shop:
        before = counts_of(shop.db)
        counted_in_bulk.forget_all(shop.db)
        counted_in_bulk.owe(shop.db, "killed", datetime.now(UTC) - timedelta(hours=1))
        plan_work.after_start(shop, datetime.now(UTC))

    run_due(house.tandem, house.installation, [plan_work.RECONCILE])
    run_due(house.tandem, house.installation, [plan_work.COUNT_ANEW])

    with house.shop() as shop:
        assert counts_of(shop.db) == before
    assert due_in(house, plan_work.FIT) is not None


def test_a_fit_begun_elsewhere_meanwhile_is_not_begun_again_here(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two would put each other off for ever."""
    house.work()
    monkeypatch.setattr(room, "MOST_FITTED_HERE", 0)
    monkeypatch.setattr(room, "_apart", superseded)
    with house.shop() as shop:
        plan_work.fit_model(shop, datetime.now(UTC))

    assert run_due(house.tandem, house.installation, [plan_work.FIT]) == 1

    assert (due_in(house, plan_work.FIT) or 0) > timedelta(hours=1).total_seconds()


def superseded(_hold: room.Hold, command: str) -> None:
    raise Superseded(command)


def long_work(house: House, name: str) -> None:
    """More than a page of it, due now."""
    drafts = [
        house.sandbox.orders.draft({variant("tea"): 1}, user_email=f"{n}@example.com") for n in range(230)
    ]
    house.sandbox.orders.bulk_create(drafts)
    house.work()
    with house.shop() as shop:
        plan_work.after_install(shop, datetime.now(UTC))
        plan_work.learn_again(shop, datetime.now(UTC))
        shop.db.conn.execute("delete from jobs where name <> ?", [name])


@pytest.mark.parametrize("name", [plan_work.IMPORT, plan_work.SWEEP])
def test_a_process_that_stops_puts_long_work_down_for_the_next_one(house: House, name: str) -> None:
    long_work(house, name)
    stopping = threading.Event()
    question = {plan_work.IMPORT: "Orders", plan_work.SWEEP: "Products"}[name]
    house.to_saleor.afterwards[question] = stopping.set
    asked = house.to_saleor.count(question)

    stopped = run_due(house.tandem, house.installation, plan_work.LONG, stopping=stopping)
    pages = house.to_saleor.count(question) - asked
    next_one = run_due(house.tandem, house.installation, plan_work.LONG)

    assert (stopped, pages, next_one >= 1) == (0, 1, True)
    with house.shop() as shop:
        job = jobs.get(shop.db, name)
    assert job is None or job["due_at"] > now()


def test_learning_again_is_put_down_between_two_portions(house: House) -> None:
    long_work(house, plan_work.LEARN_AGAIN)

    class Soon(threading.Event):
        """Set when it has been looked at once."""

        def is_set(self) -> bool:
            looked = super().is_set()
            self.set()
            return looked

    stopped = run_due(house.tandem, house.installation, plan_work.LONG, stopping=Soon())

    with house.shop() as shop:
        free = jobs.claim(shop.db, plan_work.LONG, now())
    assert (stopped, free is not None and free.attempts) == (0, 0)


def test_a_process_that_stops_begins_nothing_more(house: House) -> None:
    house.open_checkout("beans")
    stopping = threading.Event()
    stopping.set()

    assert run_due(house.tandem, house.installation, plan_work.QUICK, stopping=stopping) == 0
    assert house.to_saleor.count(LOOK) == 0


def test_an_import_that_ended_while_the_process_stopped_is_not_begun_again(house: House) -> None:
    with house.shop() as shop:
        facts.keep(shop.db, "import", {"seen": 0, "total": None, "cursor": None, "finished": False})
        plan_work.after_install(shop, datetime.now(UTC))
        shop.db.conn.execute("delete from jobs where name <> ?", [plan_work.IMPORT])
    stopping = threading.Event()
    house.to_saleor.afterwards["Orders"] = stopping.set
    run_due(house.tandem, house.installation, plan_work.LONG, stopping=stopping)

    run_due(house.tandem, house.installation, plan_work.LONG)

    with house.shop() as shop:
        kept = facts.get(shop.db, "import")
    assert (kept["finished"], kept["seen"], due_in(house, plan_work.IMPORT)) == (
        True,
        kept["total"],
        None,
    )


def test_one_shop_never_holds_all_threads_of_a_lane() -> None:
    for threads, most in ((1, 1), (2, 1), (3, 2), (8, 3)):
        assert Lane(plan_work.LONG, threads).most_for_one == most


def test_a_shop_woken_often_waits_once_and_is_not_forgotten_while_it_holds_what_it_may() -> None:
    lane = Lane(plan_work.LONG, 2)
    for _ in range(50):
        lane.wake("one")
    assert (lane.next(), lane.queue.qsize()) == ("one", 0)

    with lane.place("one") as first:
        lane.wake("one")
        lane.wake("other")
        with lane.place(lane.next() or "") as second, lane.place(lane.next() or "") as third:
            waiting = lane.queue.qsize()

    assert (first, second, third, waiting) == (True, False, True, 0)
    assert (lane.next(), lane.queue.qsize(), dict(lane.holding)) == ("one", 0, {})


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


def test_several_events_of_a_checkout_are_one_job(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})
    house.sandbox.checkouts.write(checkout.id, email="ann@example.com")

    with house.shop() as shop:
        job = jobs.claim(shop.db, plan_work.QUICK, now())
        other = jobs.claim(shop.db, plan_work.QUICK, now())

    assert job
    assert (job.payload, job.written, other) == ({"checkout": checkout.id}, 3, None)


def test_an_event_that_comes_while_its_job_is_done_has_it_done_again(house: House) -> None:
    checkout = house.open_checkout("beans")
    house.to_saleor.afterwards[WRITE] = lambda: house.sandbox.checkouts.add_lines(
        checkout.id, {variant("tea"): 1}
    )

    house.work()

    assert house.suggested(checkout) == ["Tea pot", "Mug", "Tea strainer"]
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
    with house.shop() as shop:
        plan_work.inject(shop, "no id at all", datetime.now(UTC))
    checkout = house.open_checkout("beans")

    house.work()

    assert house.suggested(checkout) == ["Mug", "Paper filters"]


def test_a_shopper_finds_suggestions_within_seconds(house: House) -> None:
    with worker(house):
        checkout = house.open_checkout("beans")
        found = soon(lambda: house.suggested(checkout) == ["Mug", "Paper filters"])

        house.sandbox.checkouts.add_lines(checkout.id, {variant("tea"): 1})
        changed = soon(lambda: house.suggested(checkout) == ["Tea pot", "Mug", "Tea strainer"])

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
        assert soon(lambda: (due_in(house, f"inject:{checkout.id}") or 0.0) > 1.0)
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


def beside(house: House, data_dir: Path) -> tuple[House, Installation]:
    """Another shop with its own Saleor, served by the same Tandem."""
    other = with_history(a_house(data_dir))
    both = Crossroads({it.sandbox.origin: it.to_saleor for it in (house, other)})
    shared = create_app(house.config, transport=both, work=False)
    for it in (house, other):
        it.app, it.to_tandem.inner = shared, httpx.WSGITransport(app=shared)
    other.install()
    (second,) = [found for found in house.tandem.installations() if found.api_url == other.sandbox.api_url]
    for names in (plan_work.QUICK, plan_work.LONG):
        run_due(house.tandem, second, names)
    return other, second


def test_a_shop_whose_saleor_hangs_does_not_hold_up_another(house: House, tmp_path: Path) -> None:
    other, _second = beside(house, tmp_path / "other")
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


def test_long_work_of_a_shop_whose_saleor_hangs_does_not_hold_up_another(
    house: House, tmp_path: Path
) -> None:
    other, second = beside(house, tmp_path / "other")
    answers = threading.Event()
    house.to_saleor.always = lambda: answers.wait(2 * PROMISED)
    (first,) = [found for found in house.tandem.installations() if found != second]
    for installation in (first, second):
        with house.tandem.shop(installation) as shop:
            plan_work.catch_up(shop, datetime.now(UTC))

    with worker(house) as started:
        for _ in range(10):
            started.wake(first)
        time.sleep(0.2)
        started.wake(second)
        found = soon(lambda: not long_work_due(house, second))
        answers.set()

    assert found
    other.close()


def long_work_due(house: House, installation: Installation) -> bool:
    with house.tandem.shop(installation) as shop:
        return bool(shop.db.conn.execute("select 1 from jobs where due_at <= ?", [now()]).fetchone())


def test_a_shop_with_a_broken_file_does_not_hold_up_another(house: House, tmp_path: Path) -> None:
    other, second = beside(house, tmp_path / "other")
    house.to_tandem.down = other.to_tandem.down = 500
    lost = other.place("beans", "mug")
    other.later(minutes=1)
    house.tandem.close()
    (first,) = [found for found in house.tandem.installations() if found != second]
    path = house.tandem.file_of(first)
    path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
    path.write_bytes(b"no SQLite file at all" * 1_000)

    with worker(house):
        found = soon(lambda: lost.id in learned_by(house, second))

    assert found
    other.close()


def test_a_shop_nobody_can_decrypt_does_not_hold_up_another(house: House, tmp_path: Path) -> None:
    other, second = beside(house, tmp_path / "other")
    house.to_tandem.down = other.to_tandem.down = 500
    lost = other.place("beans", "mug")
    other.later(minutes=1)
    with house.tandem.register() as register:
        register.db.conn.execute(
            "update installations set token = 'lost key' where api_url <> ?", [second.api_url]
        )

    with worker(house):
        found = soon(lambda: lost.id in learned_by(house, second))

    assert found
    with pytest.raises(BadConfig, match="SECRET_KEY"):
        house.tandem.installations()
    other.close()


def learned_by(house: House, installation: Installation) -> set[str]:
    with house.tandem.shop(installation) as shop:
        return {row[0] for row in shop.db.conn.execute("select id from orders where learned <> '[]'")}


def test_the_clock_goes_on_when_the_register_cannot_be_read_for_a_while(house: House) -> None:
    house.to_tandem.down = 500
    with house.tandem.register() as register:
        register.db.conn.execute("alter table installations rename to mislaid")
        checkout = house.open_checkout("beans")
        with worker(house) as started:
            time.sleep(0.6)
            alive = [thread.is_alive() for thread in started.threads]
            register.db.conn.execute("alter table mislaid rename to installations")
        house.to_tandem.down = None

    assert (all(alive), house.written(checkout)) == (True, None)


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
