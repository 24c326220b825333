"""The words in which facts are stated: codes, their Chinese terms, and other names in use (词汇).

Data; how a phrase is read by them stands in `phrasing`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

NEGATIONS = ("未", "没有", "非", "不是", "并无", "尚不", "not ", "no ", "never ", "without ")


@dataclass(frozen=True, slots=True)
class Word:
    """One value of an enumeration: its code, the term of the law, and aliases."""

    code: str
    zh: str
    aliases: tuple[str, ...] = ()


def _words(*rows: tuple[str, str]) -> dict[str, Word]:
    """`("dead", "死亡 去世 病故")`: the first term is printed, all are understood."""
    return {code: Word(code, terms.split()[0], tuple(terms.split()[1:])) for code, terms in rows}


LIFE = _words(
    ("alive", "健在 在世 生存 活着"),
    ("dead", "死亡 去世 病故 身故 亡故 已故 病亡 自然死亡 车祸身亡 身亡"),
    ("declared_dead", "宣告死亡 被宣告死亡 法院宣告死亡"),
    ("declared_missing", "宣告失踪 失踪 被宣告失踪 法院宣告失踪 经人民法院宣告失踪"),
    ("unfindable", "查找不到 查找不到生父母 查找不到生父 查找不到生母 查找无果"),
    ("untraced", "下落待查 尚未查明"),
)

STATUS = _words(
    (
        "alive",
        (
            "健在 在世 living 正常 均健在 双方健在 一般 有抚养能力 具备抚养能力 有监护能力 "
            "在家 健康 无 监护人资格已恢复 恢复监护人资格 监护资格已恢复"
        ),
    ),
    (
        "dead",
        (
            "死亡 去世 病故 身故 亡故 已故 病亡 自然死亡 身亡 双亡 遇难 病逝 逝世 过世 离世 "
            "死了 死 亡 deceased died killed drowned murdered perished passed_away"
        ),
    ),
    ("declared_dead", "宣告死亡 被宣告死亡 法院宣告死亡"),
    ("declared_missing", "宣告失踪 失踪 被宣告失踪 法院宣告失踪 经人民法院宣告失踪"),
    (
        "missing_undeclared",
        (
            "下落不明 公安报案失踪 报案失踪 已报案失踪 未宣告失踪 失踪未宣告 失踪未经宣告 报警失踪 "
            "走失 失踪未经法院宣告 离家出走 出走 跑了 去向不明 不知去向 不知所踪 "
            "disappeared vanished whereabouts_unknown unknown_whereabouts"
        ),
    ),
    ("unfindable", "查找不到 查找不到生父母 查找不到生父 查找不到生母 查找无果"),
    (
        "unidentified",
        (
            "身份不明 身份不详 查找中 正在查找 尚在查找 "
            "生父不明 生母不明 生父身份不明 父不详 母不详 生父不详 生母不详"
        ),
    ),
    (
        "lost_contact",
        (
            "失联 失去联系 联系不上 失去联络 杳无音信 离家未归 out_of_contact no_contact "
            "unreachable lost_touch lost_contact lost_all_contact"
        ),
    ),
    (
        "prison",
        (
            "服刑在押 服刑 在押服刑 监狱服刑 有期徒刑 无期徒刑 判无期 判处有期徒刑 拘役 入狱 "
            "坐牢 收监 "
            "判刑 获刑 死缓 死刑 imprisoned jailed incarcerated serving_sentence serving in_prison "
            "in_jail"
        ),
    ),
    (
        "drug_isolation",
        "强制隔离戒毒 强戒 强制戒毒 隔离戒毒 戒毒所 drug_rehabilitation drug_rehab",
    ),
    ("criminal_detention", "刑事拘留 刑拘 刑拘在押"),
    (
        "arrest",
        (
            "逮捕 逮捕羁押 羁押 在押 看守所羁押 被逮捕 关押 看守所 arrested in_custody detained "
            "remanded pretrial_detention pre_trial_detention"
        ),
    ),
    ("administrative_detention", "行政拘留 拘留"),
    (
        "other_restraint",
        "被执行其他限制人身自由的措施 限制人身自由 留置 指定居所监视居住 监视居住指定居所",
    ),
    (
        "at_liberty_under_order",
        (
            "缓刑 假释 社区康复 监外执行 暂予监外执行 保外就医 取保候审 社区矫正 社区戒毒 "
            "监视居住 管制 "
            "probation parole bail suspended_sentence"
        ),
    ),
    ("released", "刑满释放 已释放 释放 解除强制隔离戒毒 戒毒期满 出狱"),
    (
        "revoked",
        (
            "被撤销监护资格 撤销监护资格 撤销监护人资格 被撤销监护人资格 "
            "被人民法院撤销监护人资格 监护资格被撤销 监护人资格被撤销 撤销监护权 监护权被撤销"
        ),
    ),
    (
        "deported",
        (
            "被遣送出境 遣送出境 驱逐出境 被驱逐出境 被遣送（驱逐）出境 遣送（驱逐）出境 "
            "限期出境 遣返出境 被遣返出境 遣返回国 遣送回国"
        ),
    ),
    ("severely_disabled", "重残 重度残疾"),
    ("infirm", "精神障碍 智力障碍 聋哑 失明 盲人 瘫痪"),
    ("seriously_ill", "重病 患重病 罹患重病 大病 患大病 重大疾病"),
    ("in_hospital", "住院治疗 住院 昏迷 昏迷不醒 植物人"),
    ("remarried", "再婚 改嫁 嫁 再婚有抚养能力"),
    ("divorced", "离异 离婚"),
    ("widowed", "丧偶 widowed widower"),
    ("addicted", "吸毒 酗酒 赌博 好赌 addicted alcoholic"),
    ("away", "外出务工 在外务工 外地务工 外出打工 在外打工 外出经商 打工 务工 经商 working_away"),
    ("abroad", "在国外 出国 出境务工 回国 自行回国"),
    ("found", "已找回 恢复联系 已寻获 取得联系 联系上 查找到 已找到 被找到"),
    (
        "neglecting",
        (
            "拒不履行抚养义务 拒绝抚养 怠于履行 遗弃 "
            "不履行监护职责 未抚养 不抚养 未抚养孩子 不抚养孩子 "
            "放弃抚养 放弃抚养权 放弃监护 放弃监护权 "
            "未尽抚养义务 不尽抚养义务 未履行抚养义务 不管孩子 不闻不问 弃养"
        ),
    ),
)

DISABILITY_TYPE = _words(
    ("visual", "视力 视力残疾 盲 1"),
    ("hearing", "听力 听力残疾 聋 2"),
    ("speech", "言语 言语残疾 语言 3"),
    ("physical", "肢体 肢体残疾 4"),
    ("intellectual", "智力 智力残疾 智障 5"),
    ("mental", "精神 精神残疾 孤独症 自闭症 6"),
    ("multiple", "多重 多重残疾 7"),
    ("none", "无 没有 无残疾"),
)

DISABILITY_GRADE = _words(
    ("0", "无 无残疾"),
    ("1", "一级 壹级 1级 极重度"),
    ("2", "二级 贰级 2级 重度"),
    ("3", "三级 叁级 3级 中度"),
    ("4", "四级 肆级 4级 轻度"),
)

CUSTODY = _words(
    ("none", "未被限制人身自由 无 自由 已释放"),
    ("prison", "服刑在押 服刑"),
    ("drug_isolation", "强制隔离戒毒"),
    ("criminal_detention", "刑事拘留 刑拘"),
    ("arrest", "逮捕羁押 逮捕 羁押 在押"),
    ("administrative_detention", "行政拘留 拘留"),
    ("other_restraint", "其他限制人身自由的措施 限制人身自由 留置"),
)

LOST_EVIDENCE = _words(
    (
        "police_receipt",
        (
            "公安查找回执单 公安查找回执 查找回执 公安回执 回执单 "
            "儿童失联父母查找情况回执单 公安机关查找 公安机关证明 公安证明 公安机关出具证明 "
            "公安机关出具的证明 派出所证明"
        ),
    ),
    ("commitment_file", "个人承诺等五项材料 承诺及证明材料 个人承诺"),
    ("special_minutes", "一事一议会议纪要 一事一议"),
    ("none", "无 未报警 尚未报警"),
)

HIV = _words(
    ("none", "无 阴性 未感染 未涉及 否 未检测 未筛查 未做 未查 未检 未做检测 negative not_tested"),
    (
        "infected",
        (
            "感染 确诊感染 阳性 已感染 艾滋病病毒感染 艾滋病病人 hiv阳性 确诊 艾滋病 "
            "艾滋病患者 感染者 positive hiv_positive confirmed"
        ),
    ),
    ("affected", "受影响 受艾滋病影响"),
)

PLACEMENT = _words(
    ("family", "与父母共同生活 在家 家庭 父母 父亲 母亲 父母家 parents mother father at_home"),
    (
        "relatives",
        (
            "与亲属共同生活 亲属 姑母 姑姑 姑妈 叔父 叔叔 伯父 舅舅 舅父 姨母 姨妈 祖父 祖母 "
            "祖父母 外祖父 外祖母 外祖父母 爷爷 奶奶 外公 外婆 哥哥 姐姐 兄长 "
            "表姐 表哥 堂兄 堂姐 亲戚 舅妈 婶婶 姑父 大伯 伯伯 伯母 婶娘 叔公 姨父 姨夫 姑婆 "
            "舅公 亲友 "
            "grandmother grandfather grandparents grandma grandpa aunt uncle brother sister "
            "relative"
        ),
    ),
    (
        "guardian",
        (
            "与其他监护人共同生活 监护人家 继父 继母 养父母 寄养家庭 "
            "foster_parents foster_family foster_home stepmother stepfather legal_guardian"
        ),
    ),
    (
        "welfare_institution",
        (
            "儿童福利机构 福利机构 市儿童福利机构 儿童福利院 市儿童福利院 福利院 社会福利院 "
            "orphanage welfare_institution welfare_home childrens_home children_s_home"
        ),
    ),
    ("institution_foster", "福利机构家庭寄养 家庭寄养"),
    (
        "protection_centre",
        "未成年人救助保护中心 救助保护中心 未成年人救助保护机构 救助管理站 救助站",
    ),
    ("village", "村（居）临时照料 未成年人保护工作站 镇（街道）未保站"),
    ("street", "街头 露宿街头 流浪 露宿"),
    ("hospital", "医院 住院"),
    ("boarding_school", "寄宿学校 学校住宿 住校 寄宿 学校寄宿 特教学校"),
    ("alone", "独自生活 独居 独立生活 独自居住 alone"),
    ("entrusted", "临时代为抚养 代为抚养 公安移送临时代为抚养 代养"),
)

HUKOU_KIND = _words(
    ("rural", "农村 农业 农业户口 农村户籍 农村户口"),
    ("urban", "城镇 非农业 城市 居民户口 城镇户籍 非农业户口 城镇户口"),
)

HARM = _words(
    ("none", "无 没有 未遭受 未受侵害 否"),
    ("abuse", "虐待 家庭暴力 家暴 殴打 体罚 打骂 毒打 打伤 受虐 施暴 不给饭吃"),
    ("abandonment", "遗弃 弃婴 抛弃"),
    ("accident", "意外伤害 意外 交通事故 车祸 溺水 烫伤 烧伤 坠楼 摔伤 触电 误食"),
    (
        "unlawful",
        (
            "不法侵害 侵害 性侵 性侵害 猥亵 拐卖 拐走 强奸 校园欺凌 欺凌 霸凌 伤害 故意伤害 "
            "暴力伤害 遭受侵害 拐骗 诱拐 绑架 卖淫 性骚扰 非法拘禁 囚禁 抢劫 强迫劳动"
        ),
    ),
    (
        "danger",
        (
            "面临侵害危险 人身安全受到威胁 面临危险 疑似侵害 面临不法侵害危险 威胁 扬言 恐吓 "
            "要杀 要打死"
        ),
    ),
)

GUARDIANSHIP = _words(
    ("proper", "监护正常 正常 良好 监护得当 无"),
    (
        "absent",
        "监护缺失 缺失 无人监护 无人照料 无人看护 无人看管 无人照管 监护缺位 无监护人 父母失联",
    ),
    (
        "improper",
        (
            "监护不当 失当 不当 监护失当 监护不足 疏于看管 疏于照管 疏于照料 疏于监护 看管不力 "
            "疏于看护 怠于监护 怠于履行 放任 管教不当 忽视 虐待 家暴 打骂 体罚"
        ),
    ),
)

HOUSEHOLD = _words(
    ("ordinary", "一般 普通 普通收入 非困难 非低保 一般家庭 普通家庭 无 不符合"),
    ("dibao", "低保 最低生活保障 低保家庭 最低生活保障家庭 低保户"),
    ("dibao_margin", "低保边缘 低边 低保边缘家庭 低边家庭 低保边缘户"),
    ("tekun", "特困 特困供养 特困人员 特困家庭"),
    ("hardship", "支出型困难 其他困难 刚性支出困难家庭"),
)

STAGE = _words(
    ("none", "未就学 无 学龄前 不在校"),
    ("kindergarten", "幼儿园 学前 托班"),
    ("primary", "小学 一年级 二年级 三年级 四年级 五年级 六年级 primary_school"),
    ("junior", "初中 初一 初二 初三 七年级 八年级 九年级 junior_high junior_school"),
    ("senior", "普通高中 高中 普高 高一 高二 高三 high_school"),
    ("vocational", "中等职业学校 中职 中专 职高 职业高中 技校 技工学校"),
    ("college", "大专 高职 专科 高等职业学校 高职院校"),
    ("bachelor", "本科 大学 大学本科 大一 大二 大三 大四 undergraduate university"),
    ("master", "硕士 硕士研究生 研究生"),
    ("doctor", "博士 博士研究生"),
)

STUDY = _words(
    (
        "none",
        (
            "不在校 未就学 无 已离校 未在校 就业 已就业 工作 已工作 参加工作 务工 打工 待业 "
            "失业 无业 未升学 未就读 在家 not_in_school out_of_school not_enrolled working employed"
        ),
    ),
    ("enrolled", "在校 在读 就读 在校就学 已注册 复读 复学 退役复学 退伍复学 返校 返校复学 回校"),
    ("between", "升学衔接 已录取 已录取待入学 录取"),
    ("graduated", "毕业 已毕业"),
    ("suspended", "休学"),
    ("dropped_out", "退学 辍学 自动退学 自动退学，未毕业 肄业 开除 结业"),
    ("enlisted", "应征入伍 入伍 参军 服役 服兵役"),
)

STUDY_MODE = _words(
    ("full_time", "全日制 普通全日制"),
    ("part_time", "非全日制 函授 自考 开放大学 成人教育 夜大 网络教育 复读"),
)

CAPACITY = _words(
    ("full", "完全 完全民事行为能力 完全民事行为能力人 有 具备 具有"),
    ("limited", "限制 限制民事行为能力 限制民事行为能力人 部分"),
    ("none", "无 无民事行为能力 无民事行为能力人 丧失 不具备"),
)

CATEGORY = _words(
    ("orphan_institution", "孤儿（福利机构） 福利机构孤儿 机构孤儿 集中养育孤儿"),
    ("orphan_scattered", "孤儿（社会散居） 社会散居孤儿 散居孤儿 孤儿"),
    ("de_facto_unsupported", "事实无人抚养儿童 事实无人抚养"),
    ("own_difficulty", "自身困境儿童 自身困境"),
    ("hiv_affected", "受艾滋病影响儿童 受艾滋病影响"),
    ("dibao", "低保家庭儿童 低保儿童 低保"),
    ("dibao_margin", "低保边缘家庭儿童 低边家庭儿童 低保边缘"),
    ("left_behind", "农村留守儿童 留守儿童 农村留守"),
    ("street", "流浪儿童 流浪"),
    ("other", "其他困境儿童 其他困境 其他"),
)

AWARD = _words(
    ("none", "无 未享受 从未享受 没有 否 农村留守儿童 留守儿童 其他困境儿童"),
    ("institution", "福利机构孤儿标准 机构孤儿标准 孤儿（福利机构） 福利机构孤儿"),
    (
        "scattered",
        (
            "社会散居孤儿标准 散居孤儿标准 100% 已享受 社会散居孤儿标准100% 孤儿（社会散居） "
            "社会散居孤儿 孤儿 事实无人抚养儿童 自身困境儿童 受艾滋病影响儿童"
        ),
    ),
    ("dibao_supplement", "低保家庭儿童补助 20% 低保儿童补助 低保家庭儿童"),
    ("dibao_margin_supplement", "低保边缘家庭儿童补助 低边儿童补助 低保边缘家庭儿童"),
    ("street_relief", "流浪儿童临时救助 50% 流浪儿童"),
)

RELIEF_BY = _words(
    ("civil_affairs", "民政部门 民政 市民政局 救助站 救助管理站"),
    ("police", "公安机关移送 公安 公安移送 公安部门移送 市公安局"),
    ("none", "无"),
)

KINDERGARTEN = _words(("public", "公办 公办幼儿园"), ("private", "民办 民办幼儿园"))

OTHER_RELIEF = _words(
    ("tekun", "特困供养 特困"),
    ("dibao_share", "低保金 低保"),
    ("disabled_living", "困难残疾人生活补贴 残疾人生活补贴"),
    ("disabled_nursing", "重度残疾人护理补贴 护理补贴"),
    ("other_living", "其他生活救助"),
    ("none", "无"),
)

CHOICES: Mapping[str, Mapping[str, Word]] = {
    "life": LIFE,
    "status": STATUS,
    "disability_type": DISABILITY_TYPE,
    "disability_grade": DISABILITY_GRADE,
    "custody": CUSTODY,
    "lost_evidence": LOST_EVIDENCE,
    "hiv": HIV,
    "placement": PLACEMENT,
    "hukou_kind": HUKOU_KIND,
    "harm": HARM,
    "guardianship": GUARDIANSHIP,
    "household": HOUSEHOLD,
    "stage": STAGE,
    "study": STUDY,
    "study_mode": STUDY_MODE,
    "capacity": CAPACITY,
    "category": CATEGORY,
    "award": AWARD,
    "relief_by": RELIEF_BY,
    "kindergarten": KINDERGARTEN,
    "other_relief": OTHER_RELIEF,
}
