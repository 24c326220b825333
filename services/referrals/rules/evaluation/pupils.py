"""Pupils of special groups: their register, who is paired with them, counselling (3.4)."""

import re

from services.referrals.rules.evaluation.asking import Answer, Ask
from services.referrals.rules.matters import GROUP_WORDS, GROUPS

_OF_NO_GROUP = (
    "(?:无|没有)(?:任何)?(?:其他)?(?:特殊|困难)|普通(?:家庭|学生)|家庭(?:情况)?正常|"
    "家境(?:殷实|优越|良好|宽裕)"
)


# What made a pupil one of a special group, told as over: 服刑期满已回家.
_ENDED = re.compile(
    "[^，。；]*(?:(?:服刑|刑期|监禁|戒毒|务工)[^，。；]{0,4}(?:期满|届满|结束)|刑满|出狱|已(?:于[^，。；]{0,8})?"
    "(?:释放|返乡|回国))[^，。；]*"
)


def student_register_answer(ask: Ask) -> Answer:
    """Pupils of special groups are registered and paired one to one (3.4a)."""
    going_on = _ENDED.sub("", ask.said.text)
    groups = [GROUPS[code] for code, words in GROUP_WORDS.items() if re.search(words, going_on)]
    if not groups and ask.about(_OF_NO_GROUP):
        clauses = ["WL24:3.4a-2"]
        return {"applies": False, "lead": ask.names["education"], "missing": [], "clauses": clauses}
    return {
        "applies": True,
        "database": "特殊群体学生数据库",
        **({"groups": groups} if groups else {}),
        "benefits": ["“一对一”结对帮扶", "关爱、帮扶、援助"],
        "lead": ask.names["education"],
        "unit": ask.names["education"],
        "never_shared": ["艾滋病感染信息", "报告人身份"],
        "missing": [],
        "clauses": ["WL24:3.4a-2", "WL24:3.4a-3"],
    }


def counselling_answer(ask: Ask) -> Answer:
    """Psychological counselling on learning, the net, quarrels at home (3.4b)."""
    clause = ask.law.law.clauses["WL24:3.4.r"]
    return {
        "applies": True,
        "benefits": ["心理咨询", "心理疏导"],
        "subjects": ["学业", "网瘾", "家庭矛盾"],
        "lead": ask.names["education"],
        "unit": ask.names["education"],
        "co": ask.zh(("health",)),
        "units": ask.zh(clause.units),
        "missing": [],
        "clauses": ["WL24:3.4b", "WL24:3.4c"],
    }
