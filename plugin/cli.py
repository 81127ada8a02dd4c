"""tandem: serve | demo | learn | suggest | bundles | shops | doctor."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from plugin.app import create_app, log_to_stderr
from plugin.bundle_commands import bundles
from plugin.config import from_environment
from plugin.operator import opened, plainly, the_app
from plugin.sandbox import demo as sandbox_demo
from plugin.shop import Tandem
from plugin.store import channels
from plugin.store.installations import Installation
from plugin.suggestions.document import document
from plugin.suggestions.model import BasketLine, VariantId
from plugin.use_cases.examine_shop import examine_shop
from plugin.use_cases.learn_from_past_orders import learn_from_past_orders, progress
from plugin.use_cases.mend_webhooks import mend_webhooks
from plugin.use_cases.refresh_catalogue import refresh_catalogue
from plugin.use_cases.suggest_for_basket import suggest_for_basket
from plugin.web.server import serve_forever

console = Console()


@click.group()
def main() -> None:
    """Tandem: cross-sell and upsell for Saleor."""
    log_to_stderr("WARNING")


@main.command()
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen on.")  # noqa: S104  # a container's door
@click.option("--port", default=5000, show_default=True, help="Port to listen on.")
@click.option("--threads", default=8, show_default=True, help="Requests answered at the same time.")
@click.option(
    "--workers", default=1, show_default=True, help="Processes; more than one only with more than one core."
)
def serve(host: str, port: int, threads: int, workers: int) -> None:
    """Run the app for production, with gunicorn."""
    with plainly():
        config = from_environment()
        log_to_stderr(config.log_level)
        serve_forever(lambda: create_app(config), f"{host}:{port}", threads, workers)


@main.command()
@click.option("--once", is_flag=True, help="Run the main job, print what happened, and end.")
@click.option("--orders", default=20_000, show_default=True, help="Past orders in the demo shop.")
@click.option(
    "--port", default=5000, show_default=True, help="Port of the app; the demo shop takes the next one."
)
def demo(once: bool, orders: int, port: int) -> None:
    """The whole story on the embedded Saleor: install, learn, suggest, change a basket in the browser."""
    with plainly():
        sandbox_demo.run(once=once, orders=orders, port=port)


@main.command()
@click.option("--shop", "api_url", required=True, help="The shop's Saleor API URL.")
def learn(api_url: str) -> None:
    """Read the catalogue and the order history; goes on where an earlier run was stopped."""
    with plainly(), opened(api_url) as (_tandem, shop), _bar() as bar:
        products = bar.add_task("products", total=None)
        for seen, total in refresh_catalogue(shop, datetime.now(UTC)):
            bar.update(products, completed=seen, total=total)
        made = progress(shop)
        orders = bar.add_task(
            "orders", total=made.total if made else None, completed=made.seen if made else 0
        )
        for made in learn_from_past_orders(shop, datetime.now(UTC)):
            bar.update(orders, completed=made.seen, total=made.total)


@main.command()
@click.option("--shop", "api_url", required=True, help="The shop's Saleor API URL.")
@click.option("--channel", required=True, help="Slug of the channel.")
@click.option("--json", "as_json", is_flag=True, help="The document, as a storefront gets it.")
@click.argument("variants", nargs=-1, required=True)
def suggest(api_url: str, channel: str, as_json: bool, variants: tuple[str, ...]) -> None:
    """What a basket of these VARIANTS (Saleor ids) would get, and why."""
    with plainly(), opened(api_url) as (_tandem, shop):
        found = channels.by_slug(shop.db, channel)
        if found is None:
            known = ", ".join(known.slug for known in channels.every(shop.db)) or "none yet"
            raise click.ClickException(f"no channel {channel!r}; known: {known}")
        lines = [BasketLine(VariantId(variant), 1) for variant in variants]
        suggestions = suggest_for_basket(shop, found.id, lines, datetime.now(UTC))
        if as_json:
            click.echo(
                json.dumps(
                    document(suggestions, lines, "checkout", datetime.now(UTC)), indent=2, ensure_ascii=False
                )
            )
            return
        table = Table("product", "variant", "price", "kind", "rung", "score", "why")
        for suggestion in suggestions:
            price = f"{suggestion.variant.amount} {suggestion.variant.currency}"
            table.add_row(
                suggestion.offer.name, suggestion.variant.name, price, suggestion.kind, suggestion.rung,
                f"{suggestion.score:.3f}", suggestion.reason.text,
            )  # fmt: skip
        console.print(table if suggestions else "Nothing: no evidence worth showing for this basket.")


main.add_command(bundles)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def shops(as_json: bool) -> None:
    """The shops that installed Tandem."""
    with plainly():
        tandem = the_app()
        with tandem.register() as register:
            found = register.every()
        if as_json:
            click.echo(json.dumps([_public(installation) for installation in found], indent=2))
            return
        table = Table("shop", "API URL", "app", "Saleor", "installed", "state")
        for installation in found:
            state = (
                "removed" if installation.deleted_at else "active" if installation.active else "switched off"
            )
            table.add_row(
                installation.key, installation.api_url, installation.app_id, installation.saleor_version,
                installation.installed_at[:16], state,
            )  # fmt: skip
        console.print(
            table
            if found
            else "No shop has installed Tandem yet. In its Dashboard: Extensions, Install from manifest."
        )


@main.command()
@click.option("--shop", "api_url", help="Only this shop's Saleor API URL.")
@click.option("--mend", is_flag=True, help="Bring the webhooks up to date.")
@click.option("--encrypt-anew", is_flag=True, help="Rewrite the stored tokens with the first SECRET_KEY.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def doctor(api_url: str | None, mend: bool, encrypt_anew: bool, as_json: bool) -> None:
    """Examine the shops, and say in words what to mend. Ends with 1 when something is wrong."""
    with plainly():
        tandem = the_app()
        if encrypt_anew:
            with tandem.register() as register:
                console.print(f"{register.encrypt_anew()} shops' secrets rewritten with the first key")
        examined = {
            installation.api_url: _examined(tandem, installation, mend)
            for installation in tandem.installations()
            if api_url in (None, installation.api_url)
        }
        if api_url and not examined:
            tandem.installed_at(api_url)
        if as_json:
            click.echo(json.dumps(examined, indent=2))
        else:
            for url, findings in examined.items():
                console.print(_findings(url, findings))
        sys.exit(0 if all(finding["well"] for findings in examined.values() for finding in findings) else 1)


def _examined(tandem: Tandem, installation: Installation, mend: bool) -> list[dict[str, object]]:
    try:
        with tandem.shop(installation) as shop:
            if mend:
                mend_webhooks(tandem, shop, datetime.now(UTC))
            return [asdict(finding) for finding in examine_shop(tandem, shop, datetime.now(UTC))]
    finally:
        tandem.close()


def _findings(api_url: str, findings: list[dict[str, object]]) -> Table:
    table = Table("", "what", "found", "to mend", title=api_url, title_justify="left")
    for finding in findings:
        table.add_row(
            "[green]✓" if finding["well"] else "[red]✗",
            str(finding["what"]),
            str(finding["found"]),
            str(finding["mend"]),
        )
    return table


def _public(installation: Installation) -> dict[str, object]:
    shown = ("key", "api_url", "app_id", "saleor_version", "name", "active", "installed_at", "deleted_at")
    return {name: getattr(installation, name) for name in shown}


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description:>10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
