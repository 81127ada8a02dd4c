"""Steps of a case played on a Saleor, real or sandbox, and its answers written down in few words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

ADDRESS = {
    "firstName": "Toy", "lastName": "Buyer", "streetAddress1": "Krucza 1", "city": "Warszawa",
    "postalCode": "00-001", "country": "PL", "phone": "",
}  # fmt: skip

Answer = dict[str, Any]
Ask = Callable[[str, dict[str, Any], str], Answer]
"""(document, variables, who) -> the whole GraphQL answer; who is "app", "shopper" or "staff"."""

Step = list[Any]
"""["update", by, argument], for instance."""


@cache
def document(name: str) -> str:
    """The operation with the fragments it needs."""
    text = (HERE / f"{name}.graphql").read_text()
    for fragment in ("CheckoutFacts", "OrderFacts", "MoneyFacts"):
        if f"...{fragment}" in text:
            own = re.sub(r"(?<!^)(?=[A-Z])", "_", fragment).lower()
            text += (HERE / f"{own}.graphql").read_text()
    return text


@dataclass
class Player:
    """Plays one case. `names` has a stable name for every id that may be said, `ids` the way back."""

    ask: Ask
    names: Mapping[str, str]
    channel: str
    checkout: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def ids(self) -> dict[str, str]:
        """Global ids by name."""
        return {name: gid for gid, name in self.names.items()}

    def play(self, step: Step) -> Any:
        """Do it and say what the answer was."""
        name, by, argument = step
        result: Any = getattr(self, f"_{name}")(by, argument)
        return result

    def _create(self, by: str, lines: list[Answer]) -> Any:
        return self._changed("create", by, input=self._new(lines))

    def _open(self, by: str, lines: list[Answer]) -> Any:
        """Create it without a look at any price."""
        made = self._said("open", by, input=self._new(lines))
        self.checkout, self.lines = made["checkout"]["id"], [line["id"] for line in made["checkout"]["lines"]]
        return made["errors"]

    def _glance(self, by: str, _argument: None) -> Any:
        """What is said of discounts when nobody asks for a price."""
        found = self.ask(document("glance"), {"id": self.checkout}, by)["data"]["checkout"]
        return [found["discount"]["amount"], found["discountName"], found["voucherCode"]]

    def _bill(self, by: str, _argument: None) -> Any:
        return self._said("bill_to", by, id=self.checkout, address=ADDRESS)["errors"]

    def _look(self, by: str, _argument: None) -> Any:
        return self._basket(self.ask(document("read"), {"id": self.checkout}, by)["data"]["checkout"])

    def _new(self, lines: list[Answer]) -> Answer:
        return {
            "channel": self.channel,
            "email": "toy@example.com",
            "billingAddress": ADDRESS,
            "lines": [self._line(line) for line in lines],
        }

    def _add(self, by: str, lines: list[Answer]) -> Any:
        return self._changed("add", by, id=self.checkout, lines=[self._line(line) for line in lines])

    def _update(self, by: str, lines: list[Answer]) -> Any:
        return self._changed("update", by, id=self.checkout, lines=[self._line(line) for line in lines])

    def _delete(self, by: str, places: list[int]) -> Any:
        return self._changed("delete", by, id=self.checkout, lines=[self.lines[it] for it in places])

    def _add_code(self, by: str, code: str) -> Any:
        return self._changed("add_code", by, id=self.checkout, code=code)

    def _remove_code(self, by: str, code: str) -> Any:
        return self._changed("remove_code", by, id=self.checkout, code=code)

    def _deliver(self, by: str, method: str) -> Any:
        self._changed("ship_to", by, id=self.checkout, address=ADDRESS)
        found = self._said("delivery_options", by, id=self.checkout)["deliveries"]
        (chosen,) = [it["id"] for it in found if it["shippingMethod"]["name"] == method]
        return self._changed("deliver", by, id=self.checkout, delivery=chosen)

    def _label(self, by: str, labels: list[Any]) -> Any:
        place, pairs = labels
        wanted = [{"key": key, "value": value} for key, value in pairs.items()]
        return self._said("label", by, id=self.lines[place], pairs=wanted)["errors"]

    def _reasons(self, by: str, _argument: None) -> Any:
        found = self.ask(document("read_reasons"), {"id": self.checkout}, by)
        return [
            [line["priceOverrideReason"], _pairs(line["privateMetadata"])]
            for line in found["data"]["checkout"]["lines"]
        ]

    def _complete(self, by: str, _argument: None) -> Any:
        said = self._said("complete", by, id=self.checkout)
        if "order" not in said or not said["order"]:
            return {"errors": said["errors"]}
        found = self.ask(document("read_order"), {"id": said["order"]["id"]}, "app")
        return self._order(found["data"]["order"])

    def _line(self, line: Answer) -> Answer:
        asked = dict(line)
        if "line" in asked:
            asked["lineId"] = self.lines[asked.pop("line")]
        if "variant" in asked:
            asked["variantId"] = self.ids[asked.pop("variant")]
        if "reason" in asked:
            asked["priceOverrideReason"] = asked.pop("reason")
        return asked

    def _said(self, name: str, by: str, **variables: Any) -> Answer:
        answer = self.ask(document(name), variables, by)
        if answer.get("errors"):
            error = answer["errors"][0]
            return {"errors": [[None, error["extensions"]["exception"]["code"], error["message"]]]}
        (payload,) = answer["data"].values()
        errors = [[it["field"], it["code"], self._stable(it["message"])] for it in payload["errors"]]
        return {**payload, "errors": errors}

    def _changed(self, name: str, by: str, **variables: Any) -> Any:
        said = self._said(name, by, **variables)
        if said["errors"]:
            return {"errors": said["errors"]}
        self.checkout = said["checkout"]["id"]
        again = self.ask(document("read"), {"id": self.checkout}, "shopper")["data"]["checkout"]
        told, read = self._basket(said["checkout"]), self._basket(again)
        differing = {
            key: told.get(key) for key in told.keys() | read.keys() if told.get(key) != read.get(key)
        }
        return read | {"told": dict(sorted(differing.items()))} if differing else read

    def _basket(self, checkout: Answer) -> Answer:
        self.lines = [line["id"] for line in checkout["lines"]]
        noted: Answer = {
            "lines": [
                [
                    self.names[line["variant"]["id"]],
                    line["quantity"],
                    *_taxed(line["unitPrice"]),
                    *_taxed(line["totalPrice"]),
                    line["undiscountedUnitPrice"]["amount"],
                    line["undiscountedTotalPrice"]["amount"],
                ]
                for line in checkout["lines"]
            ],
            "subtotal": _taxed(checkout["subtotalPrice"]),
        }
        total, shipping = _taxed(checkout["totalPrice"]), _taxed(checkout["shippingPrice"])
        labels = [_pairs(line["metadata"]) for line in checkout["lines"]]
        more = {
            "total": total if total != noted["subtotal"] else None,
            "shipping": shipping if any(shipping) else None,
            "discount": checkout["discount"]["amount"] if checkout["discount"] else None,
            "name": checkout["discountName"],
            "code": checkout["voucherCode"],
            "labels": labels if any(labels) else None,
            "gifts": [place for place, line in enumerate(checkout["lines"]) if line["isGift"]],
        }
        return noted | {name: value for name, value in more.items() if value}

    def _order(self, order: Answer) -> Answer:
        return {
            "total": _taxed(order["total"]),
            "undiscounted": _taxed(order["undiscountedTotal"]),
            "subtotal": _taxed(order["subtotal"]),
            "shipping": _taxed(order["shippingPrice"]),
            "code": order["voucherCode"],
            "discounts": [self._discount(it) for it in order["discounts"]],
            "lines": [self._order_line(line) for line in order["lines"]],
        }

    def _order_line(self, line: Answer) -> Answer:
        noted = {
            "is": [self.names[line["productVariantId"]], line["quantity"]],
            "unit": _taxed(line["unitPrice"]),
            "total": _taxed(line["totalPrice"]),
            "list": _taxed(line["undiscountedUnitPrice"]),
            "list total": _taxed(line["undiscountedTotalPrice"]),
            "off": [
                line["unitDiscount"]["amount"],
                line["unitDiscountType"],
                line["unitDiscountValue"],
                self._stable(line["unitDiscountReason"]),
            ],
            "overridden": line["isPriceOverridden"],
            "reason": line["priceOverrideReason"],
            "code": line["voucherCode"],
            "discounts": [self._discount(it) for it in line["discounts"]],
            "labels": _pairs(line["metadata"]),
            "private": _pairs(line["privateMetadata"]),
            "gift": line["isGift"],
        }
        return {name: value for name, value in noted.items() if value}

    def _discount(self, it: Answer) -> list[Any]:
        unit = [it["unit"]["amount"]] if "unit" in it else []
        words = [it["type"], it["name"], it["valueType"], it["value"], self._stable(it["reason"])]
        return [*words, it["total"]["amount"], *unit]

    def _stable(self, text: str | None) -> str | None:
        for gid, name in self.names.items():
            text = text.replace(gid, name) if text else text
        for place, line in enumerate(self.lines):
            text = text.replace(line, f"line {place}") if text else text
        return text


def pricing(ask: Ask, names: Mapping[str, str], variants: list[str], channel: str) -> Answer:
    """What the shop shows of each variant: on sale, price, price undiscounted, discount."""
    ids = [gid for gid, name in names.items() if name in variants]
    found = ask(document("pricing"), {"ids": ids, "channel": channel}, "shopper")
    noted = {}
    for edge in found["data"]["productVariants"]["edges"]:
        shown = edge["node"]["pricing"]
        prices = [shown["price"], shown["priceUndiscounted"], shown["discount"]]
        noted[names[edge["node"]["id"]]] = [
            shown["onSale"],
            *[_taxed(price) if price else None for price in prices],
        ]
    return dict(sorted(noted.items()))


def _taxed(price: Answer) -> list[float]:
    net, gross, tax = (Decimal(str(price[side]["amount"])) for side in ("net", "gross", "tax"))
    assert gross - net == tax, price
    return [price["net"]["amount"], price["gross"]["amount"]]


def _pairs(metadata: list[dict[str, str]]) -> dict[str, str]:
    return {it["key"]: it["value"] for it in metadata}
