"""tokenCreate and tokenRefresh: staff log in."""

from __future__ import annotations

from typing import Any

import jwt

from plugin.sandbox.asking import Info, Resolvers, asking
from plugin.sandbox.rejected import Trouble


def _log_in(_root: Any, info: Info, email: str, password: str, **_: Any) -> dict[str, Any]:
    context = asking(info)
    for user in context.state.users.values():
        if user.email == email and user.password and user.password == password and user.is_active:
            tokens = context.tokens
            return {
                "token": tokens.for_staff(user),
                "refresh_token": tokens.to_refresh(user),
                "csrf_token": None,
                "user": user,
                "errors": [],
            }
    trouble = Trouble("email", "INVALID_CREDENTIALS", "Please, enter valid credentials")
    return {"token": None, "refresh_token": None, "csrf_token": None, "user": None, "errors": [trouble]}


def _refresh(_root: Any, info: Info, refresh_token: str | None = None, **_: Any) -> dict[str, Any]:
    context = asking(info)
    try:
        claims = context.kernel.keys.claims(refresh_token or "")
    except jwt.InvalidTokenError:
        claims = {}
    user = context.state.users.get(claims.get("user_id", "")) if claims.get("type") == "refresh" else None
    if user is None:
        trouble = Trouble("refreshToken", "JWT_INVALID_TOKEN", "Invalid token")
        return {"token": None, "user": None, "errors": [trouble]}
    return {"token": context.tokens.for_staff(user), "user": user, "errors": []}


RESOLVERS: Resolvers = {"Mutation": {"tokenCreate": _log_in, "tokenRefresh": _refresh}}
