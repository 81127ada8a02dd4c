"""The token's way to the app: the one unsigned request of Saleor's."""

from __future__ import annotations

import random
import string
from urllib.parse import urlsplit

import httpx

from plugin.sandbox.kernel import Kernel
from plugin.sandbox.manifests import TIMEOUT
from plugin.sandbox.rejected import Rejected

TOKEN_LENGTH = 30
TROUBLE = "Failed to connect to app. Try later or contact with app support."


def new_token(kernel: Kernel) -> str:
    """Thirty letters and digits."""
    dice: random.Random = kernel.dice
    return "".join(dice.choices(string.ascii_letters + string.digits, k=TOKEN_LENGTH))


def saleor_headers(kernel: Kernel) -> dict[str, str]:
    """Who is calling, as every request of Saleor says it."""
    domain = urlsplit(kernel.origin).netloc
    return {
        "User-Agent": f"Saleor/{kernel.settings.schema_version}",
        "Content-Type": "application/json",
        "X-Saleor-Domain": domain,
        "Saleor-Domain": domain,
        "Saleor-Api-Url": kernel.api_url,
    }


def hand_over_token(kernel: Kernel, http: httpx.Client, url: str, token: str) -> None:
    """POST {"auth_token"}; only 4xx and 5xx are refusals.

    Raises:
        Rejected: with the app's own words, when it gave any.
    """
    headers = {**saleor_headers(kernel), "Saleor-Schema-Version": kernel.settings.schema_version}
    try:
        answer = http.post(
            url, json={"auth_token": token}, headers=headers, timeout=TIMEOUT, follow_redirects=False
        )
    except httpx.HTTPError as error:
        raise Rejected("tokenTargetUrl", "INVALID", TROUBLE) from error
    if answer.status_code < httpx.codes.BAD_REQUEST:
        return
    try:
        message = str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        message = f"App internal error ({answer.status_code}). Try later or contact with app support."
    raise Rejected("tokenTargetUrl", "INVALID", message)
