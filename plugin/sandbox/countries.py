"""Names of the countries the sandbox knows."""

from __future__ import annotations

COUNTRIES = {
    "AT": "Austria",
    "BE": "Belgium",
    "CH": "Switzerland",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "IE": "Ireland",
    "IT": "Italy",
    "NL": "Netherlands",
    "PL": "Poland",
    "PT": "Portugal",
    "SE": "Sweden",
    "US": "United States of America",
}
"""By code, as CountryCode in schema.graphql has them."""

EVERYWHERE = tuple(COUNTRIES)


def country(code: str) -> dict[str, str]:
    """Saleor's type CountryDisplay."""
    return {"code": code, "country": COUNTRIES.get(code, code)}
