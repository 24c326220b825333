"""A protection order, or its refusal, is looked at again by the court that made it (复议).

Pure. Once, asked for within the days of the law; the order is carried out meanwhile
(反家庭暴力法31), so that nothing here stops a move of the order.
"""

from datetime import date

from shared.law import rule
from shared.moves import Move, Moves

COURT = ("court",)
REVIEW_CLOCK = "protection_review_decision"

REVIEW_MOVES = Moves(
    "review",
    "人身安全保护令复议",
    "asked",
    [
        Move("upholding", "复议维持", ("asked",), "upheld", "DV:31", COURT, None, True),
        Move("change", "复议变更", ("asked",), "changed", "DV:31", COURT, None, True),
        Move("withdrawal", "复议撤销", ("asked",), "withdrawn", "DV:31", COURT, None, True),
    ],
)


@rule("DV:31", "是否自裁定生效之日起五日内申请复议")
def review_in_time(asked_on: date, review_until: date) -> bool:
    """Asked for on the last of the five days or before; a holiday at the end moves it on."""
    return asked_on <= review_until
