"""Why money is or is not due, in the law's words: code, Chinese, English, clause."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Why:
    """One reason as a sentence in two languages with the clause it comes from."""

    zh: str
    en: str
    clause: str


class Reason(Enum):
    """The reasons lines, blocks and lump sums can have."""

    PAID_BY_CLASS = Why("按类别标准发放", "Paid at the rate of the class", "WL24:2.1.0a-3")
    TOPPED_UP = Why(
        "与其他生活救助不重复享受，补足差额",
        "Not in duplicate with other living relief: the difference is paid",
        "WL24:2.1.0b-3",
    )
    NO_CLASS = Why(
        "文件未对该类儿童规定按月金额",
        "The document gives this category no monthly amount",
        "WL24:2.1.0a-3",
    )
    NOT_LOCAL = Why(
        "非本市户籍，按月补助由户籍地发放",
        "Not of local hukou: the monthly award stays with the hukou place",
        "WL24:1-4",
    )
    DIBAO_NOT_ACTIVE = Why(
        "家庭不在低保期内", "The household does not receive dibao", "WL24:2.1.4a-1"
    )
    NOT_YET = Why(
        "自确认的次月起发放",
        "Payment begins in the month after confirmation",
        "WL24:2.1.0b-1",
    )
    NOT_BORN = Why("尚未出生", "Not yet born", "WL24:1-6")
    DIED = Why(
        "死亡，自次月起停发", "The child died; payment ended with that month", "WL24:2.1.0b-1"
    )
    HUKOU_LEFT = Why(
        "户籍迁出，自次月起停发",
        "The hukou moved away; payment ended with that month",
        "WL24:2.1.0b-1",
    )
    CATEGORY_OVER = Why(
        "不再属于该类别，自次月起停发",
        "The category ended; payment ended with that month",
        "WL24:2.1.0b-1",
    )
    ADULT = Why(
        "年满18周岁且不在校就学，不再纳入保障",
        "Of age and not at school: no longer covered",
        "WL24:2.1.0c-3",
    )
    ADULT_DIBAO = Why(
        "低保家庭儿童年满18周岁后不再发放",
        "A dibao child's supplement ends at eighteen",
        "WL24:2.1.0c-2",
    )
    ADULT_NO_CAPACITY = Why(
        "成年但不具备劳动能力或完全民事行为能力，须评估并衔接成年人救助",
        "Of age without labour or full civil capacity: assess and hand over to adult support",
        "WL24:2.1.0c-3",
    )
    AT_SCHOOL = Why(
        "年满18周岁仍在校就学，继续发放至毕业",
        "Of age and still at school: goes on until graduation",
        "WL24:2.1.0d-1",
    )
    GRADUATED = Why("已毕业，停发", "Graduated: the monthly payment has ended", "WL24:2.1.0d-2")
    DROPPED_OUT = Why(
        "已退学，不再属于在校就学",
        "Left school without graduating: no longer at school",
        "WL24:2.1.0d-1",
    )
    ON_LEAVE = Why(
        "休学期间是否属于在校就学，须人工审核",
        "Whether leave of absence is still 'at school' needs a person",
        "WL24:2.1.0d-1",
    )
    POSTGRADUATE = Why(
        "研究生阶段是否继续发放，须人工审核",
        "Whether a postgraduate course continues the award needs a person",
        "WL24:2.1.0d-1",
    )
    NOT_FULL_TIME = Why(
        "非全日制学习是否属于在校就学，须人工审核",
        "Whether part-time study is 'at school' needs a person",
        "WL24:2.1.0d-1",
    )
    SCHOOL_AGAIN = Why(
        "离校后再次入学是否恢复，须人工审核",
        "Whether the award resumes on entering school again needs a person",
        "WL24:2.1.0d-1",
    )
    GRADUATION_EXPECTED = Why(
        "预计毕业日期已过，须查明是否毕业或升学",
        "The expected graduation has passed: graduated, or admitted further?",
        "WL24:2.1.0d-1",
    )
    IN_THE_ARMY = Why("服役期间暂停发放", "Suspended during military service", "WL24:2.1.0d-3")
    DISCHARGED = Why("退役后尚未回校就学", "Discharged and not back at school", "WL24:2.1.0d-4")
    STATUS_NOT_KEPT = Why(
        "未保留学籍，不恢复发放", "Student status was not retained: not resumed", "WL24:2.1.0d-4"
    )
    BACK_AT_SCHOOL = Why(
        "保留学籍回校就学，恢复发放",
        "Back at school with status retained: resumed",
        "WL24:2.1.0d-4",
    )
    FACTS_MISSING = Why("缺少事实或标准，待查明", "Facts or a figure are missing", "WL24:2.1.0b-1")
    INFANT = Why("低收入家庭1周岁以内儿童", "Within one year in a low-income family", "WL24:2.1.4b")
    NOT_INFANT = Why(
        "已满1周岁（生日当月计入）", "The month of the first birthday is past", "WL24:2.1.4b"
    )
    NOT_LOW_INCOME = Why("家庭不属于低收入家庭", "Not a low-income family", "WL24:2.1.4b")
    RELIEF_DAYS = Why("救助期间按实际天数发放", "By the actual days of relief", "WL24:2.1.5b-3")
    RELIEF_OVER = Why("当月不在救助期间", "No relief in this month", "WL24:2.1.5b-2")
    RELIEF_ABSORBED = Why(
        "当月已有基本生活费补助，不重复发放",
        "Another basic-living payment stands in this month",
        "WL24:2.1.0b-3",
    )
    AWARD_ABSORBED = Why(
        "当月按救助标准发放较高，不重复发放",
        "Relief is higher in this month and is not paid in duplicate",
        "WL24:2.1.0b-3",
    )
    ADULT_STREET = Why(
        "已满18周岁，按成年流浪乞讨人员救助",
        "Of age: the adult relief channel applies",
        "WL24:2.1.5b-1",
    )
    PRICE_ORDER = Why(
        "按价格补贴通知每人一次", "Once a person for an ordered month", "WL24:2.1.0a-2"
    )
    PRICE_NOT_ENTITLED = Why(
        "当月未享受基本生活费补助", "No basic living award in that month", "WL24:2.1.0a-2"
    )
    PRICE_ELSEWHERE = Why(
        "已由其他渠道发放", "Received already through another channel", "WL24:2.1.0b-3"
    )
    PRICE_TWO_ORDERS = Why(
        "同月有金额不同的通知，须人工审核",
        "Two orders of different amount for one month need a person",
        "WL24:2.1.0a-2",
    )
    NURSING = Why(
        "自身困境儿童按规定发放",
        "For children in difficulty of their own, as provided",
        "WL24:2.2.2a-2",
    )
    NOT_OWN_DIFFICULTY = Why(
        "不属于自身困境儿童", "Not a child in difficulty of their own", "WL24:2.2.2a-2"
    )
    TRAINING = Why(
        "在指定或认定机构康复训练", "Training at a designated institution", "WL24:2.2.2b-3"
    )
    NOT_DESIGNATED = Why(
        "训练机构未经残联指定或认定", "The institution is not designated", "WL24:2.2.2b-2"
    )
    NO_TRAINING = Why("当月无康复训练", "No training in this month", "WL24:2.2.2b-3")
    REHABILITATION_LIVING = Why(
        "困难家庭儿童基本康复训练期间",
        "A hard-up family's child during basic training",
        "WL24:2.2.2c",
    )
    NOT_HARD_UP = Why("不属于低保低边等困难家庭", "Not a hard-up family", "WL24:2.2.2c")
    INSURED = Why(
        "参加居民医保，个人缴费由市财政补助",
        "Enrolled: the city finance bears the personal share",
        "WL24:2.2.1-1",
    )
    NOT_ENROLLED = Why("尚未参保", "Not enrolled", "WL24:2.2.1-1")
    NOT_RECIPIENT = Why("未享受基本生活费补助", "Receives no basic living subsidy", "WL24:2.2.1-1")
    INSURANCE_REVIEW = Why(
        "成年学生或流浪儿童，须人工审核",
        "Students of age and street children need a person",
        "WL24:2.2.1-1",
    )
    SHARE_BORNE = Why(
        "个人缴费已由其他渠道全额承担", "The share is already borne in full", "WL24:2.2.1-1"
    )
    TEMPORARY = Why(
        "突发事件导致暂时性失依", "Temporarily without support after an emergency", "WL24:2.1.6"
    )
    LUMP_AT_18 = Why(
        "成年离开保障，一次性6个月", "Leaving at eighteen: six months", "WL24:2.1.0c-4"
    )
    LUMP_GRADUATION = Why("毕业后一次性6个月", "After graduation: six months", "WL24:2.1.0d-2")
    LUMP_ENLISTMENT = Why(
        "就学期间入伍一次性12个月", "Enlisting while studying: twelve months", "WL24:2.1.0d-3"
    )
    LUMP_DIBAO = Why("低保家庭儿童除外", "Children of dibao families are excepted", "WL24:2.1.0c-2")
    LUMP_NOT_PAID_BEFORE = Why(
        "离开时未按孤儿类标准享受", "Not paid at an orphan-type rate then", "WL24:2.1.0c-1"
    )
    LUMP_ONCE = Why("一次性补助已发放过", "The lump sum was paid already", "WL24:2.1.0c-4")
    LUMP_NOT_STUDYING = Why("入伍时不在校就学", "Not studying when enlisting", "WL24:2.1.0d-3")
    LUMP_DROP_OUT = Why(
        "退学是否发放一次性补助，须人工审核",
        "Whether a drop-out is due the lump sum needs a person",
        "WL24:2.1.0d-2",
    )
    LUMP_BRIDGED = Why(
        "升学衔接，最后阶段毕业时发放",
        "Admitted to the next stage: due after the last one",
        "WL24:2.1.0d-2",
    )
    UNLAWFUL_STANDARD = Why(
        "公布标准低于法定下限，须人工审核",
        "A published standard is below its lawful floor",
        "WL24:2.1.1a",
    )
    UNCLEAR_EVENT = Why(
        "无法识别的情形，须人工审核", "An event that was not understood", "WL24:2.1.0b-1"
    )
    UNCLEAR_RELIEF = Why(
        "救助性质不明，须人工审核", "Relief of unclear nature needs a person", "WL24:2.1.0b-3"
    )

    @property
    def code(self) -> str:
        """The stable code: the name in lower case."""
        return self.name.lower()

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return self.value.zh

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self.value.en

    @property
    def clause(self) -> str:
        """The clause it rests on."""
        return self.value.clause
