"""tandem: serve | demo | learn | suggest | evaluate | bundles | rules | shops | doctor."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from plugin.app import create_app, log_to_stderr
from plugin.bundle_commands import bundles
from plugin.config import from_environment
from plugin.operator import opened, plainly, shown_on, the_app
from plugin.proof_command import evaluate
from plugin.rank_commands import fit, rank
from plugin.rebuild_commands import rebuild
from plugin.rule_commands import rules
from plugin.sandbox import demo as sandbox_demo
from plugin.shop import Shop, Tandem
from plugin.store import channels, preferences
from plugin.store.installations import Installation
from plugin.suggestions import placements, verdicts
from plugin.suggestions.deciding import Decision
from plugin.suggestions.document import document
from plugin.suggestions.model import BasketLine, VariantId
from plugin.suggestions.placements import BASKET, PLACEMENTS
from plugin.use_cases import plan_work
from plugin.use_cases.examine_shop import examine_shop
from plugin.use_cases.learn_from_file import learn_from_file
from plugin.use_cases.learn_from_past_orders import learn_from_past_orders, progress
from plugin.use_cases.mend_webhooks import mend_webhooks
from plugin.use_cases.next_best_offer import Asked, next_best_offer
from plugin.use_cases.refresh_catalogue import refresh_catalogue
from plugin.web.server import serve_forever

console = Console()

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
@click.option(
    "--orders", "orders_csv", type=FILE, help="Learn these orders, from a CSV file, and ask Saleor nothing."
)
@click.option(
    "--products", "products_csv", type=FILE, help="With --orders: names and categories of products, as CSV."
)
def learn(api_url: str, orders_csv: Path | None, products_csv: Path | None) -> None:
    """Read the catalogue and the order history, from Saleor or from a file; goes on where an earlier run was stopped."""
    if products_csv and not orders_csv:
        raise click.UsageError("--products goes with --orders")
    with plainly(), opened(api_url) as (_tandem, shop), _bar() as bar:
        if orders_csv:
            _learn_file(shop, orders_csv, products_csv, bar)
            return
        products = bar.add_task("products", total=None)
        for seen, total in refresh_catalogue(shop, datetime.now(UTC)):
            bar.update(products, completed=seen, total=total)
        made = progress(shop)
        orders = bar.add_task(
            "orders", total=made.total if made else None, completed=made.seen if made else 0
        )
        for made in learn_from_past_orders(shop, datetime.now(UTC)):
            bar.update(orders, completed=made.seen, total=made.total)


def _learn_file(shop: Shop, orders_csv: Path, products_csv: Path | None, bar: Progress) -> None:
    started = perf_counter()
    made = learn_from_file(shop, orders_csv, products_csv, datetime.now(UTC), shown_on(bar))
    seconds = perf_counter() - started
    plan_work.fit_model(shop, datetime.now(UTC))
    bar.console.print(
        f"{made.orders:,} orders of {made.lines:,} lines, {made.news:,} of them news, "
        f"in {seconds:,.1f} s: {made.orders / seconds:,.0f} orders/s"
    )


@main.command()
@click.option("--shop", "api_url", required=True, help="The shop's Saleor API URL.")
@click.option("--channel", required=True, help="Slug of the channel.")
@click.option(
    "--placement", type=click.Choice(PLACEMENTS), default=BASKET, show_default=True, help="Where it is shown."
)
@click.option("--country", help="Where it is sent: a code of two letters. Default: the channel's own.")
@click.option("--why", is_flag=True, help="Every candidate, and why it was kept or dropped.")
@click.option(
    "--json", "as_json", is_flag=True, help="The document, as a storefront gets it; with --why all of it."
)
@click.argument("variants", nargs=-1)
def suggest(api_url: str, channel: str, variants: tuple[str, ...], **told: Any) -> None:
    """What a basket of these VARIANTS (Saleor ids; "3x<id>" for three pieces; none: an empty basket) would get."""
    with plainly(), opened(api_url) as (_tandem, shop):
        found = channels.by_slug(shop.db, channel)
        if found is None:
            known = ", ".join(known.slug for known in channels.every(shop.db)) or "none yet"
            raise click.ClickException(f"no channel {channel!r}; known: {known}")
        now, lines, why = datetime.now(UTC), [_line(variant) for variant in variants], told["why"]
        asked = Asked(found.id, lines, told["placement"], country=told["country"], everything=why)
        decision = next_best_offer(shop, asked, now)
        if told["as_json"]:
            limits = placements.limits(preferences.get(shop.db))
            made = document(decision.chosen, lines, told["placement"], now, limits)
            more = {
                "considered": [asdict(one) for one in decision.considered],
                "withheld": decision.withheld,
            }
            click.echo(json.dumps({**made, **(more if why else {})}, indent=2, ensure_ascii=False))
            return
        _print(decision, why)


def _print(decision: Decision, why: bool) -> None:
    if why or decision.chosen:
        console.print(_considered(decision) if why else _suggestions(decision))
    if decision.withheld:
        console.print(f"Nothing is shown: {verdicts.words(decision.withheld)}.")


def _line(text: str) -> BasketLine:
    """ "3xUHJv…" is three pieces of that variant."""
    pieces, times, variant = text.partition("x")
    if times and pieces.isdecimal():
        return BasketLine(VariantId(variant), max(1, int(pieces)))
    return BasketLine(VariantId(text), 1)


def _suggestions(decision: Decision) -> Table:
    table = Table("product", "variant", "price", "kind", "rung", "accepted", "why")
    for made in decision.chosen:
        rate = next(
            one.acceptance
            for one in decision.considered
            if one.variant == made.variant.id and one.kind == made.kind
        )
        table.add_row(
            made.bundle.name if made.bundle else made.offer.name, made.variant.name,
            f"{made.variant.amount} {made.variant.currency}", made.kind, made.rung, f"{rate:.1%}", made.reason.text,
        )  # fmt: skip
    return table


def _considered(decision: Decision) -> Table:
    """Those shown first, then the likeliest."""
    place = {(made.kind, made.variant.id): at for at, made in enumerate(decision.chosen)}
    table = Table("", "product", "variant", "kind", "rung", "accepted", "earns", "verdict", "reason told")
    for one in sorted(
        decision.considered,
        key=lambda one: (
            place.get((one.kind, one.variant or VariantId("")), 99),
            -one.acceptance,
            one.product,
        ),
    ):
        kept = one.verdict == verdicts.KEPT
        table.add_row(
            "[green]✓" if kept else "[dim]✗", one.name or one.product, one.variant_name, one.kind, one.rung,
            f"{one.acceptance:.1%}" if one.acceptance else "", f"{one.contribution:.2f}" if one.contribution else "",
            verdicts.words(one.verdict), one.reason,
        )  # fmt: skip
    return table


main.add_command(bundles)
main.add_command(rules)
main.add_command(rebuild)
main.add_command(rank)
main.add_command(fit)
main.add_command(evaluate)


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
