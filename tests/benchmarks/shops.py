"""Shops of a given size on disk: made once per run, copied for each use, thrown away at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from plugin.config import Config
from plugin.shop import Tandem
from plugin.store.database import open_file
from plugin.store.installations import Installation
from tests.benchmarks.filled_file import fill_catalogue, fill_orders
from tests.benchmarks.made_up_orders import made_up_orders
from tests.benchmarks.made_up_shop import an_installation

FILE = "shop.sqlite3"

SEED = 7
"""Of the orders in the file; what is asked and learned later is made with others."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a shop is."""

    orders: int
    products: int

    def __str__(self) -> str:
        return f"{self.orders:,} orders of {self.products:,} products"


SMALL, MIDDLE, DENSE, LARGE = (
    Size(20_000, 10_000),
    Size(200_000, 30_000),
    Size(100_000, 1_500),
    Size(1_000_000, 100_000),
)
"""DENSE: few products that meet in nearly every combination."""


@contextmanager
def a_tandem(jwks: dict[str, Any] | None = None) -> Iterator[tuple[Tandem, Installation]]:
    """The app without the web, with its shop installed, in a folder of its own."""
    with TemporaryDirectory(prefix="tandem-bench-") as folder:
        config = Config(secret_key=("k" * 32,), data_dir=Path(folder), allowed_saleor_urls=("*",))
        tandem, installation = Tandem(config), an_installation(jwks)
        with tandem.register() as register:
            register.keep(installation)
        try:
            yield tandem, installation
        finally:
            tandem.close()


@contextmanager
def a_shop(size: Size, jwks: dict[str, Any] | None = None) -> Iterator[tuple[Tandem, Installation]]:
    """The same with the catalogue and the orders of a shop of this size."""
    with a_tandem(jwks) as (tandem, installation):
        copyfile(Path(_made(size).name) / FILE, tandem.file_of(installation))
        yield tandem, installation


@cache
def _made(size: Size) -> TemporaryDirectory[str]:
    """Removed when the process ends."""
    folder: TemporaryDirectory[str] = TemporaryDirectory(prefix="tandem-bench-", ignore_cleanup_errors=True)
    with closing(open_file(Path(folder.name) / FILE)) as db:
        fill_catalogue(db, size.products)
        fill_orders(db, list(made_up_orders(size.orders, size.products, SEED)))
    return folder
