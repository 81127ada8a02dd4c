"""One set in one mode: our ranking, every tuned peer, and where it is known the ranking of one who knows the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.benchmarks.quality.buyers_peers import BUYERS_PEERS
from tests.benchmarks.quality.folders import Basket, baskets_in
from tests.benchmarks.quality.judge import BEST, BadRanking, Figures, Truth, judged, truth_in
from tests.benchmarks.quality.ours import ranked
from tests.benchmarks.quality.past import Past, past_in
from tests.benchmarks.quality.peers import BASKET_PEERS, Fit
from tests.benchmarks.quality.tuned import Say, in_words, parameters
from tests.benchmarks.quality.tuning import Parameters, best_of

Best = Callable[[Basket, int], Sequence[str]]
"""The best possible ranking of so many products for a basket."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ranking in the contest: its figures, how long it took from orders to answers, and with what parameters."""

    figures: Figures
    seconds: float
    with_what: str


@dataclass(frozen=True, slots=True)
class Contest:
    """All that was measured for one set in one mode. Without ours, `note` says why."""

    of: str
    mode: str
    orders: int
    products: int
    baskets: int
    ours: Entry | None
    note: str
    peers: Mapping[str, Entry]
    bound: Figures | None


def contest(
    of: str, mode: str, folder: Path, say: Say, tune: bool = False, best: Best | None = None
) -> Contest:
    """Rank and judge. With mode `history` the buyers' own orders may be used, on baskets as in `random`."""
    past, truth, baskets = past_in(folder), truth_in(folder), baskets_in(folder)
    hide = "random" if mode == "history" else mode
    fits = {**BASKET_PEERS, **BUYERS_PEERS} if mode == "history" else BASKET_PEERS
    peers = {}
    for name, fit in fits.items():
        anew = tune and not (mode == "history" and name in BASKET_PEERS)
        chosen = parameters(of, hide, name, fit, past, say, anew)
        peers[name] = _peer(fit, chosen, past, baskets, truth)
        say(f"{of}, {mode}: {name} {_in_short(peers[name])}")
    ours, note = _ours(folder, mode, truth)
    say(f"{of}, {mode}: Tandem {_in_short(ours) if ours else note}")
    bound = judged(truth, [best(basket, BEST) for basket in baskets]) if best else None
    return Contest(of, mode, len(past), len(past.products), len(baskets), ours, note, peers, bound)


def _peer(fit: Fit, chosen: Parameters, past: Past, baskets: Sequence[Basket], truth: Truth) -> Entry:
    started = perf_counter()
    best = best_of(fit(past, **chosen), past.asked(baskets))
    ranks = [[past.products[number] for number in row if number >= 0] for row in best]
    seconds = perf_counter() - started
    return Entry(judged(truth, ranks), seconds, in_words(chosen))


def _ours(folder: Path, mode: str, truth: Truth) -> tuple[Entry | None, str]:
    answer = ranked(folder, mode)
    if answer.ranks is None:
        return None, answer.note
    try:
        return Entry(judged(truth, answer.ranks), answer.seconds, "defaults"), ""
    except BadRanking as error:
        return None, str(error)


def _in_short(entry: Entry) -> str:
    return f"{entry.figures.main:.4f} ({entry.seconds:.0f} s)"
