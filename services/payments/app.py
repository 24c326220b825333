"""The payments service assembled: `uvicorn services.payments.app:app`."""

from fastapi import FastAPI

from services.payments import consumers
from services.payments.api import ROUTERS
from shared.web import create_app


def make() -> FastAPI:
    """The service with its doors, bus and clocks."""
    return create_app(
        "payments",
        "护童 · 资金发放 Payments",
        ROUTERS,
        consumers=consumers,
        description="What is owed, to whom, whether it was paid: every line names its clause.",
    )


app = make()
