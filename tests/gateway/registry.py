"""The registry interface on the whole platform: two children in the programme, clients, keys."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from joserfc.jwk import OKPKey

from deploy.caller import Offices
from deploy.partner.client import Partner
from deploy.partner.dci import RegistryClient
from tests.factories import number_of
from tests.journeys.county import ORPHAN, County
from tests.platform import Platform

REGISTRY = "hutong.331081"
NUMBER, OTHER = number_of("2016-06-01", 31), number_of("2015-03-02", 32)
STRANGER = number_of("2016-06-01", 33)
Json = dict[str, Any]


@dataclass
class World:
    """The platform with two children in the programme, one of them affected by HIV."""

    platform: Platform
    county: County
    child: str
    partners: dict[str, Partner] = field(default_factory=dict)

    def client(self, name: str, callback: str | None = None) -> RegistryClient:
        """A department's registry client with a key of its own."""
        if name not in self.partners:
            secrets = json.loads((Path(self.platform.data_dir) / "sign-in.json").read_text())
            partner = Partner(self.platform.url, name, secret=secrets["clients"][name])
            partner.register_key(OKPKey.generate_key("Ed25519", auto_kid=True))
            self.partners[name] = partner
        return RegistryClient(self.partners[name], REGISTRY, callback)


def enrol(county: County, name: str, number: str, facts: Json) -> str:
    """A child in the programme; its id."""
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    file = {"name": name, "id_no": number, "birth_date": born, "hukou": "浙江省温岭市"}
    child = county.town.post("/v1/eligibility/children", file | {"town": county.town_code})["id"]
    for department, said in facts.items():
        county.state(child, department, said, "2025-01-01")
    assert county.decide(child)["outcome"] == "granted"
    return str(child)


@contextmanager
def registry_at(folder: Path) -> Iterator[World]:
    """Real processes, two children."""
    environment = {"CLOCK_START": "2026-03-02T09:00:00+08:00"}
    with Platform(folder, clock="virtual", environment=environment) as platform:
        county = County(Offices(platform.url, Path(platform.data_dir)))
        child = enrol(county, "陈小雨", NUMBER, ORPHAN)
        enrol(county, "林小满", OTHER, {"health": {"child": {"hiv": "affected"}}})
        yield World(platform, county, child)


def reason(answer: httpx.Response) -> str:
    """The standard's code for a refusal."""
    body = answer.json()
    if "errors" in body:
        return str(body["errors"][0]["code"])
    parts = [
        part for value in body["message"].values() if isinstance(value, list) for part in value
    ]
    return str(parts[0]["status_reason_code"])
