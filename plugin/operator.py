"""The operator at a terminal: opens the app and its shops for one command, speaks JSON, and says what went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
from rich.progress import Progress, TaskID

from plugin.app import create_app
from plugin.config import from_environment
from plugin.errors import Superseded, TandemError
from plugin.shop import Shop, Tandem
from plugin.use_cases.count_anew import Step

of_shop = click.option(
    "--shop", "api_url", help="The shop's Saleor API URL; may be left out when there is only one shop."
)


class Problems(click.ClickException):
    """What is wrong with what was given, field by field, as JSON: scripts read it."""

    def __init__(self, problems: Iterable[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{field}: {message}" for field, message in self.problems))

    def show(self, file: IO[Any] | None = None) -> None:
        """One JSON object on stderr."""
        told = [{"field": field, "message": message} for field, message in self.problems]
        click.echo(json_text({"problems": told}), file=file, err=file is None)


def json_text(found: object) -> str:
    """JSON as people and scripts read it."""
    return json.dumps(found, indent=2, ensure_ascii=False)


def say(found: object) -> None:
    """JSON on standard output."""
    click.echo(json_text(found))


def parsed(text: str) -> object:
    """The JSON that was given."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"this is no JSON: {error}") from error


def shown_on(bar: Progress) -> Callable[[Step], None]:
    """Shows how far a file of orders is learned, a line for each thing that is done."""
    tasks: dict[str, TaskID] = {}

    def show(step: Step) -> None:
        if step.doing not in tasks:
            tasks[step.doing] = bar.add_task(step.doing, total=step.total)
        bar.update(tasks[step.doing], completed=step.done, total=step.total)

    return show


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
        failure = _Elsewhere if isinstance(error, Superseded) else click.ClickException
        raise failure(str(error)) from error


class _Elsewhere(click.ClickException):
    exit_code = Superseded.exit_code


def _only_one(tandem: Tandem) -> str:
    known = [installation.api_url for installation in tandem.installations()]
    if len(known) != 1:
        raise click.ClickException(f"choose one with --shop; installed: {', '.join(known) or 'none yet'}")
    return known[0]
