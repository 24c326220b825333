"""The other names people give the fields of a question, by model (别名).

A name is read without regard to case, `camelCase`, blanks or the order of its words
(`date_of_graduation`). `ALSO` gives each field its other
names, `BESIDE` the fields that are understood and bear on no money, `HAPPENED` the days of a
child that are events. Whatever else is said is named in the answer and leaves it undetermined.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from shared.told import Named, snake

Names = Mapping[str, str]

PERIOD: Names = {
    "since": "from from_date started_on start start_date started begin begins begins_on 开始 "
    "开始日期 起始日期 起 自 picked_up taken_in brought_in rescued_on received_on 救助开始 "
    "救助开始日期 入站日期 admitted_on entered_on admitted "
    "entered 入站",
    "until": "to to_date ended_on end end_date ended ends_on handed_over_on 结束 结束日期 "
    "终止日期 止 至 handed_to_guardian handed_to_parents returned_to_family reunited_on "
    "救助结束 救助结束日期 离站日期 handed_over left_on returned_home_on "
    "returned_home sent_home sent_home_on "
    "discharged discharged_on 离站",
    "days": "number_of_days day_count 天数 救助天数",
    "source": "by handed_over_by referred_by 来源 移送单位",
}
ALSO: Mapping[str, Names] = {
    "SchoolingIn": {
        "stage": "level education_level school_type school_level 学段 阶段 学历层次",
        "status": "state study_status 状态 就学状态 学籍状态",
        "enrolled": "in_school attending at_school studying is_enrolled 在校 在读 是否在校",
        "expected_graduation": "expected_graduation_date expected_graduation_on graduates_on "
        "expected_to_graduate_on 预计毕业 预计毕业日期 预计毕业时间",
        "graduated_on": "graduated graduation_date graduation 毕业 毕业日期 毕业时间",
        "left": "left_on left_school_on 离校 离校日期",
        "dropped_out_on": "dropped_out drop_out_date dropout_date withdrew_on 退学 退学日期",
        "leave_of_absence_from": "suspended_on suspended_from on_leave_since leave_from 休学 "
        "休学日期 休学起始日期",
        "next_admission": "next admission admitted admitted_to next_stage next_school "
        "further_study further_education further_studies continues continues_to going_on_to plans "
        "继续升学 深造 毕业去向 后续升学 录取 升学 "
        "升学去向",
        "enlisted_on": "enlisted enlistment_date enlistment joined_army_on 入伍 入伍日期 "
        "应征入伍 应征入伍日期",
        "returned_on": "returned return_date back_at_school_on returned_to_school_on 返校 "
        "返校日期 复学 复学日期",
        "status_retained": "student_status_retained student_status_kept status_kept "
        "keeps_student_status 保留学籍 学籍保留",
        "full_time": "fulltime is_full_time 全日制 是否全日制",
    },
    "TrainingIn": {
        "designated": "institution_designated recognised designated_institution 指定机构 "
        "机构是否指定 是否定点机构",
        "designated_until": "designation_valid_until designation_until designation_expires "
        "designation_expired_on valid_until 资质有效期至 定点有效期至 指定有效期至",
        "institution": "provider centre agency at 机构 机构名称 训练机构 康复机构 定点机构",
        "since": PERIOD["since"],
        "until": PERIOD["until"],
    },
    "PeriodIn": PERIOD,
    "ReliefIn": {
        **PERIOD,
        "kind": "type name benefit relief 种类 类别 类型 名称 项目 救助种类",
        "monthly": "amount monthly_amount amount_monthly per_month amount_per_month value 金额 "
        "月额 每月 每月金额 月金额",
    },
    "ChildIn": {
        "birth_date": "born birthday dob date_of_birth birth birthdate born_on 出生日期 "
        "出生年月日 出生 生日",
        "hukou_city": "hukou hukou_place registered_residence household_registration 户籍 "
        "户籍地 户籍所在地 户口 户口所在地",
        "hukou_here": "local_hukou is_local hukou_local 本市户籍 温岭户籍",
        "categories": "category class type child_category child_type current_categories "
        "current_category recognised_categories recognized_categories pay_category 类别 类型 "
        "儿童类别 困境类别 认定类别 已认定类别",
        "schooling": "school education study studies schooling_status 学校 就学 "
        "就学情况 学业 在校情况",
        "labour_capacity": "capacity_labour capacity_labor capacity_work labor_capacity "
        "work_capacity working_capacity able_to_work capacity_to_work can_work 劳动能力 "
        "具备劳动能力",
        "civil_capacity": "capacity_civil full_civil_capacity capacity_for_civil_conduct "
        "legal_capacity 民事行为能力 行为能力 完全民事行为能力",
        "training": "rehabilitation_training rehab_training 康复训练 训练",
        "rehabilitation": "rehab 康复",
        "nursing": "nursing_subsidy 护理",
        "placement": "living_with lives_with cared_for_by 安置 安置方式 抚养方式",
        "died_on": "death_date died date_of_death death deceased deceased_on 死亡日期 去世日期 "
        "死亡 去世",
        "adopted_on": "adoption_date adopted adoption_registered_on 收养日期 收养登记日期",
        "hukou_moved_out_on": "moved_out_on hukou_left_on hukou_moved_away_on 户籍迁出日期",
        "hukou_moved_in_on": "moved_in_on hukou_moved_here_on 户籍迁入日期",
    },
    "HouseholdIn": {
        "class": "kind type category household_class household_type economic_class status 类别 "
        "类型 家庭类别 经济类别 家庭类型",
        "dibao_active": "on_dibao is_dibao dibao in_dibao receives_dibao receiving_dibao "
        "dibao_in_force 低保在享 享受低保 是否低保",
        "dibao_since": "dibao_from dibao_start dibao_started_on dibao_granted_on 低保起始 "
        "低保获批日期",
        "dibao_until": "dibao_to dibao_end dibao_ended_on dibao_stopped_on 低保停发日期 "
        "低保终止日期",
        "dibao_periods": "dibao_history dibao_months 低保期间",
        "dibao_monthly": "dibao_amount_of_child dibao_amount_child child_dibao dibao_for_child "
        "dibao_of_the_child dibao_received_by_child dibao_monthly_of_child "
        "dibao_childs_share_monthly "
        "childs_share_monthly child_dibao_monthly dibao_child_monthly_share share_of_child "
        "该儿童低保金 儿童低保金 dibao_amount dibao_of_child dibao_per_head dibao_per_capita "
        "dibao_share dibao_share_of_child child_dibao_share dibao_amount_per_head 低保金 低保金额 "
        "人均低保金 儿童低保份额",
    },
    "StandardIn": {
        "effective_from": "since from effective effective_date effective_on from_date start "
        "valid_from in_force_from 生效日期 执行日期 生效 执行时间 自",
        "announced_on": "published_on published announced standard_announced announcement_date "
        "standard_announced_on new_standard_announced new_standard_announced_on 公布日期 发布日期",
        "institution_orphan_monthly": "institution_orphan institution_orphans institution "
        "institution_monthly institution_rate institution_standard orphan_institution "
        "orphan_institution_monthly institutional_orphan institutional_orphan_monthly "
        "福利机构孤儿 机构孤儿 福利机构孤儿标准 福利机构孤儿月标准 机构孤儿标准 机构孤儿月标准",
        "scattered_orphan_monthly": "scattered_orphan scattered_orphans scattered "
        "scattered_monthly scattered_rate scattered_standard orphan_scattered "
        "orphan_scattered_monthly 社会散居孤儿 散居孤儿 社会散居孤儿标准 社会散居孤儿月标准 "
        "散居孤儿标准 散居孤儿月标准",
        "institution_orphan_yearly": "institution_orphan_annual institution_yearly "
        "institution_annual 福利机构孤儿年标准 机构孤儿年标准",
        "scattered_orphan_yearly": "scattered_orphan_annual scattered_yearly scattered_annual "
        "社会散居孤儿年标准 散居孤儿年标准",
        "dibao_child_monthly": "dibao_child 低保家庭儿童标准 低保儿童标准",
        "dibao_child_rate_of_scattered": "dibao_rate dibao_ratio dibao_share dibao_child_rate "
        "dibao_child_ratio dibao_child_share 低保家庭儿童比例 低保儿童比例",
        "dibao_child_floor_monthly": "dibao_floor dibao_child_floor dibao_minimum "
        "dibao_child_minimum dibao_floor_monthly 低保家庭儿童最低额 低保儿童最低标准",
        "street_child_monthly": "street_child 流浪儿童标准",
        "street_child_rate_of_scattered": "street_rate street_ratio street_share "
        "street_child_rate street_child_ratio 流浪儿童比例",
        "infant_nutrition_monthly": "infant_nutrition nutrition nutrition_monthly "
        "婴幼儿营养补贴 营养补贴",
        "dibao_standard_monthly": "dibao_line dibao_standard dibao_line_per_head "
        "dibao_line_monthly 低保标准 低保线",
        "urban_consumption_yearly": "urban_consumption_per_capita_previous_year "
        "previous_year_urban_consumption_per_capita urban_per_capita_consumption_previous_year "
        "consumption_expenditure urban_consumption_expenditure 上年度消费支出 上年度人均消费支出 "
        "城镇居民人均消费支出 urban_consumption_per_capita urban_consumption "
        "consumption_previous_year previous_year_urban_consumption "
        "urban_consumption_previous_year last_year_urban_consumption annual_urban_consumption "
        "urban_consumption_per_capita_yearly annual_urban_consumption_per_capita "
        "urban_per_capita_consumption per_capita_consumption 人均生活消费支出 "
        "城镇常住居民人均生活消费支出 上年度城镇常住居民人均生活消费支出",
    },
    "EventIn": {
        "date": "day on happened_on occurred_on when event_date 日期 时间 发生日期 发生时间",
        "what": "kind type event code description happening 事件 事项 内容 情况 变动 说明",
        "categories": "category to new_category new_categories 类别 变更后类别 新类别",
        "removes": "ended from 终止类别 原类别",
        "starts": "starts_on begins 生效日期 入学日期",
        "status_retained": "student_status_retained student_status_kept 保留学籍",
    },
    "AwardIn": {
        "rate_class": "class basis category rate 类别 标准",
        "first_month": "from since start award_started award_start award_from paid_since "
        "first_paid "
        "first_payment 起 首月 起始月份 起发月份 首发月份",
        "last_month": "to until end 止 末月 终止月份",
        "confirmed_on": "approved_on decided_on confirmation_date 确认日期 批准日期",
    },
    "PriceOrderIn": {
        "months": "month 月份",
        "amount_per_head": "amount per_head per_person amount_per_person 金额 每人金额 每人",
        "paid_in": "paid_on 发放月份",
        "received_elsewhere": "already_received already_received_as received_as "
        "received received_via paid_via received_through paid_through already_paid_through "
        "已享受 已随低保发放",
    },
    "InsuranceIn": {
        "year": "年度 参保年度",
        "enrolled": "insured joined is_enrolled enrolled_in_insurance 参保 是否参保",
        "personal_contribution": "contribution amount personal_share individual_share "
        "individual_contribution own_contribution personal_part personal 个人缴费 个人缴费部分 "
        "个人部分",
    },
    "TemporaryIn": {
        "happened_on": "event_on date day on event_date 日期 发生日期",
        "approved_amount": "amount 金额 核定金额",
    },
    "PaidIn": {
        "month": "for_month 月份",
        "amount": "paid monthly per_month 金额 每月",
        "benefit": "项目",
    },
    "LumpSumPaidIn": {
        "months": "月数",
        "amount": "金额 paid sum yuan total",
        "month": "paid_on paid_in date day 发放日期 发放月份 日期",
    },
    "SituationIn": {
        "child": "children youth person beneficiary 儿童 孩子 对象",
        "household": "family 家庭",
        "standards_in_force": "standards_history standard_history published_standards standards "
        "standard tariff current_standards 执行标准 现行标准 标准",
        "relief": "relief_episodes episodes relief_period relief_stay street_relief rescue 救助 "
        "救助期间",
        "other_relief": "other_living_relief other_living_assistance other_assistance "
        "other_benefits concurrent_benefits benefits_received other_reliefs concurrent_relief "
        "existing_relief relief_received receives 其他救助 其他生活救助 已享受救助",
        "events": "event changes history 事件 变动 变动情况",
        "awards": "award 补助",
        "confirmed_on": "approved_on confirmation confirmation_date approval approval_date "
        "confirmed approved award_confirmed_on 确认日期 批准日期 审批日期",
        "price_subsidy": "price_subsidies price_order price_orders dynamic_price_subsidy "
        "价格补贴 动态价格补贴",
        "insurance": "medical_insurance residents_insurance health_insurance 医保 居民医保 "
        "城乡居民医保",
        "temporary_relief": "emergency sudden_event 临时救助 突发事件",
        "paid": "payments paid_wrongly paid_months payments_made already_paid actually_paid "
        "paid_so_far previously_paid paid_before 已发 已发放 实发",
        "lump_sums_paid": "lump_sum_paid previous_lump_sums lump_sum_already_paid "
        "lump_sums_already_paid lump_sum_previously_paid lump_sum_received 已发一次性补助 "
        "已发放一次性补助 已领取一次性补助 已发一次性基本生活费补助",
        "rates": "subsidy_rates other_rates 补贴标准",
        "as_of": "day today date 基准日 日期",
    },
    "MonthsBetween": {"first": "from since start 起", "last": "to until end 止"},
    "EvaluationIn": {
        "months": "months_asked period 所问月份",
        "month": "asked_month for_month payment_month 月份 发放月份 所属月份",
    },
}
FREE = "note notes remark remarks comment description 备注 说明"
# Understood, and of no weight for an amount: who somebody is, where, and what others decide.
BESIDE: Mapping[str, str] = {
    "Facts": FREE,
    "SchoolingIn": "school school_name name grade year major degree 学校 年级 专业",
    "PeriodIn": "place institution reason 地点 机构",
    "ChildIn": "id name sex gender nationality ethnicity town village address residence "
    "lives_in disability illness diagnosis hiv guardian school_name hukou_type hukou_kind 姓名 "
    "性别 民族 住址 监护人 残疾 疾病 户籍性质",
    "HouseholdIn": "members size children number_of_children children_count income income_monthly "
    "property_ok town address 人口 子女数 收入",
    "StandardIn": "source document issued_by statistic_year standard_year year 文号 来源",
    "TrainingIn": "name place type hospital",
    "AwardIn": "note document",
    "ReliefIn": "since_when document",
    "TemporaryIn": "what event cause 事件 原因",
    "EventIn": "known_on reported_on learned_on discovered_on source evidence place 知悉日期 "
    "报告日期",
    "PriceOrderIn": "source document basis",
    "LumpSumPaidIn": "kind type reason",
    "PaidIn": "paid_on paid_in date run 发放日期",
    "SituationIn": "question 问题 police_handover handed_over_by_police father mother parents "
    "guardian carer applicant father_status mother_status 父亲 母亲 父母 监护人 申请人 "
    "statistic_year standard_year year 年度 年份 applied_on applied application_date submitted "
    "submitted_on "
    "申请日期 申请时间 提交日期 payee payee_account bank_account bank 领款人 收款人 账户 开户行",
}
# Days of a child that are events of the situation.
HAPPENED: Names = {
    "died_on": "died",
    "adopted_on": "adopted",
    "hukou_moved_out_on": "hukou_moved_away",
    "hukou_moved_in_on": "hukou_moved_here",
}


_NOT_YET = re.compile("^(proposed|draft|planned|intended|candidate|new)_|^拟(定|议|公布|执行)?的?")
# A statistic named with its year: it is the previous year's of the standard it stands beside.
_OF_A_YEAR = re.compile(r"(?<=consumption)_?20\d\d$")
# The one statistic a standard is measured by, however its people and its year are called.
_CONSUMPTION = re.compile(
    "^(?!.*(?:month|rate|ratio|growth|rural|月|率|农村)).*(?:consumption|消费支出)"
)


def _of(model: type, table: Mapping[str, Any]) -> list[Any]:
    return [table[base.__name__] for base in reversed(model.__mro__) if base.__name__ in table]


@lru_cache
def named(model: type) -> Named:
    """A model's fields by any of their names; what a model adds comes before what it inherits."""
    also: dict[str, str] = {}
    for names in _of(model, ALSO):
        for field, others in names.items():
            also[field] = f"{also.get(field, '')} {others}"
    fields: Mapping[str, Any] = getattr(model, "model_fields", {})
    return Named([field.alias or name for name, field in fields.items()], also)


@lru_cache(maxsize=2048)
def field_of(model: type, name: str) -> str | None:
    """The field of a model that a name means, also with a word that says it is not yet in force."""
    plain = _OF_A_YEAR.sub("", _NOT_YET.sub("", snake(name)))
    known = named(model).field(name) or named(model).field(plain)
    if known is None and _CONSUMPTION.search(plain):
        return named(model).field("urban_consumption_yearly")
    return known


@lru_cache
def beside(model: type) -> frozenset[str]:
    """The names a model understands that bear on no money."""
    return frozenset(name for names in _of(model, BESIDE) for name in names.split())


def renamed(model: type, said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said under the fields' own names; the same field said twice stays as it is."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        name = field_of(model, key) or key
        found[key if name != key and (name in said or name in found) else name] = value
    return found
