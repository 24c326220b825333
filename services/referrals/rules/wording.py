"""How case workers say it, as data: the codes and the words of each fact (用语对照)."""

from collections.abc import Mapping
from typing import Any

CATEGORIES = {
    "orphan": ("orphan",),
    "institution_orphan": ("orphan",),
    "scattered_orphan": ("orphan",),
    "de_facto_unsupported": ("de_facto",),
    "own_difficulty": ("own_difficulty",),
    "hiv_affected": ("hiv_affected",),
    "dibao_child": ("dibao", "hardship"),
    "dibao_margin_child": ("margin", "hardship"),
    "left_behind": ("left_behind",),
    "street_child": ("street",),
    "other_difficulty": ("other",),
    "orphan_institution": ("orphan",),
    "orphan_scattered": ("orphan",),
    "dibao": ("dibao", "hardship"),
    "dibao_margin": ("margin", "hardship"),
    "street": ("street",),
    "other": ("other",),
}
CATEGORY_WORDS = (
    ("事实无人抚养|de facto", "de_facto"),
    ("自身困境|own.difficulty", "own_difficulty"),
    ("艾滋", "hiv_affected"),
    (r"低保(?:家庭)?边缘|低边", "margin"),
    (r"低保(?!家庭边缘|边缘|低边)", "dibao"),
    ("留守|left.behind", "left_behind"),
    ("流浪|流落|street child|stray", "street"),
    (
        (
            "弃婴|弃儿|被遗弃|遗弃|abandoned|foundling|"
            "(?:发现|捡到|拾到)的?[^，；]{0,4}(?:[男女]婴|婴儿|新生儿)"
        ),
        "abandoned",
    ),
    (r"(?<!非)(?<!不是)(?<!不属于)孤儿|孤弃|(?<!not an )(?<!non-)orphan", "orphan"),
    ("其他困境", "other"),
    (
        r"(?<!非)(?<!不是)(?<!不属于)困境(?:家庭)?(?:儿童|学生|青年)|child in difficulty",
        "any",
    ),
)
_SECURED = "(?:住房保障|公租房|公共租赁住?房|廉租房?|保障房)(?:的)?(?:申请|准入)?条件"
_HEALTHY = (
    "身体健康|(?:身体|健康)(?:状况)?：?(?:良好|正常)|(?:^|[，；：])健康(?=$|[，；。])|"
    "health：(?:健康|良好|正常|good)|good health"
)
# In the order in which they are tried: a negation stands before what it negates.
WORDS: tuple[tuple[str, Any, str], ...] = (
    (
        "stage",
        "vocational_senior",
        "中职(?!毕业)|职高(?!毕业)|职业高中|中等职业|技校|技工学校|vocational",
    ),
    ("stage", "secondary_specialised", "中专"),
    ("stage", "kindergarten", "幼儿园|学前|kindergarten"),
    ("stage", "primary", "小学(?!毕业)|(?<![学专职科中高])[一二三四五六]年级|primary"),
    ("stage", "junior", "初中(?!毕业)|初一|初二|初三|[七八九]年级|junior"),
    ("stage", "senior", "高中(?!毕业)|普高(?!毕业)|高一|高二|高三|senior|high school"),
    ("stage", "doctor", "博士|doctora|phd"),
    ("stage", "master", "硕士|研究生|master.?s"),
    ("stage", "bachelor", "本科|大学|高等院校|高校|bachelor|undergraduate|university"),
    ("stage", "college", "大专|高职|专科"),
    ("stage", "compulsory", "义务教育|九年一贯|compulsory"),
    ("public_school", False, "民办|私立|private"),
    ("public_school", True, "公办|公立|public (?:school|kinder)"),
    (
        "full_time",
        False,
        "非全日制|自考|成人(?:教育|高考)|函授|夜大|网络教育|在职(?:就读|研究生|硕士|本科|大专)",
    ),
    ("full_time", True, "全日制"),
    ("boarding", True, "住校|寄宿|住宿生|boarding|boarder"),
    ("boarding", False, "走读|day pupil"),
    ("adult", True, r"(?<!未)成年(?!人保护)|(?:已|年)满18|18周岁以上|grown-up|adult"),
    ("adult", False, "未成年|未满18|不满18"),
    ("in_difficulty", False, "(?:不是|非|不属于)困境(?:儿童|学生|青年)"),
    ("labour_capacity", True, "(?:未|没有?)(?:完全|全部)?丧失劳动能力"),
    (
        "labour_capacity",
        False,
        "(?:无|没有|不具有|不具备|丧失|缺乏)(?:任何)?劳动能力|(?:不能|无法)(?:劳动|工作)",
    ),
    (
        "labour_capacity",
        True,
        (
            "(?:(?:有|具有|具备)(?:一定|部分|完全)?|一定|部分|完全)的?劳动能力|"
            "(?:能够?|可以)(?:劳动|工作)|(?<!不)(?:符合|属于)就业困难"  # who is that can work
        ),
    ),
    ("hard_to_employ", False, "不(?:符合|属于)就业困难"),
    ("hard_to_employ", True, "就业困难"),
    ("rural", True, "农村户籍|农业户口|农村户口|农村孤儿|rural户籍"),
    ("rural", False, "城镇户籍|城镇户口|非农|城镇孤儿|城市户籍|urban户籍"),
    (
        "has_housing",
        False,
        (
            "(?:没有?|无)(?:自有)?(?:住房|地方住|房子?住)|无房|"
            "(?:老?房子?|房屋|[祖老旧]屋|祖宅)[^，。；]{0,4}(?:塌|倒)|(?:房屋?|住房)(?:已|全部)?(?:倒塌|烧毁|"
            "灭失|损毁)"
        ),
    ),
    (
        "has_housing",
        True,
        (
            "(?<!没)(?<!没有)有(?:自有|自己的|自建|家族)?(?:住房|房屋|房子|房产|房)|名下有房|"
            "继承(?:了)?(?:父母)?(?:的)?(?:住)?房"
        ),
    ),
    ("building_conditions", False, "不(?:符合|具备)建房条件"),
    ("building_conditions", True, "(?:符合|具备)建房条件|(?:同意|已经?|获)批[^，。；]{0,4}宅基地"),
    ("housing_conditions", False, f"不(?:符合|具备){_SECURED}|{_SECURED}不(?:符合|具备|符)"),
    ("housing_conditions", True, f"(?:符合|具备){_SECURED}"),
    (
        "lives_independently",
        False,
        "(?:不|没|无)(?:具有|具备|有|能)?独立生活(?:能力)?|不能独立生活",
    ),
    ("lives_independently", True, "(?:具有|具备|有|能够?|可以?)独立生活|独立生活(?!能力)"),
    (
        "urgent",
        False,
        "择期|复查|不急|非紧急|非急|不需(?:要)?急|慢性|常规|普通感冒|体检|病情稳定|轻微",
    ),
    (
        "urgent",
        True,
        (
            "亟需|急需|急症|病重|重病的?(?:弃婴|婴|新生儿)|紧急|呼吸(?:衰竭|微弱|急促)|衰竭|垂危|"
            "败血|肺炎|癫痫|失血|虚脱|"
            "昏迷|急腹|转上级|需转[院诊]|高烧|高热|危重|急救|抢救|重伤|大出血|出血|休克|呼吸困难|"
            "骨折|急诊|"
            "生命危险|抽搐|窒息|中毒|烧伤|烫伤|溺水|车祸|脱水|惊厥|黄疸|早产|急性|病危|穿孔|"
            "阑尾炎|破裂|"
            "体温(?:过低|不升)|低体温|发绀|青紫|面色(?:苍白|发[紫青])|冻僵|"
            "患病的?(?:新生儿|婴)|坠落|昏厥|晕倒|失温|冻伤|咬伤|刺伤|不省人事|奄奄一息|critical|"
            "unconscious|emergency"
        ),
    ),
    ("severity", "mild", "轻度(?:残疾|智力|智障|听力|视力|肢体)?"),
    ("severity", "moderate", "中度|moderate"),
    ("severity", "severe", "重度|极重度|重残|severe"),
    (
        "severity",
        "none",
        f"健康(?:适龄)?儿童|无残疾|没有残疾|{_HEALTHY}",
    ),
    ("disability_kind", "autism", "孤独症|自闭症"),
    ("disability_kind", "intellectual", "智力|智障|智残"),
    ("disability_kind", "visual", "视力|盲"),
    ("disability_kind", "hearing", "听力|聋|听障"),
    ("disability_kind", "speech", "言语"),
    ("disability_kind", "physical", "肢体|脑瘫"),
    ("disability_kind", "mental", "精神"),
    ("disability_kind", "multiple", "多重"),
    ("palsy", True, "脑瘫"),
    (
        "disabled",
        False,
        "无残疾|没有残疾|非残疾|(?<!卫生)(?<!心理)(?<!身心)健康(?!局|检查|体检|档案)",
    ),
    ("disabled", True, "残疾|残障|智障|脑瘫|孤独症|自闭症|失聪|失明|聋|盲"),
    ("ill", True, "重病|重大疾病|罕见病|白血病|恶性肿瘤|尿毒症"),
    ("ill", False, _HEALTHY),
    ("rehabilitation_indicated", False, "无(?:康复)?(?:适应)?指征|没有康复需求|不适(?:合|应)"),
    (
        "rehabilitation_indicated",
        True,
        (
            "康复需求|适应指征|有指征|康复训练|(?:需要?|needs?)：?(?:康复|手术|人工耳蜗|助听器|"
            "辅助器具|矫形器|假肢|轮椅)"
        ),
    ),
    (
        "designated",
        False,
        (
            "未经?(?:市)?残联|非(?:定点|残联|指定|认定)|未(?:经|被)?(?:残联)?(?:指定|认定)|"
            "(?:申请|申报|拟)[^，。；]{0,4}(?:定点|指定|认定)[，,]?[^，。；]{0,4}(?:未|没)|"
            "(?:定点|指定|认定)[^，。；]{0,4}[未没][^，。；]{0,2}(?:批|通过|下来)"
        ),
    ),
    (
        "designated",
        True,
        (
            "(?:指定|认定|定点)(?:或认定)?的?(?:有资质的)?(?:康复)?(?:机构|医院|单位|中心)|"
            "残联(?:指定|认定|定点)"
        ),
    ),
    (
        "training",
        False,
        (
            "(?<!完成)训练[^，。；]{0,4}(?:结束|停止|中断|终止)|"
            "(?:排队|等候|等待|尚未开始|下月)[^，。；]{0,8}(?:康复|训练)"
        ),
    ),
    ("training", True, "训练期间|正在.{0,14}康复训练|接受基本康复训练"),
    ("hardship", False, "家庭(?:经济)?(?:不困难|富裕|条件(?:较)?好)|(?:一般|普通|非困难)家庭"),
    ("hardship", True, "家庭(?:经济)?(?:较|很|特别)?困难|困难家庭|经济困难|低保|低边|家贫|贫困"),
    ("confirmed_infection", False, "未感染|阴性|没有感染"),
    (
        "confirmed_infection",
        True,
        (
            "确诊(?:为)?感染|已(?:经)?被?感染|"
            "已?(?:确诊)?(?:经体检)?(?:已经)?感染(?:艾滋|HIV|hiv)|HIV(?:抗体)?(?:确证)?阳性|"
            "艾滋病(?:病毒)?感染"
        ),
    ),
    ("joins_insurance", False, "未参保|不参加|职工(?:基本)?医(?:疗)?保"),
    ("joins_insurance", True, "参保|参加(?:了)?城乡居民(?:基本)?医疗?保?险?"),
    ("receives_subsidy", False, "不享受基本生活费|未享受基本生活费"),
    ("receives_subsidy", True, "享受(?:了)?基本生活费"),
    (
        "special_school_possible",
        False,
        "不能到特殊(?:教育)?学校|无法到特殊(?:教育)?学校|不能到特校",
    ),
    ("in_institution", True, "福利机构|福利院"),
    (
        "handed_over",
        False,
        ("未(?:办理?)?(?:书面)?(?:移交|交接|.{0,2}手续)|没有(?:书面)?(?:移交|交接)"),
    ),
    (
        "handed_over",
        True,
        "(?:已|办理(?:了)?|完成|并|经)(?:办理)?书?面?(?:移交|交接)|书面(?:移交|交接)",
    ),
)
# What a word means only as the value of its own field; a negation stands first.
IN_FIELD: Mapping[str, tuple[tuple[Any, str], ...]] = {
    "confirmed_infection": (
        (None, "未[检测]|待[检测]|尚未|not (?:yet )?tested|untested|父|母|mother|father|parent"),
        (False, "未感染|阴性|negative|not infected"),
        (True, "感染|阳性|确诊|infected|positive"),
    ),
    "public_school": (
        (False, "民办|私立|private"),
        (True, "公办|公立|public|state"),
    ),
    "rehabilitation_indicated": (
        (False, "不|无|没|未|禁忌|not |no "),
        (True, "有|适合|适宜|符合|需|可|suitable|indicated"),
    ),
    "training": (
        (False, "未|没|无|不|否|结束|停|退出|排队|等候|等待|拟|计划|下月"),
        (True, "中|正在|参加|接受|训练"),
    ),
    "designated": (
        (False, "未|非|没|not |un(?:recogni|accredit)|commercial"),
        (True, "指定|认定|定点|残联|recogni[sz]ed|designated|accredited|federation"),
    ),
    "hardship": (
        (False, "^一般|^普通|ordinary|general"),
        (True, "低保|低边|边缘|困难|贫困|特困|dibao|poor"),
    ),
    "building_conditions": ((False, "不|未|无"), (True, "符合|具备|met")),
    "housing_conditions": ((False, "不|未|无"), (True, "符合|具备|met")),
    "labour_capacity": ((False, "无|丧失|没有|不"), (True, "完全|部分|一定|有|full|part")),
    "joins_insurance": ((False, "未|没|无|不|职工"), (True, "居民|参保|resident")),
    "rural": ((False, "城镇|城市|非农|居民户|urban"), (True, "农业|农村|rural")),
    "has_housing": ((False, "无|没|塌|倒|烧|none"), (True, "有|own|继承|名下|自建|购|买")),
}
