"""SandboxSaleor: an embedded Saleor 3.23 for the demo and every test. One stand-in for both."""

from __future__ import annotations

import threading
from typing import Any, Self

import httpx
from werkzeug.serving import BaseWSGIServer, make_server

from plugin.sandbox.app_facts import App, AppExtension, Principal, User
from plugin.sandbox.apps import Apps
from plugin.sandbox.catalogue_facts import Catalogue
from plugin.sandbox.checkouts import Checkouts
from plugin.sandbox.deliveries import Deliveries
from plugin.sandbox.discounts import Discounts
from plugin.sandbox.graphql_face import GraphqlFace
from plugin.sandbox.kernel import Clock, Kernel, real_time
from plugin.sandbox.keys import SigningKeys
from plugin.sandbox.labels import Labels
from plugin.sandbox.orders import Orders
from plugin.sandbox.outbox import Mode, Outbox
from plugin.sandbox.payments import Payments
from plugin.sandbox.people import admin
from plugin.sandbox.problems import Problems
from plugin.sandbox.promo_codes import PromoCodes
from plugin.sandbox.refunds import Refunds
from plugin.sandbox.settings import Settings
from plugin.sandbox.shelves import Shelves
from plugin.sandbox.shipping import Shipping
from plugin.sandbox.snapshots import Snapshots
from plugin.sandbox.state import State
from plugin.sandbox.sync_calls import SyncCalls
from plugin.sandbox.tokens import Tokens
from plugin.sandbox.verbs import Verbs
from plugin.sandbox.wsgi import make_wsgi


class SandboxSaleor:
    """A whole Saleor in memory. Verbs: `apps`, `checkouts`, `deliveries`, `discounts`, `labels`, `orders`, `payments`,
    `problems`, `promo_codes`, `refunds`, `shelves`, `shipping`.

    `http` is how it calls the app under test; tests set `saleor.http = httpx.Client(transport=httpx.WSGITransport(app))`.
    `wsgi` is how it is called. Use it as a context manager, or call `close`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        deliver: Mode = "now",
        http: httpx.Client | None = None,
        origin: str = "http://saleor.sandbox",
        clock: Clock = real_time,
        settings: Settings | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.kernel = Kernel(self.settings, clock)
        self.kernel.origin = origin
        self.kernel.state.stock(catalogue)
        self.tokens = Tokens(self.kernel)
        self._own_http = http is None
        self.apps = Apps(self.kernel, http or httpx.Client())
        self.shelves = Shelves(self.kernel)
        self.shipping = Shipping(self.kernel)
        self.orders = Orders(self.kernel)
        self.deliveries = Deliveries(self.kernel)
        self.checkouts = Checkouts(self.kernel, self.orders, self.deliveries)
        self.promo_codes = PromoCodes(self.kernel)
        self.discounts = Discounts(self.kernel)
        self.payments = Payments(self.kernel, self.orders)
        self.refunds = Refunds(self.kernel, self.orders)
        self.labels = Labels(self.kernel)
        self.problems = Problems(self.kernel)
        self._connect(deliver)
        self._server: BaseWSGIServer | None = None

    def _connect(self, deliver: Mode) -> None:
        """What goes out and what comes in, once all verbs are there."""
        verbs = Verbs(**{name: getattr(self, name) for name in Verbs.__slots__})
        snapshots = Snapshots(self.kernel, verbs, self.tokens)
        self.outbox = Outbox(self.kernel, snapshots, self.apps, deliver)
        self.kernel.outbox = self.outbox
        self.kernel.sync = SyncCalls(self.kernel, snapshots, self.apps, self.outbox)
        self.graphql = GraphqlFace(self.kernel, verbs, self.tokens, self.outbox)
        self.admin = admin(self.kernel)
        self.wsgi = make_wsgi(self)

    @property
    def state(self) -> State:
        """All it knows: maps from global id to fact."""
        return self.kernel.state

    @property
    def keys(self) -> SigningKeys:
        """The signing key; `keys.rotate()` replaces it."""
        return self.kernel.keys

    @property
    def api_url(self) -> str:
        """Where its GraphQL API is; what apps know it by."""
        return self.kernel.api_url

    @property
    def origin(self) -> str:
        """Scheme and host."""
        return self.kernel.origin

    @property
    def http(self) -> httpx.Client:
        """The client that calls the app under test."""
        return self.apps.http

    @http.setter
    def http(self, client: httpx.Client) -> None:
        if self._own_http:
            self.apps.http.close()
            self._own_http = False
        self.apps.http = client

    @property
    def staff(self) -> Principal:
        """The administrator asking: `saleor.orders.cancel(id, by=saleor.staff)`."""
        return self.admin.principal

    def events(self, *names: str) -> list[str]:
        """Names of all events so far, or of those asked for, oldest first."""
        return [it.name for it in self.kernel.fired if not names or it.name in names]

    def ask(
        self, query: str, variables: dict[str, Any] | None = None, token: str | None = None
    ) -> dict[str, Any]:
        """GraphQL without HTTP: the whole answer with `data` and `errors`."""
        return self.graphql.answer({"query": query, "variables": variables or {}}, token)[1]

    def staff_token(self) -> str:
        """A bearer token of the administrator."""
        return self.tokens.for_staff(self.admin)

    def dashboard_token(
        self, app: App, user: User | None = None, extension: AppExtension | None = None, **claims: Any
    ) -> str:
        """What the Dashboard hands to the app's frame; `claims` overwrites some, for forgeries."""
        return self.tokens.for_app_page(app, user or self.admin, extension, **claims)

    def serve(self, port: int = 0, host: str = "localhost") -> str:
        """Answer on a real port (0: a free one) from a thread, and say where."""
        self._server = make_server(host, port, self.wsgi, threaded=True)
        self.kernel.origin = f"http://{host}:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self.kernel.origin

    def close(self) -> None:
        """Stop delivering and serving."""
        self.outbox.close()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        if self._own_http:
            self.apps.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
