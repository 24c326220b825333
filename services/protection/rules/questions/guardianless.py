"""Whether words show that a child is without a guardian who acts: the grounds of 3.3b and 3.5.

Pure. A ground that is told as over (曾失联，现已回家) is none.
"""

import re

from services.protection.rules.guardianship import LongTermGround, TemporaryGround
from services.protection.rules.questions.situation import Situation

_TEMPORARY_WORDS: dict[TemporaryGround, str] = {
    TemporaryGround.UNIDENTIFIED: "流浪|身份不明|乞讨",
    TemporaryGround.GUARDIAN_MISSING: (
        "下落不明|失联|失踪|失去联系|联系不[上到]|(?:不知|去)向不明|不知去向|杳无音|音讯全无"
    ),
    TemporaryGround.GUARDIAN_PREVENTED: (
        "突发(?:事件|疾?病|心|脑)|[住入]院|病[重危]|抢救|急救|重伤|昏迷|精神病[^，。；]{0,6}发作|"
        "强制医疗|灾|疫|车祸|被拘留|刑拘|逮捕|羁押|隔离"
    ),
    TemporaryGround.GUARDIAN_REFUSES: "(?:拒绝|怠于|拒不)(?:履行|抚养|监护|照[顾料])|弃之不顾",
    TemporaryGround.LED_INTO_CRIME: (
        "教唆|(?:指使|逼迫?|利用|带着?|让|叫)[^，。；]{0,12}(?:偷|盗|抢劫|诈骗|贩毒|运毒|卖淫|"
        "违法犯罪)"
    ),
    TemporaryGround.SERIOUS_HARM: "严重伤害|虐待|性侵|殴打|人身安全威胁|毒打|猥亵|强奸|"
    "(?:父|母|监护人)亲?[^，。；]{0,6}(?:打伤|打断|砍|烫|捅|咬)",
}
_KIN = "监护人|父母|双亲|祖父母?|祖母|外祖父母?|外祖母|爷爷|奶奶|外公|外婆"
_DEAD = "死亡|去世|身故|病故|亡故|离世"
_EACH_DEAD = [
    f"{one}亲?[^，。；]{{0,4}}(?:{_DEAD})[^。]{{0,16}}{other}亲?[^，。；]{{0,4}}(?:{_DEAD})"
    for one, other in ("父母", "母父")
]
_LONG_WORDS: dict[LongTermGround, str] = {
    LongTermGround.NO_GUARDIAN_FOUND: "查找不到|找不到父母|公告[^，。；]{0,8}(?:[期届]满|无人认领)",
    LongTermGround.GUARDIAN_DEAD: (
        f"父母双亡|宣告死亡|{'|'.join(_EACH_DEAD)}|(?:监护人|父母)(?:均|都)?(?:已)?(?:{_DEAD})|均(?:已)?(?:{_DEAD})|"
        f"(?:{_KIN}).{{0,4}}(?:{_DEAD}).{{0,10}}(?:无|没有)其他"
    ),
    LongTermGround.GUARDIAN_INCAPABLE: "(?:丧失|失去|没有|无)监护能力",
    LongTermGround.REVOKED_AND_APPOINTED: "指定(?:由)?(?:市)?民政|撤销[^；。]{0,16}(?:无|没有)其他",
}


# A guardian who was away and is back; a child's own return ends nothing.
_BACK = re.compile(
    "[^，。；]*(?:失联|失踪|下落不明|拘留?|羁押|逮捕|服刑|戒毒|隔离|[住入]院|病重|昏迷|车祸)"
    "[^。；孩儿童女]{0,10}(?:已|现已?|现在|昨日|今[天日])[^，。；未没不孩儿童女]{0,8}"
    "(?:回家|回来|返家|返回|释放|出院|出所|出狱|痊愈|康复|苏醒|找到)[^，。；]*"
)


def guardian_back(situation: Situation) -> bool:
    """Whether the guardian who was away is told to be back."""
    return _BACK.search(situation.facts()) is not None


def temporary_grounds(situation: Situation) -> list[TemporaryGround]:
    """The grounds of temporary guardianship that the words show."""
    text = _BACK.sub("", situation.text())
    shown = [g for g, words in _TEMPORARY_WORDS.items() if re.search(words, text)]
    if not shown and situation.says("无人照料"):  # nothing says that anybody prevents the guardian
        return [TemporaryGround.GUARDIAN_REFUSES]
    return shown


def long_term_grounds(situation: Situation) -> list[LongTermGround]:
    """The grounds of long-term guardianship that the words show."""
    text = situation.text()
    return [g for g, words in _LONG_WORDS.items() if re.search(words, text)]
