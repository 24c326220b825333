"""Who does it, who may know, by when, and what follows when nobody answers."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from services.referrals.rules import duties, knowing
from services.referrals.rules.evaluation.asking import Answer, Ask
from services.referrals.rules.moves import LADDER, REASONS
from services.referrals.rules.table import Service
from services.referrals.rules.words import day_in, day_stated, days_in
from shared.gloss import glossed
from shared.sentences import sentence_of


def unit_answer(ask: Ask) -> Answer:
    task = glossed(str(ask.said.fields.get("task") or f"{ask.said.text}；{ask.question}"))
    task = _NOT_IT.sub("", task) or task
    duty, named = duties.unit_for(task)
    if not named and (sentence := _sentence_of(ask, task)):
        duty, named = sentence, True
    answer: Answer = {
        "unit": ask.names[duty.unit],
        "co": ask.zh([*duty.co, *duties.sharing(duty, task)]),
        "named": named,
        "missing": [],
        "clauses": [duty.clause],
    }
    clause = ask.law.law.clauses.get(duty.clause)
    answer["lead"] = ask.names[clause.lead] if clause and clause.lead else answer["unit"]
    answer["units"] = ask.zh(clause.units if clause else ())
    if not answer["co"]:
        answer["co"] = [name for name in answer["units"] if name != answer["lead"]]
    if duty.fund:
        answer["fund"] = duty.fund
    if duty.note:
        answer["reason"] = duty.note
    return answer


# What a task is told not to be: 医疗救治，不是医保缴费.
_NOT_IT = re.compile("[，、；]而?(?:不是|并非|而非|不包括|不含|不涉及)[^，。；、]*")


def _sentence_of(ask: Ask, task: str) -> duties.Duty | None:
    """A task no line of the table knows: the sentence of the document that speaks of it."""
    clauses = [c for c in ask.law.law.clauses.values() if c.id.startswith("WL24:") and c.units]
    told = [c for c in clauses if not c.id.endswith(".r")]  # a line of offices speaks of nothing
    found = sentence_of(task, told)
    return duties.Duty(found.id, found.lead or found.units[0], ()) if found else None


POSTED = (
    "公示|张榜|(?:刊登|发布|公布|公开|晒)[^，。；]{0,14}(?:照片|姓名|名字|名单)|公[告开示]栏|宣传栏|公开发布|"
    "[张粘]?贴[^，。；]{0,8}(?:墙|栏|门口|大厅)|"
    "post(?:ed|ing)? (?:publicly|the (?:list|names?)|up)|be (?:posted|published)"
)
TASK: Mapping[Any, str] = {True: "（承办本案）", False: "（未承办本案）"}


def access_answer(ask: Ask) -> Answer:
    fields = ask.said.fields
    if ask.about(POSTED):
        return {
            "allowed": False,
            "shown": "不公示",
            "reason": "困境儿童名单和个人信息一律不公示",
            "missing": [],
            "clauses": ["WL24:3.1h-2", "PIPL:34"],
        }
    if unknown := [name for name in ("field", "requester") if fields.get(name, name) is None]:
        return {"allowed": None, "shown": "遮蔽", "missing": unknown, "clauses": ["WL24:3.1h-2"]}
    found = knowing.may_know(
        str(fields.get("field") or f"{ask.said.text}；{ask.question}"),
        f"{fields.get('requester') or ask.said.text}{TASK.get(fields.get('has_task'), '')}",
    )
    return {
        "allowed": found.allowed,
        "field": found.field,
        "requester": found.requester,
        "shown": found.shown,
        "reason": found.reason,
        "missing": ["has_task"] if found.allowed is None else [],
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


def cross_province_answer(ask: Ask) -> Answer:
    refused = ask.about(
        "回户籍|拒|不(?:予)?(?:受理|办理|收)|(?:让|叫|请|要求|劝)[^，。；]{0,4}回[^，。；]{0,6}(?:办|申请)|"
        "refus|declin|send .{0,24}(?:back|home)"
    )
    reply = not refused and ask.about(
        "反馈|答复|户籍(?:所在)?地.{0,8}(?:收到|受理|回复)|收到推送|reply|respond"
    )
    figure = "cross_province_reply_working_days" if reply else "cross_province_intake_working_days"
    begun = _begun(ask)
    unit = "户籍所在地民政部门" if reply else "受理地镇（街道）"
    answer = {"applies": True, "unit": unit, **_due(ask, figure, begun)}
    if refused:
        reason = "全国通办：受理地镇（街道）应当受理并推送，不得要求回户籍地办理"
        answer |= {"may_refuse": False, "reason": reason, "missing": []}
    return answer


def _begun(ask: Ask) -> date | None:
    """The day the materials were complete: where it is told as such, else the last day named."""
    told = ask.said.fields.get("begun_on")
    if isinstance(told, date):
        return told
    complete = _COMPLETE.search(ask.said.text)
    if complete is None and not told and _INCOMPLETE.search(ask.said.text):
        return None  # no period runs before all is there
    said = str(told or "") or (complete.group() if complete else "")
    return day_in(said) or day_in(ask.said.text)


_A_DAY = r"\d{4}[-年]\d{1,2}[-月]\d{1,2}日?"
_COMPLETE = re.compile(
    f"(?:收齐|齐全|齐备|补齐|完备)[^，。；\\d]{{0,6}}{_A_DAY}|"
    f"{_A_DAY}[^，。；\\d未不]{{0,8}}(?:收齐|齐全|齐备|补齐|完备)"
)


_INCOMPLETE = re.compile(
    "(?:未|没有?)(?:能|收|补|交)?(?:齐|完备)|不(?:齐全?|完整)|材料[^，。；]{0,4}(?:欠缺|尚缺|还缺)"
)


_LONG_AFTER = re.compile(
    r"(?:[2-9]|\d{2,}|[两二三四五六七八九十])个?(?:工作)?[天日]后|"
    r"(?:\d+|[一两二三四五六七八九十半])个?(?:周|星期|月)[后多]"
)


_AT_ONCE = re.compile(
    "(?:当日|当天|当即|立即|随即|次日|第二天)[^，；。]{0,4}(?:通报|报告|推送|告知)"
)


def push_answer(ask: Ask) -> Answer:
    words = str(ask.said.fields.get("received") or "")
    pushed = ask.said.fields.get("pushed")
    day = pushed if isinstance(pushed, date) else day_in(str(pushed or ""))
    days = days_in(ask.said.text)  # a sentence tells of the learning first, then of the notice
    if not words and not pushed and len(days) > 1:
        day = days[1]
    answer = _due(ask, "information_push_working_days", day_in(words) or next(iter(days), None))
    if _LONG_AFTER.search(ask.said.text) or _AT_ONCE.search(ask.said.text):
        answer["timely"] = _LONG_AFTER.search(ask.said.text) is None
    elif day and answer["deadline"]:
        answer["timely"] = day <= answer["deadline"]
    if not ask.about("何时|期限|及时|几天|by when|timely|deadline|late"):
        answer["missing"] = []
    office = ask.names["child_protection_office"]
    if ask.about("网格"):
        answer |= {
            "next_step": "网格员及时了解并上报困难和诉求",
            "duty_list": "网格履职清单",
            "co": ask.zh(("politics_law",)),
            "clauses": ["WL24:4.2b-2", "WL24:4.2b-3", *answer["clauses"]],
        }
    if ask.about(f"{_OF_HARM}|打骂|殴打|毒打|猥亵|遗弃|强奸"):  # the report does not wait for it
        answer |= {"also": "立即向公安机关报案", "clauses": [*answer["clauses"], "WL24:3.1a-4"]}
    return answer | {"applies": True, "unit": office, "report_to": office, "when": "及时"}


def procedure_answer(ask: Ask) -> Answer:
    """An application within the province: the town verifies, then the county confirms."""
    county = ask.about("确认|民政局(?:审|收)|county|confirm")
    figure = "confirmation_working_days" if county else "verification_working_days"
    unit = ask.names["civil_affairs"] if county else "镇人民政府（街道办事处）"
    return {"applies": True, "unit": unit, "public_notice": False} | _due(ask, figure, _begun(ask))


def transfer_answer(ask: Ask) -> Answer:
    """A child goes to another province: the centre coordinates until the other side confirms."""
    return {
        "applies": True,
        "unit": ask.names["protection_centre"],
        "lead": ask.names["civil_affairs"],
        "co": ask.zh(("police",)),
        "next": ["查明身份", "联系流出地", "商定移交", "护送", "对方确认接收"],
        "open_until": "对方确认接收",
        "missing": [],
        "clauses": ["WL24:3.5c-3", "WL24:4.1c-3"],
    }


def silence_answer(ask: Ask) -> Answer:
    """A department does not answer in time: it goes up, office by office."""
    days = ask.law.figures["referral_answer_working_days"]
    sent, answered = _day(ask, "sent"), _day(ask, "answered")
    if "sent" not in ask.said.fields:
        sent = days_in(ask.said.text)[:1]
    due = ask.calendar.add_working_days(sent[0], days) if sent else None
    if due and answered:
        late = answered[0] > due
        return {
            "applies": late,
            "timely": not late,
            "deadline": due,
            "working_days": days,
            "status": "answered_late" if late else "answered",
            "missing": [],
            "clauses": ["WL24:4.2c-2"],
        }
    today = day_stated(ask.said.fields)
    if due and today and today <= due:
        return _still_time(due, days)
    steps = ["牵头部门" if step == "lead" else ask.names[step] for step in LADDER]
    return {
        "applies": True,
        "status": "escalated",
        "deadline": due,
        "working_days": days,
        "unit": steps[0],
        "next": steps,
        "next_step": f"逾期（{days}个工作日）即督办，依次至" + "、".join(steps),
        "sender_sees": "各部门的状态与结果",
        "missing": [],
        "clauses": ["WL24:4.1a-3", "WL24:4.2c-2"],
    }


def _still_time(due: date, days: int) -> Answer:
    """Nobody has answered, and nobody is late yet."""
    return {
        "applies": False,
        "status": "waiting",
        "deadline": due,
        "working_days": days,
        "next_step": "尚在期限内；逾期未答复的，予以督办",
        "missing": [],
        "clauses": ["WL24:4.2c-2"],
    }


def _day(ask: Ask, field: str) -> list[date]:
    """The day a field states, if it states one."""
    told = ask.said.fields.get(field)
    return [told] if isinstance(told, date) else days_in(str(told or ""))


_NO_REASON = (
    "(?:未|没有?|不)(?:说明|写明?|注明|给出?|讲|附|填)[^，。；]{0,4}(?:理由|原因)|无(?:任何)?理由|"
    "without (?:a word|(?:any |a |giving )?reasons?)|no reason"
)


def decline_answer(ask: Ask) -> Answer:
    """A department declines: only with a coded reason, and the reason has its consequence."""
    return {
        "applies": True,
        "allowed_reasons": [reason.zh for reason in REASONS.values()],
        "next_step": "须选择编码理由并说明后续；无理由的不予受理无效",
        **({"valid": False} if ask.about(_NO_REASON) else {}),
        "lead": ask.names["civil_affairs"],
        "missing": [],
        "clauses": ["WL24:4.2c-2", "WL24:4.1b-1"],
    }


def _service_in(ask: Ask) -> Service | None:
    text = f"{ask.said.text}；{ask.question}"
    named = [s for s in ask.table.values() if any(word in text for word in (s.zh, *s.aliases))]
    return max(named, key=lambda s: max(len(w) for w in (s.zh, *s.aliases)), default=None)


def fields_answer(ask: Ask) -> Answer:
    """Which particulars a receiver needs, and whether the family must agree first."""
    service = _service_in(ask)
    if (service is None or service.basis != "consent") and ask.about(_OF_HARM):
        return _by_duty(ask, service)
    if service is None:
        return {"missing": ["service"], "next_step": MINIMUM, "clauses": ["PIPL:34"]}
    if service.basis == "consent" and ask.about(
        "监护人.{0,6}(?:加害|施暴|侵害|嫌疑)|(?:加害|施暴|侵害)人.{0,4}监护人|"
        "guardian.{0,16}(?:abus|offend)"
    ):
        return _without_consent(ask, service)
    return {
        "service": service.zh,
        "next_step": MINIMUM,
        "fields": [ZH_CLASSES[kind] for kind in service.needs],
        "never": [zh for kind, zh in ZH_CLASSES.items() if kind not in service.needs],
        "consent_required": service.basis == "consent",
        "legal_basis": "履行法定职责" if service.basis == "duty" else "监护人同意或法定例外",
        "unit": ask.names[service.provider],
        "lead": ask.names[service.lead],
        "missing": [],
        "clauses": ["PIPL:34", "PIPL:13" if service.basis == "duty" else "PIPL:31", service.clause],
    }


_OF_HARM = (
    "强制报告|报案|受侵|被侵害|受害|虐待|家暴|性侵|法定职责|mandatory report|abus|statutory duty"
)


def _by_duty(ask: Ask, service: Service | None) -> Answer:
    """What follows a report of harm is statutory duty: nobody's consent is asked."""
    return {
        **({"service": service.zh} if service else {}),
        "next_step": MINIMUM,
        "consent_required": False,
        "legal_basis": "履行法定职责",
        "lead": ask.names[service.lead if service else "child_protection_office"],
        "missing": [],
        "clauses": ["PIPL:13", "PIPL:34", "WL24:4.2c-2"],
    }


def _without_consent(ask: Ask, service: Service) -> Answer:
    """A guardian who did the harm does not stand between the child and help."""
    return {
        "service": service.zh,
        "next_step": MINIMUM,
        "fields": [ZH_CLASSES[kind] for kind in service.needs],
        "consent_required": False,
        "legal_basis": "履行法定职责；监护人为侵害人的，不以其同意为前提",
        "reason": "听取儿童意见，由承办人决定并留痕",
        "unit": ask.names[service.provider],
        "lead": ask.names[service.lead],
        "missing": [],
        "clauses": ["PIPL:34", "PIPL:13", service.clause],
    }


MINIMUM = "只提供办理该项服务所需的最少信息，查阅留痕"
ZH_CLASSES = {
    "identity": "身份信息",
    "address": "住址",
    "contact": "联系方式",
    "health": "健康、残疾信息",
    "hiv": "艾滋病感染信息",
    "placement": "安置去向",
    "money": "账户与收入",
    "reporter": "报告人信息",
}
