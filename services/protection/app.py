"""The service assembled: `uvicorn services.protection.app:app`."""

from fastapi import FastAPI

from services.protection import consumers
from services.protection.api import ROUTERS
from shared.web import create_app


def make() -> FastAPI:
    """A fresh application, with its doors, events and clocks."""
    return create_app(
        "protection",
        "护童 · 儿童保护 | protection",
        ROUTERS,
        consumers=consumers,
        description="强制报告、公安办理、个案、监护评估、监护干预文书、国家监护与安置。",
    )


app = make()
