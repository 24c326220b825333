"""What each field of a question about money means, in Chinese and English, for the OpenAPI text."""

from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "SchoolingIn": {
        "stage": "学段：普通高中、中职、大专、大学本科、硕士研究生 … | stage of education",
        "status": "就学状态：在校、休学、退学、毕业、入伍、不在校 | standing with school",
        "enrolled": "是否在校；null 不详 | at school?",
        "expected_graduation": "预计毕业日期 | expected graduation",
        "graduated_on": "毕业日期 | day of graduation",
        "left": "离校日期和原因，如“2024-03-10 自动退学” | leaving, with its day",
        "dropped_out_on": "退学日期 | day of dropping out",
        "leave_of_absence_from": "休学起始日期 | leave of absence since",
        "next_admission": "下一学段录取：true 或入学日期 | admitted: true or the day",
        "enlisted_on": "应征入伍日期 | day of enlistment",
        "returned_on": "退役后返校日期 | day back at school",
        "status_retained": "是否保留学籍 | was the student status kept?",
        "full_time": "是否全日制 | full-time?",
    },
    "TrainingIn": {
        "designated": "是否残联指定或认定的机构 | a designated or recognised institution?",
        "designated_until": "指定或认定的有效期至 | designated until, included",
        "since": "训练开始 | from",
        "until": "训练结束 | until, included",
    },
    "PeriodIn": {
        "since": "开始日期 | from",
        "until": "结束日期（含）| until, included",
        "days": "天数，代替结束日期 | number of days, instead of the end",
        "source": "来源，如“公安移送”| who handed over",
        "note": "备注 | note",
    },
    "ChildIn": {
        "birth_date": "出生日期；null 不详 | date of birth",
        "hukou_city": "儿童本人户籍所在地 | place of the child's own hukou",
        "hukou_here": "是否本市户籍 | is the hukou of this city?",
        "categories": "事件之前的全部类别，代码或文件用语，如“孤儿（社会散居）”"
        "| all categories before the events",
        "schooling": "就学：“不在校”“在校”，或 {stage, enrolled, …} | school",
        "labour_capacity": "是否具备劳动能力；null 未评估 | able to work?",
        "civil_capacity": "民事行为能力：完全（true）、限制（false）、null | full civil capacity?",
        "training": "康复训练：一句话或 {designated, since, until} | rehabilitation training",
        "rehabilitation": "享受康复生活补贴的训练期间 | training period for the living subsidy",
        "nursing": "护理补贴：true、期间 | nursing subsidy: true or its period",
        "died_on": "死亡日期 | day of death",
        "adopted_on": "收养登记日期 | day of adoption",
        "hukou_moved_out_on": "户籍迁出日期 | day the hukou moved away",
        "hukou_moved_in_on": "户籍迁入日期 | day the hukou moved here",
        "placement": "安置方式 | where the child lives",
    },
    "HouseholdIn": {
        "class": "家庭经济类别：低保、低保边缘、低收入、一般 | class of the household",
        "dibao_active": "当月是否在享低保；null 不详 | is dibao being received?",
    },
    "StandardIn": {
        "effective_from": "执行日期 | in force from",
        "announced_on": "公布日期；晚于所涉月份的产生补发 | day announced; back pay from it",
        "institution_orphan_monthly": "福利机构孤儿标准（元/月）| institution orphan, yuan a month",
        "scattered_orphan_monthly": "社会散居孤儿标准（元/月）| scattered orphan, yuan a month",
        "institution_orphan_yearly": "福利机构孤儿标准（元/年）| institution orphan, yuan a year",
        "scattered_orphan_yearly": "社会散居孤儿标准（元/年）| scattered orphan, yuan a year",
        "dibao_child_monthly": "低保家庭儿童标准，如另行公布（元/月）| if published as such",
        "dibao_child_rate_of_scattered": "低保家庭儿童比例 | share for dibao children, e.g. 20%",
        "dibao_child_floor_monthly": "低保家庭儿童最低额（元/月）| their floor",
        "dibao_margin_child_monthly": "低保边缘儿童标准；本市为 0 | margin children; 0 here",
        "dibao_margin_rate_of_scattered": "低保边缘儿童比例；本市为 0 | share; 0 here",
        "street_child_monthly": "流浪儿童标准，如另行公布（元/月）| if published as such",
        "street_child_rate_of_scattered": "流浪儿童比例 | share for street children, e.g. 50%",
        "infant_nutrition_monthly": "婴幼儿营养补贴（元/月）| infant nutrition subsidy",
        "dibao_standard_monthly": "低保标准（元/人·月）| dibao line",
        "urban_consumption_yearly": "上年度城镇常住居民人均生活消费支出（元）| for the floor",
    },
    "ReliefIn": {
        "kind": "救助种类，如“特困供养”“低保金（儿童份额）”“困难残疾人生活补贴”| kind of relief",
        "monthly": "每月金额（元）| yuan a month",
    },
    "EventIn": {
        "date": "发生日期 | the day",
        "what": "代码或一句话：applied 申请, confirmed 确认, category_changed 类别变更, "
        "category_ended, entered_institution 入住福利机构, left_institution, "
        "parent_released 刑满释放, "
        "parent_found 父母找回或恢复抚养, parent_lost 父母亡故、入狱或失联, "
        "adopted 被收养, died 死亡, hukou_moved_away 户籍迁出, "
        "hukou_moved_here, dibao_started 纳入低保, dibao_ended 退出低保, enrolled 入学, "
        "admitted 录取, graduated 毕业, dropped_out 退学, leave_of_absence 休学, "
        "enlisted 入伍, discharged 退役, returned_to_school 返校, "
        "went_to_work 参加工作, handed_over 移交, "
        "identified 查明身份, sudden_event 突发事件, noted 不影响发放的变动；认不出的转人工 | a "
        "code, or words for one",
        "categories": "变更后的类别 | categories after the change",
        "removes": "终止的类别 | categories that end",
        "starts": "生效日期 | day it takes effect",
        "status_retained": "是否保留学籍 | student status kept?",
        "stage": "学段 | stage of education",
    },
    "AwardIn": {
        "rate_class": "标准或类别 | rate class or category",
        "first_month": "首月 | first month",
        "last_month": "末月 | last month",
        "confirmed_on": "确认日期；次月起发 | confirmed on; paid from the month after",
    },
    "PriceOrderIn": {
        "months": "启动联动的月份 | months ordered",
        "amount_per_head": "每人金额（元）；null 未定 | yuan a head",
        "paid_in": "实际发放月份 | month it is paid",
        "received_elsewhere": "已由其他渠道领取 | received elsewhere?",
    },
    "InsuranceIn": {
        "year": "参保年度 | year of insurance",
        "enrolled": "是否参保 | enrolled?",
        "personal_contribution": "个人缴费（元）| personal contribution, yuan",
        "borne_elsewhere": "已由其他渠道承担 | borne elsewhere?",
    },
    "TemporaryIn": {
        "happened_on": "突发事件日期 | day of the event",
        "approved_amount": "核定金额（元）；null 未核定 | approved amount",
    },
    "PaidIn": {
        "month": "所属月份 | month",
        "amount": "已发金额（元）| paid, yuan",
        "benefit": "项目，默认基本生活费补助 | benefit",
    },
    "LumpSumPaidIn": {
        "months": "月数：6 或 12 | months",
        "amount": "已发金额（元）| paid, yuan",
        "month": "发放月份 | month it was paid",
    },
    "SituationIn": {
        "child": "儿童 | the child",
        "household": "家庭，或一个词如“低保”| the household, or its class in a word",
        "standards_in_force": "公布的标准；不给则用系统中已公布的 | standards; else the published",
        "relief": "流浪、代养救助期间 | episodes of street-child relief",
        "other_relief": "同时享受的其他生活救助 | other living relief received",
        "events": "按日期的变动 | what happened, day by day",
        "awards": "已有的补助 | awards there are",
        "confirmed_on": "确认日期；次月起发 | confirmed on; paid from the month after",
        "price_subsidy": "动态价格补贴通知 | orders of price subsidy",
        "insurance": "城乡居民医保参保 | residents' insurance",
        "temporary_relief": "突发事件临时救助 | temporary relief",
        "rates": "另定标准的补贴：项目→元/月；null 未定，不得代拟："
        "护理补贴, 医疗康复训练补贴, 康复生活补贴 | rates fixed elsewhere; null: not set",
        "other_lines": "其他已发项目，只供对照 | other lines paid, for comparison",
        "paid": "已发金额，用于补发和多发 | what was paid, for back pay and overpayment",
        "lump_sums_paid": "已发过的一次性补助（月数）| lump sums paid before",
        "as_of": "基准日 | the day asked about",
    },
    "EvaluationIn": {
        "months": "所问月份：列表或 {from, to} | months asked: a list or a span",
        "month": "所问月份 | the month asked",
    },
}


def described(schema: dict[str, Any], model: type) -> None:
    """Add to a model's JSON schema what its own and inherited fields mean."""
    words = {
        k: v for base in reversed(model.__mro__) for k, v in WORDS.get(base.__name__, {}).items()
    }
    for name, field in schema.get("properties", {}).items():
        if name in words:
            field["description"] = words[name]
