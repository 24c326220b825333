"""The cases of the kit, sent one after the other: does this platform answer as it must?

A case is a call with what must come back; `save` keeps a part of an answer for the cases after
it, `{today}` and `{now}` are the platform's own time, `{xiaoman.id_no}` is an invented person's.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import yaml
from joserfc.jwk import OKPKey

from deploy.partner.client import Partner

HERE = Path(__file__).parent
Json = dict[str, Any]
NAME = re.compile(r"\{([a-z_.]+)\}")


def cases() -> Iterator[tuple[str, Json]]:
    """Every case with the partner it belongs to, in the order in which they build on each other."""
    for file in sorted((HERE / "cases").glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield file.stem.partition("-")[2], case


def people() -> dict[str, str]:
    """The invented people by `name.field`."""
    known = yaml.safe_load((HERE / "people.yaml").read_text(encoding="utf-8"))
    return {f"{who}.{name}": value for who, said in known.items() for name, value in said.items()}


@dataclass
class Check:
    """A platform that is checked; `offline` sends only what the sandbox can judge."""

    url: str
    sign_in: Path
    offline: bool = False
    words: dict[str, str] = field(default_factory=people)
    partners: dict[tuple[str, bool], Partner] = field(default_factory=dict)

    def run(self, only: str = "") -> list[str]:
        """The names of the cases that were answered otherwise than they must be."""
        moment = str(httpx.get(f"{self.url}/v1/clock", headers=self._operator()).json()["now"])
        now = datetime.fromisoformat(moment)
        self.words |= {"now": (now - timedelta(minutes=5)).isoformat(), "today": moment[:10]}
        failed = []
        for partner, case in cases():
            if (only and partner not in ("town", only)) or (
                self.offline and not case.get("offline")
            ):
                continue
            fault = self._one(case)
            print("✗" if fault else "✓", f"{partner}: {case['name']}", fault)
            failed += [case["name"]] if fault else []
        return failed

    def _operator(self) -> Mapping[str, str]:
        return self.partner("operator", signed=False).authorized()

    def partner(self, client: str, *, signed: bool) -> Partner:
        """The system of a client, with a registered key where it signs."""
        if (client, signed) not in self.partners:
            secret = json.loads(self.sign_in.read_text())["clients"][client]
            made = Partner(self.url, client, secret=secret, officer="partner-kit")
            if signed:
                made.register_key(OKPKey.generate_key("Ed25519", auto_kid=True))
            self.partners[client, signed] = made
        return self.partners[client, signed]

    def _one(self, case: Json) -> str:
        """Send one case; what is wrong with the answer, or nothing."""
        try:
            filled = self._filled(case)
        except KeyError as missing:
            return f"{missing} was not saved by a case before"
        partner = self.partner(filled["client"], signed=bool(filled.get("signed")))
        method, _, path = filled["call"].partition(" ")
        answer = spoilt(partner, method, path, filled)
        fault = wrong(filled, answer)
        if not fault:
            for name, part in filled.get("save", {}).items():
                self.words[name] = str(answer.json()[part])
        return fault

    def _filled(self, case: Json) -> Json:
        """The case with its words filled in."""
        text = NAME.sub(lambda found: self.words[found[1]], json.dumps(case, ensure_ascii=False))
        filled: Json = json.loads(text)
        return filled


def spoilt(partner: Partner, method: str, path: str, case: Json) -> httpx.Response:
    """Send a case, with what its `spoil` does to it."""
    headers = case.get("headers", {})
    if method == "GET":
        return partner.http.get(path, headers=partner.authorized(**headers))
    body, spoil, once = case["body"], case.get("spoil"), uuid4().hex
    if spoil in ("again", "other_body"):
        partner.push(path, body, key=once)
        return partner.push(path, body if spoil == "again" else altered(body), key=once)
    request = partner.request(path, body, once, late=spoil == "late")
    request.headers.update(headers)
    if spoil == "anonymous":
        del request.headers["Authorization"]
    if spoil == "altered":
        request = _with(partner, request, json.dumps(altered(body), ensure_ascii=False).encode())
    if spoil == "replayed":
        partner.http.send(request)
    if spoil == "stranger":
        stranger = OKPKey.generate_key("Ed25519", auto_kid=True)
        request = partner.request(path, body, once, key_used=stranger)
    return partner.http.send(request)


def altered(body: Json) -> Json:
    """The same push about another town."""
    return body | {"town": "松门镇"}


def _with(partner: Partner, request: httpx.Request, content: bytes) -> httpx.Request:
    headers = {k: v for k, v in request.headers.items() if k.lower() != "content-length"}
    path = request.url.path
    return partner.http.build_request("POST", path, content=content, headers=headers)


def wrong(case: Json, answer: httpx.Response) -> str:
    """What is wrong with an answer; nothing when it is as it must be."""
    expected = case["expect"] if isinstance(case["expect"], list) else [case["expect"]]
    if answer.status_code not in expected:
        return f"{answer.status_code} instead of {expected}: {answer.text[:300]}"
    if answer.status_code < 400:
        return _unlike(case, answer)
    problem = answer.json()
    if "problem" in case and problem["type"] != f"/problems/{case['problem']}":
        return f"{problem['type']} instead of /problems/{case['problem']}"
    if "clause" in case and problem.get("clause") != case["clause"]:
        return f"clause {problem.get('clause')} instead of {case['clause']}"
    return "" if problem.get("title") and problem.get("title_en") else "no words in two languages"


def _unlike(case: Json, answer: httpx.Response) -> str:
    """What a good answer says that it must not, or does not say that it must."""
    if "is" in case and answer.json() != case["is"]:
        return f"{answer.text[:200]} instead of {case['is']}"
    if "lacks" in case and case["lacks"] in answer.text:
        return "the answer names what it must not"
    said: Any = answer.json() if "has" in case else {}
    entry: Json = (said or [{}])[0] if isinstance(said, list) else said
    for name, value in case.get("has", {}).items():
        if str(entry.get(name)) != value:
            return f"{name} is not {value}"
    if case.get("spoil") == "again" and answer.headers.get("idempotency-replayed") != "true":
        return "the second push was not answered as the first"
    return ""
