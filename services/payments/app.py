"""The payments service assembled: `uvicorn services.payments.app:app`."""

from services.payments import consumers
from services.payments.api import ROUTERS
from shared.web import create_app

app = create_app(
    "payments",
    "护童 · 资金发放 Payments",
    ROUTERS,
    consumers=consumers,
    description="What is owed, to whom, whether it was paid: every line names its clause.",
)
