"""The facts that questions are told, and the phrases by which keys name them (字段名对照).

Data alone: how a key is read by its words stands in `shared.told`. A fact is called as in the
published request; a phrase in Chinese also counts inside a longer key.
"""

from collections.abc import Mapping

from shared.told import Vocabulary

# A fact told in words whose value is nothing but a day, or a day and an hour, tells when it was.
DATED: Mapping[str, str] = {
    "finding": "discovered_at",
    "told": "reported_to_police_at",
    "police_action": "received_at",
    "check_result": "check_date",
    "checked": "check_date",
    "employee": "hire_date",
    "placement": "removed_on",
    "assessment": "assessment_date",
    "assessment_result": "assessment_date",
    "relief": "applied_on",
    "instrument": "order_made_on",
    "issuer": "order_made_on",
}
# The facts that are days, or instants.
DATED_FACTS = frozenset(
    {
        *("as_of", "discovered_at", "reported_to_police_at", "filed_at", "received_at"),
        *("accepted_at", "dispatched_at", "customer_birth", "service_date", "hire_date"),
        *("check_date", "removed_on", "assessment_date", "assessment_valid_until", "notified_at"),
        *("order_made_on", "revoked_on", "applied_on"),
    }
)
FACTS = Vocabulary(
    {
        "as_of": "day; date; today; current_date; 日期; 今天; 截至",
        "unit": (
            "institution; unit type; report type; unit "
            "name; report unit; reporter unit; unit report; "
            "reporter; reported_by; report_by; found_by; finder; witness; observer; bystander; "
            "employer; workplace; school; "
            "hospital; hotel; kindergarten; "
            "单位; 机构; 报告人; 发现人"
        ),
        "finding": (
            "found; seen; saw; witnessed; signs; symptoms; injuries; "
            "what_was_seen; what find; observation; observed; facts; "
            "facts find; knows; known; situation; clue; signs_seen; suspicion; 发现情况; "
            "发现经过; 发现事实; 发现; 情况; 线索"
        ),
        "task": "matter; duty; work_item; responsibility; 任务; 事项; 职责",
        "trigger": "触发情形",
        "grounds": "ground report; 情形",
        "age": "child age; victim age; patient age; student age; 年龄; 周岁",
        "discovered_at": (
            "discovered; discovery; find date; learned_at; finding_time; noticed_at; "
            "teacher_told; teacher_informed; headmaster_told; headmaster_informed; "
            "first_signs; sighting; spotted; first_noticed; first_seen; principal_told; "
            "principal_informed; "
            "doctor_told; nurse_told; staff_told; "
            "visit date; 发现时间; 发现日期; 知悉时间; 就诊日期; 就诊时间"
        ),
        "reported_to_police_at": (
            "reported; reported_at; report date; report police; police; police date; "
            "police report date; police_reported; 报案时间; 报警时间; 报案日期; 报警日期"
        ),
        "filed_at": (
            "filed; file date; file authority; file authority date; authority report date; "
            "authority report; report authority; filing_time; 备案时间; 主管部门备案; 备案"
        ),
        "action": (
            "actions; what done; done; steps taken; response; handling; measure taken; failure; "
            "omission; "
            "unit conduct; 做法; 处理; 处置; 采取的措施"
        ),
        "delay": "report delay; report after; waited; timeline; 迟延; 延迟",
        "told": "reported_to; told_to; recipient; 报告对象",
        "liaison": (
            "report contact; contact; contact_person; mandatory report contact; "
            "mandatory report liaison; contact name; liaison name; liaison person; "
            "liaison officer; "
            "联系人"
        ),
        "police_action": "police response; police conduct; police reply; 公安; 派出所",
        "received_at": (
            "received; receive date; police receive; police receive date; "
            "report receive; report receive police; report receive date; 接报时间; 接警时间"
        ),
        "accepted_at": "accepted; accept date; police accept; 接受时间; 受理时间",
        "dispatched_at": "dispatched; dispatch; dispatch date; turned_out; 出警时间",
        "victim": (
            "victim need; victim family; need; needs; harmed_child; 受侵儿童; 被侵害儿童; "
            "受害儿童; 需求"
        ),
        "field": (
            "data; information; info; wants; item; requested; request data; "
            "request information; request for; what; 信息; 内容"
        ),
        "requester": (
            "who; request by; request_by; asker; asked_by; applicant_reader; "
            "reader; 申请查阅人; 查询人; 查阅人"
        ),
        "has_task": (
            "on_case; case_officer; on_the_case; handles case; assigned; case task; task case; 承办"
        ),
        "customer_birth": "customer birth date; birth date; child birth date; 出生日期; 生日",
        "customer_age": "顾客年龄",
        "customer": "顾客",
        "service_date": (
            "tattoo date; tattooed_on; session date; appointment date; 服务日期; 文身日期"
        ),
        "parents_consent": (
            "consent; parent consent; parental_consent; guardian consent; guardian present; "
            "parent present; written consent; 同意"
        ),
        "induced": "inducement; coerced; enticed; 引诱",
        "sign": (
            "sign_shown; sign_displayed; notice; notice wall; sign wall; "
            "notice door; sign door; warning_sign; age notice; notice visible; "
            "minors notice; sign visible; 标识; 告示; 标志"
        ),
        "id_checked": (
            "identity policy; identity check; identity shown; "
            "identity asked; check identity; checks_id; identity requested; requested identity; "
            "ask identity; "
            "查验身份证; 身份证件"
        ),
        "employee": (
            "candidate; staff; applicant_for_job; volunteer; recruit; new_staff; 应聘人; "
            "拟聘人员; 从业人员"
        ),
        "hire_date": (
            "hired; hired_on; hire date; start_date; started; started_on; "
            "first day; first day work; "
            "entry date; hire start; staff start; employee start; work start; "
            "contract start; 到岗日期; 入职日期; 入职时间; 上岗日期; 上岗时间"
        ),
        "check_date": (
            "checked_on; last_check; last check; last check date; annual check; "
            "yearly check; last annual check; background check date; entry check date; "
            "查询日期; 查询时间; 上次查询"
        ),
        "check_result": (
            "background_check; criminal check; police check; entry check; pre_employment_check; "
            "record check; "
            "staff check; check; query; record; "
            "records; criminal record; teacher record; staff record; employee record; "
            "candidate record; background; background check result; 查询结果; 犯罪记录; "
            "记录"
        ),
        "checked": "查询; 是否查询",
        "detention": (
            "measure; detention type; custody; custody type; in "
            "custody; coercive measure; detained; 强制措施; 羁押"
        ),
        "prisoner": "convict; inmate; 服刑人员",
        "asked": (
            "asked child; question asked; police asked; police asked child; question_put; "
            "asked care; 询问"
        ),
        "care_needed": "need care; child need care; needs_care; 需要照料",
        "school_told": "school_notified; school_informed; told_school; informed_school; 告知学校",
        "village_told": (
            "village_notified; village_informed; told_village; informed_village; "
            "告知村居; 告知村委会"
        ),
        "carer_records": "",
        "carer_capable_adult": "",
        "carer_vices": "",
        "carer_refused_duty": "",
        "carer_otherwise_unfit": "",
        "applicant_is_parent": "",
        "sexual_harm_or_sale_done": "",
        "grave_abuse_done": "",
        "intentional_crime_against_ward": "",
        "sex": "gender; child sex; 性别",
        "carer": (
            "caretaker; caregiver; entrusted_person; entrust; delegate; entrustee; nominee; "
            "offers; minder; babysitter; left_with; stays_with; "
            "propose carer; chosen carer; "
            "entrusted_to; delegated_to; 受托人; 被委托人; 受托照护人; 照护人"
        ),
        "guardian_conduct": (
            "misconduct; guardian; parents; guardian behaviour; guardian behavior; "
            "parent conduct; parent behaviour; conduct; act; acts; deed; 监护人; 父母; 监护情况"
        ),
        "instrument": "order; document; instrument type; order type; 文书",
        "complied": "complied_with; followed; obeyed; order "
        "followed; compliance; 履行情况; 遵守情况",
        "issuer": (
            "by; sender; sent_by; issue by; signed_by; signed by; issued; issue unit; 签发机关; "
            "发出机关; 签发单位; "
            "签发; 发出单位; 签署单位; 署名单位"
        ),
        "child": "儿童; 未成年人",
        "removed_on": (
            "removed; remove date; placement date; placed date; care start; temporary date; "
            "temporary guardianship date; in care; in care date; placement start; 带离日期; "
            "带离时间; "
            "安置开始; 安置日期; 安置时间; "
            "临时监护开始; 临时监护日期"
        ),
        "placement": "temporary_guardianship; placed; 临时监护; 安置",
        "assessment": "评估",
        "assessment_date": "assessed_on; assess date; assessed; 评估日期; 评估时间",
        "assessment_result": (
            "assess result; assess grade; assess capacity; guardian capacity; capacity; fit; "
            "guardian fit; 评估结论; 评估结果"
        ),
        "result": "结果; 结论",
        "assessment_valid_until": "valid_until; 有效期至",
        "assessors": "number assessors; assess assessors; 评估人数; 评估员",
        "decision": "decided; decided_by; 决定",
        "disputed": "dispute; objection; 异议",
        "court_order": "法院裁判; 法院裁定",
        "notified_at": (
            "guardian notified; father notified; mother notified; parent notified; notice father; "
            "notice mother; notice parent; guardian report date; notice date "
            "guardian; return notice; return report; 通知日期; 通知时间"
        ),
        "separate_zone": (
            "has_separate_zone; zone; child zone; child zone separate; separate child zone; "
            "独立分区; 分区; 照料区; 照料区域; 儿童区; 儿童区域; station_区域; 工作站_区域"
        ),
        "dedicated_staff": (
            "has_dedicated_staff; dedicated carer; "
            "full_time_carer; full time staff; full time carer; child staff; "
            "专门人员; 专职人员; 专人; 照料人员; station_人员; 工作站_人员"
        ),
        "station_beds": "station bed; town station bed; town bed; 工作站床位; 镇街床位; 镇床位",
        "village_beds": "village; village bed; village committee bed; 村居; 村床位; 村居床位",
        "centre_beds": "centre bed; city centre bed; 救助保护中心床位; 中心床位",
        "care_arranged": (
            "help; help given; care arrange; arrangement; arranged; 帮助; 照料安排; 安置安排"
        ),
        "relief": (
            "petition; claim; application; order_sought; order sought; remedy; "
            "relief sought; apply; 诉求; 申请事项; 申请"
        ),
        "petitioner": "applicant; petition by; 申请人",
        "urgent": "urgency; emergency; is_urgent; 紧急; 紧急情况; 紧急程度",
        "order_made_on": (
            "made_on; ordered_on; issued_on; issue date; order date; protection order date; "
            "protection order issued; "
            "保护令日期"
        ),
        "revoked_on": (
            "revoked; revoke date; judgment_date; judgment revoke date; 撤销日期; 判决日期"
        ),
        "applied_on": (
            "applied; apply date; restoration apply date; restoration request; "
            "restoration date; restoration request date; 申请日期; 申请时间; 申请恢复日期"
        ),
        "repentance": "repented; repents; repent; remorse; regret; 悔改",
        "child_wants": (
            "child want; child view; child voice; child says; ward wants; child agree; "
            "ward agree; 子女意愿; 儿童意愿"
        ),
        "sentence_years": "sentence; prison term years; 刑期",
        "interviews": "asked_so_far; questioning; times_asked; interview; interviewed; "
        "times interview; "
        "interview times; questioned; 询问次数",
        "student": "pupil; 学生",
        "station": "town_station; 工作站",
        "place": (
            "facility; location; shelter; night shelter; lodging; placed_at; "
            "placed_in; sleeps_at; stays_at; kept at; held at; 场所; 地点; 安置地; "
            "安置场所"
        ),
        "event": "incident; what happen; happened; description; details; story; 事件; 经过",
        "level": "case level; risk level; response level; risk; 个案等级; 风险等级; 响应等级; 等级",
        "identity": "child identity; identity known; identified; 身份",
    },
    personal=("age", "sex", "customer_birth", "customer_age", "identity"),
    days=DATED_FACTS,
    dated=DATED,
)
# What a word means only as the value of its own field; a negation stands first.
IN_FIELD: Mapping[str, tuple[tuple[bool, str], ...]] = {
    "separate_zone": (
        (
            False,
            (
                "共用|混|合用|合住|(?:不|未|没有?|无)(?:独立|单独|分)|同(?:一间|室|住|区)|"
                "与成年?人|"
                "shared|mixed"
            ),
        ),
        (True, "独立|单独|专用|隔开|分开|分区|separate"),
    ),
    "dedicated_staff": (
        (False, "兼|轮(?:值|流|班)|临时|无|没|缺|志愿者|part-?time|shared|none"),
        (True, "专|固定|full-?time|dedicated"),
    ),
    "liaison": (
        (False, "未|没有|^无|调离|离职|离岗|空缺|空着|待|none|vacant|left|nobody|not "),
        (True, "已|有|任|担|指定|明确"),
    ),
    "id_checked": ((False, "未|没|不|口头|自称|not|no "), (True, "查验|出示|核对|check|shown")),
    "asked": (
        (False, "未(?!成年)|没(?!有?子|有?孩|有?未)|忘|漏|not|no "),
        (True, "已?问|询问|asked"),
    ),
    "repentance": ((False, "无|未|没|毫不|拒|not|no "), (True, "悔|repent")),
    "child_wants": (
        (False, "不|怕|拒|恨|not|afraid|refus|unwilling"),
        (True, "愿|想|希望|同意|want|willing|wish"),
    ),
    "urgent": ((False, "不急|不紧急|非紧急|not"), (True, "急|危|urgent|immediate|danger")),
}
