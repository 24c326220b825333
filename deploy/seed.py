"""An invented town: some 300 children with families, told through the gateway like everything else.

Nobody in it exists: names are drawn by lot, identity numbers have an area nobody lives in
(331099). The same seed gives the same town. Run once at the first start; `SEED=no` skips it.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from deploy.caller import Offices, Refusal
from shared.clock import clock
from shared.jurisdiction import jurisdiction
from shared.settings import settings

CHILDREN = 300
SURNAMES = "陈林王张李黄金徐朱叶江蔡郑吴赵潘颜莫阮瞿"
GIVEN = "安宁欣悦子涵一诺雨桐思远嘉禾小满星辰若溪明轩可心沐阳知夏书瑶"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
BANKS = (("温岭农商银行", "ZJRCB"), ("工商银行", "ICBC"), ("邮储银行", "PSBC"))


@dataclass(frozen=True)
class Kind:
    """A kind of family: how many of a hundred, and its facts."""

    share: int
    facts: dict[str, dict[str, Any]]
    decided: bool = True


def kinds() -> list[Kind]:
    """The families of the town, in the words of the vocabulary of facts."""
    alive = {"father": {"life": "健在"}, "mother": {"life": "健在"}}
    dead = {"father": {"life": "死亡"}, "mother": {"life": "死亡"}}
    prison = {"life": "健在", "custody": "服刑", "term_months": 30, "custody_since": "2025-06-01"}
    severe: dict[str, Any] = {"disability_type": ["智力"], "disability_grade": "二级"}
    severe["disability_certificate"] = True
    dibao = {"economic_class": "低保", "dibao_active": True, "includes_child": True}
    away = {"life": "健在", "away": True}
    return [
        Kind(8, dead),
        Kind(16, {"father": {"life": "死亡"}, "mother": prison}),
        Kind(18, alive | {"child": severe}),
        Kind(26, alive | {"household": dibao}),
        Kind(10, alive | {"household": {"economic_class": "低保边缘"}}),
        Kind(14, {"father": away, "mother": away, "child": {"hukou_kind": "农村"}}, decided=False),
        Kind(8, {"father": {"life": "死亡"}}, decided=False),
    ]


@dataclass(frozen=True)
class Invented:
    """One child of the town, before anybody has told of it."""

    number: int
    name: str
    born: date
    boy: bool
    town: str
    kind: Kind

    def id_no(self) -> str:
        """A valid number (GB 11643) of an area that does not exist."""
        order = (self.number % 500) * 2 + (1 if self.boy else 0)
        digits = f"331099{self.born:%Y%m%d}{order:03d}"
        total = sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True))
        return digits + "10X98765432"[total % 11]


def invented(today: date) -> Iterator[Invented]:
    """The children of the town, the same every time."""
    lot = random.Random(20230724)  # noqa: S311 - a lottery of invented people
    towns = list(jurisdiction().towns)
    known = kinds()
    for number in range(CHILDREN):
        kind = lot.choices(known, [one.share for one in known])[0]
        # Of every age, so that some come of age in the months ahead.
        born = today - timedelta(days=lot.randint(200, 18 * 365))
        name = lot.choice(SURNAMES) + "".join(lot.sample(GIVEN, lot.choice((1, 2))))
        yield Invented(number, name, born, lot.random() < 0.5, lot.choice(towns), kind)


def tell_child(offices: Offices, child: Invented) -> None:
    """File, facts, payee, application, verification, decision, a second person's confirmation."""
    town = offices.at("town", "督导员", child.town)
    county, second = offices.at("civil_affairs", "经办员"), offices.at("civil_affairs", "复核员")
    file: dict[str, Any] = {"name": child.name, "birth_date": child.born.isoformat()}
    file |= {"id_no": child.id_no(), "sex": "男" if child.boy else "女", "town": child.town}
    file |= {"hukou": "浙江省温岭市", "facts": child.kind.facts}
    child_id = county.post("/v1/eligibility/children", file)["id"]
    bank, code = BANKS[child.number % len(BANKS)]
    payee = {"role": "payee", "kind": "guardian", "relation": "监护人", "since": "2025-06-01"}
    payee |= {"name": child.name[0] + "家长", "bank": bank, "bank_code": code}
    payee["account"] = f"62284804{child.number:011d}"
    town.post(f"/v1/eligibility/children/{child_id}/people", payee)
    application = {"child_id": child_id, "applicant": "guardian", "town": child.town}
    path = f"/v1/eligibility/applications/{_opened(town, child_id, application)}"
    if not child.kind.decided or child.number % 3 == 0:  # a third still waits for the town
        return
    town.post(f"{path}/verification", {"opinion": "入户查验，情况属实"})
    county.post(f"{path}/decision")
    second.post(f"{path}/confirmation")


def _opened(town: Any, child_id: str, application: dict[str, Any]) -> str:
    """The application: the facts may have opened one by themselves (政策找人)."""
    rows = town.get("/v1/eligibility/applications", child_id=child_id)["items"]
    found = next((row for row in rows if row["state"] not in ("decided", "withdrawn")), None)
    return str((found or town.post("/v1/eligibility/applications", application))["id"])


def publish_standards(offices: Offices, year: int) -> None:
    """Invented standards above their legal floors, each published by a second person."""
    standards: dict[str, dict[str, Any]] = {
        "urban_consumption_yearly": {"amount": "49000.00", "statistic_year": year - 1},
        "institution_orphan_monthly": {"amount": "2890.00"},
        "scattered_orphan_monthly": {"amount": "2312.00"},
    }
    first, second = offices.at("civil_affairs", "经办员"), offices.at("civil_affairs", "复核员")
    for key, amount in standards.items():
        said = {"key": key, "since": f"{year}-01-01", "source": "虚构的演练数据"} | amount
        proposed = first.post("/v1/payments/standards", said)
        second.post(f"/v1/payments/standards/{proposed['id']}/publication")


def tell_reports(offices: Offices, now: datetime) -> None:
    """A few reports and detentions, so that the day has begun."""
    found = (now - timedelta(hours=3)).isoformat()
    for number, (unit, ground, seen) in enumerate(REPORTS):
        child: dict[str, Any] = {"name": f"{SURNAMES[number]}某", "birth_date": "2014-05-06"}
        report: dict[str, Any] = {
            "institution_type": unit,
            "grounds": [ground],
            "what_was_seen": seen,
        }
        report |= {"found_at": found, "child": child, "town": "泽国镇"}
        offices.at("institution", f"联络员-{number}").post("/v1/protection/reports", report)
    detention: dict[str, Any] = {
        "kind": "criminal_detention",
        "person": {"name": "某某"},
        "town": "大溪镇",
    }
    detention |= {"began_on": f"{now:%Y-%m-%d}", "ends_on": f"{now + timedelta(days=300):%Y-%m-%d}"}
    child = {"name": "阮小舟", "birth_date": "2018-02-03", "hukou": "浙江省温岭市大溪镇"}
    child |= {"relation": "mother", "carer_kind": "relative", "town": "大溪镇"}
    detention["minor_children"] = {"answer": "has", "children": [child]}
    offices.at("police").post("/v1/protection/detentions", detention)


def answer_referrals(offices: Offices, department: str) -> None:
    """An office takes up what was sent to it: much is done, some is declined, some lies silent."""
    officer = offices.at(department, "经办员")
    for number, line in enumerate(officer.get("/v1/referrals/inbox", limit=20)["items"]):
        for step, said in ANSWERS[number % len(ANSWERS)]:
            officer.post(f"/v1/referrals/lines/{line['id']}/{step}", said)


Steps = tuple[tuple[str, dict[str, str]], ...]
TAKEN: Steps = (("receipt", {}), ("acceptance", {}))
DONE: Steps = (*TAKEN, ("service", {}), ("feedback", {"outcome": "provided"}))
DECLINED: Steps = (("receipt", {}), ("decline", {"reason": "no_capacity"}))
ANSWERS: tuple[Steps, ...] = (DONE, TAKEN, (), DONE, DECLINED, TAKEN, DONE, ())
ANSWERING = ("civil_affairs", "disabled_federation", "education", "health", "medical_insurance")
FIRST_OFFICER = "child_protection_office-1"
REPORTS = (
    ("学校", "R4", "手臂和背部多处淤伤，孩子不愿回家"),
    ("医疗机构", "R5", "误服药物送医，家长说法前后不一"),
    ("旅店宾馆", "R9", "成年人携未成年人入住，说不清关系"),
    ("村（居）民委员会", "R6", "连续多日独自在家，无人照料"),
)


def sign_in_text(url: str, cockpit: str) -> str:
    """How a person and a system sign in, and what to look at first."""
    file = settings().data_dir / "sign-in.json"
    password = json.loads(file.read_text())["people"][FIRST_OFFICER]
    return f"""
  驾驶舱 cockpit     {cockpit}
      经办人 officer   {FIRST_OFFICER}
      密码 password    {password}
      其他经办人 other officers: {file} → people
  接口 API          {url}/docs
      系统密钥 the secret of each department's system: {file} → clients
  先看看 look at     README.md：用 curl 走一遍“一位母亲被羁押” walk the first story with curl
"""


def main() -> int:
    """Seed the town; every child is told once, and a child that was refused is said and skipped."""
    url = settings().gateway_url
    offices, now = Offices(url, settings().data_dir), clock()
    today = now.astimezone(jurisdiction().timezone).date()
    publish_standards(offices, today.year)
    tell_reports(offices, now)
    children = list(invented(today))
    refused = 0

    def tell(child: Invented) -> str:
        try:
            tell_child(offices, child)
        except Refusal as refusal:
            return f"{refusal.status} {refusal.problem}"
        return ""

    with ThreadPoolExecutor(4) as pool:
        for done, said in enumerate(pool.map(tell, children), start=1):
            refused += bool(said)
            _progress(done, len(children), said)
        list(pool.map(lambda department: answer_referrals(offices, department), ANSWERING))
    port = int(url.rsplit(":", 1)[1])
    text = sign_in_text(url, f"http://127.0.0.1:{port + 1}")
    file = settings().data_dir / "sign-in.txt"
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)
    return 1 if refused > len(children) // 10 else 0


def _progress(done: int, total: int, said: str) -> None:
    say: Callable[[str], Any] = sys.stdout.write
    if said:
        say(f"  ! 未能录入 refused: {said}\n")
    if done % 30 == 0 or done == total:
        say(f"  虚构的镇 invented town: {done}/{total}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
