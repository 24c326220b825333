"""Every generated document by its file name, as it would be written now."""

from shared import policy
from shared.generated import clauses, interfaces, tables
from shared.generated.coverage import coverage
from shared.jurisdiction import jurisdiction

FOLDER = "deploy/generated"


def documents() -> dict[str, str]:
    """File name → text; the same code and data give the same bytes."""
    place = jurisdiction()
    return {
        "clauses.md": clauses.page(coverage()),
        "openapi.json": interfaces.as_json(interfaces.merged(interfaces.openapi_documents())),
        "asyncapi.json": interfaces.as_json(interfaces.asyncapi()),
        "moves.md": tables.moves_page(place),
        "deadlines.md": tables.deadlines_page(place),
        "figures.md": tables.figures_page(place),
        "departments.md": tables.departments_page(place),
        "disclosure.csv": policy.matrix(),
    }
