"""What must be reported: the nine grounds and the three triggers (强制报告情形).

Pure. The nine grounds are those of 高检发〔2020〕9号 article 4; the triggers are the three of
the local document: harm, suspected harm, danger of harm.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.law import any_of, rule


class Ground(StrEnum):
    """The nine situations that must be reported (九类情形)."""

    PRIVATE_INJURY = "private_injury"
    GIRL_UNDER_14_SEXUAL = "girl_under_14_sexual"
    GIRL_14_UP_SEXUAL = "girl_14_up_sexual"
    INJURY_OR_NEGLECT_SIGNS = "injury_or_neglect_signs"
    UNNATURAL_DISABILITY_OR_DEATH = "unnatural_disability_or_death"
    ABANDONED_OR_UNATTENDED = "abandoned_or_unattended"
    TRAFFICKED_OR_MISSING = "trafficked_or_missing"
    ORGANISED_BEGGING = "organised_begging"
    OTHER_SERIOUS_HARM_OR_DANGER = "other_serious_harm_or_danger"

    @property
    def description(self) -> "GroundText":
        """Clause, Chinese words and aliases of the ground."""
        return GROUNDS[self]


class Trigger(StrEnum):
    """What makes the duty arise: any one is enough (遭受、疑似遭受、面临危险)."""

    HARM = "harm"
    SUSPECTED = "suspected"
    DANGER = "danger"

    @property
    def zh(self) -> str:
        """The words of the document."""
        return {
            Trigger.HARM: "遭受不法侵害",
            Trigger.SUSPECTED: "疑似遭受不法侵害",
            Trigger.DANGER: "面临不法侵害危险",
        }[self]


@dataclass(frozen=True, slots=True)
class GroundText:
    """A ground in the words of the law, with words that point at it in a description."""

    number: str
    clause: str
    zh: str
    aliases: tuple[str, ...]


GROUNDS: dict[Ground, GroundText] = {
    Ground.PRIVATE_INJURY: GroundText(
        "R1",
        "GJF2020-9:4-1",
        "生殖器官或隐私部位遭受或疑似遭受非正常损伤",
        ("隐私部位", "生殖器", "下体", "私处", "阴部", "肛门"),
    ),
    Ground.GIRL_UNDER_14_SEXUAL: GroundText(
        "R2",
        "GJF2020-9:4-2",
        "不满十四周岁的女性遭受或疑似遭受性侵害、怀孕、流产",
        ("幼女怀孕", "幼女", "不满十四周岁", "不满14周岁", "性侵幼女", "奸淫幼女"),
    ),
    Ground.GIRL_14_UP_SEXUAL: GroundText(
        "R3",
        "GJF2020-9:4-3",
        "十四周岁以上女性遭受或疑似遭受性侵害所致怀孕、流产",
        (
            "性侵所致怀孕",
            "性侵怀孕",
            "性侵流产",
            "怀孕",
            "流产",
            "引产",
            "堕胎",
            "早孕",
            "妊娠",
            "有孕",
        ),
    ),
    Ground.INJURY_OR_NEGLECT_SIGNS: GroundText(
        "R4",
        "GJF2020-9:4-4",
        "身体存在多处损伤、严重营养不良、意识不清，存在或疑似存在受到家庭暴力、"
        "欺凌、虐待、殴打或者被人麻醉等情形",
        (
            "多处损伤",
            "多处伤",
            "淤青",
            "瘀青",
            "淤伤",
            "伤痕",
            "新旧伤",
            "烫伤",
            "鞭痕",
            "营养不良",
            "意识不清",
            "家暴",
            "家庭暴力",
            "欺凌",
            "霸凌",
            "虐待",
            "殴打",
            "体罚",
            "打伤",
            "被打",
            "毒打",
            *("抽打", "鞭打", "掌掴", "打耳光", "踢打", "捆绑", "烟头", "针扎", "掐", "被锁"),
            *("麻醉", "迷药", "灌酒", "醉酒", "昏睡", "下药", "带血", "身上有伤", "针眼", "耳光"),
            *("惨叫", "哭喊", "呼救"),
            *("瘦弱", "骨瘦如柴", "体重仅", "吃不饱", "不给饭", "不给吃", "挨饿", "饿饭"),
            *("关在", "关禁闭", "小黑屋", "绑在", "拴在", "拴着"),
        ),
    ),
    Ground.UNNATURAL_DISABILITY_OR_DEATH: GroundText(
        "R5",
        "GJF2020-9:4-5",
        "因自杀、自残、工伤、中毒、被人麻醉、殴打等非正常原因导致伤残、死亡",
        (
            *("自杀", "自残", "割腕", "工伤", "中毒", "死亡", "伤残", "跳楼", "坠楼"),
            *("服毒", "农药", "压断", "轧断", "断指", "绞断", "触电", "身亡"),
        ),
    ),
    Ground.ABANDONED_OR_UNATTENDED: GroundText(
        "R6",
        "GJF2020-9:4-6",
        "被遗弃或长期处于无人照料状态",
        (
            "遗弃",
            "弃婴",
            "无人照料",
            "无人看管",
            "无人照顾",
            "独自在家",
            "无人抚养",
            "长期独居",
            *("独自锁", "锁在", "反锁", "独自生活", "独自居住", "没人照顾", "没人照料", "没人管"),
            *(
                "赶出家",
                "赶出来",
                "赶出门",
                "逐出家",
                "无人接送",
                "父母去向不明",
                "父母失联",
                "父母不知去向",
            ),
        ),
    ),
    Ground.TRAFFICKED_OR_MISSING: GroundText(
        "R7",
        "GJF2020-9:4-7",
        "来源不明、失踪或者被拐卖、收买",
        (
            "来源不明",
            *("来历不明", "说不清来历", "婴儿来历", "孩子来历", "儿童来历", "来历可疑"),
            "失踪",
            "拐卖",
            "收买",
            "拐骗",
            *("买来", "卖给", "卖掉", "要卖"),
            "走失",
            *("下落不明的儿童", "身份不明"),
        ),
    ),
    Ground.ORGANISED_BEGGING: GroundText(
        "R8",
        "GJF2020-9:4-8",
        "被组织乞讨",
        ("乞讨", "讨钱", "要饭"),
    ),
    Ground.OTHER_SERIOUS_HARM_OR_DANGER: GroundText(
        "R9",
        "GJF2020-9:4-9",
        "其他严重侵害未成年人身心健康的情形或未成年人正在面临不法侵害危险",
        (
            "面临危险",
            "不法侵害危险",
            "威胁",
            "裸照",
            "胁迫",
            "引诱",
            *("跟踪", "尾随", "纠缠", "诱骗", "拐骗"),
            "性侵",
            "猥亵",
            "强奸",
            "性骚扰",
            "惊恐",
            *("关系不明", "不认识", "否认相识", "互不相识"),
            "说不清关系",
            "拒绝说明",
            "不愿说明",
            "无法说明",
            "侵害",
            "裸聊",
            "卖淫",
            "吸毒",
            "拘禁",
            "勒索",
        ),
    ),
}

_DANGER_WORDS = (
    "尚未受侵害",
    "尚未遭受",
    "还没有发生",
    "尚未发生",
    "危险",
    "威胁",
    "扬言",
    "约其",
    "约见",
    *("跟踪", "尾随", "纠缠"),
    *("将要", "要把", "打算", "计划把", "想把", "预谋", "扬言要"),
    "准备",
    "即将",
    "可能被",
    "诱骗",
    "danger",
    "threat",
)
_SUSPECTED_WORDS = (
    "疑似",
    "怀疑",
    "疑",
    "可能",
    "似乎",
    "惊恐",
    "说不清",
    "不明",
    "解释不一致",
    "前后矛盾",
    "前后不一",
    "自相矛盾",
    "像是",
    "拒绝说明",
    "不愿说明",
    "无法说明",
    "好像",
    "听说",
    "传闻",
    "支支吾吾",
    "不敢",
    "反常",
    "suspect",
)


_HARMLESS_WORDS = (
    "无其他迹象",
    "无异常",
    "无其他异常",
    "未发现异常",
    "没有异常",
    "无迹象",
    "未见外伤",
    "成绩下降",
    *("贫困", "交不起", "经济困难", "家境困难", "低保", "请病假"),
    *("考试焦虑", "感冒", "打瞌睡", "迟到", "写作业", "熬夜"),
    "玩耍",
    "自己摔",
    "不慎",
    "擦伤",
    "擦破",
    *("打闹", "争抢", "推搡", "拌嘴", "和好", "无伤", "没受伤", "未受伤", "没有受伤"),
    "平安",
    "一切正常",
    "情绪稳定",
    "磕碰",
    "自己跌",
    "不小心",
    *("与儿童无关", "与孩子无关", "与未成年人无关", "与学生无关", "不涉及儿童", "不涉及未成年人"),
    "关系清楚",
    "关系明确",
    "证件齐全",
)


# What a sentence says is not there: 无欺凌迹象, 未见外伤, 排除虐待; what was mistaken or is taught.
_DENIED = re.compile(
    "误(?:以为|认为|当|看)[^，。；]{0,8}|"
    "(?:讲解|宣讲|宣传|讲座|课程|演练|识别|预防|防范)[^，。；发被遭说告出]{0,8}"
    "(?:性?侵害?|猥亵|欺凌|霸凌|虐待|家暴|家庭暴力|拐[卖骗]|溺水|自杀|吸毒)|"
    "(?:无(?![人助故])|没有(?!人)|未见|未发现|排除|不存在|并非)[^，；。,;]{0,8}?"
    "(?:受?侵害|迹象|痕迹|情形|行为|欺凌|霸凌|虐待|侵害|家暴|殴打|外伤|伤痕|损伤|胁迫|强迫|威胁|"
    "暴力)"
)


_ORDINARY = re.compile(
    "(?<![不非])正常(?:地|的)?(?:观影|入住|消费|用餐|就诊|就餐|游玩|学习|上[学课]|生活|交往|登记)"
)
_NAMED = {
    name: ground
    for ground, text in GROUNDS.items()
    for name in (ground.value, text.number.lower(), text.zh)
}


def ground_of(word: str) -> Ground | None:
    """The ground a code, an R-number, the law's sentence or its Chinese alias names, else None."""
    given = word.strip()
    return _NAMED.get(given.lower()) or _NAMED.get(given)


def grounds_in(text: str) -> list[Ground]:
    """Grounds a free description points at; a proposal for the officer, never a decision."""
    said = _DENIED.sub("", text)
    found = [g for g, known in GROUNDS.items() if any(word in said for word in known.aliases)]
    if len(found) > 1 and Ground.OTHER_SERIOUS_HARM_OR_DANGER in found:
        found.remove(Ground.OTHER_SERIOUS_HARM_OR_DANGER)
    return found


def grounds_of_person(grounds: list[Ground], age: int | None, sexual: bool) -> list[Ground]:
    """R2 and R3 differ by age alone: a girl under 14 is never filed as one of 14 and more."""
    if age is None or not sexual:
        return grounds
    right = Ground.GIRL_UNDER_14_SEXUAL if age < 14 else Ground.GIRL_14_UP_SEXUAL
    wrong = Ground.GIRL_14_UP_SEXUAL if age < 14 else Ground.GIRL_UNDER_14_SEXUAL
    return list(dict.fromkeys(right if g is wrong else g for g in grounds))


def harmless_in(text: str) -> bool:
    """Whether a description says itself that it is an ordinary matter, and names no ground."""
    harmless = any(word in text for word in _HARMLESS_WORDS)
    harmless = harmless or (_DENIED.search(text) or _ORDINARY.search(text)) is not None
    return harmless and not grounds_in(text)


def trigger_in(text: str) -> Trigger | None:
    """Which of the three triggers a free description shows; None when it shows no harm at all."""
    if harmless_in(text):
        return None
    if any(word in text for word in ("尚未", "未受侵害", "还没有")) and (
        any(word in text for word in _DANGER_WORDS) or grounds_in(text)
    ):
        return Trigger.DANGER
    if any(word in text for word in _SUSPECTED_WORDS):
        return Trigger.SUSPECTED
    if any(word in text for word in _DANGER_WORDS):
        return Trigger.DANGER
    return Trigger.HARM if grounds_in(text) else None


@rule("WL24:3.1a-4", "是否发现未成年人遭受不法侵害")
def harm_found(trigger: str) -> bool:
    """Harm to a minor was found."""
    return trigger == Trigger.HARM


@rule("WL24:3.1a-4", "是否疑似遭受不法侵害")
def harm_suspected(trigger: str) -> bool:
    """Harm to a minor is suspected: no certainty is asked for."""
    return trigger == Trigger.SUSPECTED


@rule("WL24:3.1a-4", "是否面临不法侵害危险")
def harm_threatens(trigger: str) -> bool:
    """A minor is in danger of harm that has not happened."""
    return trigger == Trigger.DANGER


something_to_report = any_of(
    "something_to_report",
    "遭受、疑似遭受不法侵害或面临不法侵害危险",
    "Harm, suspected harm or danger of harm was found",
    harm_found,
    harm_suspected,
    harm_threatens,
    clause="WL24:3.1a-4",
)
