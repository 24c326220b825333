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
    "concluded_not_filed": "公安机关决定不予立案，已办结，检察机关依法监督",
}
RESPONDENTS: Mapping[str, str] = {"father": "父亲", "mother": "母亲", "guardian": "其他监护人"}
PURPOSES: Mapping[str, str] = {
    "capacity": "认定监护能力",
    "support": "确定监护支持与帮扶",
    "return": "拟送回监护人抚养",
    "restoration": "恢复监护人资格",
    "adoption": "收养",
}
CONSEQUENCES: Mapping[str, str] = {
    "routine": "按常规关爱服务",
    "may_return": "可以将儿童送回监护人抚养，由人决定",
    "support_plan": "制定监护支持方案",
    "re_assessment": "整改后再次评估",
    "order": "发出监护干预文书",
    "temporary_guardianship": "依法临时监护",
    "revocation_review": "审查是否申请撤销监护人资格",
}
CARERS: Mapping[str, str] = {
    "other_parent": "另一方父母",
    "relative": "亲属",
    "other_adult": "其他成年人",
    "foster_family": "寄养家庭",
    **{kind.value: zh for kind, zh in FACILITY_ZH.items()},
}
