"""The protection service assembled: `uvicorn services.protection.app:app`."""

from services.protection import consumers
from services.protection.api import ROUTERS
from shared.web import create_app

app = create_app("protection", ROUTERS, consumers=consumers)
