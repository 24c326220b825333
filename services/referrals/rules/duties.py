"""Which office a task belongs to (职责分工), found by the words of the task.

Each line says the words a task is recognised by, the sentence, the office that does it and those
who help. The line with the most words in the task is taken; a task nobody is named for goes
to the office that leads the coordination (WL24:4.1b-1).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Duty:
    """A task of the document, the office that does it, and those who take part."""

    clause: str
    unit: str
    words: tuple[str, ...]
    co: tuple[str, ...] = ()
    fund: str = ""
    note: str = ""


DUTIES = (
    Duty(
        "WL24:4.1f-1",
        "finance",
        ("预算", "所需资金", "保障资金", "budget"),
        fund="社会福利事业发展资金预算",
    ),
    Duty("WL24:4.1f-2", "finance", ("购买服务.{0,6}目录", "指导性目录", "列入目录", "catalogue")),
    Duty(
        "WL24:4.1f-3",
        "finance",
        ("支持.{0,12}购买服务", "社会力量"),
        ("civil_affairs",),
        note="民政等有关部门购买，财政支持",
    ),
    Duty("WL24:4.3c", "civil_affairs", ("社会组织", "社会工作专业化", "公益资源", "孵化", "培育")),
    Duty(
        "WL24:4.1e",
        "womens_federation",
        ("维权", "监护的(?:监督|指导)", "家庭监护.{0,8}(?:监督|指导)", "权益保护.{0,4}协调"),
    ),
    Duty(
        "WL24:4.1c-1",
        "police",
        ("弃婴.{0,4}(?:调查|来源|身份)", "打拐", "DNA", "血样", "拐卖", "比对"),
    ),
    Duty(
        "WL24:4.1c-2",
        "police",
        (
            "失联",
            "失踪",
            "(?:父母|父亲|母亲).{0,6}查找",
            "查找(?:父母|父亲|母亲)",
            "(?:寻找?|找寻|查寻).{0,14}[父母]",
            "音讯|音信|出走",
            "下落不明",
        ),
    ),
    Duty("WL24:4.1c-3", "police", ("回归家庭", "护送回家", "送返家庭", "帮助.{0,6}回家")),
    Duty(
        "WL24:4.1d",
        "education",
        (
            "控辍保学",
            "休学.{0,4}务工",
            "(?:不|未|没有?)(?:再|去|能)?(?:上学|入学|读|就读|念书)",
            "童工|(?:厂|店)[^，。；]{0,4}(?:帮工|打工|做工)",
            "逃学",
            "弃学",
            "辍学",
            "失学",
            "劝返",
            "drop-?out",
        ),
        ("town",),
    ),
    Duty("WL24:4.1b-2", "civil_affairs", ("留守", "关爱服务体系")),
    Duty("WL24:4.1b-3", "civil_affairs", ("兜底监护", "无人监护", "无监护人", "最后的监护")),
    Duty(
        "WL24:4.1b-1",
        "civil_affairs",
        ("关爱保护协调", "牵头.{0,6}协调", "协调机制", "推诿", "争议"),
    ),
    Duty(
        "WL24:4.2b-1",
        "politics_law",
        (
            "政法单位",
            "监督指导",
            "打击侵害",
            "监督指导.{0,6}(?:公安|法院|检察)",
            "防范打击",
            "履行儿童保护职责",
        ),
    ),
    Duty(
        "WL24:4.2b-2",
        "politics_law",
        ("网格", "困难和诉求", "上报.{0,6}(?:困难|诉求)"),
        note="困难帮扶纳入网格履职清单，及时了解并上报困难和诉求",
    ),
    Duty(
        "WL24:4.2c-1",
        "child_protection_office",
        ("通报", "信息推送", "(?:个案|信息)汇总", "个案干预|精准帮扶", "未保办", "未保委"),
    ),
    Duty(
        "WL24:4.2a",
        "child_protection_office",
        ("信息联动", "推送机制", "专人对接", "数据共享"),
        note="该句未指明单位；信息推送至市未保委办公室，由其协调",
    ),
    Duty("WL24:4.3a", "town", ("儿童督导员", "儿童主任", "业务指导和培训")),
    Duty("WL24:4.3b", "disabled_federation", ("康复机构建设", "康复.{0,8}(?:培训|人员|人才)")),
    Duty("WL24:4.1g", "youth_league", ("共青团", "团员", "青年志愿", "青少年")),
    Duty("WL24:4.1g", "care_committee", ("关工委", "五老", "关心下一代")),
    Duty("WL24:4.1g", "charity", ("慈善", "募捐", "捐赠", "善款")),
    Duty(
        "WL24:3.1e",
        "procuratorate",
        ("强制报告.{0,8}联席会议", "联席会议.{0,6}日常", "日常工作安排"),
    ),
    Duty("WL24:3.1d-1", "police", ("报案", "举报", "侵害.{0,6}受理", "出警", "立案")),
    Duty(
        "WL24:3.1h-1",
        "civil_affairs",
        ("受侵(?:害)?儿童", "被侵害儿童", "受害儿童", "经济救助", "调查评估", "心理干预"),
        ("youth_league", "womens_federation", "justice"),
        note="民政、团委、妇联、司法等部门视情开展",
    ),
    Duty("WL24:3.1h-1", "justice", ("司法救助", "司法救助.{0,6}受侵"), ("civil_affairs",)),
    Duty("WL24:3.1g", "health", ("伤情鉴定", "身心健康评估")),
    Duty("WL24:3.1f", "procuratorate", ("一站式",), ("police",)),
    Duty(
        "WL24:3.2b",
        "civil_affairs",
        ("监护能力评估", "评估指标", "监护风险"),
        ("education", "police"),
    ),
    Duty("WL24:3.3a", "procuratorate", ("督促监护令",)),
    Duty("WL24:3.3a", "court", ("家庭教育令",)),
    Duty("WL24:3.3a", "police", ("亲职教育告知书",)),
    Duty(
        "WL24:3.3a",
        "womens_federation",
        ("亲职教育", "家庭教育指导", "监护主体责任"),
        ("education",),
    ),
    Duty(
        "WL24:3.3c",
        "court",
        ("审理", "审理.{0,20}(?:案件|申请)", "(?:依法|作出).{0,6}(?:判决|裁定|裁判)"),
    ),
    Duty(
        "WL24:3.3c",
        "child_protection_office",
        ("撤销监护", "人身安全保护", "变更监护", "追索抚养费", "监护人资格"),
        ("court", "procuratorate"),
    ),
    Duty("WL24:3.3b", "town", ("临时监护职责", "工作站", "属地.{0,6}临时监护"), ("village",)),
    Duty(
        "WL24:3.4a-2",
        "education",
        ("特殊群体学生", "数据库", "学生.{0,6}台账"),
        ("health", "police"),
    ),
    Duty("WL24:3.4a-3", "education", ("结对", "一对一")),
    Duty("WL24:3.4b", "education", ("心理",), ("health",)),
    Duty("WL24:3.5d-1", "town", ("照料床位", "床位", "分散设置"), ("village",)),
    Duty(
        "WL24:3.5c-3",
        "protection_centre",
        ("跨省", "(?:省外|外省).{0,14}(?:转介|接回|移交|送返|交接)"),
    ),
    Duty(
        "WL24:3.5c-2",
        "protection_centre",
        ("身份不明.{0,6}流浪", "应急保护", "救助保护中心"),
        ("civil_affairs",),
    ),
    Duty(
        "WL24:3.5b",
        "welfare_institution",
        (
            "收留抚养",
            "福利机构.{0,6}(?:抚养|接收)",
            "(?:弃婴|弃儿|孤儿|弃童)[^，。；]{0,8}(?:抚养|养在|养育|收养)",
        ),
        ("civil_affairs",),
    ),
    Duty("WL24:3.5a", "civil_affairs", ("长期监护", "国家监护")),
    Duty("WL24:3.6a", "police", ("训诫", "责令.{0,6}家庭教育")),
    Duty("WL24:3.6b-1", "police", ("询问.{0,8}未成年子女", "拘留", "羁押", "戒毒")),
    Duty(
        "WL24:3.6c-1",
        "justice",
        ("委托.{0,4}协议", "监护委托|委托监护", "(?:服刑|狱).{0,14}(?:协议|委托)"),
    ),
    Duty("WL24:3.6c-2", "justice", ("法律援助", "legal aid"), note="简化程序，快速办理"),
    Duty(
        "WL24:2.4.1b", "town", ("农村.{0,8}(?:住房|建房)", "建房"), ("housing", "agriculture_water")
    ),
    Duty("WL24:2.4.1c", "housing", ("公租房", "公共租赁", "租赁补贴", "住房保障", "住房")),
    Duty("WL24:2.4.2b", "human_resources", ("残疾.{0,8}就业",), ("disabled_federation",)),
    Duty(
        "WL24:2.4.2a",
        "human_resources",
        ("就业", "公益性岗位", "创业", "技能培训"),
        ("disabled_federation", "civil_affairs", "town"),
    ),
    Duty(
        "WL24:2.2.1-1", "finance", ("个人缴费.{0,8}(?:补助|承担|出资|谁)",), ("medical_insurance",)
    ),
    Duty(
        "WL24:2.2.1-2",
        "medical_insurance",
        ("大病保险", "医疗救助", "参保", "医疗保险", "医保"),
        ("health",),
    ),
    Duty("WL24:2.2.1-4", "health", ("责任医生", "签约服务", "家庭医生")),
    Duty(
        "WL24:2.2.2b-2",
        "disabled_federation",
        (
            "康复训练",
            "辅助器具",
            "辅具",
            "康复救助",
            "康复",
            "康复机构.{0,4}(?:指定|认定)",
            "(?:指定|认定).{0,4}康复机构",
            "助听|轮椅|假肢|矫形|耳蜗",
        ),
        ("health",),
    ),
    Duty(
        "WL24:2.2.2d", "civil_affairs", ("孤弃儿童.{0,6}康复", "集中养育"), ("welfare_institution",)
    ),
    Duty("WL24:2.2.3", "health", ("艾滋", "HIV"), note="在市卫生健康局指定的治疗机构"),
    Duty("WL24:2.2.4-2", "health", ("首诊", "急救", "救治机制", "先救治")),
    Duty(
        "WL24:2.3.1a",
        "education",
        (
            "入学",
            "就学",
            "学籍",
            "适龄",
            "义务教育",
            "送教上门",
            "随班就读",
            "特殊教育",
            "拒收",
            "拒绝接收",
        ),
    ),
    Duty("WL24:2.3.1d", "welfare_institution", ("特殊教育班", "特教班", "内设"), ("education",)),
    Duty("WL24:3.1b", "market_regulation", ("文身", "纹身", "刺青"), ("police", "health")),
    Duty(
        "WL24:2.3.2a",
        "education",
        (
            "免学费",
            "(?:学费|费用).{0,4}减免",
            "保育费",
            "住宿费",
            "(?:住宿|食宿).{0,4}减免|减免.{0,4}(?:住宿|食宿)",
            "营养餐|午餐|免费.{0,4}餐",
            "代管费",
            "助学",
        ),
    ),
    Duty(
        "WL24:2.1.0b-1",
        "civil_affairs",
        ("基本生活费", "生活补助", "临时救助", "流浪"),
        ("finance", "police", "health", "town"),
    ),
    Duty(
        "WL24:4.1a-1",
        "civil_affairs",
        ("联席会议制度", "联席会议", "督查考核", "评价机制"),
        note="建立联席会议制度，健全评价机制，常态化督查考核；该句未指明单位",
    ),
)
# A whole chapter is asked for by its heading: its printed responsibility line answers.
CHAPTERS = (
    Duty("WL24:2.1.r", "civil_affairs", ("基本生活保障", "分类保障")),
    Duty("WL24:2.2.r", "health", ("医疗康复保障", "医疗康复工作", "医疗和康复保障")),
    Duty("WL24:2.3.r", "education", ("教育保障",)),
    Duty("WL24:2.4.1.r", "housing", ("住房优惠", "住房保障工作")),
    Duty("WL24:2.4.2.r", "human_resources", ("就业优惠", "就业创业帮扶工作")),
    Duty("WL24:3.1.r", "procuratorate", ("强制报告及联动", "强制报告.{0,6}(?:牵头|机制)")),
    Duty("WL24:3.2.r", "civil_affairs", ("监护能力评估机制",)),
    Duty("WL24:3.3.r", "womens_federation", ("监护支持", "监护干预机制", "支持与干预")),
    Duty("WL24:3.4.r", "education", ("心理成长",)),
    Duty("WL24:3.5.r", "civil_affairs", ("救助保护机构监护", "机构监护机制")),
    Duty("WL24:3.6.r", "police", ("监护职责督促", "督促机制")),
)
DEFAULT = Duty("WL24:4.1b-1", "civil_affairs", (), note="文件未点名，由牵头协调的部门承接")


def unit_for(task: str) -> tuple[Duty, bool]:
    """The duty a task's words name, and whether it was named at all."""
    scored = _scored(task)
    best = max(scored, key=lambda pair: pair[0])
    return (best[1], True) if best[0][0] else (DEFAULT, False)


def sharing(duty: Duty, task: str) -> list[str]:
    """Other offices that the same sentence names and the task names too (4.1g)."""
    return [d.unit for n, d in _scored(task) if n[0] and d.clause == duty.clause and d != duty]


def _scored(task: str) -> list[tuple[tuple[int, int], Duty]]:
    return [(_words_of(duty, task), duty) for duty in (*CHAPTERS, *DUTIES)]


def _words_of(duty: Duty, task: str) -> tuple[int, int]:
    """How many of a duty's words a task has, and how long they are; the exacter wins."""
    found = [match.group() for word in duty.words if (match := re.search(word, task))]
    return len(found), sum(map(len, found))
