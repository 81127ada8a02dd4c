"""`tandem demo`: the whole story on the embedded Saleor, step by step."""

from __future__ import annotations


def run(*, once: bool, orders: int, port: int) -> None:
    """Start the sandbox and the app, install, learn, suggest, order, cancel; then wait for people unless `once`."""
    raise NotImplementedError(f"{once} {orders} {port}")
