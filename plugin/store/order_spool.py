"""Orders of a file, checked to its end and laid down in portions, ready to be learned: nothing is learned of a bad file."""

from __future__ import annotations

import json
import marshal
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import compress
from math import ceil
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, TypeVar

import numpy as np

from plugin.errors import BadFile
from plugin.store.order_file import COLUMNS, NEEDED, Columns, Row, by_order, gathered, line_of, rows_of
from plugin.store.orders import moment
from plugin.suggestions.affinity import MOST_LINES

STATUS = "FULFILLED"
"""Of every order in a file: it was placed, and it stands."""

MOST_ORDERS = 50_000
MOST_PAIRS = 1_000_000
"""Of one portion, which is written in one transaction of about a second; a webhook waits that long."""

MOST_REMEMBERED = 150_000
"""Different lines, and moments, that are read once however often they stand in the file: 80 MB at most."""

Key = TypeVar("Key")
Value = TypeVar("Value")

Cell = tuple[str, ...]
"""Product, quantity, price and variant, as they stand in a row."""


class Line(NamedTuple):
    """A line of an order as it is kept. `product`: by its place among the file's products."""

    text: str
    product: int
    kept: bool
    amount: Decimal
    variant: str


@dataclass(slots=True)
class Portion:
    """Orders as columns. `new_*`: products and variants the file names here for the first time, in the order they are met."""

    ids: list[str] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    buyers: list[bytes | None] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    snapshots: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    products: list[int] = field(default_factory=list)
    new_products: list[str] = field(default_factory=list)
    new_variants: list[tuple[str, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)


class Malformed(Exception):
    """A row that cannot be read."""

    def __init__(self, row: Row, message: str) -> None:
        super().__init__(message)
        self.row = row


@dataclass(slots=True)
class Spool:
    """A file's portions, to be read once each; how many orders and lines they hold."""

    file: IO[bytes]
    orders: int = 0
    lines: int = 0
    portions: int = 0

    def __iter__(self) -> Iterator[Portion]:
        self.file.seek(0)
        for _ in range(self.portions):
            yield Portion(*marshal.load(self.file))  # noqa: S302  # our own temporary file

    def add(self, portion: Portion) -> None:
        """Lay a portion down."""
        marshal.dump([getattr(portion, name) for name in Portion.__slots__], self.file, 2)
        self.orders += len(portion)
        self.portions += 1


@contextmanager
def spooled(
    path: Path, buyer_hash: Callable[[str], str], channels: Mapping[str, str], progress: Callable[[int], None]
) -> Iterator[Spool]:
    """The file's orders, all of them read and checked. `channels`: their ids by what the file may call them, "" being no name. `progress`: lines read.

    Raises BadFile, with the line, where a row cannot be read.
    """
    with TemporaryFile() as file:
        spool = Spool(file)
        with rows_of(path, NEEDED, COLUMNS) as (columns, rows):
            together = _fill(spool, path, columns, rows, _Reader(columns, buyer_hash, channels), progress)
        if not together:
            file.seek(0)
            file.truncate()
            spool = Spool(file)
            with rows_of(path, NEEDED, COLUMNS) as (columns, rows):
                sorted_rows = gathered(columns, rows)
                _fill(spool, path, columns, sorted_rows, _Reader(columns, buyer_hash, channels), progress)
        yield spool


def _fill(
    spool: Spool,
    path: Path,
    columns: Columns,
    rows: Iterator[Row],
    reader: _Reader,
    progress: Callable[[int], None],
) -> bool:
    """True when the rows of every order stood together."""
    portion, pairs, seen = Portion(), 0, array("q")
    for order_id, lines in by_order(columns, rows):
        try:
            size = reader.read(portion, order_id, lines)
        except Malformed as error:
            row = spool.lines + next(at for at, line in enumerate(lines) if line is error.row)
            raise BadFile(f"{path.name}, line {line_of(path, row)}: {error}") from error
        seen.append(hash(order_id))
        spool.lines += len(lines)
        pairs += size * size // 2
        if len(portion) >= MOST_ORDERS or pairs >= MOST_PAIRS:
            spool.add(portion)
            portion, pairs = Portion(), 0
            progress(spool.lines)
    spool.add(portion)
    progress(spool.lines)
    return len(np.unique(np.frombuffer(seen, np.int64))) == len(seen)


class _Reader:
    """Turns the rows of an order into what is kept of it; what repeats is read once."""

    def __init__(
        self, columns: Columns, buyer_hash: Callable[[str], str], channels: Mapping[str, str]
    ) -> None:
        self.head = columns.read("ordered_at", "buyer", "channel")
        cells = ("product_id", "quantity", "unit_price")
        self.has_variants = columns.places["variant_id"] < columns.width
        self.cell = columns.read(*cells, "variant_id" if self.has_variants else "product_id")
        self.buyer_hash, self.channels = buyer_hash, channels
        self.lines: dict[Cell, Line] = {}
        self.moments: dict[str, tuple[str, int]] = {}
        self.buyers: dict[str, bytes | None] = {}
        self.products: dict[str, int] = {}
        self.variants: dict[str, int] = {}

    def read(self, portion: Portion, order_id: str, rows: list[Row]) -> int:
        """Add the order to the portion. How many products it contributes."""
        cells = list(map(self.cell, rows))
        try:
            lines = [self.lines[cell] for cell in cells]
        except KeyError:
            lines = self._read_lines(portion, cells, rows)
        else:
            if self.has_variants:
                self._meet(portion, cells)
        at, day, buyer, channel = self._head(order_id, rows[0])
        products = _bought(lines)
        portion.ids.append(order_id)
        portion.moments.append(at)
        portion.days.append(day)
        portion.buyers.append(buyer)
        portion.channels.append(channel)
        portion.snapshots.append(
            f"{START if buyer is None else START_OF_ACCOUNT}{','.join([line.text for line in lines])}{END}"
        )
        portion.sizes.append(len(products))
        portion.products += products
        return len(products)

    def _head(self, order_id: str, row: Row) -> tuple[str, int, bytes | None, str]:
        ordered_at, who, channel = self.head(row)
        if not order_id:
            raise Malformed(row, "an order without order_id")
        try:
            at, day = self.moments[ordered_at]
        except KeyError:
            at, day = _remembered(self.moments, ordered_at, _moment(row, ordered_at))
        try:
            buyer = self.buyers[who]
        except KeyError:
            told = who.strip().casefold()
            buyer = _remembered(self.buyers, who, bytes.fromhex(self.buyer_hash(told)) if told else None)
        return at, day, buyer, self.channels.get(channel, channel)

    def _read_lines(self, portion: Portion, cells: list[Cell], rows: list[Row]) -> list[Line]:
        for cell, row in zip(cells, rows, strict=True):
            if not cell[0]:
                raise Malformed(row, "a line without product_id")
        self._meet(portion, cells)
        found = []
        for cell, row in zip(cells, rows, strict=True):
            line = self.lines.get(cell)
            if line is None:
                line = _remembered(self.lines, cell, _line(row, cell, self.products[cell[0]]))
            found.append(line)
        return found

    def _meet(self, portion: Portion, cells: list[Cell]) -> None:
        """Number the products and variants that the order names for the first time, as learning it alone would."""
        told = {variant or product: product for product, _, _, variant in cells}
        for product in sorted({cell[0] for cell in cells if cell[0] not in self.products}):
            self.products[product] = len(self.products)
            portion.new_products.append(product)
        news = {variant: self.products[product] for variant, product in told.items()}
        for variant in sorted(news):
            if self.variants.get(variant) != news[variant]:
                self.variants[variant] = news[variant]
                portion.new_variants.append((variant, news[variant]))


START_OF_ACCOUNT, START, END = (
    '{"account":true,"lines":[',
    '{"lines":[',
    f'],"paid":true,"refunded":false,"reissue":false,"status":"{STATUS}"}}',
)
"""Around the lines of a snapshot; see orders.snapshot. Whoever a file calls a buyer has an account."""


def _bought(lines: list[Line]) -> list[int]:
    """What affinity.bought keeps of the lines; in no order."""
    if len(lines) > MOST_LINES:
        kept = sorted(
            compress(lines, [line.kept for line in lines]), key=lambda line: (-line.amount, line.variant)
        )
        return list(dict.fromkeys(line.product for line in kept))[:MOST_LINES]
    return list({line[1] for line in lines if line[2]})


def _line(row: Row, cell: Cell, product: int) -> Line:
    name, pieces, price, variant = cell
    quantity, unit_price = _number(row, "quantity", pieces or "1"), _number(row, "unit_price", price or "0")
    whole = max(0, ceil(quantity))
    amount = unit_price * (whole if whole == quantity else quantity)
    text = json.dumps([name, variant or name, whole, whole, str(amount), 0], separators=(",", ":"))
    return Line(text, product, whole > 0, amount, variant or name)


def _number(row: Row, name: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Malformed(row, f"{name} {text!r} is no number") from error
    if not number.is_finite() or abs(number) >= TOO_LARGE:
        raise Malformed(row, f"{name} {text!r} is no number")
    return number


TOO_LARGE = 10**12


def _moment(row: Row, text: str) -> tuple[str, int]:
    """As it is kept, and its day."""
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(row, f"ordered_at {text!r} is no ISO time") from error
    return moment(at), at.date().toordinal()


def _remembered(memory: dict[Key, Value], key: Key, value: Value) -> Value:
    if len(memory) >= MOST_REMEMBERED:
        memory.clear()
    memory[key] = value
    return value
