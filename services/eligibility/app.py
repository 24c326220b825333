"""The eligibility service assembled: `uvicorn services.eligibility.app:app`."""

from services.eligibility import consumers
from services.eligibility.api import ROUTERS
from shared.web import create_app

app = create_app("eligibility", ROUTERS, consumers=consumers)
