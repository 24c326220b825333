"""What `POST /v1/referrals/evaluations` takes and answers, field by field.

Every fact is optional: leave out what was not told, `null` what is unknown. A fact may be stated
as a code, as the law's Chinese word, or within a sentence; a stated field wins over words.
A key is read by its words (`shared.told`); what no fact is named by is told in the answer.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.referrals.schemas.referrals import Request
from shared.bounds import Day, bounded

Topic = Literal[
    "access",
    "minimum_fields",
    "cross_province_intake",
    "procedure",
    "unit",
    "emergency",
    "cross_province_transfer",
    "silence",
    "decline",
    "information_push",
    "student_register",
    "counselling",
    "admission",
    "education",
    "placement",
    "rehabilitation",
    "insurance",
    "special_treatment",
    "housing",
    "employment",
]
TOPIC_WORDS = """问什么（可多选；不说明则由字段和文字判断）
What is asked; without it the words decide.
access 谁可以看什么（field, requester）; minimum_fields 转介只给哪些信息、是否须征得同意;
cross_province_intake 跨省通办录入推送期限（application）;
procedure 镇（街道）查验、县级确认期限（application）;
unit 某项任务由哪个单位负责（task）; emergency 首诊负责、先救治后结算（child, hospital, urgent）;
cross_province_transfer 跨省协调转介; silence 部门逾期不答复; decline 部门不予受理;
information_push 向市未保委办公室通报（event, received, pushed）;
student_register 特殊群体学生数据库与结对（student）; counselling 心理咨询疏导;
admission 学校可否拒收（age, school）; education 就学减免与资助（categories, stage, boarding）;
placement 普通教育、随班就读、特殊教育、送教上门（severity）;
rehabilitation 康复服务与补贴（disability_kind, rehabilitation_indicated, designated, training）;
insurance 参保缴费、家庭医生签约（categories, ill）;
special_treatment 艾滋病专项救助治疗（hiv）; housing 成年孤儿住房; employment 成年后就业。"""


def fact(description: str, *values: str) -> Any:
    """An optional fact: what it means, and its codes with the law's words if it has any."""
    codes = f" 取值 | values: {'; '.join(values)}" if values else ""
    return Field(default=None, description=description + codes)


class SituationIn(BaseModel):
    """The facts of a situation; facts about the child may also stand under `child` or `person`."""

    model_config = ConfigDict(extra="allow")

    topic: Annotated[Topic | list[Topic] | None, Field(description=TOPIC_WORDS)] = None
    child: Any = fact("儿童：一句话，或含下列字段的对象 | the child: a sentence or these fields")
    person: Any = fact("已成年者：一句话或对象 | a grown person: a sentence or these fields")
    categories: Any = fact(
        "困境儿童类别（列表，全部列出）| categories of the child, all of them:",
        "institution_orphan 孤儿（福利机构）",
        "scattered_orphan 孤儿（社会散居）",
        "de_facto_unsupported 事实无人抚养儿童",
        "own_difficulty 自身困境儿童",
        "hiv_affected 受艾滋病影响儿童",
        "dibao_child 低保家庭儿童",
        "dibao_margin_child 低保边缘家庭儿童",
        "left_behind 农村留守儿童",
        "street_child 流浪儿童",
        "other_difficulty 其他困境儿童",
    )
    birth_date: Any = fact("出生日期 | date of birth, YYYY-MM-DD")
    age: Any = fact("年龄 | age in years")
    adult: Any = fact("是否已成年 | has come of age?")
    stage: Any = fact(
        "学段 | stage of education:",
        "kindergarten 幼儿园",
        "primary 小学",
        "junior 初中",
        "senior 普通高中",
        "vocational_senior 中职",
        "secondary_specialised 中专",
        "college 大专、高职",
        "bachelor 本科",
        "master 硕士",
        "doctor 博士",
    )
    public_school: Any = fact("是否公办 | public (true) or private (false)")
    full_time: Any = fact("是否全日制 | full-time?")
    boarding: Any = fact("是否住校 | boards at school?")
    school: Any = fact("学校做了什么（如拒收及理由）| what the school did")
    severity: Any = fact(
        "残疾程度 | severity of the disability:",
        "none 健康",
        "mild 轻度",
        "moderate 中度",
        "severe 重度",
    )
    disability_kind: Any = fact(
        "残疾类别 | kind of disability:",
        "visual 视力",
        "hearing 听力",
        "speech 言语",
        "physical 肢体",
        "intellectual 智力",
        "mental 精神",
        "autism 孤独症",
        "multiple 多重",
    )
    disabled: Any = fact("是否残疾 | disabled?")
    palsy_or_intellectual: Any = fact("是否脑瘫或智力残疾 | cerebral palsy or intellectual?")
    disabled_or_ill: Any = fact("是否残疾、重病或罕见病 | disabled, or seriously or rarely ill?")
    in_difficulty: Any = fact("是否困境儿童 | a child in difficulty?")
    orphan: Any = fact("是否孤儿 | an orphan?")
    own_difficulty: Any = fact("是否自身困境儿童 | in difficulty of its own?")
    orphaned_or_abandoned_child: Any = fact("是否孤弃儿童 | an orphan or abandoned?")
    ill: Any = fact("是否患重病或罕见病 | seriously or rarely ill?")
    special_school_possible: Any = fact("能否到特殊学校就读 | able to attend a special school?")
    in_institution: Any = fact("是否在儿童福利机构 | lives in the welfare institution?")
    rehabilitation_indicated: Any = fact("有康复需求和适应指征 | rehabilitation is indicated?")
    designated: Any = fact("康复机构是否残联指定或认定 | is the institution designated?")
    training: Any = fact("是否正在接受基本康复训练 | in basic training now?")
    hardship: Any = fact("家庭是否困难（含低保、低边）| is the family hard-up?")
    hiv: Any = fact(
        "艾滋病感染检查结果，null 为未查明 | result of the examination:", "感染", "未感染"
    )
    receives_subsidy: Any = fact("是否享受基本生活费补助 | receives the basic living subsidy?")
    joins_insurance: Any = fact("是否参加城乡居民医保 | joins the residents' insurance?")
    urgent: Any = fact("是否亟需救治 | in urgent need of treatment?")
    abandoned_or_street: Any = fact("是否弃婴（儿童）或流浪儿童 | abandoned or a street child?")
    hospital: Any = fact("接诊医院 | the hospital that received the child first")
    deposit_paid: Any = fact("是否已交押金 | was a deposit paid?")
    handed_over: Any = fact("是否已办理书面移交 | handed over in writing?")
    labour_capacity: Any = fact("是否有劳动能力 | able to work?")
    hard_to_employ: Any = fact("是否符合就业困难人员条件 | counts as hard to employ?")
    rural: Any = fact("农村户籍 true，城镇户籍 false | rural (true) or urban (false) hukou")
    has_housing: Any = fact("是否有住房 | has a dwelling?")
    building_conditions: Any = fact("是否符合建房条件 | meets the conditions to build?")
    housing_conditions: Any = fact("是否符合住房保障条件 | meets housing-security conditions?")
    lives_independently: Any = fact("是否具有独立生活能力 | able to live independently?")
    task: Any = fact("任务（文件用语或大意）| a task, in the document's words or their sense")
    field: Any = fact(
        "要查阅的信息 | what is to be read: reporter_identity 报告人, victim_identity 受侵儿童, "
        "hiv_status 艾滋病状况, health 健康, placement 安置去向, offence 案卷, money 账户, "
        "statistics 统计数字"
    )
    has_task: Any = fact("查阅者是否承办本案 | has the requester a task in this case?")
    requester: Any = fact("谁要查阅，说明是否承办本案 | who wants it, and whether on the case")
    application: Any = fact("申请情况，含受理地、户籍和材料收齐日期 | the application and its day")
    begun_on: Any = fact("期限起算日：材料收齐、受理 | day from which a period is counted")
    event: Any = fact("发生了什么（一句话）| what happened, in a sentence")
    received: Any = fact("部门获得信息的日期 | day the department learnt of it")
    pushed: Any = fact("已通报的日期 | day it was pushed")
    sent: Any = fact("转介发出的日期 | day a referral was sent")
    answered: Any = fact("转介得到答复的日期 | day it was answered")
    student: Any = fact("特殊群体学生 | a pupil of a special group")


class EvaluationIn(Request):
    """A situation in fields, in words, or both (研判); nothing of it is stored."""

    situation: Annotated[SituationIn, BeforeValidator(bounded)] = Field(
        examples=[{"child": {"categories": ["孤儿（社会散居）"]}, "stage": "小学，住校"}]
    )
    question: Annotated[str, Field(max_length=500, description="问题 | the question")] = ""
    day: Day | None = Field(None, description="依哪天的法律，默认今天 | law of which day")


class EvaluationOut(BaseModel):
    """What the document says: the first topic's fields in common, and each topic in `answers`."""

    model_config = ConfigDict(extra="allow")

    day: date
    topic: str = Field(description="首要问题 | the topic whose fields stand at the top")
    clauses: list[str] = Field(description="条款 | clauses")
    missing: list[str] = Field(description="缺少的事实；有缺则未定 | facts missing: undetermined")
    facts: dict[str, Any] = Field(description="读到的事实 | the facts as read")
    not_understood: list[str] = Field(
        description="不认识、或读不出其值的字段：对答复没有影响 | fields that had no effect at all"
    )
    read_as_words: list[str] = Field(
        description="不认识的字段，只按其中文字理解 | unknown fields, read by their words alone"
    )
    did_you_mean: Any = fact("不认识的字段可能想写的名称 | names that unknown fields resemble")
    answers: list[dict[str, Any]] = Field(description="逐题答复 | each topic's answer")
    applies: Any = fact("是否适用：true、false；空为未定 | does it apply? absent: undetermined")
    benefits: Any = fact("应享受的待遇、服务 | benefits and services due")
    undetermined: Any = fact("因缺事实未定的待遇 | benefits that wait for facts")
    not_due: Any = fact("不应享受的待遇 | benefits not due")
    any_of: Any = fact("择一的途径 | routes, any one of which will do")
    amount: Any = fact("金额；undetermined 为文件未定 | amount; the document may set none")
    placement: Any = fact("就读方式 | kind of schooling")
    lead: Any = fact("牵头单位 | lead unit")
    co: Any = fact("配合、承办单位 | others who take part")
    unit: Any = fact("负责单位 | the unit responsible")
    units: Any = fact("责任单位全部名单 | the whole responsibility line")
    fund: Any = fact("资金渠道 | fund")
    payer: Any = fact("谁出资 | who pays")
    family_share: Any = fact("家庭自付（元）| what the family pays, yuan")
    where: Any = fact("在何处 | where")
    may_refuse: Any = fact("可否拒绝 | may it be refused?")
    treat_first: Any = fact("是否先救治 | treat first?")
    settle: Any = fact("结算方式 | when to settle")
    responsible: Any = fact("责任医院 | the responsible hospital")
    allowed: Any = fact("可否查阅；空为须先查明是否承办 | may it be read? absent: depends")
    shown: Any = fact("能看到什么 | what is shown")
    timely: Any = fact("是否按期 | was it in time?")
    may_be_combined: Any = fact("可否重复享受 | may they be enjoyed together?")
    consent_required: Any = fact("是否须征得同意 | is consent required?")
    deadline: Any = fact("期限届满日 | the last day, YYYY-MM-DD")
    working_days: Any = fact("期限（工作日）| length in working days")
    report_to: Any = fact("向谁通报 | whom to tell")
    when: Any = fact("何时 | when")
    database: Any = fact("数据库名称 | the database")
    reason: Any = fact("理由 | the reason")
    reasons: Any = fact("不适用的理由 | why it does not apply")
    next_step: Any = fact("下一步 | next step")
    status: Any = fact("violation 违规；manual_review 由人决定；escalated 已督办 | standing")
