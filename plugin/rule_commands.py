"""tandem rules: list | show | add | remove | enable | disable | export | import. JSON in and out; own pairs as CSV too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any

import click

from plugin.errors import BadRule
from plugin.operator import Problems, of_shop, opened, parsed, plainly, say
from plugin.shop import Shop
from plugin.store import channels
from plugin.store import rules as kept_rules
from plugin.store.database import writing
from plugin.suggestions.model import ChannelId
from plugin.suggestions.rules import pairs_csv
from plugin.suggestions.rules.checks import as_json
from plugin.suggestions.rules.model import RULE_KINDS, Rule
from plugin.use_cases.change_rules import (
    find_rule,
    remove_rule,
    replace_pairs,
    replace_rules,
    save_rule,
    switch_rule,
)
from plugin.use_cases.describe_rules import described

WHO = "the command line"
"""Who changed a rule, in its history."""

as_csv = click.option("--csv", "as_csv", is_flag=True, help="Own pairs that are switched on, as CSV.")


@click.group()
def rules() -> None:
    """What is pinned, boosted, buried, never suggested, belongs together, or has to fit. JSON in and out."""


@rules.command("list")
@of_shop
@click.option("--kind", type=click.Choice(RULE_KINDS), help="Only those of this kind.")
def list_rules(api_url: str | None, kind: str | None) -> None:
    """All rules, oldest first."""
    with _shop(api_url) as shop:
        say([_json(shop, rule) for rule in kept_rules.every(shop.db) if kind in (None, rule.kind)])


@rules.command()
@of_shop
@click.argument("number", metavar="ID", required=False)
def show(api_url: str | None, number: str | None) -> None:
    """A rule in words, or all of them: whether it holds now, and what speaks against it."""
    with _shop(api_url) as shop:
        only = [find_rule(shop, number)] if number else None
        told = [
            {
                "words": one.words,
                "status": one.status,
                "warnings": list(one.warnings),
                "rule": _json(shop, one.rule),
            }
            for one in described(shop, datetime.now(UTC), only)
        ]
        say(told[0] if number else told)


@rules.command()
@of_shop
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
def add(api_url: str | None, file: IO[str]) -> None:
    """Keep the rule, or the array of rules, in FILE (- is standard input). All of them or none; one with an id is changed."""
    given = parsed(file.read())
    with _shop(api_url) as shop, writing(shop.db):
        if isinstance(given, list):
            say([_json(shop, _added(shop, draft, f"{place}.")) for place, draft in enumerate(given)])
        else:
            say(_json(shop, _added(shop, given)))


@rules.command()
@of_shop
@click.argument("number", metavar="ID")
def remove(api_url: str | None, number: str) -> None:
    """Remove a rule; prints it as it was."""
    with _shop(api_url) as shop:
        rule = find_rule(shop, number)
        remove_rule(shop, number, WHO, datetime.now(UTC))
        say(_json(shop, rule))


@rules.command()
@of_shop
@click.argument("number", metavar="ID")
def enable(api_url: str | None, number: str) -> None:
    """Switch a rule on."""
    _switch(api_url, number, True)


@rules.command()
@of_shop
@click.argument("number", metavar="ID")
def disable(api_url: str | None, number: str) -> None:
    """Switch a rule off; it stays for later."""
    _switch(api_url, number, False)


@rules.command()
@of_shop
@as_csv
def export(api_url: str | None, as_csv: bool) -> None:
    """All rules as JSON, or the own pairs as CSV, just as `import` takes them."""
    with _shop(api_url) as shop:
        every = kept_rules.every(shop.db)
        if as_csv:
            click.echo(pairs_csv.text(every, _slugs(shop)), nl=False)
        else:
            say([_json(shop, rule) for rule in every])


@rules.command("import")
@of_shop
@as_csv
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
def import_rules(api_url: str | None, as_csv: bool, file: IO[str]) -> None:
    """Put the rules in FILE (- is standard input) in place of all there are; with --csv only of the own pairs switched on."""
    text = file.read()
    given = None if as_csv else parsed(text)
    with _shop(api_url) as shop:
        now = datetime.now(UTC)
        if as_csv:
            kept = replace_pairs(shop, pairs_csv.drafts(text), WHO, now)
        elif isinstance(given, list):
            kept = replace_rules(shop, given, WHO, now)
        else:
            raise Problems([("", "must be a JSON array of rules")])
        say([_json(shop, rule) for rule in kept])


def _switch(api_url: str | None, number: str, enabled: bool) -> None:
    with _shop(api_url) as shop:
        say(_json(shop, switch_rule(shop, number, enabled, WHO, datetime.now(UTC))))


@contextmanager
def _shop(api_url: str | None) -> Iterator[Shop]:
    with plainly():
        try:
            with opened(api_url) as (_tandem, shop):
                yield shop
        except BadRule as error:
            raise Problems(error.problems) from error


def _added(shop: Shop, draft: object, where: str = "") -> Rule:
    """`where`: in front of every field, for one of several."""
    if not isinstance(draft, dict):
        raise Problems([(where.rstrip("."), "must be a JSON object")])
    try:
        return save_rule(shop, draft, WHO, datetime.now(UTC))
    except BadRule as error:
        raise Problems((f"{where}{field}", message) for field, message in error.problems) from error


def _json(shop: Shop, rule: Rule) -> dict[str, Any]:
    return as_json(rule, _slugs(shop))


def _slugs(shop: Shop) -> dict[ChannelId, str]:
    return {channel.id: channel.slug for channel in channels.every(shop.db) if channel.slug}
