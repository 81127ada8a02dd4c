"""The peers' parameters as they were tuned, kept in tuned.json, so that a run need not tune them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.quality.past import Past
from tests.benchmarks.quality.peers import Fit
from tests.benchmarks.quality.tuning import Parameters, tuned

KEPT = Path(__file__).with_name("tuned.json")

Say = Callable[[str], None]


def parameters(
    of: str, hide: str, name: str, fit: Fit, past: Past, say: Say, anew: bool = False
) -> Parameters:
    """Those kept for a set of this name and number of orders; else tuned now, printed and kept."""
    kept = _kept()
    key = f"{of}, {len(past)} orders, {hide}"
    if not anew and name in kept.get(key, {}):
        return kept[key][name]
    chosen = tuned(name, fit, past, hide)
    say(f"tuned {name} on {key}: {in_words(chosen)}")
    kept = _kept()
    kept.setdefault(key, {})[name] = dict(chosen)
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return chosen


def _kept() -> dict[str, dict[str, dict[str, float]]]:
    """Read anew each time: tuning takes minutes, in which another run may have kept its own."""
    kept: dict[str, dict[str, dict[str, float]]] = {}
    if KEPT.exists():
        kept = json.loads(KEPT.read_text(encoding="utf-8"))
    return kept


def in_words(chosen: Parameters) -> str:
    """`k 500, norm 0.7`, or `nothing to tune`."""
    return ", ".join(f"{name} {value:g}" for name, value in chosen.items()) or "nothing to tune"
