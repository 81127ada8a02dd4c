"""One GraphQL request: who asks, and the sandbox that answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import GraphQLError, GraphQLResolveInfo

from plugin.sandbox.app_facts import Delivery, Principal

if TYPE_CHECKING:
    from plugin.sandbox.kernel import Kernel
    from plugin.sandbox.sales_facts import Checkout
    from plugin.sandbox.state import State
    from plugin.sandbox.tokens import Tokens
    from plugin.sandbox.verbs import Verbs

Info: TypeAlias = "GraphQLResolveInfo[Asking]"

Resolver = Callable[..., Any]
Resolvers = Mapping[str, Mapping[str, Resolver]]
"""Type name -> field name -> function of (source, info, **arguments)."""


@dataclass(frozen=True, slots=True)
class Asking:
    """The context every resolver is handed."""

    kernel: Kernel
    who: Principal
    verbs: Verbs
    tokens: Tokens
    later: Callable[[Callable[[], None]], None]
    """Do this when the answer is complete: in a thread, or at once, as deliveries are sent."""
    retry: Callable[[Delivery], None]
    remembered: dict[str, Checkout] = field(default_factory=dict)
    """Checkouts whose discounts this request has worked out."""
    calls_apps: bool = True
    """Not while the body of a webhook is made: Saleor refuses to go in circles."""

    @property
    def state(self) -> State:
        """What is known now."""
        return self.kernel.state


def asking(info: Info) -> Asking:
    """The typed context."""
    return info.context


class PermissionDenied(GraphQLError):
    """Saleor answers this with HTTP 200."""

    def __init__(self, permissions: tuple[str, ...]) -> None:
        needed = ", ".join(permissions)
        super().__init__(
            f"To access this path, you need one of the following permissions: {needed}",
            extensions={"exception": {"code": "PermissionDenied"}},
        )


def demand(info: Info, *permissions: str) -> None:
    """Go on only for someone with at least one of these permissions.

    AUTHENTICATED_APP and AUTHENTICATED_STAFF_USER are names Saleor uses for "any app", "any staff".
    """
    who = asking(info).who
    kinds = {"AUTHENTICATED_APP": who.kind == "app", "AUTHENTICATED_STAFF_USER": who.is_staff}
    if not any(kinds.get(it, it in who.permissions) for it in permissions):
        raise PermissionDenied(permissions)
