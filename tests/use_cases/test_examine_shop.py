"""The doctor: everything well in a healthy shop, and for every trouble what was found and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from plugin.store import facts
from plugin.use_cases.examine_shop import Finding, examine_shop
from tests.house import House, a_copy, a_house


def examined(house: House, **passed: float) -> dict[str, Finding]:
    with house.shop() as shop:
        found = examine_shop(house.tandem, shop, datetime.now(UTC) + timedelta(**passed))
    return {finding.what: finding for finding in found}


def ill(findings: dict[str, Finding]) -> list[str]:
    return [name for name, finding in findings.items() if not finding.well]


@pytest.fixture(scope="module")
def pattern_of_health(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Installed, learned, and heard from. Never changed: tests get copies."""
    house = a_house(tmp_path_factory.mktemp("healthy"))
    house.install()
    house.place_several(3, "beans", "mug")
    house.work()
    house.tandem.close()
    yield house
    house.close()


@pytest.fixture
def healthy(pattern_of_health: House, tmp_path: Path) -> Iterator[House]:
    """A shop in which all is well."""
    house = a_copy(pattern_of_health, tmp_path)
    yield house
    house.close()


def test_a_healthy_shop_is_well_in_every_respect(healthy: House) -> None:
    findings = examined(healthy)

    assert list(findings) == [
        "token",
        "permissions",
        "webhooks",
        "signature keys",
        "last delivery",
        "failed deliveries",
        "history",
        "store",
    ]
    assert (ill(findings), {finding.mend for finding in findings.values()}) == ([], {""})
    assert findings["token"].found == f"Tandem ({healthy.saleor_app.id}) on Saleor 3.23.28"
    assert findings["webhooks"].found == "34 there; 0 missing, 0 outdated, 0 surplus"
    assert findings["history"].found == "3 of 3 orders read, 3 kept, 7 products"
    assert findings["store"].found.startswith(f"shop-{healthy.installation.key}.sqlite3: ")


@pytest.mark.parametrize("end", ["switched off", "deleted"])
def test_a_token_that_works_no_longer(healthy: House, end: str) -> None:
    healthy.to_tandem.down = 400
    if end == "deleted":
        healthy.sandbox.apps.delete(healthy.saleor_app.id)
    else:
        healthy.sandbox.apps.set_active(healthy.saleor_app.id, False)

    findings = examined(healthy)

    assert list(findings) == ["token"]
    assert (findings["token"].well, findings["token"].mend) == (
        False,
        "The app is deleted or switched off there. Switch it on, or install it again.",
    )


def test_a_saleor_that_does_not_answer(healthy: House) -> None:
    healthy.to_saleor.cut = {"*"}

    findings = examined(healthy)

    assert list(findings) == ["Saleor"]
    assert findings["Saleor"].mend == f"Is {healthy.sandbox.api_url} reachable from here?"


def test_a_permission_taken_away(healthy: House) -> None:
    granted = healthy.saleor_app.permissions - {"MANAGE_CHECKOUTS"}
    healthy.sandbox.apps.update(healthy.saleor_app.id, permissions=granted)

    findings = examined(healthy)

    assert ill(findings) == ["permissions"]
    assert findings["permissions"].found == "missing: MANAGE_CHECKOUTS"
    assert findings["permissions"].mend.startswith(
        "Dashboard, Extensions, Tandem, Edit permissions: grant them."
    )


def test_a_webhook_taken_away(healthy: House) -> None:
    webhooks = healthy.sandbox.state.webhooks
    del webhooks[next(iter(webhooks))]

    findings = examined(healthy)

    assert ill(findings) == ["webhooks"]
    assert findings["webhooks"].found == "33 there; 1 missing, 0 outdated, 0 surplus"
    assert findings["webhooks"].mend == "`tandem doctor --mend` brings them up to date."


def test_rotated_signature_keys(healthy: House) -> None:
    healthy.sandbox.keys.rotate()

    findings = examined(healthy)

    assert ill(findings) == ["signature keys"]
    assert findings["signature keys"].mend == (
        "Saleor rotated its keys; the next delivery fetches the new ones by itself."
    )


def test_signature_keys_that_cannot_be_fetched(healthy: House) -> None:
    healthy.to_saleor.cut = {"/.well-known/jwks.json"}

    findings = examined(healthy)

    assert ill(findings) == ["signature keys"]
    assert "could not be fetched" in findings["signature keys"].found


def test_two_days_of_silence(healthy: House) -> None:
    findings = examined(healthy, days=2.1)

    assert ill(findings) == ["last delivery"]
    assert findings["last delivery"].found.startswith("ORDER_CREATED at ")
    assert findings["last delivery"].mend.startswith("Place an order or change a checkout")


def test_a_shop_never_heard_from(new_house: House) -> None:
    new_house.work()

    assert examined(new_house)["last delivery"].found == "none yet"


def test_failed_deliveries(healthy: House) -> None:
    healthy.to_tandem.down = 400
    healthy.open_checkout("beans")
    healthy.to_tandem.down = None

    findings = examined(healthy)

    assert ill(findings) == ["failed deliveries"]
    assert findings["failed deliveries"].found.startswith("1, the newest 20")
    assert findings["failed deliveries"].mend.endswith("is APP_URL reachable from Saleor?")


def test_a_history_that_was_never_read(healthy: House) -> None:
    with healthy.shop() as shop:
        shop.db.conn.execute("delete from facts where name = 'import'")

    findings = examined(healthy)

    assert ill(findings) == ["history"]
    assert (findings["history"].found, findings["history"].mend) == (
        "never imported",
        f"`tandem learn --shop {healthy.sandbox.api_url}`",
    )


def test_a_history_half_read(healthy: House) -> None:
    with healthy.shop() as shop:
        facts.keep(shop.db, "import", {**facts.get(shop.db, "import"), "seen": 1, "finished": False})

    findings = examined(healthy)

    assert ill(findings) == ["history"]
    assert findings["history"].found.startswith("1 of 3 orders read")
