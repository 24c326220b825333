"""The eligibility service assembled: `uvicorn services.eligibility.app:app`."""

from services.eligibility import consumers
from services.eligibility.api import ROUTERS
from shared.web import create_app

app = create_app(
    "eligibility",
    "资格认定 | Eligibility",
    ROUTERS,
    consumers=consumers,
    description="谁是困境儿童，何类，何时起止，依据何条 | Who is a child in difficulty, and why.",
)
