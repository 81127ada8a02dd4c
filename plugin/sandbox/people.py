"""Staff and buyers with accounts."""

from __future__ import annotations

from dataclasses import replace

from graphql import GraphQLEnumType

from plugin.sandbox.app_facts import User
from plugin.sandbox.kernel import Kernel
from plugin.sandbox.schema import schema_of


def every_permission() -> frozenset[str]:
    """All codes of PermissionEnum."""
    enum = schema_of("3.23").type_map["PermissionEnum"]
    return frozenset(enum.values) if isinstance(enum, GraphQLEnumType) else frozenset()


def admin(kernel: Kernel) -> User:
    """Saleor's usual first administrator: may do everything."""
    return add_user(
        kernel,
        User(
            "",
            "admin@example.com",
            "Ada",
            "Admin",
            is_staff=True,
            password="admin",  # noqa: S106  # Saleor's demo password
            permissions=every_permission(),  # Saleor's demo password
        ),
    )


def add_user(kernel: Kernel, user: User) -> User:
    """Keep a person; the id is given here."""
    known = replace(user, id=kernel.new_id("User"))
    kernel.state.users[known.id] = known
    return known
