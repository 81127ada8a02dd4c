"""A back-test in words a merchant understands, honest about what it does not show."""

from __future__ import annotations

from plugin.suggestions.evaluating.model import (
    BESTSELLERS,
    BOUGHT_TOGETHER,
    NEEDED,
    TANDEM,
    Estimate,
    Evaluation,
)

NAMES = {TANDEM: "Tandem", BOUGHT_TOGETHER: "Plain “bought together”", BESTSELLERS: "Bestsellers"}
"""In the order in which they are shown."""

MIDDLE = {**NAMES, BOUGHT_TOGETHER: "plain “bought together”", BESTSELLERS: "bestsellers"}
"""The same within a sentence."""

ASKED = "A test basket is an order of the newest tenth with two products or more that Tandem had no part in."

CAUTION = (
    "Finding what was bought anyway is not yet selling more: it shows that Tandem knows what belongs together in your shop. "
    "Whether more is sold, only shoppers who were shown suggestions beside shoppers who were not can tell."
)


def found(made: Evaluation) -> str:
    """The result in one sentence; or that there is none yet, and what is missing."""
    if made.figures is None:
        return f"Not enough data yet: {made.baskets:,} of {NEEDED} test baskets."
    shares = {name: percent(one.first_three.value) for name, one in made.figures.items()}
    others = "; ".join(f"{MIDDLE[name]} in {shares[name]}" for name in NAMES if name != TANDEM)
    return (
        f"In {made.baskets:,} later orders, one product was hidden. Tandem named it among its first three in "
        f"{shares[TANDEM]} of them; {others}."
    )


def beyond(made: Evaluation) -> str:
    """The same where what was hidden is no bestseller: those find their way without being suggested."""
    tails = {name: one.tail for name, one in (made.figures or {}).items()}
    told = [(MIDDLE[name], tails[name]) for name in NAMES if tails.get(name)]
    shares = "; ".join(f"{name} in {percent(tail.value)}" for name, tail in told if tail)
    return f"Where something else than a bestseller was hidden: {shares}." if shares else ""


def compared(made: Evaluation) -> str:
    """Whether Tandem is better than the better of the others, as far as the baskets tell."""
    if made.ahead is None:
        return ""
    rival, ahead = MIDDLE[made.rival], made.ahead
    if ahead.low > 0:
        return f"In 100 baskets Tandem finds {_points(ahead)} more than {rival}."
    if ahead.high < 0:
        turned = Estimate(-ahead.value, -ahead.high, -ahead.low)
        return f"In 100 baskets {rival} finds {_points(turned)} more than Tandem here."
    return f"The difference to {rival} is so small that it may be chance."


def percent(share: float) -> str:
    """62 % for 0.62; one decimal below ten."""
    hundredth = 100 * share
    return f"{hundredth:.0f} %" if hundredth >= 9.95 or hundredth == 0 else f"{hundredth:.1f} %"


def interval(estimate: Estimate) -> str:
    """29 to 34 %."""
    low, high = percent(estimate.low), percent(estimate.high)
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def _points(ahead: Estimate) -> str:
    figures = (f"{100 * value:.1f}" for value in (ahead.value, ahead.low, ahead.high))
    return "{} ({} to {})".format(*figures)
