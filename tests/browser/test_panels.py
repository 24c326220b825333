"""What the cockpit makes of answers, without a browser: trees, charts, lines of the feed."""

import json
from decimal import Decimal

from gateway.cockpit.charts import bars, columns
from gateway.cockpit.live import shown_of
from gateway.cockpit.panels import LINE_STATES, OUTCOMES, RUN_STATES, decided_by_month, nodes
from gateway.cockpit.visitors import Answer
from services.eligibility.rules.results import OUTCOME_ZH
from services.payments.rules.moves import RUN
from services.referrals.rules.moves import LINE

EVENT = {
    "type": "referrals.referral.sent.v1",
    "time": "2026-03-02T01:00:00+00:00",
    "subject": "0199-some-child",
    "data": {"child_ref": "0199-some-child", "town": "331081001", "name": "某童"},
}


def test_a_line_of_the_feed_has_kind_time_and_town_and_no_id_of_anybody() -> None:
    shown = shown_of(EVENT, {"referrals.referral.sent.v1": "转介"})
    assert json.loads(shown) == {
        "type": "referrals.referral.sent.v1",
        "zh": "转介",
        "owner": "referrals",
        "time": "2026-03-02T01:00:00+00:00",
        "town": "太平街道",
    }


def test_an_explanation_tree_is_found_wherever_it_lies_with_the_words_of_its_clause() -> None:
    leaf = {"rule": "a_minor", "clause": "WL24:2.3.1c", "zh": "适龄", "verdict": "MET", "value": 3}
    tree = {"rule": "top", "clause": None, "zh": "全部", "verdict": "UNKNOWN", "parts": [leaf]}
    found = list(nodes({"answer": {"more": [{"finding": tree}]}}))
    assert [node.verdict for node in found] == ["UNKNOWN"]
    below = found[0].parts[0]
    assert (below.value, below.text) == ("3", "任何学校不得拒绝接收适龄儿童入学。")


def test_every_state_and_outcome_has_its_word_and_outcomes_the_word_of_the_notice() -> None:
    assert set(LINE_STATES) == set(LINE.states())
    assert set(RUN_STATES) == set(RUN.states())
    assert OUTCOMES == OUTCOME_ZH


def test_a_month_counts_what_was_decided_and_once() -> None:
    runs = [
        {"month": "2024-05-01", "kind": "monthly", "state": state, "total": total}
        for state, total in (("rejected", "900.00"), ("sent", "100.10"), ("prepared", "7.00"))
    ]
    runs.append({"month": "2024-05-01", "kind": "follow_up", "state": "sent", "total": "40.00"})
    runs.append({"month": "2024-05-01", "kind": "correction", "state": "closed", "total": "0.20"})
    assert decided_by_month(Answer({"items": runs})) == [("2024-05", Decimal("100.30"))]
    assert decided_by_month(Answer(status=403)) == []


def test_a_name_in_a_chart_is_text_and_never_markup() -> None:
    drawn = bars([("<script>", 3, 1)], "标题") + columns([('"><script>', 2)], "标题")
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_chart_of_nothing_is_still_a_picture() -> None:
    assert "<svg" in bars([], "空")
    assert "<svg" in columns([], "空")
