"""Parts of pages: overview, trial basket, storefront, widgets."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, current_app, render_template, request

from plugin.shop import Tandem
from plugin.suggestions.model import ProductId
from plugin.use_cases import describe_highlights, describe_shop, describe_suggestions, describe_withheld
from plugin.web.dashboard import bundle_words, charts
from plugin.web.dashboard.door import staff
from plugin.web.dashboard.staff import shop_of
from plugin.web.installation import host

blueprint = Blueprint("fragments", __name__)

LONGEST_ID = 200

MOST_TRIED = 12


@blueprint.get("/overview")
def overview() -> str:
    """Is it learning, and from what."""
    with shop_of(staff()) as shop:
        now = datetime.now(UTC)
        return render_template("dashboard/overview.html", learning=describe_shop.learning(shop, now), now=now)


@blueprint.get("/learning")
def learning() -> str:
    """The part of the overview that refreshes itself."""
    with shop_of(staff()) as shop:
        now = datetime.now(UTC)
        return render_template("dashboard/learning.html", learning=describe_shop.learning(shop, now), now=now)


@blueprint.get("/highlights")
def highlights() -> str:
    """The strongest pairs and what is suggested most."""
    with shop_of(staff()) as shop:
        found = describe_highlights.highlights(shop, datetime.now(UTC))
        return render_template("dashboard/highlights.html", highlights=found)


@blueprint.get("/withheld")
def withheld() -> str:
    """In how many baskets nothing was shown, and why."""
    with shop_of(staff()) as shop:
        return render_template(
            "dashboard/withheld.html",
            withheld=describe_withheld.describe_withheld(shop, datetime.now(UTC)),
            days=describe_withheld.LOOKED_BACK.days,
            words=bundle_words,
        )


@blueprint.get("/trial")
def trial() -> str:
    """What a basket would get. ?product=<id>&product=<id>&add=<id>&remove=<id>&channel=<slug>"""
    asked = [*request.args.getlist("product"), request.args.get("add", "")]
    wanted = dict.fromkeys(product[:LONGEST_ID] for product in asked if product)
    wanted.pop(request.args.get("remove", ""), None)
    products = [ProductId(product) for product in wanted][:MOST_TRIED]
    with shop_of(staff()) as shop:
        tried = describe_suggestions.try_basket(
            shop, products, request.args.get("channel", ""), datetime.now(UTC)
        )
        return render_template(
            "dashboard/trial.html", tried=tried, changed="add" in request.args or "remove" in request.args
        )


@blueprint.get("/storefront")
def storefront() -> str:
    """What the storefront's developer needs: addresses to copy, and the field to ask for."""
    tandem: Tandem = current_app.extensions["tandem"]
    installation = staff().installation
    return render_template("dashboard/storefront.html", host=host(tandem), key=installation.key)


@blueprint.get("/widget_product")
def widget_product() -> str:
    """Beside a product: what is suggested with it. ?productId=<id>&channel=<slug>"""
    product = ProductId(request.args.get("productId", "")[:LONGEST_ID])
    with shop_of(staff()) as shop:
        tried = describe_suggestions.try_basket(
            shop, [product], request.args.get("channel", ""), datetime.now(UTC)
        )
        return render_template("dashboard/widget_product.html", tried=tried, product=product)


@blueprint.get("/widget_order")
def widget_order() -> str:
    """Beside an order: what was suggested for it, and what was taken. ?orderId=<id>"""
    with shop_of(staff()) as shop:
        offered = describe_suggestions.offered_for(
            shop, request.args.get("orderId", "")[:LONGEST_ID], datetime.now(UTC)
        )
        return render_template("dashboard/widget_order.html", offered=offered)


@blueprint.get("/widget_home")
def widget_home() -> str:
    """On the Dashboard's first page: the week."""
    with shop_of(staff()) as shop:
        now = datetime.now(UTC)
        week = describe_shop.week(shop, now)
        return render_template(
            "dashboard/widget_home.html",
            week=week,
            learning=describe_shop.learning(shop, now),
            chart=charts.line([day.suggested for day in week.days]),
        )
