"""What the running gateway holds: keys, clients, tokens, table, limits, the way to the services.

Made once by `app`, handed to whoever needs it; there is no other global.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from importlib import import_module
from time import monotonic
from typing import Any

from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from gateway.audience import read_audience
from gateway.dci.callbacks import Callbacks
from gateway.dci.registry import Registry
from gateway.hub import Hub
from gateway.identity.claims import Claims
from gateway.identity.clients import Client, Clients
from gateway.identity.notices import Notices
from gateway.identity.proofs import Proofs
from gateway.identity.provider import provider_of
from gateway.identity.ring import Ring
from gateway.identity.seed import seed
from gateway.identity.tokens import Tokens
from gateway.intake import Intake
from gateway.limits import Allowance, Places, Rates
from gateway.openings import Openings
from gateway.passages import Passages
from gateway.proxy import Proxy
from gateway.routes import Table, read_table
from gateway.settings import gateway_settings
from gateway.stream import Listeners
from gateway.webhooks import Webhooks
from shared.bus import SERVICES, SOURCES
from shared.clock import clock, legal_day
from shared.database import Sessions
from shared.documents import read
from shared.events import CATALOGUE
from shared.jurisdiction import jurisdiction
from shared.settings import settings

FIGURES_SECONDS = 60
PLACES = 128


class House:
    """The parts of the gateway; begun and ended by `running`."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.issuer = (gateway_settings().public_url or settings().gateway_url).rstrip("/")
        for owner in SOURCES:
            import_module(f"shared.events.{owner}")
        self.document: dict[str, Any] = read(jurisdiction().folder / "routes.yaml")
        self.table: Table = read_table(self.document, jurisdiction().departments)
        self.audience = read_audience(self.document, jurisdiction().departments, CATALOGUE)
        self.hub, self.listeners = Hub(self.audience), Listeners()
        self.ring, self.clients, self.proofs = Ring(), Clients(), Proofs(sessions.kw["bind"])
        self.tokens = Tokens(self.ring, self.clients, self.issuer)
        self.provider = provider_of(gateway_settings(), self.issuer)
        self.claims = _claims() if self.provider else None
        self.rates = Rates()
        self.places = {name: Places(PLACES) for name in (*SERVICES, "gateway")}
        self.proxy = Proxy({service: settings().url_of(service) for service in SERVICES})
        self.passages = Passages(sessions.kw["bind"])
        self.notices = Notices(sessions, self.clients, self.tokens)
        self.openings = Openings(sessions)
        self.intake = Intake(self)
        self.registry = Registry(self)
        self.callbacks = Callbacks(self.registry)
        self.webhooks = Webhooks(self)
        self._figures: dict[str, Any] = {}
        self._figures_until = 0.0
        self._allowances: dict[float | None, Allowance] = {}

    def figure(self, name: str) -> Any:
        """A figure of the gateway in force today, looked up once a minute."""
        if monotonic() >= self._figures_until:
            self._figures = jurisdiction().law.on(legal_day(clock())).figures
            self._figures_until = monotonic() + FIGURES_SECONDS
            self._allowances.clear()
        return self._figures[name]

    def allowance(self, client: Client) -> Allowance:
        """What a client may do: its own rate, or the figure of all."""
        figure = self.figure("gateway_rate_per_second")
        found = self._allowances.get(client.rate)
        if found is None:
            rate = float(client.rate or figure)
            at_once = max(int(self.figure("gateway_at_once")), int(rate / 4))
            turns = max(1, round(self.figure("gateway_turns") * rate / figure))
            found = self._allowances[client.rate] = Allowance(rate, 2 * rate, at_once, turns)
        return found

    def place(self, service: str, client_id: str) -> AbstractAsyncContextManager[None]:
        """A place at a service, or at the gateway itself, in the client's turn."""
        client = self.clients.find(client_id)
        turns = self.allowance(client).turns if client else 1
        return self.places[service].place(client_id, turns)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """From first seed to last flush."""
        with suppress(DBAPIError, OSError):
            await seed(self.sessions)
        await self.notices.start()
        await self.proxy.start()
        self.passages.start()
        await self.intake.start()
        await self.hub.start()
        await self.callbacks.start()
        await self.webhooks.start()
        try:
            yield
        finally:
            await self.webhooks.stop()
            await self.callbacks.stop()
            await self.hub.stop()
            await self.intake.stop()
            await self.proxy.stop()
            await self.notices.stop()
            await self.passages.stop()


def _claims() -> Claims:
    return Claims(read(jurisdiction().folder / "sign-in.yaml"), jurisdiction())


def house_of(app: FastAPI) -> House:
    """The house of a running gateway."""
    house = app.state.house
    assert isinstance(house, House)
    return house
