"""The files as they are served: small, without markup from data, calling nobody of their own."""

import gzip
import json
import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate
from jsonschema import Draft202012Validator

from tests.storefront_snippets.documents import lines_hash
from tests.storefront_snippets.fake_shop import SNIPPETS

SERVED = ("suggestions_client.js", "suggestions_element.js", "define.js")
LIMIT = 12 * 1024
"""Bytes that a shopper may have to load, compressed, all together: 8 KB for suggestions, 2 for sets and settling, 2 for
upgrades, free delivery and declining."""

README = (SNIPPETS / "README.md").read_text(encoding="utf-8")
SALEOR = SNIPPETS.parents[1] / "shared" / "saleor" / "schema-3.23.graphql"


def source(name: str) -> str:
    return (SNIPPETS / name).read_text(encoding="utf-8")


def test_a_shopper_loads_no_more_than_12_kilobytes() -> None:
    size = sum(len(gzip.compress(source(name).encode(), 9)) for name in SERVED)
    assert size <= LIMIT


@pytest.mark.parametrize("name", SERVED)
def test_nothing_that_is_suggested_can_become_markup_or_code(name: str) -> None:
    doors = r"innerHTML|outerHTML\s*=|insertAdjacentHTML|setHTML|document\.write|\beval\(|new Function"
    assert re.findall(doors, source(name)) == []


@pytest.mark.parametrize("name", SERVED)
def test_nobody_is_called_but_whom_the_page_names(name: str) -> None:
    assert re.findall(r"https?://\w|[\"'`]//\w", source(name)) == []


@pytest.mark.parametrize("name", SERVED)
def test_there_is_nothing_to_install(name: str) -> None:
    imported = re.findall(r"^(?:import|export)\b.*from \"(.*)\";$", source(name), re.M)
    assert set(imported) <= {f"./{served}" for served in SERVED}


@pytest.mark.parametrize(
    "lines", json.loads(Path(__file__).with_name("lines_hash.json").read_text(encoding="utf-8"))
)
def test_the_golden_hashes_are_what_python_computes(lines: dict[str, object]) -> None:
    assert lines_hash(lines["lines"]) == lines["hash"]  # type: ignore[arg-type]  # read from JSON


@pytest.mark.skipif(not SALEOR.is_file(), reason="no recorded Saleor schema on this machine")
def test_saleor_understands_what_the_snippets_ask() -> None:
    schema = build_schema(SALEOR.read_text(encoding="utf-8"))
    asked = re.findall(r"`((?:query|mutation) .*?)`;", source("suggestions_client.js"), re.S)
    fragment = source("graphql/tandem_suggestions.graphql")
    asked.append("query ($id: ID!) { checkout(id: $id) { ...TandemSuggestions } }" + fragment)

    mistakes = [error.message for document in asked for error in validate(schema, parse(document))]
    assert (len(asked), mistakes) == (3, [])


def test_the_readme_knows_every_attribute_property_event_part_and_look() -> None:
    element = source("suggestions_element.js")
    lists = re.findall(r"(?:QUESTION|observedAttributes) = \[(.*?)\];", element)
    attributes = re.findall(r'"([\w-]+)"', "".join(lists))
    properties = re.findall(r"(\w+):", element.split("const PROPERTIES = {")[1].split("};")[0])
    texts = re.findall(r"^  (\w+):", element.split("const TEXTS = {")[1].split("};")[0], re.M)
    events = [f"tandem:{what}" for what in set(re.findall(r'#tell\("(\w+)"', element))]
    parts = set(" ".join(re.findall(r'(?:part: |#price\(|\? \[|: \[)"([a-z ]+)"', element)).split())
    looks = set(re.findall(r"--tandem-[\w-]+", element))

    said = set(re.findall(r"`([\w:-]+)(?:\([^`]*\))?`", README))
    assert {*attributes, *properties, *texts, *events, *parts, *looks, "refresh"} - said == set()


def test_the_readme_knows_what_a_page_may_ask_for_itself() -> None:
    asked = {
        "linesHash",
        "addBundle",
        "settle",
        "settleBeforePay",
        "bundleName",
        "upgradeLine",
        "decline",
        "limitAt",
    }
    assert asked <= set(re.findall(r"export (?:async )?function (\w+)", source("suggestions_client.js")))
    assert {name for name in asked if f"{name}(" not in README} == set()


def test_the_documents_in_the_readme_are_valid() -> None:
    schema = Draft202012Validator(json.loads(source("suggestions.schema.json")))
    documents = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", README, re.S)]
    assert [schema.is_valid(document) for document in documents] == [True]


@pytest.mark.parametrize("name", sorted(str(path.relative_to(SNIPPETS)) for path in SNIPPETS.rglob("*.*")))
def test_every_address_in_the_room_is_an_example(name: str) -> None:
    hosts = set(re.findall(r"https?://([\w.-]+\.\w+)", source(name))) - {"json-schema.org"}
    assert {host for host in hosts if not host.endswith(".example")} == set()


def test_the_readme_s_hash_is_right() -> None:
    lines = [{"variantId": "UHJvZHVjdFZhcmlhbnQ6MQ==", "quantity": 2}]
    assert README.count(f"`{lines_hash(lines)}`") == 1


def test_types_are_told_of_everything_a_page_may_ask_for() -> None:
    exported = set(re.findall(r"export (?:async )?(?:function|const) (\w+)", source("suggestions_client.js")))
    typed = set(re.findall(r"export (?:function|const) (\w+)", source("suggestions_client.d.ts")))
    assert typed == exported
