"""The app is removed: it stops at once; what it knew waits a while, and then is gone for good."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plugin.errors import UnknownShop
from plugin.use_cases.forget_shop import forget_due
from tests.builders import counts_of
from tests.house import House, a_house, with_history


def remove(house: House) -> None:
    """In the Dashboard."""
    house.sandbox.apps.delete(house.saleor_app.id)


def files(house: House) -> set[str]:
    return {path.name for path in house.config.data_dir.glob("shop-*")}


def forget(house: House, **passed: float) -> list[str]:
    return forget_due(house.tandem, datetime.now(UTC) + timedelta(**passed))


def test_a_removed_app_stops_at_once(house: House) -> None:
    key = house.installation.key

    remove(house)

    assert house.installation.active is False
    assert house.tandem.installations() == []
    with pytest.raises(UnknownShop):
        house.tandem.installed_at(house.sandbox.api_url)
    assert house.client.get(f"/storefront/{key}/suggestions?variants=x").status_code == 404


def test_within_a_week_everything_is_still_there_and_a_second_installation_brings_it_back(
    house: House,
) -> None:
    with house.shop() as shop:
        learned = counts_of(shop.db)
    remove(house)
    due = forget(house, days=6.9)

    house.install()

    with house.shop() as shop:
        assert (due, counts_of(shop.db)) == ([], learned)
    assert house.offered("beans") == ["Mug", "Paper filters"]
    assert forget(house, days=365) == []


def test_after_a_week_nothing_is_left(house: House) -> None:
    api_url, token = house.installation.api_url, house.installation.token
    remove(house)

    assert forget(house, days=7.1) == [api_url]

    assert files(house) == set()
    house.tandem.close()
    content = b"".join(path.read_bytes() for path in house.config.data_dir.iterdir())
    assert token.encode() not in content
    assert forget(house, days=8) == []


def test_a_shop_installed_again_at_the_very_moment_it_is_forgotten_keeps_everything(house: House) -> None:
    installed = house.installation
    remove(house)
    with house.tandem.register() as register:
        register.db.conn.execute("begin immediate")
        forgetting = threading.Thread(target=forget, args=[house], kwargs={"days": 8})
        forgetting.start()
        time.sleep(0.3)
        register.keep(installed)
        register.db.conn.execute("commit")
        forgetting.join()

    assert (house.installation.active, house.learned_orders() != set()) == (True, True)


def test_a_removed_shop_is_forgotten_though_nobody_can_decrypt_it(house: House) -> None:
    api_url = house.installation.api_url
    remove(house)
    with house.tandem.register() as register:
        register.db.conn.execute("update installations set token = 'lost key'")

    assert (forget(house, days=8), files(house)) == ([api_url], set())


def test_a_file_that_cannot_go_now_goes_later(house: House) -> None:
    api_url = house.installation.api_url
    remove(house)
    house.tandem.close()
    path = house.tandem.file_of(house.installation)
    log = path.with_name(f"{path.name}-wal")
    log.unlink(missing_ok=True)
    log.mkdir()

    at_first = forget(house, days=8), path.exists()
    log.rmdir()

    assert (at_first, forget(house, days=8), files(house)) == (([], True), [api_url], set())


@pytest.fixture
def strict_house(tmp_path: Path) -> Iterator[House]:
    """Forgets at once; has heard nothing of Saleor yet."""
    house = with_history(a_house(tmp_path, forget_after_days=0))
    house.install()
    yield house
    house.close()


def test_without_a_grace_period_nothing_is_left_at_once(strict_house: House) -> None:
    remove(strict_house)

    assert strict_house.to_tandem.told()["app_deleted", 200] == 1
    assert (files(strict_house), strict_house.tandem.installations()) == (set(), [])


def test_a_shop_that_comes_back_after_being_forgotten_starts_anew(strict_house: House) -> None:
    before = strict_house.installation
    remove(strict_house)

    strict_house.install()
    strict_house.work()

    after = strict_house.installation
    assert (after.key, after.buyer_key == before.buyer_key) == (before.key, False)
    assert strict_house.offered("beans") == ["Mug", "Paper filters"]


def test_a_shop_forgotten_by_another_process_can_be_installed_again_here(house: House) -> None:
    other = house.restarted()
    remove(other)
    forget_due(other.tandem, datetime.now(UTC) + timedelta(days=8))
    other.close()
    back = house.restarted()

    back.install()
    back.work()

    assert back.offered("beans") == ["Mug", "Paper filters"]
    back.close()


def test_the_grace_period_of_one_shop_does_not_touch_another(house: House, tmp_path: Path) -> None:
    remove(house)
    neighbour = tmp_path / "shop-neighbour.sqlite3"
    neighbour.write_bytes(b"another shop")

    forget(house, days=30)

    assert neighbour.read_bytes() == b"another shop"
