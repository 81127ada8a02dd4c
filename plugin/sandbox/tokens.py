"""JWTs: for staff, and for an app's page in the Dashboard; and who a request's token belongs to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt

from plugin.sandbox.app_facts import ANONYMOUS, App, AppExtension, Principal, User
from plugin.sandbox.kernel import Kernel

APP_PAGE_LIVES = timedelta(minutes=5)
STAFF_LIVES = timedelta(minutes=5)


class Tokens:
    """Issues and reads tokens of this sandbox."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def _claims(self, user: User, kind: str, lives: timedelta) -> dict[str, Any]:
        now = self._kernel.clock()
        return {
            "iat": int(now.timestamp()),
            "owner": "saleor",
            "iss": self._kernel.api_url,
            "exp": int((now + lives).timestamp()),
            "token": "2jaqD5T5SdBV",
            "email": user.email,
            "type": kind,
            "user_id": user.id,
            "is_staff": user.is_staff,
        }

    def for_staff(self, user: User, lives: timedelta = STAFF_LIVES) -> str:
        """tokenCreate's access token."""
        return self._kernel.keys.token(self._claims(user, "access", lives))

    def to_refresh(self, user: User) -> str:
        """tokenCreate's refresh token."""
        return self._kernel.keys.token(self._claims(user, "refresh", timedelta(days=30)))

    def for_app_page(
        self,
        app: App,
        user: User,
        extension: AppExtension | None = None,
        lives: timedelta = APP_PAGE_LIVES,
        **other: Any,
    ) -> str:
        """app(id){accessToken}: what the Dashboard hands to the app's frame. `other` overwrites claims, for forgeries."""
        allowed = set(extension.permissions) if extension else app.permissions
        claims = self._claims(user, "thirdparty", lives) | {
            "app": app.id,
            "permissions": sorted(allowed & user.permissions),
            "user_permissions": sorted(user.permissions),
        }
        if extension:
            claims["app_extension"] = extension.id
        if app.audience:
            claims["aud"] = f"custom:{app.audience}"
        return self._kernel.keys.token(claims | other)

    def owner(self, bearer: str | None) -> Principal:
        """Who sent this token. A wrong, expired or switched-off one is nobody: Saleor does not answer 401."""
        if not bearer:
            return ANONYMOUS
        state = self._kernel.state
        for app in state.apps.values():
            if app.token == bearer:
                return app.principal if app.is_active else ANONYMOUS
        try:
            claims = self._kernel.keys.claims(bearer)
        except jwt.InvalidTokenError:
            return ANONYMOUS
        user = state.users.get(claims.get("user_id", ""))
        if user is None or not user.is_active or claims.get("type") not in ("access", "thirdparty"):
            return ANONYMOUS
        if claims["type"] == "thirdparty":
            return Principal("user", user.id, frozenset(claims["permissions"]), user.is_staff)
        return user.principal
