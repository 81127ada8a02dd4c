"""The command line: what a basket would get and why, which shops there are, what is wrong with them; errors are sentences."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from plugin import bundle_commands
from plugin.cli import main
from plugin.sandbox.toy_shop import variant
from tests.house import EUROPE, SECRET, House, a_house, with_history

Tandem = Callable[..., Result]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Installed in a Saleor that answers on a real port; the history is not learned yet. Read by all tests here."""
    house = a_house(tmp_path_factory.mktemp("served"))
    house.sandbox.serve()
    with_history(house).install()
    house.place("beans", "mug")
    house.tandem.close()
    yield house
    house.close()


@pytest.fixture
def tandem(served: House, monkeypatch: pytest.MonkeyPatch) -> Tandem:
    """The command `tandem` in the operator's environment."""
    environment = {
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(served.config.data_dir),
        "ALLOWED_SALEOR_URLS": "*",
        "IMPORT_PAUSE_MS": "0",
        "COLUMNS": "300",
    }

    def run(*arguments: str, **changes: str) -> Result:
        return CliRunner().invoke(
            main, list(arguments), env={**environment, **changes}, catch_exceptions=False
        )

    return run


def learned(served: House, tandem: Tandem) -> House:
    result = tandem("learn", "--shop", served.sandbox.api_url)
    assert result.exit_code == 0, result.output
    return served


def test_learning_shows_how_far_it_is_and_ends(served: House, tandem: Tandem) -> None:
    result = tandem("learn", "--shop", served.sandbox.api_url)

    assert result.exit_code == 0
    assert ("products" in result.output, "7/7" in result.output) == (True, True)
    assert ("orders" in result.output, "55/55" in result.output) == (True, True)


def test_a_file_of_orders_is_learned_without_asking_saleor(
    served: House, tandem: Tandem, tmp_path: Path
) -> None:
    orders, products = tmp_path / "orders.csv", tmp_path / "products.csv"
    orders.write_text("order_id,ordered_at,product_id\n1,2026-11-01,file tea\n1,2026-11-01,file pot\n")
    products.write_text("product_id,name,category\nfile tea,Tea,Teas\n")
    shop = ("learn", "--shop", served.sandbox.api_url)

    first = tandem(*shop, "--orders", str(orders), "--products", str(products))
    again = tandem(*shop, "--orders", str(orders))
    orders.write_text("order_id,ordered_at,product_id\n1,soon,file tea\n")
    wrong = tandem(*shop, "--orders", str(orders))
    alone = tandem(*shop, "--products", str(products))

    assert ("1 orders of 2 lines, 1 of them news" in first.output, "orders/s" in first.output) == (True, True)
    assert "1 orders of 2 lines" in again.output
    assert (wrong.exit_code, "orders.csv, line 2: ordered_at 'soon'" in wrong.output) == (1, True)
    assert (alone.exit_code, "--products goes with --orders" in alone.output) == (2, True)


def test_what_a_basket_would_get_and_why_as_a_table(served: House, tandem: Tandem) -> None:
    learned(served, tandem)

    result = tandem("suggest", "--shop", served.sandbox.api_url, "--channel", EUROPE, variant("beans"))

    words = (
        "Mug",
        "8.00 EUR",
        "also_bought",
        "learned",
        "Bought together in 19 of 25 orders with Coffee beans",
    )
    assert result.exit_code == 0
    assert [word for word in words if word not in result.output] == []


def test_the_same_as_the_document_a_storefront_gets(served: House, tandem: Tandem) -> None:
    learned(served, tandem)

    result = tandem(
        "suggest", "--shop", served.sandbox.api_url, "--channel", EUROPE, "--json", variant("beans")
    )

    there = served.storefront(f"variants={variant('beans')}&channel={EUROPE}&placement=basket").get_json()
    served.tandem.close()
    assert {**json.loads(result.stdout), "madeAt": ""} == {**there, "madeAt": ""}


def test_every_candidate_is_told_with_the_reason_it_was_kept_or_dropped(
    served: House, tandem: Tandem
) -> None:
    learned(served, tandem)
    asked = ("suggest", "--shop", served.sandbox.api_url, "--channel", EUROPE, "--why")

    table = tandem(*asked, variant("beans"), f"2x{variant('mug')}")
    told = json.loads(tandem(*asked, "--json", "--placement", "checkout", variant("beans")).stdout)
    there = served.storefront(f"variants={variant('beans')}&channel={EUROPE}&placement=checkout").get_json()
    served.tandem.close()

    assert [word for word in ("✓", "shown", "✗", "in the basket already") if word not in table.output] == []
    assert told["suggestions"] == there["suggestions"]
    verdicts = {one["name"]: one["verdict"] for one in told["considered"] if one["kind"] == "also_bought"}
    assert verdicts["Mug"] == "kept"


def test_a_basket_nothing_is_known_about_gets_a_sentence(served: House, tandem: Tandem) -> None:
    result = tandem("suggest", "--shop", served.sandbox.api_url, "--channel", EUROPE, "garbage")

    assert (result.exit_code, result.output) == (0, "Nothing is shown: no evidence for this basket.\n")


def test_the_shops_as_a_table_and_as_json(served: House, tandem: Tandem) -> None:
    table, as_json = tandem("shops"), tandem("shops", "--json")

    assert (served.sandbox.api_url in table.output, "active" in table.output) == (True, True)
    (shop,) = json.loads(as_json.stdout)
    assert (shop["key"], shop["active"], shop["deleted_at"]) == (served.installation.key, True, None)
    assert not {"token", "buyer_key"} & shop.keys()
    assert served.installation.token not in table.output + as_json.output


def test_a_healthy_shop_makes_the_doctor_end_with_0(served: House, tandem: Tandem) -> None:
    learned(served, tandem)

    result = tandem("doctor")

    assert (result.exit_code, result.output.count("✓"), result.output.count("✗")) == (0, 8, 0)


def test_a_sick_shop_makes_the_doctor_end_with_1_and_say_what_to_do(served: House, tandem: Tandem) -> None:
    learned(served, tandem)
    webhooks = served.sandbox.state.webhooks
    del webhooks[next(iter(webhooks))]

    table, as_json = tandem("doctor"), tandem("doctor", "--json")
    mended = tandem("doctor", "--shop", served.sandbox.api_url, "--mend")

    findings = json.loads(as_json.stdout)[served.sandbox.api_url]
    assert (table.exit_code, as_json.exit_code, mended.exit_code) == (1, 1, 0)
    assert "`tandem doctor --mend` brings them up to date." in table.output
    assert [finding["what"] for finding in findings if not finding["well"]] == ["webhooks"]


def test_the_doctor_rewrites_secrets_with_a_new_key(served: House, tandem: Tandem) -> None:
    learned(served, tandem)
    new = "n" * 40

    there = tandem("doctor", "--encrypt-anew", SECRET_KEY=f"{new},{SECRET}")
    back = tandem("doctor", "--encrypt-anew", SECRET_KEY=f"{SECRET},{new}")

    assert "1 shops' secrets rewritten with the first key" in there.output
    assert (there.exit_code, back.exit_code) == (0, 0)


def test_without_shops_there_is_nothing_to_examine(tandem: Tandem, tmp_path: Path) -> None:
    nowhere = {"DATA_DIR": str(tmp_path)}

    shops, doctor = tandem("shops", **nowhere), tandem("doctor", **nowhere)

    assert shops.output.startswith("No shop has installed Tandem yet.")
    assert (shops.exit_code, doctor.exit_code) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "changes", "said"),
    [
        (
            ["shops"],
            {"SECRET_KEY": ""},
            "SECRET_KEY is missing: set it to 32 or more random characters and keep it",
        ),
        (["shops"], {"SECRET_KEY": "w" * 32}, "SECRET_KEY cannot decrypt what is stored"),
        (
            ["shops"],
            {"MAX_BODY_BYTES": "5 MB"},
            "MAX_BODY_BYTES: '5 MB' is not a whole number of at least 1000",
        ),
        (["shops"], {"DATA_DIR": __file__}, "installations.sqlite3: "),
        (["doctor", "--shop", "https://stranger/"], {}, "Tandem is not installed there"),
        (["learn", "--shop", "https://stranger/"], {}, "Tandem is not installed there"),
        (
            ["suggest", "--shop", "https://stranger/", "--channel", "x", "y"],
            {},
            "Tandem is not installed there",
        ),
    ],
    ids=["no key", "wrong key", "wrong setting", "no folder", "doctor", "learn", "suggest"],
)
def test_what_is_wrong_is_said_in_one_sentence(
    tandem: Tandem, arguments: list[str], changes: dict[str, str], said: str
) -> None:
    result = tandem(*arguments, **changes)

    assert (result.exit_code, result.output.startswith(f"Error: {said}")) == (1, True), result.output
    assert "Traceback" not in result.output


def test_an_unknown_channel_is_answered_with_those_there_are(served: House, tandem: Tandem) -> None:
    learned(served, tandem)

    result = tandem("suggest", "--shop", served.sandbox.api_url, "--channel", "nowhere", "y")

    assert result.output == "Error: no channel 'nowhere'; known: default-channel, channel-us\n"
    assert result.exit_code == 1


def test_a_saleor_that_does_not_answer_is_said_in_one_sentence(tmp_path: Path, tandem: Tandem) -> None:
    house = a_house(tmp_path)
    house.sandbox.serve()
    house.install()
    house.close()

    learn, doctor = (
        tandem("learn", "--shop", house.sandbox.api_url, DATA_DIR=str(tmp_path)),
        tandem("doctor", DATA_DIR=str(tmp_path)),
    )

    assert (learn.exit_code, doctor.exit_code) == (1, 1)
    assert "Error: TransportConnectionFailed" in learn.output or "Error: ConnectError" in learn.output
    assert "reachable from here?" in doctor.output
    assert "Traceback" not in learn.output + doctor.output


@pytest.mark.parametrize("command", sorted(bundle_commands.bundles.commands))
def test_every_bundle_command_explains_itself(tandem: Tandem, command: str) -> None:
    result = tandem("bundles", command, "--help")

    assert (result.exit_code, bundle_commands.bundles.commands[command].help is not None) == (0, True)


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(tandem: Tandem, command: str) -> None:
    result = tandem(command, "--help")

    assert (result.exit_code, main.commands[command].help is not None) == (0, True)
