"""What the law says about protection: facts in, findings out; every rule carries its clause."""

from services.protection.rules.assessments import ASSESSMENT_MOVES
from services.protection.rules.cases import CASE_MOVES
from services.protection.rules.detentions import DETENTION_MOVES
from services.protection.rules.orders import ORDER_MOVES, PETITION_MOVES
from services.protection.rules.placements import PLACEMENT_MOVES, TRANSFER_MOVES
from services.protection.rules.police import REPORT_MOVES
from services.protection.rules.recommendations import RECOMMENDATION_MOVES
from services.protection.rules.reviews import REVIEW_MOVES
from services.protection.rules.tracing import TRACE_MOVES
from shared.moves import Moves

MOVES: dict[str, Moves] = {
    table.kind: table
    for table in (
        REPORT_MOVES,
        CASE_MOVES,
        PLACEMENT_MOVES,
        TRANSFER_MOVES,
        ASSESSMENT_MOVES,
        ORDER_MOVES,
        PETITION_MOVES,
        REVIEW_MOVES,
        RECOMMENDATION_MOVES,
        DETENTION_MOVES,
        TRACE_MOVES,
    )
}
