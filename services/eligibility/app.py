"""The eligibility service assembled: `uvicorn services.eligibility.app:app`."""

from starlette.middleware import Middleware

from services.eligibility import consumers
from services.eligibility.api import evaluations, routers
from shared.web import create_app

app = create_app(
    "eligibility",
    "资格认定 | Eligibility",
    routers,
    consumers=consumers,
    description="谁是困境儿童，何类，何时起止，依据何条 | Who is a child in difficulty, and why.",
)
# Behind what counts and times every request, before what makes a request of it.
app.user_middleware.append(Middleware(evaluations.Short))
