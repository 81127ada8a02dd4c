"""Everything that can go wrong on purpose, as a tree. Each leaf knows the HTTP status its sender understands.

TandemError
├── BadConfig               the environment is wrong; the message names the variable
├── MissingEngine           an optional extra, or Java, is not installed
├── RebuildFailed           an engine gave up counting; the counts are as they were
├── BadRequest        400   the sender must not repeat this
│   ├── BadPayload          not JSON, or not the shape our query asked for
│   ├── BadFile             a file to be read that is not as it must be; the message names the line
│   ├── BadPreference       a preference out of its limits; `field` names it
│   ├── BadBundle           a bundle that cannot be; `problems` name the fields
│   ├── BadRule             a merchant's rule that cannot be; `problems` name the fields
│   ├── BadExport           an export of orders that cannot be counted
│   └── Refused             an installation we do not accept; the merchant reads the message
├── NotAllowed        401   who is asking could not be proved
│   ├── UnknownShop         no installation for this API URL
│   ├── BadSignature        Saleor did not sign this body
│   └── BadToken            not a Dashboard token for this app, or expired
├── Forbidden         403   who is asking may not
├── NotFound          404
├── Gone              409   what was offered is no longer to be had
├── TooFast           429   ask again later
└── TryAgain          503   our own trouble; Saleor repeats the delivery
    ├── Superseded          the same work was begun anew, and goes on there
    └── SaleorTrouble       Saleor did not answer, or not as GraphQL
        └── SaleorRefused   Saleor answered with errors; `codes` has its error codes
"""

from collections.abc import Sequence


class TandemError(Exception):
    """Root of the tree."""

    status = 500


class BadConfig(TandemError):
    """The environment is wrong; the process must not start."""


class MissingEngine(TandemError):
    """An optional extra, or Java, is not installed; the message says how."""


class RebuildFailed(TandemError):
    """An engine gave up counting; the counts are as they were."""


class BadRequest(TandemError):
    """The sender must not repeat this."""

    status = 400


class BadPayload(BadRequest):
    """Not JSON, or not the shape our query asked for."""


class BadFile(BadRequest):
    """A file of orders or products that is not as it must be; the message names file and line."""


class BadPreference(BadRequest):
    """A preference outside its limits."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class BadBundle(BadRequest):
    """A bundle that cannot be, with every problem: (field, what is wrong with it)."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems))
        self.problems = tuple(problems)


class BadRule(BadRequest):
    """A merchant's rule that cannot be, with every problem: (field, what is wrong with it)."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems))
        self.problems = tuple(problems)


class BadExport(BadRequest):
    """An export of orders that cannot be counted."""


class Refused(BadRequest):
    """An installation we do not accept. The message is shown to the merchant by Saleor."""


class NotAllowed(TandemError):
    """Who is asking could not be proved."""

    status = 401


class UnknownShop(NotAllowed):
    """No installation for this API URL."""


class BadSignature(NotAllowed):
    """Saleor did not sign this body."""


class BadToken(NotAllowed):
    """Not a Dashboard token for this app, or expired."""


class Forbidden(TandemError):
    """Who is asking may not."""

    status = 403


class NotFound(TandemError):
    """Nothing here by that name."""

    status = 404


class Gone(TandemError):
    """What was offered is no longer to be had: sold out, ended, or the basket is another one by now."""

    status = 409


class TooFast(TandemError):
    """Ask again later."""

    status = 429


class TryAgain(TandemError):
    """Our own trouble; Saleor repeats the delivery."""

    status = 503


class Superseded(TryAgain):
    """The same work was begun anew meanwhile, and goes on there; `exit_code` tells it to whoever started a command of ours."""

    exit_code = 75


class SaleorTrouble(TryAgain):
    """Saleor did not answer, or not as GraphQL."""


class SaleorRefused(SaleorTrouble):
    """Saleor answered with errors."""

    def __init__(self, message: str, codes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.codes = codes

    @property
    def permission_denied(self) -> bool:
        """True when the token is unknown, the app inactive, or a permission missing: Saleor says it the same way."""
        return "PermissionDenied" in self.codes
