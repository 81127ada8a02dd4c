"""One POST to an app: Saleor's headers, Saleor's timeouts, Saleor's judgement of the answer."""

from __future__ import annotations

import time
from dataclasses import replace

import httpx

from plugin.sandbox.app_facts import Attempt, Delivery, Webhook
from plugin.sandbox.handshake import saleor_headers
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.manifests import TIMEOUT

RETRIES = 5
"""After the first attempt."""

FIRST_WAIT = 10.0
"""Seconds before the first retry; each further wait is twice as long."""


def wait_before(attempts: int) -> float:
    """Seconds between attempt number `attempts` and the next."""
    return FIRST_WAIT * float(2 ** (attempts - 1))


def headers_for(kernel: Kernel, delivery: Delivery, webhook: Webhook) -> dict[str, str]:
    """Exactly what Saleor sends, both generations of names."""
    event = delivery.event_type.lower()
    ours = saleor_headers(kernel)
    return {
        "User-Agent": ours["User-Agent"],
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Connection": "keep-alive",
        "Content-Type": ours["Content-Type"],
        "X-Saleor-Event": event,
        "X-Saleor-Domain": ours["X-Saleor-Domain"],
        "X-Saleor-Signature": delivery.signature,
        "Saleor-Event": event,
        "Saleor-Domain": ours["Saleor-Domain"],
        "Saleor-Signature": delivery.signature,
        "Saleor-Api-Url": ours["Saleor-Api-Url"],
        **webhook.custom_headers,
    }


def attempt(kernel: Kernel, http: httpx.Client, delivery: Delivery, webhook: Webhook) -> Delivery:
    """The delivery after one more try: SUCCESS on 2xx, PENDING when Saleor will try again, FAILED when not.

    5xx, timeouts and refused connections are tried six times in all; 3xx and 4xx once.
    """
    began = time.monotonic()
    status: int | None = None
    try:
        answer = http.post(
            webhook.target_url,
            content=delivery.payload,
            headers=headers_for(kernel, delivery, webhook),
            timeout=TIMEOUT,
            follow_redirects=False,
        )
        status, said = answer.status_code, answer.text
    except httpx.HTTPError as error:
        said = str(error) or type(error).__name__
    good = status is not None and httpx.codes.is_success(status)
    final = status is not None and status < httpx.codes.INTERNAL_SERVER_ERROR
    tried = Attempt(
        id=f"{delivery.id}.{len(delivery.attempts) + 1}",
        created_at=kernel.clock(),
        status="SUCCESS" if good else "FAILED",
        response_status_code=status,
        response=said,
        duration=time.monotonic() - began,
    )
    tries = (*delivery.attempts, tried)
    over = final or len(tries) > RETRIES
    outcome = "SUCCESS" if good else "FAILED" if over else "PENDING"
    return replace(delivery, attempts=tries, status=outcome)
