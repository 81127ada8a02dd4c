"""Record what a real Saleor charges: `python -m tests.live.record_prices`, with SALEOR_API_URL set; takes about ten minutes.

Plays every case of tests.sandbox.prices in channels of its own and keeps the answers in tests/sandbox/recorded/prices.json,
which the sandbox is held to. What it made is taken away afterwards; its channels stay, switched off.
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.live.prices.ground import Ground
from tests.live.real_saleor import RealSaleor
from tests.live.waiting import soon
from tests.sandbox.prices.cases import Case, every_case
from tests.sandbox.prices.playing import Player, pricing
from tests.sandbox.prices.world import CATALOGUE, PLACES, variants

RECORDED = Path(__file__).parents[1] / "sandbox" / "recorded" / "prices.json"

LONGEST_PROMOTION = 180.0
"""Seconds until Saleor's clock has worked every catalogue promotion into the prices."""


def main(wanted: str = "") -> None:
    """Record all cases, or only those with `wanted` in their names and keep the others as they are."""
    ground = Ground(RealSaleor())
    ground.clear()
    try:
        ground.lay()
        soon(lambda: _all_cheaper(ground), within=LONGEST_PROMOTION, what="promotions in the prices")
        cases = [it for it in every_case() if wanted in it.name]
        answers = _answers(ground, cases)
        shown = {it.slug: pricing(ground.ask, ground.names, variants(), it.slug) for it in PLACES}
    finally:
        ground.clear()
        ground.saleor.http.close()
    known = json.loads(RECORDED.read_text())["cases"] if wanted else {}
    _keep({"pricing": shown, "cases": {it.name: (known | answers)[it.name] for it in every_case()}})


def _all_cheaper(ground: Ground) -> bool:
    groups = {group for promotion in CATALOGUE for group in promotion.groups}
    for place in PLACES:
        shown = pricing(ground.ask, ground.names, variants(), place.slug)
        if not all(price[0] for name, price in shown.items() if name.rpartition("-")[0] in groups):
            return False
    return True


def _answers(ground: Ground, cases: list[Case]) -> dict[str, list[Any]]:
    """Answers by case, in the cases' order; cases under the same order promotions are played together."""
    found = {}
    for under, together in groupby(sorted(cases, key=lambda it: it.under), key=lambda it: it.under):
        running = ground.start(under)
        for case in together:
            player = Player(ground.ask, ground.names, case.channel)
            found[case.name] = [player.play(step) for step in case.steps]
            print(f"\r{len(found)} of {len(cases)}", end="", file=sys.stderr)
        ground.stop(running)
    return {case.name: found[case.name] for case in cases}


def _keep(recorded: dict[str, Any]) -> None:
    """One line per case: small, and a change is easy to see."""
    parts = []
    for name, rows in recorded.items():
        lines = [
            f"{json.dumps(key)}:{json.dumps(_short(row), separators=(',', ':'))}" for key, row in rows.items()
        ]
        parts.append(f"{json.dumps(name)}:{{\n" + ",\n".join(lines) + "\n}")
    RECORDED.parent.mkdir(exist_ok=True)
    RECORDED.write_text("{" + ",\n".join(parts) + "}\n")
    print(f"{len(recorded['cases'])} cases, {RECORDED.stat().st_size:,} bytes")


def _short(row: Any) -> Any:
    """100.0 without its decimals: it is read as the same number."""
    if isinstance(row, dict):
        return {name: _short(it) for name, it in row.items()}
    if isinstance(row, list):
        return [_short(it) for it in row]
    return int(row) if isinstance(row, float) and row.is_integer() else row


if __name__ == "__main__":
    main(*sys.argv[1:])
