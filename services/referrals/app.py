"""The referrals service assembled: `uvicorn services.referrals.app:app`."""

from services.referrals import consumers
from services.referrals.api import ROUTERS
from shared.web import create_app

app = create_app(
    "referrals",
    "转介协同 | Referrals",
    ROUTERS,
    consumers=consumers,
    description="谁请谁帮助，结果如何 | Who asked whom for which help, and what came of it.",
)
