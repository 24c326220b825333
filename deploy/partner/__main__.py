"""`python -m deploy.partner check [URL] [SIGN_IN_FILE]`: does this platform answer as it must?

Sends every sample of `cases.yaml` to a rehearsal platform and says, line by line, what came.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import yaml
from joserfc.jwk import OKPKey

from deploy.partner.client import Partner

CASES = Path(__file__).with_name("cases.yaml")


def spoilt(partner: Partner, method: str, path: str, case: Mapping[str, Any]) -> httpx.Response:
    """Send a case, with what its `spoil` does to it."""
    if method == "GET":
        return partner.get(path)
    body, spoil, once = case["body"], case.get("spoil"), uuid4().hex
    if spoil == "other_body":
        partner.push(path, body, key=once)
        return partner.push(path, body | {"town": "松门镇"}, key=once)
    request = partner.request(path, body, once)
    if spoil == "anonymous":
        del request.headers["Authorization"]
    if spoil == "altered":
        other = json.dumps(body | {"town": "松门镇"}, ensure_ascii=False).encode()
        headers = {k: v for k, v in request.headers.items() if k.lower() != "content-length"}
        request = partner.http.build_request("POST", path, content=other, headers=headers)
    if spoil == "replayed":
        partner.http.send(request)
    return partner.http.send(request)


def wrong(case: Mapping[str, Any], answer: httpx.Response) -> str:
    """What is wrong with an answer; nothing when it is as it must be."""
    expected = case["expect"] if isinstance(case["expect"], list) else [case["expect"]]
    if answer.status_code not in expected:
        return f"{answer.status_code} instead of {expected}: {answer.text[:300]}"
    if "problem" in case and answer.json()["type"] != f"/problems/{case['problem']}":
        return f"{answer.json()['type']} instead of /problems/{case['problem']}"
    if "clause" in case and answer.json().get("clause") != case["clause"]:
        return f"clause {answer.json().get('clause')} instead of {case['clause']}"
    return ""


def check(url: str, sign_in: Path) -> list[str]:
    """The names of the cases that were answered otherwise than they must be."""
    secrets = json.loads(sign_in.read_text())["clients"]
    partners: dict[tuple[str, bool], Partner] = {}
    failed = []
    for case in yaml.safe_load(CASES.read_text(encoding="utf-8")):
        name, signed = case["client"], bool(case.get("signed"))
        if (name, signed) not in partners:
            partner = Partner(url, name, secret=secrets[name], officer="partner-kit")
            if signed:
                partner.register_key(OKPKey.generate_key("Ed25519", auto_kid=True))
            partners[name, signed] = partner
        method, _, path = case["call"].partition(" ")
        fault = wrong(case, spoilt(partners[name, signed], method, path, case))
        print("✗" if fault else "✓", case["name"], fault)
        failed += [case["name"]] if fault else []
    return failed


def main(arguments: list[str]) -> int:
    """The exit code: 0 when every case was answered as it must be."""
    match arguments:
        case ["check", *more]:
            url = more[0] if more else "http://127.0.0.1:8000"
            file = Path(more[1]) if len(more) > 1 else Path(".data/sign-in.json")
            failed = check(url, file)
            print(f"{len(failed)} failed" if failed else "all as they must be")
            return 1 if failed else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
