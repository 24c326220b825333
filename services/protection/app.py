"""The protection service assembled: `uvicorn services.protection.app:app`."""

from services.protection import consumers
from services.protection.api import ROUTERS
from shared.web import create_app

app = create_app(
    "protection",
    "护童 · 儿童保护 | protection",
    ROUTERS,
    consumers=consumers,
    description="强制报告、公安办理、个案、监护评估、监护干预文书、国家监护与安置。",
)
