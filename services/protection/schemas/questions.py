"""What `POST /v1/protection/evaluations` takes and answers, field by field.

Every fact is optional: leave out what was not told, `null` what is unknown. Codes and the law's
Chinese words are both understood, so are plain sentences; `topic` says which question is meant.
A key is read by its words (`shared.told`): `date_of_service`, `serviceDate`, `service.date` and
服务日期 are one fact. Keys that name no fact are told in the answer (`not_understood`,
`read_as_words`), and so are facts that no answer rests on (`not_used`).
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.protection.rules.grounds import GROUNDS, Trigger
from services.protection.rules.orders import ORDERS, RELIEF_WORDS
from services.protection.schemas.told import Told
from shared.bounds import Day, bounded

Topic = Literal[
    "duty_to_report",
    "timeliness",
    "lodging",
    "response",
    "liaison",
    "police_duty",
    "measures",
    "secrecy",
    "joint_meeting",
    "one_stop",
    "injury_appraisal",
    "staff_check",
    "tattoo",
    "tattoo_shop",
    "detention",
    "legal_aid",
    "delegation",
    "unattended",
    "failing_guardian",
    "instrument",
    "assessment",
    "placement",
    "station",
    "return",
    "petition",
    "maintenance",
    "restoration",
    "identity_and_home",
    "last_resort",
    "student_register",
    "counselling",
    "notification",
    "deadline",
    "adoption",
    "responsible",
]
TOPIC_WORDS = """问什么（可多选；不说明则由文字判断）| What is asked; without it the words decide.
duty_to_report 强制报告义务（unit, finding, trigger, age）;
timeliness 报告是否及时、是否备案（unit, discovered_at, reported_to_police_at, filed_at, action）;
lodging 旅店接待未成年人入住的“五必须”（unit, action）;
response 个案等级及首次接触、方案、走访时限（level 或情形）;
liaison 强制报告联系人（unit, liaison）; police_duty 公安受理、出警、立案（police_action）;
measures 受侵儿童保护措施（victim）; secrecy 受侵儿童及报告人保密（field, requester, has_task）;
joint_meeting 联席会议; one_stop “一站式”办案; injury_appraisal 伤情鉴定与身心评估;
staff_check 从业人员入职查询（hire_date, check_date, check_result）;
tattoo 向未成年人文身（customer_birth, service_date, customer_age, induced）;
tattoo_shop 文身店标识与查验（sign, id_checked）;
detention 羁押时询问未成年子女、服刑人员委托协议（detention, asked, care_needed）;
legal_aid 法律援助; delegation 委托照护（carer）;
unattended 独自在家、单独生活（age）;
failing_guardian 训诫、责令家庭教育指导、追责（guardian_conduct）;
instrument 督促监护令等由谁签发（instrument, issuer）;
assessment 家庭监护能力评估（assessors）; placement 临时或长期监护安置在何处（child, event）;
station 工作站床位条件（separate_zone, dedicated_staff）;
return 能否送回监护人（removed_on, assessment）;
petition 向法院申请（relief, petitioner, filed_at, urgent, event）;
maintenance 撤销后抚养费; restoration 恢复监护人资格（event, revoked_on, applied_on）;
identity_and_home 身份查找与跨省送返; last_resort 兜底监护; student_register 特殊群体学生数据库;
counselling 心理咨询疏导; notification 获得信息后通报哪个办公室;
deadline 何时之前（question 问期限, event 含起算日）; adoption 撤销后何时可送养（revoked_on）;
responsible 某项任务由哪个单位负责（task）。"""


def fact(description: str, *values: str) -> Any:
    """An optional fact: what it means, and its codes with the law's words if it has any."""
    codes = f" 取值 | values: {'; '.join(values)}" if values else ""
    return Field(default=None, description=description + codes)


class AssessmentTold(BaseModel):
    """A guardianship assessment that was made (家庭监护能力评估)."""

    model_config = ConfigDict(extra="allow")

    date: Any = fact("评估日期 | day of the assessment, YYYY-MM-DD")
    result: Any = fact("评估结论，如“重新具备/仍不具备履行监护职责条件” | what it found, in words")
    assessors: Any = fact("评估员人数 | number of assessors")
    valid_until: Any = fact("有效期至 | valid until, YYYY-MM-DD")


class SituationIn(BaseModel):
    """The facts of a situation, under these names or others of the same words."""

    model_config = ConfigDict(extra="allow")

    topic: Annotated[Topic | list[Topic] | None, Field(description=TOPIC_WORDS)] = None
    unit: Any = fact(
        "发现或报告的单位，代码（GET /v1/protection/institution-types）或名称，如“小学”“网约房”；"
        "个人写“邻居”“公民” | the unit that found it: a code or a name; a private person likewise"
    )
    task: Any = fact("问由谁负责的任务 | the task whose unit is asked for")
    finding: Any = fact("发现的情况 | what was found, in words")
    trigger: Any = fact("触发情形 | what makes the duty arise:", *(f"{t} {t.zh}" for t in Trigger))
    grounds: Any = fact(
        "九类必须报告情形（列表）| which of the nine situations, a list:",
        *(f"{g} {text.zh}" for g, text in GROUNDS.items()),
    )
    as_of: Any = fact("所问之日 | the day that is asked about, YYYY-MM-DD")
    age: Any = fact("儿童年龄（周岁）| the child's age in years")
    discovered_at: Any = fact("发现时间 | when it was found, YYYY-MM-DD HH:MM")
    reported_to_police_at: Any = fact("向公安机关报案时间；不详为 null | when the police were told")
    filed_at: Any = fact("向主管部门备案时间；未备案为 false | when filed; false: not filed")
    action: Any = fact("单位怎么处理的 | what the unit did, in words")
    liaison: Any = fact("是否已明确强制报告联系人，或其职务；没有为 false | is a contact named?")
    delay: Any = fact(
        "发现后多久报案，如“40分钟” | how long after the finding the police were told"
    )
    accepted_at: Any = fact("公安接受时间 | when the police accepted it")
    dispatched_at: Any = fact("公安出警时间 | when the police turned out")
    received_at: Any = fact("公安接报时间 | when the police were told, YYYY-MM-DD HH:MM")
    police_action: Any = fact("公安机关怎么处理的 | what the police did, in words")
    interviews: Any = fact("被害儿童被询问几次、由谁询问 | how often and by whom it was questioned")
    victim: Any = fact("受侵儿童及家庭的情况和需要 | what child and family need")
    field: Any = fact(
        "要查阅的信息 | what is to be read:",
        "reporter_identity 报告人身份",
        "child_identity 受侵儿童身份",
    )
    requester: Any = fact("谁要查阅，如“承办民警”“媒体” | who wants to read it")
    has_task: Any = fact("是否承办本案 | true when the requester has a task in this case")
    customer_birth: Any = fact("文身顾客出生日期 | the customer's date of birth")
    customer_age: Any = fact("文身顾客年龄 | the customer's age, when the date is unknown")
    service_date: Any = fact("文身服务日期 | day of the service")
    parents_consent: Any = fact("父母是否同意（不影响结论）| consent; changes nothing")
    induced: Any = fact("是否胁迫、引诱、教唆 | coerced, enticed or abetted?")
    sign: Any = fact("是否在显著位置标明不向未成年人文身 | is the sign prominently shown?")
    id_checked: Any = fact("年龄难辨时是否查验身份证件 | was the identity card asked for?")
    hire_date: Any = fact("入职（上岗）日期 | first day at work")
    check_date: Any = fact(
        "违法犯罪记录查询日期；未查询为 false | day of the query; false: none made"
    )
    check_result: Any = fact("查询结果，“无记录”或记录内容 | 'none' or what the record says")
    detention: Any = fact(
        "限制人身自由措施 | what was decided: 行政拘留, 刑事拘留, 逮捕, 强制隔离戒毒, 服刑"
    )
    prisoner: Any = fact("服刑人员及其意愿 | a prisoner, and what is wished for the children")
    asked: Any = fact("公安是否已询问有无未成年子女需照料 | did the police ask? true/false/null")
    care_needed: Any = fact("子女是否需要委托临时照料 | do the children need care?")
    carer: Any = fact("拟受托照护人的情况（前科、酗酒等）| the carer to be entrusted, in words")
    carer_capable_adult: Any = fact("受托人是否有照护能力的成年人 | an able adult?")
    carer_records: Any = fact("受托人侵害未成年人的违法犯罪记录 | the carer's offences, a list")
    carer_vices: Any = fact("受托人是否吸毒、酗酒、赌博 | given to drugs, drink or gambling?")
    carer_refused_duty: Any = fact("受托人曾否拒不履行监护、照护职责 | refused such duty before?")
    carer_otherwise_unfit: Any = fact("受托人有无其他不适宜情形 | unfit for another reason?")
    guardian_conduct: Any = fact("监护人的行为和后果 | what the guardian did and what came of it")
    instrument: Any = fact(
        "监护干预文书 | the instrument:", *(f"{k} {text.zh}" for k, text in ORDERS.items())
    )
    issuer: Any = fact("签发机关 | who issued it: court, procuratorate, police or the name")
    complied: Any = fact("监护人是否履行了文书要求 | has the guardian done what it orders?")
    child: Any = fact("儿童情况（户籍、身份、来源等）| the child, in words or fields")
    identity: Any = fact("儿童身份是否查明；不明为 null 或 false | is the child's identity known?")
    removed_on: Any = fact("带离、临时监护开始日期 | day the temporary guardianship began")
    placement: Any = fact("安置情况，可含开始日期 | the placement, in words, with its first day")
    assessment: AssessmentTold | list[AssessmentTold] | str | bool | None = fact(
        "评估（对象、列表或结论；列表以最近一次为准）| the assessment; of several the latest counts"
    )
    assessors: Any = fact("评估员人数 | number of assessors")
    decision: Any = fact("是否已由承办人决定 | has a person decided?")
    disputed: Any = fact("送回是否有异议 | is the return disputed?")
    court_order: Any = fact("法院是否裁判送回 | did a court order the return?")
    separate_zone: Any = fact("儿童照料区域是否独立分区 | a separate zone for children?")
    dedicated_staff: Any = fact("是否配备专门人员 | dedicated staff?")
    relief: Any = fact(
        "申请事项 | what the court is asked for:",
        *(f"{k} {words[0]}" for k, words in RELIEF_WORDS.items()),
    )
    petitioner: Any = fact("申请人 | who petitions")
    urgent: Any = fact("情况是否紧急 | is it urgent?")
    revoked_on: Any = fact("撤销监护人资格判决日期 | day of the revocation")
    applied_on: Any = fact("申请恢复日期 | day of the application for restoration")
    repentance: Any = fact("是否确有悔改 | true repentance?")
    child_wants: Any = fact("是否符合儿童真实意愿 | does the child want it?")
    sentence_years: Any = fact("所判刑期（年）| years of the sentence")
    notified_at: Any = fact("通知监护人领回的日期 | day the guardian was told to collect")
    order_made_on: Any = fact("保护令作出日期 | day the protection order was made")
    student: Any = fact("特殊群体学生 | a pupil of a special group")
    applicant_is_parent: Any = fact("申请恢复者是否父母 | is the applicant a parent?")
    sexual_harm_or_sale_done: Any = fact("有无性侵害、出卖 | sexual harm or sale of the child?")
    grave_abuse_done: Any = fact("有无虐待、遗弃致重伤以上后果 | abuse with grievous harm?")
    intentional_crime_against_ward: Any = fact("有无对被监护人故意犯罪 | an intentional crime?")
    sex: Any = fact("儿童性别 | the child's sex")
    level: Any = fact("个案等级：紧急（红）、高（橙）、中（黄）、低（蓝）| level of the case")
    event: Any = fact("发生了什么（一句话）| what happened, in a sentence")


class Question(Told):
    """A situation in a case worker's words or in fields; nothing of it is kept."""

    day: Day | None = Field(None, description="依哪天的法律，默认今天 | law of which day")
    situation: Annotated[SituationIn, BeforeValidator(bounded)]
    question: Annotated[str, Field(max_length=1000, description="问题 | the question")] = ""


class QuestionOut(BaseModel):
    """The answer. Flat fields sum up all topics; `topics` has each with its clauses and words."""

    model_config = ConfigDict(extra="allow")

    status: Literal["determined", "undetermined"] = Field(
        description="undetermined：缺事实，不得当作“否”| facts are missing; never read it as no"
    )
    missing: list[str] = Field(description="缺少的事实 | facts that are missing")
    clauses: list[str] = Field(description="条款 | clauses")
    topics: list[dict[str, Any]] = Field(
        description="逐题答复：topic, clauses, zh, en 及各题字段 | each topic's answer"
    )
    not_understood: list[str] = Field(
        description="不认识、或读不出其值的字段：对答复没有影响 | fields that had no effect at all"
    )
    read_as_words: list[str] = Field(
        description="不认识的字段，只按其中文字理解 | unknown fields, read by their words alone"
    )
    not_used: list[str] = Field(
        description="认识、但所答各题不涉及的字段 | known facts that no answer rests on"
    )
    to_confirm: list[dict[str, Any]] = Field(
        description="答复所用、尚待法律人员确认的数值：名称、数值、条款、为何 | figures the answer "
        "used that a lawyer has yet to confirm: a proposal of ours, or a number from memory"
    )
    did_you_mean: Any = fact("不认识的字段可能想写的名称 | names that unknown fields resemble")
    duty: Any = fact("义务：强制报告 / 有权检举、控告 / undetermined | the duty")
    bound: Any = fact("是否负有强制报告义务 | is the unit bound?")
    trigger: Any = fact("触发情形 | which trigger")
    report_to: Any = fact("向谁报告 | to whom")
    when: Any = fact("何时 | when: 立即 …")
    also: Any = fact("另须 | besides: 向主管部门备案")
    authority: Any = fact("主管部门（备案机关）| competent authority to file with")
    authority_alternatives: Any = fact("可能的其他主管部门 | others that may be competent")
    allowed: Any = fact("所问之事是否准许；空为未定 | may it be done? absent: undetermined")
    compliant: Any = fact("是否合规；空或 undetermined 为未定 | in accordance with the duty?")
    reason: Any = fact("理由 | the reason")
    reasons: Any = fact("理由（多项）| reasons")
    may_refuse: Any = fact("可否拒绝 | may it be refused?")
    must_ask: Any = fact("是否必须询问 | must it be asked?")
    entrust_to: Any = fact("可委托的对象 | to whom care may be entrusted")
    measures_include: Any = fact("本情形宜采取的措施 | measures for this case")
    all_measures: Any = fact("文件所列全部措施 | all measures the document names")
    police_measures: Any = fact("公安机关的措施 | what the police do to the guardian")
    departments: Any = fact("负责的部门 | departments that act")
    unit: Any = fact("负责单位 | the unit responsible")
    lead: Any = fact("牵头单位 | the lead unit")
    issuers: Any = fact("法定签发机关 | lawful issuers of the instrument")
    valid: Any = fact("文书签发是否合法 | was it lawfully issued?")
    holder: Any = fact("监护、安置首选 | first place of the child")
    placement: Any = fact("安置顺序 | places in their order")
    guardianship: Any = fact("临时监护 / 长期监护 | kind of state guardianship")
    assessment_required: Any = fact("是否须作家庭监护能力评估 | is an assessment required?")
    may_return: Any = fact("能否送回监护人；“可”，不是“应” | may (not must) the child return?")
    decision_by_person_needed: Any = fact("须由人决定 | a person must decide")
    petitioner: Any = fact("申请人 | petitioner")
    court: Any = fact("受理法院 | court")
    relief: Any = fact("申请事项 | what is asked of the court")
    support_unit: Any = fact("支持起诉机关 | who may support the suit")
    deadline: Any = fact("期限 | deadline")
    court_decides_within_hours: Any = fact("法院作出决定的小时数 | hours the court has")
    may_be_restored: Any = fact("能否恢复监护人资格 | may guardianship be restored?")
    maintenance_continues: Any = fact("是否继续负担抚养费 | does maintenance go on?")
    assumed: Any = fact("答复所依、须核实的推定 | what is taken for granted, to be verified")
    level: Any = fact("个案等级 | level of the case")
    first_contact: Any = fact("首次接触期限 | how soon the first contact is due")
    plan: Any = fact("制定方案期限 | how soon the plan is due")
    visits: Any = fact("走访间隔 | how often somebody visits")
    must: Any = fact("应当做到的各项 | all that must be done")
    clocks: Any = fact("公安办理的各项时限 | the clocks of the police")
    deadlines: Any = fact("各项审查的届满时间 | when each review ends")
    consequences: Any = fact("评估等级的后果 | what the grade of an assessment leads to")
    term_ends_on: Any = fact("临时监护一般最长至 | temporary guardianship generally ends")
    valid_until_at_most: Any = fact("保护令最长有效至 | the protection order holds no longer")
    revocation_grounds: Any = fact("符合的撤销情形 | grounds of revocation")
    grounds_not_met: Any = fact("次数或时长未达的情形 | grounds whose count is not reached")
    yearly_check_overdue: Any = fact("年度查询是否逾期 | is the yearly check overdue?")
    reporter_liable: Any = fact("报告人是否担责 | is the reporter liable?")
    next: Any = fact("下一步 | next steps")
