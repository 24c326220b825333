"""The other names people give facts and subjects, English and Chinese (别名).

Data: `ALSO` gives each field its other names; how a name is read stands in `naming`.
"""

from collections.abc import Mapping

Names = Mapping[str, str]

CHILD: Names = {
    "id_no": "id_number identity_number identity_no citizen_id id_card id_card_no 身份证 身份证号 "
    "身份证号码 身份号码 公民身份号码",
    "birth_date": "birth_day date_born 出生年月 出生时间 born birthday dob date_of_birth birth "
    "birthdate born_on 出生 生日 出生年月日",
    "age": "age_in_years current_age age_years years_old 年纪 年龄 岁数",
    "apparent_age": "estimated_age age_estimate approximate_age 估计年龄 大约年龄 推断年龄",
    "hukou_city": "registered_in hukou_registered_in household_registered_in hukou_at 户籍所在 "
    "户口地 hukou_location registered_residence household_registration residence_registration "
    "户籍 户籍地 户籍所在地 户口 户口所在地",
    "hukou_district": "hukou_county district_of_hukou county_of_hukou 户籍区县 户籍县区",
    "hukou_here": "local_hukou is_local hukou_local wenling_hukou 本市户籍 温岭户籍",
    "hukou_type": "hukou_category hukou_class 户籍类型 户籍类别 户口性质",
    "rural": "rural_hukou is_rural 农村 农村户籍",
    "hukou_moved_out_on": "hukou_moved_out moved_out_on hukou_left_on hukou_transferred_out_on "
    "户籍迁出日期 迁出日期",
    "hukou_moved_in_on": "hukou_since registered_since hukou_registered_on hukou_moves_in "
    "hukou_moves_in_on moves_in_on hukou_moved_in moved_in_on hukou_transferred_in_on "
    "户籍迁入日期 迁入日期",
    "hukou_history": "hukou_moved hukou_move hukou_change hukou_transfer 户籍变动 户籍迁移 "
    "户口迁移",
    "hukou_moved_to": "moved_to new_hukou hukou_transferred_to 迁往 迁入地 迁往地",
    "placement": "cares_for_child takes_care looked_after_by caretaker daily_care cared_by 现住 "
    "residing_with resides_with living_place 现居 "
    "现与谁生活 共同生活 抚养人 现由谁抚养 照料人 living_with lives_with living_arrangement "
    "cared_for_by raised_by living_situation 安置 抚养方式 共同生活人 与谁生活 养育方式",
    "died_on": "death_date date_of_death died 死亡日期 去世日期",
    "adopted_on": "adoption_registered adoption_registration_date adoption_registered_on "
    "收养日期 收养登记日期",
    "notice_on": "police_notice notice_issued search_notice notice_day notice_from public_notice "
    "notice_start notice_published announcement_on "
    "公告起始日 found_notice_on notice_date announcement_date search_notice_on "
    "notice_published_on 公告日期 寻亲公告日",
    "harm": "受害 受害情形 伤情 incident 侵害情形 受害情况 harm_type injury abuse violation "
    "侵害 伤害 受侵害情况 遭受侵害",
    "harm_place": "place_of_harm harm_location where_harmed 侵害地 侵害发生地",
    "situation": "difficulty difficulties 困难 困难情形 origin background present_situation story "
    "来源 经过 生活状况 现状 基本情形 "
    "found circumstances current_situation condition 情况 情形 处境",
    "disability": "disabilities disabled 残疾 残疾情况 残疾状况",
    "disability_grade": "残疾程度 残级 disability_level grade_of_disability 残疾级别",
    "illness": "illnesses disease diseases diagnosis diagnosed sickness medical_condition 病情 "
    "患病 疾病名称 诊断 病种名称",
    "serious_illness": "illness_certified illness_confirmed diagnosis_confirmed "
    "certified_illness 重病认定 serious_disease seriously_ill critical_illness major_illness 重病 "
    "患重病",
    "rare_illness": "rare_disease 罕见病 患罕见病",
    "hiv": "hiv_testing 艾滋病检测 HIV检测 hiv_status hiv_test hiv_result aids 艾滋病 "
    "艾滋病状况 HIV感染 感染状况",
    "schooling": "education study studies school_status college university schooling_status 大学 "
    "就学 就学情况 在校情况 "
    "学业",
    "grade": "school_year year_of_school school_grade class_year 年级 就读年级",
    "study_stage": "stage school_level education_level education_stage",
    "study_ended_on": "graduated_on graduation_date date_of_graduation left_school_on",
    "enlisted_on": "enlistment_date enlisted joined_army_on army military_service 入伍日期 "
    "应征入伍日期 入伍 参军 应征入伍",
    "status_retained": "student_status_retained student_status_kept 学籍 保留学籍",
    "returned_from_service_on": "discharged_on back_at_school_on 退役日期 返校日期 复学日期",
    "labour_capacity": "labor_capacity work_capacity working_capacity able_to_work can_work "
    "劳动能力",
    "civil_capacity": "full_civil_capacity legal_capacity capacity_for_civil_conduct 行为能力",
    "strayed_here": "in_wenling is_in_wenling now_in_wenling in_city 在温岭 在本市 stranded "
    "strayed stranded_here 流落本市",
    "severe_disability": "severely_disabled heavy_disability 重残",
    "hiv_infected": "hiv_positive is_hiv_positive infected_with_hiv has_hiv has_aids 感染艾滋病",
    "hiv_affected": "parent_hiv parent_infected affected_by_hiv",
    "in_school": "at_school attending_school is_at_school 是否在校 在校",
    "lump_sum_paid": "lump_sum_received six_months_paid lump_sum_paid_on 已领一次性补助 "
    "一次性补助已发放",
    "previous_award": "paid_category pay_category paying_category 发放类别 原享受 曾享受 享受过 "
    "awarded_before_18 award_before_18 "
    "previously_paid_as previously_paid paid_as paid_as_before previous_rate previously_received "
    "had_award 曾享受补助 此前类别 prior_award earlier_award award_before current_award award "
    "receiving 现享受补助 原享受补助 已享受补助",
    "recognised": "prior_category earlier_category former_category category_before "
    "recognised_as recognised_before 原类别 此前认定 categories category previous_category "
    "recognised_categories 类别 已认定 认定类别",
    "guardianship": "guardianship_status quality_of_guardianship 监护 监护情况",
    "other_relief": "other_aid other_support existing_relief 其他生活救助 other_assistance "
    "other_benefits other_living_relief 其他救助",
    "training": "rehabilitation_training rehab_training 康复训练",
    "health": "health_status health_condition 健康 健康状况 身体状况",
    "foundling": "abandoned abandoned_child abandoned_infant 弃婴",
    "age_months": "months_old age_in_months 月龄",
    "note": "estate inheritance savings publicity publicised 遗产 存款 抚恤金 公示 hukou_head "
    "hukou_of_head 户主户籍 户主户籍地 marital_status married has_baby "
    "pregnant 婚姻状况 notes remark remarks comment "
    "found_on found_date name gender nationality "
    "ethnicity school school_name village town born_out_of_wedlock birth_place place_of_birth "
    "occupation employed works lives_on_own_income own_income own_income_monthly "
    "id 姓名 性别 民族 学校 "
    "出生地 籍贯",
    "guardian": "carer legal_guardian 监护人",
    "residence": "address lives_at resides_in 住址 居住地 居住 住所",
    "adopted": "adopted_by adopter adopters adoption is_adopted 收养 是否被收养",
    "disability_certificate": "disability_certificate_no disability_certificate_number "
    "disability_card_no disability_id 残疾证号 残疾证号码 残疾人证号 残疾人证号码 持残疾证 持证 "
    "has_disability_certificate disability_certified "
    "残疾证 残疾人证 是否持证",
    "found_place": "found_at place_found found_in where_found 发现地点 发现地 被发现地点",
    "standing": "status state identity legal_status 身份",
    "expected_graduation": "graduates_on expected_graduation_date",
    "livelihood": "basic_livelihood means_of_survival basic_survival basic_means 基本生存保障 "
    "基本生活保障",
    "means_lost": "livelihood_lost basic_livelihood_lost lost_livelihood lost_means without_means "
    "no_means no_means_of_survival lost_basic_means "
    "失去生活来源",
    "left_guardian": "left_home ran_away runaway left_parents 离家 离家出走",
    "hukou_before": "former_hukou previous_hukou original_hukou old_hukou hukou_before_move "
    "hukou_from 原户籍 原户籍地 迁入前户籍",
    "description": "details case_description 描述 案情 说明",
    "disability_type": "type_of_disability kind_of_disability 残疾类型 残疾种类",
}
PARENT: Names = {
    "status": "state condition situation 状况 状态 情况 现状",
    "remaining": "remaining_term remaining_months months_remaining term_remaining 剩余刑期 余刑",
    "alive": "is_alive living 在世",
    "dead": "deceased is_dead is_deceased 已故",
    "died_on": "death_date date_of_death died death_on 死亡日期 去世日期 死亡时间 去世时间",
    "date": "declared_on since_date 日期",
    "since": "served_from serving_since serving_from entered_prison_on jailed_on custody_start "
    "detention_start isolation_start admitted_on 入狱时间 收押时间 羁押时间 入所时间 失联时间 "
    "失联起始 开始时间 lost_since missing_since last_contact last_contact_on last_seen "
    "last_seen_on start start_date started sentence_start sentence_from detained_on arrested_on "
    "imprisoned_on in_prison_since 起始日期 起 自 开始日期 失联日期 入狱日期 收监日期 羁押日期 "
    "入所 入监 收戒 "
    "刑期起",
    "until": "custody_end detention_end isolation_end expected_release 刑满时间 期满日期 end "
    "end_date sentence_end sentence_until sentence_to expected_release_on 释放日期预计 止 至 "
    "结束日期 刑期止 刑满日期 预计释放",
    "restored_on": "restored restoration_date guardianship_restored guardianship_restored_on "
    "恢复日期 恢复监护日期",
    "released_on": "actual_release actual_release_date early_release early_release_date 实际释放 "
    "提前释放 "
    "release released_at release_day 出狱时间 释放时间 release_date released "
    "freed_on 释放日期 出狱日期 刑满释放日期",
    "lost_contact_since": "out_of_contact_since no_contact_since uncontactable_since",
    "held_months": "detention_months months_held months_in_custody served_months 已羁押月数 "
    "已服刑月数",
    "judgment_date": "revoked_on revocation_date 撤销日期 declaration_date declared_missing_on "
    "declared_dead_on judgement_date "
    "court_date judged_on ruling_date decision_date decided_on 决定日期 判决日期 宣告日期 裁定日期",
    "term": "判决 sentenced_to term_of_sentence term_length 判处 处刑 刑罚 sentence sentence_term "
    "sentence_length length_of_sentence duration period length 期间 时长 刑期 期限 戒毒期限",
    "term_months": "sentence_months months_of_sentence term_in_months 刑期月数",
    "term_years": "sentence_years years_of_sentence 刑期年数",
    "lost_contact_months": "contact_lost_months lost_for_months 失联月 months_without_contact "
    "months_since_contact no_contact_months months_missing 失联时长 months_lost "
    "months_out_of_contact 失联月数",
    "reported_to_police": "reported police_reported 报警 报案 是否报警",
    "police_registered_on": "registered registered_on police_registration police_report "
    "reported_on_day "
    "police_registered registered_with_police 报警时间 报案时间 公安登记时间 police_report_date "
    "reported_on reported_to_police_on police_registration_date report_date 报警日期 公安登记日期 "
    "报案日期",
    "evidence": "verification verified_by way_of_verification 查证 核实方式 查验方式 proof "
    "查证方式 证据 证明",
    "police_receipt": "receipt police_search_receipt police_confirmed confirmed_by_police "
    "police_certificate police_certified police_proof police_verified verified_by_police 回执单 "
    "公安回执 公安证明 公安机关证明",
    "in_contact": "contact keeps_contact contacts_child returns_occasionally visits has_contact "
    "联系 联系情况",
    "at_liberty": "medical_parole paroled paroled_on probation served_outside_prison suspended "
    "suspended_sentence parole on_parole on_bail "
    "暂予监外执行 监外执行 缓刑 假释 取保候审",
    "disability_grade": "disability_level 残疾级别",
    "disability": "disability_card disability_status 残疾证 残疾等级类别 disabled 残疾 残疾情况",
    "illness": "disease diagnosis diagnosed sickness illnesses 病情 患病 诊断",
    "serious_illness": "illness_certified illness_confirmed diagnosis_confirmed serious_disease "
    "seriously_ill critical_illness 重病 重病认定",
    "illness_found": "certified recognised 认定 是否认定 已认定",
    "hiv": "hiv_status hiv_test aids 艾滋病 HIV感染",
    "hiv_infected": "hiv_positive is_hiv_positive infected_with_hiv has_hiv has_aids 感染艾滋病",
    "health": "health_status health_condition 健康 健康状况 身体状况",
    "cause": "cause_of_death death_cause 死因 死亡原因",
    "away": "working_elsewhere working_away works_out_of_town out_of_town 在外务工 是否外出 "
    "migrant_worker works_away works_elsewhere 外出务工",
    "performs_duty": "performs_duties fulfils_duty fulfils_duties raises_child 抚养 是否抚养 "
    "尽抚养义务 performing_duty supports_child "
    "pays_maintenance 履行抚养义务 是否履行义务",
    "guardianship_capacity": "ability able capable guardian_capacity capacity 监护能力 抚养能力",
    "guardianship_revoked": "guardianship guardian_status custody_right 监护人资格 监护资格 "
    "监护权 revoked custody_revoked guardianship_removed 监护权被撤销 监护资格撤销",
    "kind": "种类 措施 measure kind_of_measure",
    "note": "judged verdict judgment 判决情况 是否判决 offence offense crime_committed work "
    "city "
    "judgment_no case_no 现住 现居 工作 "
    "income income_monthly monthly_income salary education hukou hukou_city able_to_work "
    "labour_capacity work_capacity can_work remits_money police_result phone 收入 学历 "
    "户籍 劳动能力 death_certificate certificate notes remark remarks comment name age occupation "
    "place prison_name residence lives_in works_in location remarried divorced marital_status "
    "lives_with_child country crime charge reason 姓名 年龄 职业 住址 罪名 原因 婚姻状况 "
    "与儿童共同生活",
    "lost_contact": "out_of_contact uncontactable is_missing 是否失联",
    "found": "search search_outcome search_result 查找结果 traced located 是否找到 找回",
    "life": "vital_status 生存状况 生存状态 是否在世",
    "custody": "deprived_of_liberty in_custody restraint 羁押情况",
    "declared_missing": "court_declared_missing is_declared_missing 法院宣告失踪 宣告失踪",
    "declared_by_court": "court court_status court_procedure 法院 法院程序 court_declaration "
    "declaration court_declared declared_by_a_court "
    "法院宣告 是否宣告",
    "disability_type": "type_of_disability kind_of_disability 残疾类型 残疾种类",
}
HOUSEHOLD: Names = {
    "class": "economic_situation economic_condition poverty_class 经济状况 家庭经济状况 "
    "困难类型 type kind category household_type household_class economic_status economic_type "
    "类别 类型 家庭类别 家庭类型 经济类别",
    "members": "family_members population headcount persons_count household_population "
    "family_members_count "
    "家庭成员数 共同生活人数 size household_size family_size people persons number_of_members "
    "人口 家庭人口 人数 人口数",
    "income_monthly": "incomes income_sources sources_of_income 收入来源 wages wages_monthly "
    "monthly_wages "
    "salary earnings earnings_monthly net_income 家庭收入 工资收入 "
    "monthly_income income household_income income_per_month 月收入 家庭月收入",
    "income_yearly": "other_income_yearly other_income_annual 不含补助年收入 annual_income "
    "yearly_income income_annual income_per_year 年收入 家庭年收入",
    "per_capita_income": "income_per_head income_per_capita per_head_income "
    "monthly_income_per_head 人均收入 人均月收入 家庭月人均收入",
    "subsidy_included": "其中孩子补助 of_which_child_basic_living_subsidy of_which_subsidy "
    "of_which_child_subsidy included_child_subsidy 其中儿童基本生活费补助 其中补助 其中儿童补助 "
    "of_which_basic_living_subsidy",
    "basic_living_subsidy_of_child": "child_basic_living_subsidy child_subsidy "
    "child_subsidy_monthly subsidy_of_child "
    "basic_living_subsidy 儿童基本生活费补助 儿童补助",
    "property_ok": "assets_within_limits within_asset_limits property_within_limits "
    "assets_pass property property_test assets property_check asset_test property_status "
    "财产 财产状况 财产核查 property_passes assets_ok property_test_passed meets_property_test "
    "财产符合",
    "dibao_line": "dibao_standard dibao_line_monthly 低保标准 低保线",
    "dibao_active": "dibao_status 低保在享 低保状态 receives_dibao receiving_dibao "
    "dibao_in_force 享受低保",
    "dibao_since": "since granted_on approved_on dibao_from dibao_start 低保起始 低保获批日期 "
    "纳入低保日期",
    "standing": "status state application 状态 审批状态 申请状态",
    "valid_until": "certificate_valid_until valid_to expires_on 有效期至 有效期 证件有效期",
    "certificate": "certificate_kind 证件 持证",
    "dibao_stopped_on": "ended exited_on left_on exit_date 退出日期 dibao_ended_on dibao_until "
    "stopped_on ended_on dibao_stopped "
    "dibao_cancelled_on 低保停发日期 停发日期 退出低保日期 低保终止日期",
    "dibao_amount": "dibao_monthly_of_child dibao_monthly dibao_share dibao_share_of_child "
    "child_share child_dibao_share child_share_of_dibao child_share_monthly 儿童份额 "
    "dibao_of_child monthly_dibao 儿童低保金 dibao_received dibao_received_monthly "
    "dibao_amount_of_child 低保金 低保金额",
    "includes_child": "child_is_counted_member counted_member child_is_counted child_included "
    "child_in_household 儿童是否计入 儿童是否为共同生活成员 child_counted child_is_member 含儿童 "
    "包含该儿童",
    "note": "head_hukou head_hukou_city hukou_of_head head_of_household 户主户籍 户主 "
    "dibao_certificate_no certificate_no notes remark remarks comment town address "
    "地址",
    "total_income_monthly": "total_income total_monthly monthly_income_total 月总收入 家庭总收入 "
    "total_monthly_income income_including_subsidy income_with_subsidy "
    "含补助月收入",
    "dibao": "is_dibao on_dibao dibao_household 低保 低保家庭 低保户",
    "other_income_monthly": "monthly_income_excluding_child_subsidy income_excluding_subsidy "
    "income_without_subsidy 不含补助月收入",
}
SCHOOLING: Names = {
    "stage": "level school_level education_level school_type 学历层次",
    "status": "state study_status 状态 就学状态 学籍状态",
    "enrolled": "in_school attending at_school studying is_enrolled 在校 在读 是否在校",
    "expected_graduation": "expected_graduation_date graduates_on 预计毕业 预计毕业日期",
    "graduated_on": "graduation_date graduated date_of_graduation 毕业日期 毕业时间",
    "left": "dropped_out quit_on left_on dropped_out_on drop_out_date withdrew_on 离校日期 "
    "退学日期",
    "admitted": "admitted_to admission next_stage next_school 录取 升学",
    "full_time": "fulltime is_full_time 全日制",
    "enlisted_on": "enlisted enlistment_date 入伍日期 应征入伍日期",
    "discharged_on": "discharged discharge_date demobilised_on 退役日期 退伍日期",
    "returned_on": "returned return_date back_at_school_on 返校日期 复学日期",
    "status_retained": "student_status_retained student_status_kept 保留学籍",
    "school": "name school_name 学校",
    "grade": "admission_starts admission_date starts starts_on term_starts 入学日期 报到日期 "
    "开学日期 录取日期 录取学校 year major university college last_school semester note remark "
    "年级 专业 大学 院校 备注",
}
HARM: Names = {
    "kind": "type what form 种类 类型 情况",
    "place": "happened_in happened_at 地方 发生地点 where location 地点 发生地",
    "guardianship": "guardian 监护 监护状况",
    "cause": "circumstances reason because_of cause_of_injury caused_by how 原因 起因 经过",
    "note": "date when happened_on 时间 日期 by perpetrator offender 加害人",
}
ILLNESS: Names = {
    "name": "disease illness diagnosis kind 名称 病名 疾病 疾病名称 病种 诊断",
    "certified": "confirmed recognised is_certified 认定 是否认定 已认定",
}
RELIEF: Names = {
    "by": "referred_by referral referrer sent_by brought_by transferred_by 送来单位 护送单位 "
    "source handed_over_by rescued_by agency "
    "来源 救助单位 移送单位",
    "since": "started relief_started admitted admitted_on entered_on 入站日期 救助开始 from "
    "start start_date started_on begin 开始 开始日期 起始日期 起",
    "until": "handed_over_on handed_over returned_home_on 移交日期 送返日期 to end end_date "
    "ended_on 结束 结束日期 止",
    "note": "notes remark place 地点",
}
EMERGENCY: Names = {
    "event": "description happening 说明 type kind what cause 事件 原因 情况",
    "until": "expected_end end to 预计结束",
    "date": "day since happened_on from 日期 发生日期",
    "note": "notes remark expected_days",
}
ALSO: Mapping[str, Names] = {
    "child": CHILD,
    "father": PARENT,
    "mother": PARENT,
    "household": HOUSEHOLD,
    "relief": RELIEF,
    "emergency": EMERGENCY,
}
# Other names of the subjects; `parents` are both.
SUBJECTS: Names = {
    "child": "subject beneficiary 对象 申请对象 儿童 孩子 youth person minor 未成年人 本人 "
    "当事儿童",
    "father": "父亲 父 dad 爸爸 生父 养父 adoptive_father",
    "mother": "母亲 母 mom 妈妈 生母 养母 adoptive_mother",
    "parents": "both_parents 父母 双亲 父母双方",
    "household": "家庭 family 家庭情况",
    "relief": "street_relief relief_episode rescue 临时救助 救助",
    "emergency": "突发事件 sudden_event sudden_emergency 突发情况 unexpected_event",
    "dibao_line_per_head": "dibao_line dibao_standard dibao_standard_monthly 低保标准 低保线",
    "as_of": "day today",
    "events": "event changes 事件 变动",
    "note": "notes remark remarks comment guardians carers caregiver "
    "caregivers foster_parents applicant application question school town village household_head "
    "siblings sibling brother brothers sister sisters grandparents grandparent grandmother "
    "grandfather relative relatives 兄弟姐妹 兄弟 姐妹 哥哥 弟弟 姐姐 "
    "妹妹 祖父 祖母 爷爷 奶奶 外公 外婆 外祖父 外祖母 "
    "name 备注 申请人 问题 学校 户主 祖父母",
}
# What stands before a name that was flattened: `father_status`, 父亲状况.
BEFORE: Names = {
    "child": "child_ 儿童 孩子",
    "father": "father_ fathers_ 父亲 生父",
    "mother": "mother_ mothers_ 母亲 生母",
    "household": "household_ family_ 家庭",
    "relief": "relief_ 救助",
    "emergency": "emergency_ 突发事件",
}
