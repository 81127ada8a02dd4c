"""In how many baskets nothing was shown, and why, for the merchant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin.shop import Shop
from plugin.store import suggestions_shown
from plugin.suggestions import verdicts

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Checkouts of the last 30 days, those with a suggestion, and why the others had none: key, words, count.

    `tried`: checkouts in which another order than the best known was tried.
    """

    checkouts: int
    with_suggestions: int
    reasons: tuple[tuple[str, str, int], ...]
    tried: int = 0

    @property
    def share(self) -> float:
        """Of the checkouts, the part that was shown nothing."""
        return 1 - self.with_suggestions / self.checkouts if self.checkouts else 0.0


def describe_withheld(shop: Shop, now: datetime) -> Withheld:
    """Each checkout by its newest answer; most frequent reasons first."""
    rows = suggestions_shown.withheld(shop.db, (now - LOOKED_BACK).strftime("%Y-%m-%dT%H:%M:%SZ"))
    counts = {why: checkouts for why, checkouts, _tried in rows}
    return Withheld(
        checkouts=sum(counts.values()),
        with_suggestions=counts.get(None, 0),
        reasons=tuple((why, verdicts.words(why), count) for why, count in counts.items() if why is not None),
        tried=sum(tried for _why, _checkouts, tried in rows),
    )
