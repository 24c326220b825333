"""The facts a question of referrals is told, and the phrases by which keys name them (字段名对照).

Data alone: how a key is read by its words stands in `shared.told`. A fact is called as in the
published request.
"""

from shared.told import Vocabulary

FACTS = Vocabulary(
    {
        "as_of": "day; date; today; 日期",
        "child": "儿童; 未成年人",
        "person": "adult_person; youth; applicant; 当事人",
        "description": "note; situation; details; 情况; 备注",
        "household": "family; 家庭",
        "categories": "category; child type; former; previous category; 类别; 身份",
        "birth_date": "child birth date; 出生日期",
        "age": "years; child age; 年龄; 周岁",
        "adult": "is_adult; grown; 成年",
        "stage": (
            "school stage; education stage; school_level; school type; schooling; study; "
            "studies; education; enrolled_in; 学段; 就读"
        ),
        "public_school": "ownership; run_by; public; school public; 公办",
        "full_time": "fulltime; 全日制",
        "boarding": "boards; boarder; 住校; 寄宿",
        "school": "kindergarten; school conduct; 学校; 幼儿园",
        "severity": "disability severity; disability grade; 残疾程度",
        "level": "grade; disability_level; 残疾等级; 等级",
        "disability_kind": "disability type; 残疾类别; 残疾类型",
        "disability": "diagnosis; 残疾",
        "disabled": "has disability",
        "ill": "illness; disease; 疾病; 患病",
        "special_school_possible": "special school",
        "in_institution": "lives_in_institution; institution_child",
        "rehabilitation_indicated": (
            "rehabilitation need; rehabilitation indication; indication; indicated; "
            "康复需求; 适应指征"
        ),
        "designated": (
            "designate unit; unit designate; rehabilitation unit; "
            "康复机构; provider designate; designate_by_cdpf; "
            "designate cdpf; provider; 定点; 指定"
        ),
        "training": (
            "in_training; 在训; rehabilitation training; basic training; train now; 康复训练"
        ),
        "hardship": (
            "family hardship; household type; family type; economic type; hard up; poor; 困难"
        ),
        "hiv": (
            "检测; 检测结果; test; test result; laboratory; hiv confirmed; "
            "confirmed; western blot; antibody; confirmatory test; viral load; hiv test; "
            "hiv status; hiv "
            "result; hiv infected; confirmed_infection; infection; 感染"
        ),
        "receives_subsidy": (
            "subsidy recipient; receives subsidy basic live; "
            "receives basic live subsidy; basic_living_subsidy; "
            "subsidy; 享受基本生活费"
        ),
        "joins_insurance": (
            "insurance; joined insurance; insured; medical "
            "insurance; enrolled_in_insurance; 参保; 医保"
        ),
        "urgent": "urgency; emergency; critical; 紧急",
        "abandoned_or_street": "foundling; street child; street; "
        "stray; homeless; abandoned; 弃婴; 流浪",
        "hospital": "first hospital; hospital first; receiving_hospital; 医院; 首诊医院",
        "deposit_paid": "deposit; payment; paid; settlement; 押金",
        "handed_over": "hand over; transfer_documented; 移交",
        "labour_capacity": "can_work; fit_for_work; labour; 劳动能力",
        "hard_to_employ": "hard hire; difficulty hire; 就业困难",
        "rural": "hukou type; hukou_kind; rural hukou; 户籍类型; 户籍性质; 户口性质; 户口类型",
        "hukou": "applicant hukou; hukou place; hukou town; hukou_city; 户籍; 户籍地",
        "has_housing": "housing; owns housing; has_house; 住房",
        "building_conditions": (
            "build condition; build allowed; may build; may_build; "
            " meets_building_conditions; 建房条件"
        ),
        "housing_conditions": "housing condition; housing security "
        "condition; housing security; 住房保障条件",
        "lives_independently": (
            "live alone; lives_alone; can live alone; manages alone; "
            "independent live; independent; live capacity "
            "independent; can live independently; 独立生活"
        ),
        "task": "chapter; job; matter; duty; work_item; 任务; 事项; 职责",
        "field": (
            "access_to; data; what; wants; item; particulars; data_item; "
            "requested; 想看; 想查; 想知道; 信息; 内容; 字段"
        ),
        "requester": "who; requested_by; asked_by; asker; reader; access "
        "role; requester role; 查阅人; 查询人; 申请查阅人",
        "application": "apply; case_application; 申请",
        "event": "incident; 事件; 经过",
        "department": "institution; unit; office; 部门; 单位",
        "received": (
            "learned; learned_on; learned_at; learn date; receive date; informed_on; informed; "
            "information receive date; 获知日期; 获知时间; 得知日期"
        ),
        "pushed": (
            "push date; report date; reported_on; notified; notified_on; report office; "
            "office report; report office date; 推送日期; 通报日期; "
            "通报时间"
        ),
        "sent": "sent date; referral sent date; referral date; referred_on; 转介日期; 发出日期",
        "answered": (
            "answer date; reply date; replied; accepted_on; accepted; accept date; 答复日期"
        ),
        "begun_on": (
            "completed; materials complete; complete date; materials complete date; "
            "documents complete; documents complete date; "
            "材料收齐日期; 材料齐全日期; 受理日期"
        ),
        "has_task": "task_in_this_case; on_case; on_the_case; handles case; case task; 承办",
        "service": "service_asked; 服务",
        "in_difficulty": "is_in_difficulty; is_child_in_difficulty",
        "orphan": "",
        "own_difficulty": "",
        "palsy_or_intellectual": "",
        "disabled_or_ill": "",
        "orphaned_or_abandoned_child": "",
        "student": "students; groups; pupil; 学生",
    },
    days=("as_of", "birth_date", "received", "pushed", "sent", "answered", "begun_on"),
    dated={"application": "begun_on", "event": "received", "department": "received"},
    personal=(
        *("age", "adult", "birth_date", "categories", "stage", "severity", "level"),
        *("disability_kind", "disability", "disabled", "ill", "hiv", "labour_capacity"),
    ),
)
