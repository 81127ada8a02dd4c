"""The operator at a terminal: opens the app and its shops for one command, and says in one sentence what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from plugin.app import create_app
from plugin.config import from_environment
from plugin.errors import TandemError
from plugin.shop import Shop, Tandem


def the_app() -> Tandem:
    """The app as the environment configures it, without its workers."""
    return create_app(from_environment(), work=False).extensions["tandem"]  # type: ignore[no-any-return]


@contextmanager
def opened(api_url: str | None) -> Iterator[tuple[Tandem, Shop]]:
    """The shop of that API URL; without one, the only shop there is."""
    tandem = the_app()
    try:
        with tandem.shop(tandem.installed_at(api_url or _only_one(tandem))) as shop:
            yield tandem, shop
    finally:
        tandem.close()


@contextmanager
def plainly() -> Iterator[None]:
    """Our own errors are sentences, not tracebacks."""
    try:
        yield
    except TandemError as error:
        raise click.ClickException(str(error)) from error


def _only_one(tandem: Tandem) -> str:
    known = [installation.api_url for installation in tandem.installations()]
    if len(known) != 1:
        raise click.ClickException(f"choose one with --shop; installed: {', '.join(known) or 'none yet'}")
    return known[0]
