"""What the document says of a situation (研判): every answer with its clause.

Stores nothing. A situation may touch several topics; each answers for itself, and the first of
them in this order speaks for what they have in common (`applies`, `lead`, `co`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.referrals.rules import adulthood, duties, education, health, knowing
from services.referrals.rules.education import Benefit
from services.referrals.rules.table import Table
from services.referrals.rules.words import Said, day_in, understood
from shared.calendar import Calendar
from shared.law import Facts, Finding, Law, LawOfDay, Verdict

Answer = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """A situation as read, with the law of the day and the county's names."""

    said: Said
    question: str
    day: date
    law: LawOfDay
    table: Table
    calendar: Calendar
    names: Mapping[str, str]

    def about(self, pattern: str) -> bool:
        """Whether situation or question speak of it."""
        return re.search(pattern, f"{self.said.text}；{self.question}", re.IGNORECASE) is not None

    def find(self, part: Any) -> Finding:
        """What a part of the law says of the facts."""
        found: Finding = part.find(Facts(self.said.facts), self.law)
        return found

    def zh(self, codes: Sequence[str]) -> list[str]:
        """The printed names of offices."""
        return [self.names.get(code, code) for code in codes]


def evaluate(
    situation: Mapping[str, Any],
    question: str,
    day: date,
    law: Law,
    table: Table,
    calendar: Calendar,
    names: Mapping[str, str],
) -> Answer:
    """The union of the answers of a situation's topics, and each of them with its finding."""
    said = understood(situation, day)
    ask = Ask(said, question, day, law.on(day), table, calendar, names)
    asked = [(name, answer) for name, is_asked, answer in TOPICS if is_asked(ask)]
    if asked and asked[0][0] in ALONE:
        asked = asked[:1]
    answers = [{"topic": name, **answer(ask)} for name, answer in asked]
    if not answers:
        answers = [{"topic": "unit", **_unit(ask)}]
    whole: Answer = {"day": day, "facts": dict(said.facts)}
    for answer in answers:
        for key, value in answer.items():
            if key not in ("missing", "clauses", "finding"):
                whole.setdefault(key, value)
    whole["missing"] = _union(answers, "missing")
    whole["clauses"] = _union(answers, "clauses")
    return whole | {"answers": answers}


def _union(answers: Sequence[Answer], key: str) -> list[str]:
    return list(dict.fromkeys(item for answer in answers for item in answer.get(key, [])))


def _state(finding: Finding) -> bool | None:
    return None if finding.unknown else finding.met


def _benefits(ask: Ask, offered: Sequence[Benefit]) -> Answer:
    """Which of the benefits are due, which wait for facts, and who leads them."""
    found = [(benefit, ask.find(benefit.part)) for benefit in offered]
    met = [b for b, f in found if f.verdict is Verdict.MET]
    unknown = [(b, f) for b, f in found if f.verdict is Verdict.UNKNOWN]
    shown = met or [b for b, _ in unknown] or _nearest(found)
    services = [ask.table[b.service] for b in shown if b.service in ask.table]
    lead = services[0].lead if services else ""
    co = [p for s in services for p in (s.provider, *s.also) if p != lead]
    refused = [] if met else [b for b, f in found if f.verdict is Verdict.NOT_MET]
    missing = [] if met else [name for _, f in unknown for name in f.missing()]
    return {
        "applies": True if met else (None if unknown else False),
        "benefits": list(dict.fromkeys(b.zh for b in met)),
        "undetermined": list(dict.fromkeys(b.zh for b, _ in unknown)),
        "not_due": [b.zh for b, f in found if f.verdict is Verdict.NOT_MET],
        "reasons": [] if met or unknown else _reasons(found, shown),
        "notes": list(dict.fromkeys(f"{b.zh}：{b.note}" for b in met if b.note)),
        "services": list(dict.fromkeys(b.service for b in met)),
        "lead": ask.names.get(lead, lead),
        "co": ask.zh(list(dict.fromkeys(co))),
        "units": ask.zh(services[0].participants if services else ()),
        "missing": list(dict.fromkeys(missing)),
        "clauses": list(dict.fromkeys(b.clause for b in (*shown, *refused))),
        "finding": [f.tree() for b, f in found if b in shown],
    }


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


def _education(ask: Ask) -> Answer:
    answer = _benefits(ask, education.BENEFITS)
    if ask.said.facts.get("boarding") is False:
        # Who does not board has no boarding fee to be freed from.
        answer["benefits"] = [b for b in answer["benefits"] if "住宿费" not in b]
    if "适当补助" in answer["benefits"]:
        answer["amount"] = "undetermined"
        answer["missing"] = [*answer["missing"], "民办幼儿园补助金额"]
    return answer


def _placement(ask: Ask) -> Answer:
    answer = _benefits(ask, education.PLACEMENTS)
    places = answer.pop("benefits")
    known = ask.said.facts.get("severity") is not None or places
    return answer | {
        "placement": places[0] if places else None,
        "may_refuse": False,
        "missing": [] if known else ["severity"],
        "clauses": [*answer["clauses"], "WL24:2.3.1c"],
    }


def _admission(ask: Ask) -> Answer:
    finding = ask.find(education.CHILD_TO_BE_ADMITTED)
    outside = finding.verdict is Verdict.NOT_MET
    return {
        "applies": None if outside else True,
        "may_refuse": None if outside else False,
        "status": "manual_review" if outside else "violation",
        "reason": "非义务教育适龄，须由教育部门另行认定"
        if outside
        else "任何学校不得拒绝接收适龄儿童入学",
        "next_step": "记录拒收并报市教育局责令接收",
        "lead": ask.names["education"],
        "unit": ask.names["education"],
        "missing": [],
        "clauses": ["WL24:2.3.1c"],
        "finding": [finding.tree()],
    }


def _emergency(ask: Ask) -> Answer:
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


def _rehabilitation(ask: Ask) -> Answer:
    answer = _benefits(ask, health.CARE)
    if ask.said.facts.get("designated") is False:
        # Services and subsidies are tied to the designated institutions: here nothing is due.
        answer |= {"applies": False, "benefits": [], "amount": "0.00"}
        answer["next_step"] = "转介残联指定或认定的机构"
    if len({"护理补贴", "医疗康复训练补贴", "康复生活补贴"} & set(answer["benefits"])) > 1:
        answer["may_be_combined"] = True
        answer["clauses"] = [*answer["clauses"], "WL24:2.2.2e"]
    return answer


def _insurance(ask: Ask) -> Answer:
    answer = _benefits(ask, health.INSURANCE)
    if ask.about("个人缴费|缴费|premium|contribution"):
        answer |= {"payer": ask.names["finance"], "fund": "市财政补助", "family_share": "0.00"}
    return answer | {
        "also": ["城乡居民大病保险", "城乡医疗救助"],
        "unit": ask.names["medical_insurance"],
    }


def _special_treatment(ask: Ask) -> Answer:
    answer = _benefits(ask, [health.SPECIAL_TREATMENT])
    return answer | {"where": "市卫生健康局指定的艾滋病治疗机构", "confidential": True}


def _housing(ask: Ask) -> Answer:
    answer = _benefits(ask, adulthood.HOUSING)
    rural, urban = ask.find(adulthood.RURAL), ask.find(adulthood.URBAN)
    if rural.met:
        answer["unit"] = "孤儿户籍所在地镇人民政府（街道办事处）"
    elif urban.met:
        answer |= {"unit": ask.names["housing"], "any_of": ["公共租赁房", "租赁补贴"]}
    return answer


def _employment(ask: Ask) -> Answer:
    answer = _benefits(ask, adulthood.WORK)
    if ask.find(adulthood.DISABLED_WORK).met:
        answer |= {
            "any_of": ["残疾人就业政策", "推荐到集中就业企业就业"],
            "co": ask.zh(["disabled_federation"]),
            "clauses": ["WL24:2.4.2b", *answer["clauses"]],
        }
    return answer | {"lead": ask.names["human_resources"]}


def _unit(ask: Ask) -> Answer:
    task = str(ask.said.fields.get("task") or f"{ask.said.text}；{ask.question}")
    duty, named = duties.unit_for(task)
    answer: Answer = {
        "unit": ask.names[duty.unit],
        "co": ask.zh(duty.co),
        "named": named,
        "missing": [],
        "clauses": [duty.clause],
    }
    clause = ask.law.law.clauses.get(duty.clause)
    answer["lead"] = ask.names[clause.lead] if clause and clause.lead else answer["unit"]
    if duty.fund:
        answer["fund"] = duty.fund
    if duty.note:
        answer["reason"] = duty.note
    return answer


def _access(ask: Ask) -> Answer:
    fields = ask.said.fields
    found = knowing.may_know(
        str(fields.get("field") or f"{ask.said.text}；{ask.question}"),
        str(fields.get("requester") or ask.said.text),
    )
    return {
        "allowed": found.allowed,
        "field": found.field,
        "requester": found.requester,
        "shown": found.shown,
        "reason": found.reason,
        "missing": ["task_in_this_case"] if found.allowed is None else [],
        "clauses": [found.clause],
    }


def _due(ask: Ask, figure: str, begun: date | None) -> Answer:
    days = ask.law.figures[figure]
    due = begun and ask.calendar.add_working_days(begun, days)
    clause = ask.law.law.figures[figure].clause
    return {
        "deadline": due,
        "working_days": days,
        "counted_from": begun,
        "missing": [] if begun else ["begun_on"],
        "clauses": [clause],
    }


def _cross_province(ask: Ask) -> Answer:
    reply = ask.about("反馈|答复|户籍(?:所在)?地.{0,8}(?:收到|受理|回复)|收到推送|reply")
    figure = "cross_province_reply_working_days" if reply else "cross_province_intake_working_days"
    begun = day_in(ask.said.text)
    unit = "户籍所在地民政部门" if reply else "受理地镇（街道）"
    return {"applies": True, "unit": unit, **_due(ask, figure, begun)}


def _push(ask: Ask) -> Answer:
    words = str(ask.said.fields.get("received") or ask.said.fields.get("learned") or ask.said.text)
    answer = _due(ask, "information_push_working_days", day_in(words))
    pushed = ask.said.fields.get("pushed")
    day = pushed if isinstance(pushed, date) else day_in(str(pushed or ""))
    if day and answer["deadline"]:
        answer["timely"] = day <= answer["deadline"]
    office = ask.names["child_protection_office"]
    return answer | {"applies": True, "unit": office, "report_to": office, "when": "及时"}


# These questions are about one thing: what else their words touch is not asked.
ALONE = frozenset(
    {"access", "cross_province_intake", "emergency", "information_push", "admission", "unit"}
)


def _has(*names: str) -> Callable[[Ask], bool]:
    return lambda ask: any(name in ask.said.fields for name in names)


def _words(pattern: str) -> Callable[[Ask], bool]:
    return lambda ask: ask.about(pattern)


def _is_education(ask: Ask) -> bool:
    school = ask.about(
        "免费|免除|减免|住宿费|营养餐|保育费|学费|助学|资助|补助|benefit|待遇|waive|priority|优先"
    )
    return "stage" in ask.said.facts and (
        school or not ask.about("拒|就读方式|placement|拒收|refus|就业")
    )


def _is_placement(ask: Ask) -> bool:
    schooling = ask.about(
        "就读|入学|安置|适龄|随班|特殊教育|特教|送教|普通教育|school|placement|educat|上学"
    )
    return schooling and ({"severity", "disabled"} & set(ask.said.facts) != set())


_REFUSAL = (
    "拒收|拒绝(?:其|该|接收|接受|为)?.{0,8}(?:入学|入读|就读|接收)|不予接收|不(?:让|准|同意|肯).{0,6}"
    "(?:入学|上学|就读|入读)|劝退|school.{0,20}refus|refus.{0,30}(?:admi|enrol|school)"
)
TOPICS: tuple[tuple[str, Callable[[Ask], bool], Callable[[Ask], Answer]], ...] = (
    ("access", _has("field", "requester"), _access),
    (
        "cross_province_intake",
        lambda ask: (
            ask.about("外省|跨省|省外|异地|外地户籍")
            and (_has("application")(ask) or ask.about("申请|窗口|受理|认定|通办|application"))
        ),
        _cross_province,
    ),
    (
        "emergency",
        lambda ask: (
            _has("hospital", "deposit_paid")(ask)
            or ask.about("首诊|先救治|押金|昏迷|急救|抢救|亟需.{0,4}救治|treat.first|deposit")
        ),
        _emergency,
    ),
    (
        "information_push",
        lambda ask: (
            _has("received", "learned")(ask) or ask.about("通报|推送.{0,6}信息|获得信息|得知后")
        ),
        _push,
    ),
    ("admission", _words(_REFUSAL), _admission),
    ("unit", _has("task"), _unit),
    ("education", _is_education, _education),
    ("placement", _is_placement, _placement),
    ("rehabilitation", _words("康复|辅助器具|辅具|护理补贴|孤独症|rehabilit"), _rehabilitation),
    (
        "insurance",
        _words("医保|参保|医疗保险|大病保险|责任医生|家庭医生|签约|insurance|family doctor"),
        _insurance,
    ),
    ("special_treatment", _words("感染|HIV"), _special_treatment),
    ("housing", _words("住房|建房|公租|公共租赁|租赁补贴|无房|housing|dwelling"), _housing),
    ("employment", _words("就业|劳动能力|创业|employ"), _employment),
)
