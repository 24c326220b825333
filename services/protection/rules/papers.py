"""Words that stand in papers for codes: outcomes of a report, respondents, carers.

Pure.
"""

from collections.abc import Mapping

from services.protection.rules.guardianship import FACILITY_ZH

OUTCOMES: Mapping[str, str] = {
    "administrative_case": "公安机关已受理为行政案件",
    "filed": "公安机关已立案侦查",
    "not_filed": "公安机关决定不予立案，检察机关依法监督",
    "not_filed_upheld": "公安机关决定不予立案，检察机关审查后认可",
    "transferred": "已移送有管辖权的机关",
    "prosecuted": "已移送审查起诉",
    "concluded": "已办结",
}
RESPONDENTS: Mapping[str, str] = {"father": "父亲", "mother": "母亲", "guardian": "其他监护人"}
CARERS: Mapping[str, str] = {
    "other_parent": "另一方父母",
    "relative": "亲属",
    "other_adult": "其他成年人",
    "foster_family": "寄养家庭",
    **{kind.value: zh for kind, zh in FACILITY_ZH.items()},
}
