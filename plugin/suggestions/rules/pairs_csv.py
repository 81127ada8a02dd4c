"""Own pairs as a table for spreadsheets: product,with,both,position,from,until,channels."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from plugin.errors import BadRule
from plugin.suggestions.model import ChannelId
from plugin.suggestions.rules.checks import as_json
from plugin.suggestions.rules.model import LAST_POSITION, MOST_RULES, PAIR, Rule

COLUMNS = ("product", "with", "both", "position", "from", "until", "channels")
NEEDED = COLUMNS[:2]

YES_OR_NO: Mapping[str, bool] = {
    "": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True,
}  # fmt: skip

POSITIONS = tuple(str(position) for position in range(1, LAST_POSITION + 1))

SEPARATORS = ",;\t"
"""Spreadsheets write what the country they run in is used to."""


def text(rules: Iterable[Rule], slugs: Mapping[ChannelId, str]) -> str:
    """The own pairs among these that are switched on, one a row, oldest first. A table cannot say that one is off."""
    written = io.StringIO()
    rows = csv.DictWriter(written, COLUMNS, extrasaction="ignore", lineterminator="\n")
    rows.writeheader()
    for rule in sorted(rules, key=lambda rule: rule.id):
        if rule.kind == PAIR and rule.enabled:
            told = as_json(rule, slugs)
            rows.writerow(
                {**told, "both": "yes" if rule.both else "no", "channels": " ".join(told["channels"])}
            )
    return written.getvalue()


def drafts(given: str) -> list[dict[str, Any]]:
    """One draft of an own pair per row, as checks.read takes it; channels are separated by spaces.

    Raises:
        BadRule: a column is missing or unknown, or there are too many rows.
    """
    first = given.removeprefix("\ufeff").lstrip("\r\n")
    head = first.split("\n", 1)[0]
    separator = max(SEPARATORS, key=head.count)
    rows = csv.DictReader(io.StringIO(first, newline=""), delimiter=separator, restkey="beyond")
    try:
        columns = [name.strip().lower() for name in rows.fieldnames or ()]
        rows.fieldnames = columns
        found = [row for row in rows if any(row.values())]
    except csv.Error as error:
        raise BadRule([("", f"is no CSV: {error}")]) from error
    problems = [(name, "there is no such column") for name in columns if name not in COLUMNS]
    problems += [(name, "this column is missing") for name in NEEDED if name not in columns]
    problems += [("", f"at most {MOST_RULES:,} rows")] if len(found) > MOST_RULES else []
    if problems:
        raise BadRule(problems)
    return [_draft(row) for row in found]


def _draft(row: Mapping[str, Any]) -> dict[str, Any]:
    typed = {name: (row.get(name) or "").strip() for name in COLUMNS}
    position = typed["position"]
    beyond = {"beyond": row["beyond"]} if "beyond" in row else {}
    return {
        "kind": PAIR,
        "product": typed["product"],
        "with": typed["with"],
        "both": YES_OR_NO.get(typed["both"].lower(), typed["both"]),
        "position": int(position) if position in POSITIONS else position or None,
        "from": typed["from"] or None,
        "until": typed["until"] or None,
        "channels": typed["channels"].split(),
        **beyond,
    }
