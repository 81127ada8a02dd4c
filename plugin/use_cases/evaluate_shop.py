"""A back-test on the shop's own orders: Tandem, bestsellers and plain "bought together", asked for what later orders held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from plugin.shop import Shop
from plugin.store import counting_orders, evaluations
from plugin.store.counting_orders import PageDone
from plugin.store.database import writing
from plugin.suggestions.evaluating import figures, fitted_ranker, peers
from plugin.suggestions.evaluating.model import (
    BESTSELLERS,
    BOUGHT_TOGETHER,
    LISTED,
    NEEDED,
    SHOWN,
    TANDEM,
    Evaluation,
    Fit,
    HeldOut,
    Ranker,
    Sample,
    TrainingOrder,
)
from plugin.suggestions.evaluating.splitting import TEST_SHARE, held_out, samples, split
from plugin.suggestions.model import ProductNumber

RANKERS: Mapping[str, Fit] = {
    TANDEM: fitted_ranker.fit,
    BOUGHT_TOGETHER: peers.bought_together,
    BESTSELLERS: peers.bestsellers,
}

MOST_ORDERS = 200_000
"""The newest ones that are learned from: more would take minutes and say the same."""

MOST_BASKETS = 2_000
"""With so many, the interval of a hit rate is four points of a hundred wide at most."""

READING = 30
"""Of 100: how far the work is when all orders are read."""

ASKED_AT_ONCE = 100

Answers = list[Sequence[ProductNumber]]


def evaluate_shop(
    shop: Shop, now: datetime, most_baskets: int = MOST_BASKETS, progress: PageDone | None = None
) -> Evaluation:
    """Split by time, ask, and keep what came of it. The same orders give the same answer.

    `progress`: told now and then how far it is, so many of so many; may raise to stop.
    """
    told = progress or _nobody_is_told
    most = round(MOST_ORDERS / (1 - TEST_SHARE))
    orders = counting_orders.newest(shop.db, most, lambda done, of: told(READING * done // of, 100))

    made = evaluation(
        orders, most_baskets, now, lambda done, of: told(READING + (100 - READING) * done // of, 100)
    )

    with writing(shop.db):
        evaluations.keep(shop.db, made)
    return made


def evaluation(
    orders: Sequence[TrainingOrder], most_baskets: int, now: datetime, told: PageDone
) -> Evaluation:
    """The back-test of these orders, oldest first."""
    earlier, later = split(orders)
    held = held_out(later, most_baskets)
    bought = Counter(product for order in earlier for product in order.products)
    if len(held) < NEEDED:
        return Evaluation(now, len(earlier), len(bought), len(held))
    parts, answers = len(RANKERS) * len(held), {}
    for place, (name, fit) in enumerate(RANKERS.items()):
        answers[name] = _asked(fit(earlier), held, _behind(told, place * len(held), parts))
    found = {name: figures.figures(answer, held, bought) for name, answer in answers.items()}
    rival, ahead = figures.ahead(answers, held, found)
    return Evaluation(
        at=now,
        orders=len(earlier),
        products=len(bought),
        baskets=len(held),
        learned_until=datetime.fromtimestamp(earlier[-1].ordered_at, UTC),
        figures=found,
        rival=rival,
        ahead=ahead,
        samples=tuple(_samples(held, answers)),
    )


def _asked(rank: Ranker, held: Sequence[HeldOut], told: Callable[[int], None]) -> Answers:
    answers: Answers = []
    for one in held:
        answers.append(tuple(rank(one.basket, one.buyer, one.at))[:LISTED])
        if len(answers) % ASKED_AT_ONCE == 0:
            told(len(answers))
    return answers


def _samples(held: Sequence[HeldOut], answers: Mapping[str, Answers]) -> Iterator[Sample]:
    for at in samples(len(held)):
        named = {name: tuple(answer[at][:SHOWN]) for name, answer in answers.items()}
        yield Sample(held[at].basket, held[at].hidden, named)


def _behind(told: PageDone, before: int, of: int) -> Callable[[int], None]:
    return lambda done: told(before + done, of)


def _nobody_is_told(_done: int, _total: int) -> None:
    pass
