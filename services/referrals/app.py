"""The referrals service assembled: `uvicorn services.referrals.app:app`."""

from services.referrals import consumers
from services.referrals.api import ROUTERS
from shared.web import create_app

app = create_app("referrals", ROUTERS, consumers=consumers)
