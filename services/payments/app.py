"""The payments service assembled: `uvicorn services.payments.app:app`."""

from services.payments import consumers
from services.payments.api import ROUTERS
from shared.web import create_app

app = create_app("payments", ROUTERS, consumers=consumers)
