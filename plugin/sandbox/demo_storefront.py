"""What a storefront does in the demo: it reads what is suggested for a basket, and knocks at the app's doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin.sandbox.demo_shopper import NothingHappened, Shopper, wait_for
from plugin.sandbox.stage import Stage
from plugin.store import suggestions_shown
from plugin.suggestions.document import lines_hash
from plugin.suggestions.model import BasketLine, VariantId


@dataclass(frozen=True, slots=True)
class Storefront:
    """One shopper's."""

    stage: Stage
    shopper: Shopper

    def document(
        self, checkout: str, basket: Mapping[str, int], without: str | None = None
    ) -> tuple[dict[str, Any], float]:
        """What is written for exactly this basket, once the product `without` is gone from it; and how long that took.

        The app notes right after writing what it offered, and nobody declines what it has not noted.

        Raises:
            NothingHappened: it is not written.
        """
        wanted = lines_hash(BasketLine(VariantId(variant), pieces) for variant, pieces in basket.items())

        def written() -> dict[str, Any] | None:
            made = self.shopper.document(checkout)
            if made is None or made["linesHash"] != wanted:
                return None
            is_old = without in {it["productId"] for it in made["suggestions"]}
            return None if is_old or not self._is_noted(checkout, made) else made

        return wait_for("an answer to the basket", written)

    def knock(self, checkout: str, door: str, asked: Mapping[str, str], done: str) -> None:
        """One request. Raises NothingHappened when the answer is not `done`."""
        path = f"{self.stage.app_url}/storefront/{self.stage.installation.key}/checkouts/{checkout}/{door}"
        answer = self.shopper.http.post(path, json=asked).json()
        if answer.get("status") != done:
            raise NothingHappened(f"{door}: {answer}")

    def _is_noted(self, checkout: str, made: Mapping[str, Any]) -> bool:
        with self.stage.tandem.shop(self.stage.installation) as shop:
            noted = suggestions_shown.last(shop.db, checkout) or {}
        return all(noted.get(key) == made[key] for key in ("linesHash", "suggestions"))


def of_kind(made: Mapping[str, Any], kind: str) -> dict[str, Any] | None:
    """The suggestion of this kind in a document, if any."""
    return next((it for it in made["suggestions"] if it["kind"] == kind), None)
