"""Help that is due: at school, in sickness, for a roof and for work."""

import re
from collections.abc import Mapping, Sequence

from services.referrals.rules import adulthood, education, health
from services.referrals.rules.education import Benefit
from services.referrals.rules.evaluation.asking import Answer, Ask, cited
from shared.law import Finding, Verdict


def _state(finding: Finding) -> bool | None:
    return None if finding.unknown else finding.met


def _benefits(ask: Ask, offered: Sequence[Benefit]) -> Answer:
    """Which of the benefits are due, which wait for facts, and who leads them."""
    found = [(benefit, ask.find(benefit.part)) for benefit in offered]
    asked = [(b, f) for b, f in found if _named_in(ask, b)]
    asked = asked or [(b, f) for b, f in found if _cited_in(ask, b)] or found
    met = [b for b, f in found if f.verdict is Verdict.MET]
    due = [b for b, f in asked if f.verdict is Verdict.MET]
    unknown = [(b, f) for b, f in asked if f.verdict is Verdict.UNKNOWN]
    shown = due or [b for b, _ in unknown] or _nearest(asked)
    services = [ask.table[b.service] for b in shown if b.service in ask.table]
    lead = services[0].lead if services else ""
    co = [p for s in services for p in (s.provider, *s.also) if p != lead]
    refused = [] if due else [b for b, f in asked if f.verdict is Verdict.NOT_MET]
    missing = [] if due else [name for _, f in unknown for name in f.missing()]
    open_ones = [b for b, f in found if f.verdict is Verdict.UNKNOWN]
    return {
        "applies": True if due else (None if unknown else False),
        "benefits": list(dict.fromkeys(b.zh for b in met)),
        "undetermined": list(dict.fromkeys(b.zh for b in open_ones)),
        "not_due": _not_due(found, {b.zh for b in met}),
        "reasons": [] if due or unknown else _reasons(asked, shown),
        "notes": list(dict.fromkeys(f"{b.zh}：{b.note}" for b in met if b.note)),
        "services": list(dict.fromkeys(b.service for b in met)),
        "lead": ask.names.get(lead, lead),
        "co": ask.zh(list(dict.fromkeys(co))),
        "units": ask.zh(services[0].participants if services else ()),
        "missing": list(dict.fromkeys(missing)),
        "clauses": list(dict.fromkeys(b.clause for b in (*shown, *refused))),
        "finding": [f.tree() for b, f in found if b in shown],
    }


def _not_due(found: "Found", due: set[str]) -> list[str]:
    """What is not owed under any sentence: a help of one name may be due under another."""
    refused = (b.zh for b, f in found if f.verdict is Verdict.NOT_MET)
    return [name for name in dict.fromkeys(refused) if name not in due]


# By what a question names one benefit of many; what it names decides whether it applies.
NAMED_BY: Mapping[str, str] = {
    "insurance_contribution": (
        "缴费|contribution|premium|personal (?:share|part)|paid by(?!.{0,24}insur)|\\bpays?\\b|"
        "出资|承担|谁(?:来)?付"
    ),
    "rehabilitation_insurance_items": (
        "医保支付|rehabilitation items|(?:paid|payable|covered) by .{0,24}insur"
    ),
    "family_doctor": "责任医生|家庭医生|签约|family doctor",
    "rehabilitation_surgery": "手术|surgery|operation|免费康复|free rehab",
    "assistive_devices": "辅助器具|辅具|device|wheelchair|hearing aid|免费康复|free rehab",
    "rehabilitation_training": (
        "训练(?!补贴|期间|中)|免费康复|free rehab|"
        "(?<!in )(?<!while )(?<!during )(?<!skill )(?<!skills )(?<!job )"
        "(?<!vocational )training(?! subsid)"
    ),
    "rehabilitation_training_subsidy": "训练补贴|training subsid",
    "rehabilitation_living_subsidy": "康复生活补贴|living subsid",
    "nursing_subsidy": "护理补贴|nursing",
    "institution_rehabilitation": "福利机构|welfare institution",
    "public_welfare_post": "公益性?岗位|public.{0,9}post",
}


def _named_in(ask: Ask, benefit: Benefit) -> bool:
    pattern = NAMED_BY.get(benefit.service)
    return pattern is not None and re.search(pattern, ask.question, re.IGNORECASE) is not None


def _cited_in(ask: Ask, benefit: Benefit) -> bool:
    return any(benefit.clause.startswith(f"WL24:{clause}") for clause in cited(ask.question))


def named_in(ask: Ask, offered: Sequence[Benefit]) -> bool:
    """Whether the question names one of these benefits, so that no fact need point at it."""
    return any(_named_in(ask, benefit) for benefit in offered)


Found = Sequence[tuple[Benefit, Finding]]


def _nearest(found: Found) -> list[Benefit]:
    """Of what is not due, that of which the most conditions hold: its sentence is the answer's."""
    best = max(sum(leaf.met for leaf in finding.leaves()) for _, finding in found)
    near = [b for b, f in found if sum(leaf.met for leaf in f.leaves()) == best]
    return [b for b in near if b.clause == near[0].clause]


def _reasons(found: Found, shown: Sequence[Benefit]) -> list[str]:
    leaves = [leaf for benefit, f in found if benefit in shown for leaf in f.leaves()]
    failed = [f"{leaf.part.zh}：否" for leaf in leaves if leaf.verdict is Verdict.NOT_MET]
    return list(dict.fromkeys(failed))


def education_answer(ask: Ask) -> Answer:
    answer = _benefits(ask, education.BENEFITS)
    if ask.said.facts.get("boarding") is False:
        # Who does not board has no boarding fee to be freed from.
        answer["benefits"] = [b for b in answer["benefits"] if "住宿费" not in b]
    if "适当补助" in answer["benefits"]:
        answer["amount"] = "undetermined"
        answer["missing"] = [*answer["missing"], "民办幼儿园补助金额"]
    return answer


def placement_answer(ask: Ask) -> Answer:
    answer = _benefits(ask, education.PLACEMENTS)
    places = answer.pop("benefits")
    if "age" in ask.said.facts and ask.said.facts.get("stage", "kindergarten") == "kindergarten":
        due = ask.find(education.CHILD_TO_BE_ADMITTED)
        if due.verdict is Verdict.NOT_MET:
            return answer | {"applies": False, "placement": None, "reason": "非义务教育适龄"}
    known = ask.said.facts.get("severity") is not None or places
    return answer | {
        "placement": places[0] if places else None,
        "may_refuse": False,
        "missing": [] if known else ["severity"],
        "clauses": [*answer["clauses"], "WL24:2.3.1c"],
    }


_ADMIT = "记录拒收并报市教育局责令接收"
RIGHT_TO_SCHOOL = "right to .{0,24}(?:education|school)|受教育权|接受义务教育的权利"


def admission_answer(ask: Ask) -> Answer:
    finding = ask.find(education.CHILD_TO_BE_ADMITTED)
    outside = finding.verdict is Verdict.NOT_MET
    places = [b.zh for b in education.PLACEMENTS if ask.find(b.part).met]
    refused = not re.search(RIGHT_TO_SCHOOL, ask.question, re.IGNORECASE)
    return {
        "applies": None if outside else True,
        "may_refuse": None if outside else False,
        "status": "manual_review" if outside else "violation" if refused else None,
        "reason": "非义务教育适龄，须由教育部门另行认定"
        if outside
        else "任何学校不得拒绝接收适龄儿童入学",
        "next_step": _ADMIT if refused else "由市教育局安排入学，保障接受义务教育的权利",
        **({"placement": places[0]} if places and not outside else {}),
        "lead": ask.names["education"],
        "unit": ask.names["education"],
        "missing": [],
        "clauses": ["WL24:2.3.1c"],
        "finding": [finding.tree()],
    }


def emergency_answer(ask: Ask) -> Answer:
    finding = ask.find(health.TREAT_FIRST)
    applies = _state(finding)
    answer: Answer = {
        "applies": applies,
        "treat_first": applies,
        "lead": ask.names["health"],
        "co": ask.zh(("police", "civil_affairs")),
        "missing": finding.missing(),
        "clauses": ["WL24:2.2.4-2"],
        "finding": [finding.tree()],
    }
    if applies:
        moved = ask.said.facts.get("handed_over") is True
        answer |= {
            "may_refuse": False,
            "settle": "先救治后结算",
            "deposit_required": False,
            "responsible": "接收医院（已办理书面移交）" if moved else "首诊医院（至书面移交为止）",
            "reason": "首诊负责制",
        }
    elif applies is False:
        answer["reason"] = "仅适用于亟需医疗救治的弃婴（儿童）和流浪儿童"
        answer["next_step"] = "按医疗保险、医疗救助办理；一般急救义务不因此免除"
    return answer


STACKED = frozenset({"护理补贴", "医疗康复训练补贴", "康复生活补贴"})


def rehabilitation_answer(ask: Ask) -> Answer:
    answer = _benefits(ask, health.CARE)
    if ask.said.facts.get("designated") is False:
        # Services and subsidies are tied to the designated institutions: here nothing is due.
        answer |= {"applies": False, "benefits": [], "amount": "0.00"}
        answer["next_step"] = "转介残联指定或认定的机构"
        answer["clauses"] = list(dict.fromkeys([*answer["clauses"], "WL24:2.2.2b-2"]))
    stacks = ask.about(
        "叠加|同时(?:享受|领取|申领)|重复(?:享受|领取)|一并(?:享受|领取)|都能?(?:享受|领|拿)|兼得|"
        "stack|combin|together|at the same time|side by side"
    )
    named = sum(ask.about(kind) for kind in STACKED)
    if stacks or named > 1 or len(STACKED & set(answer["benefits"])) > 1:
        answer["may_be_combined"] = True
        answer["reason"] = "护理补贴、医疗康复训练补贴、康复生活补贴可以重复享受"
        answer["clauses"] = [*answer["clauses"], "WL24:2.2.2e"]
    return answer


def insurance_answer(ask: Ask) -> Answer:
    answer = _benefits(ask, health.INSURANCE)
    waits = "个人缴费部分由市财政补助" not in answer.get("not_due", ())
    if waits and ask.about("个人缴费|缴费|premium|contribution|personal share|who pays"):
        answer |= {"payer": ask.names["finance"], "fund": "市财政补助", "family_share": "0.00"}
    return answer | {
        "also": ["城乡居民大病保险", "城乡医疗救助"],
        "unit": ask.names["medical_insurance"],
    }


def special_treatment_answer(ask: Ask) -> Answer:
    answer = _benefits(ask, [health.SPECIAL_TREATMENT])
    if ask.about(
        "检测.{0,8}(?:才|条件|前提)|(?:条件|前提|要求).{0,12}检测|先检测|condition|be tested"
    ):
        # Relief follows who is affected, treatment who is infected: a test is a condition of none.
        answer |= {"test_is_condition": False, "allowed": False, "reason": "检测不是享受补助的条件"}
    if ask.said.facts.get("designated") is False and answer["applies"]:
        answer |= {"allowed": False, "reason": "专项救助限于指定机构", "next_step": "转至指定机构"}
    return answer | {"where": "市卫生健康局指定的艾滋病治疗机构", "confidential": True}


def housing_answer(ask: Ask) -> Answer:
    answer = _benefits(ask, adulthood.HOUSING)
    rural, urban = ask.find(adulthood.RURAL), ask.find(adulthood.URBAN)
    if rural.met:
        answer["unit"] = _town(ask) or "孤儿户籍所在地镇人民政府（街道办事处）"
    elif urban.met:
        answer |= {"unit": ask.names["housing"], "any_of": ["公共租赁房", "租赁补贴"]}
    return answer


def _town(ask: Ask) -> str:
    """The government of the town or street where the orphan is registered, where it is told."""
    place = re.sub(".*[省市县]", "", str(ask.said.fields.get("hukou") or ""))
    found = re.match("[\u4e00-\u9fff]{2,4}?(镇|街道)", place)
    if found is None:
        return ""
    return found.group() + ("人民政府" if found[1] == "镇" else "办事处")


def employment_answer(ask: Ask) -> Answer:
    answer = _benefits(ask, adulthood.WORK)
    if ask.find(adulthood.DISABLED_WORK).met:
        answer |= {
            "any_of": ["残疾人就业政策", "推荐到集中就业企业就业"],
            "co": ask.zh(["disabled_federation"]),
            "clauses": ["WL24:2.4.2b", *answer["clauses"]],
        }
    return answer | {"lead": ask.names["human_resources"]}
