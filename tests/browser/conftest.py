"""The cockpit in a real Chromium: gateway, two services and cockpit as processes of their own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from deploy.caller import Offices
from deploy.host import free_port, leashed
from deploy.local.settings import ROOT
from tests import patience
from tests.conftest import Servers, databases, nats_world
from tests.patience import PATIENCE, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A page is waited for as everything else is: the browser's own five seconds are a measure.
expect.set_options(timeout=PATIENCE * 1000)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
OWNERS = ("gateway", "referrals", "protection")


@dataclass
class Stack:
    """Four processes and the folder of their keys and secrets."""

    folder: Path
    nats_url: str
    databases: dict[str, str]
    ports: dict[str, int] = field(
        default_factory=lambda: {name: free_port() for name in (*OWNERS, "cockpit")}
    )
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def offices(self) -> Offices:
        return Offices(self.url("gateway"), self.folder)

    def password(self, officer: str) -> str:
        kept: dict[str, Any] = json.loads((self.folder / "sign-in.json").read_text())
        return str(kept["people"][officer])

    def end_sign_ins(self, officer: str) -> None:
        """The operator shuts an officer out, and lets them sign in anew."""
        operator = self.offices.at("operator")
        operator.post(f"/v1/officers/{officer}/suspension")
        operator.post(f"/v1/officers/{officer}/readmission")

    def start(self, name: str, application: str) -> None:
        command = [sys.executable, "-m", "uvicorn", application, "--port", str(self.ports[name])]
        environment = {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "KEYS_DIR": str(self.folder / "keys"),
            "DATABASE_URL": self.databases.get(name, ""),
            "NATS_URL": self.nats_url,
            "GATEWAY_URL": self.url("gateway"),
            "COCKPIT_URL": self.url("cockpit"),
            "GATEWAY_COCKPIT_URLS": json.dumps([f"{self.url('cockpit')}/sign-in/return"]),
            "REFERRALS_URL": self.url("referrals"),
            "ELIGIBILITY_URL": "http://127.0.0.1:1",
            "PAYMENTS_URL": "http://127.0.0.1:1",
            "PROTECTION_URL": self.url("protection"),
            "CLOCK": "virtual",
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                leashed(command, ROOT), env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        self.running.append(process)
        self._wait(name)

    def _wait(self, name: str) -> None:
        def lives() -> bool:
            return patience.get(f"{self.url(name)}/health/live").status_code == 200

        try:
            until(lives, httpx.HTTPError)
        except AssertionError:
            pytest.fail((self.folder / f"{name}.log").read_text()[-3000:])

    def stop(self) -> None:
        for process in reversed(self.running):
            process.terminate()
        for process in self.running:
            process.wait(PATIENCE)


@pytest.fixture(scope="session")
def stack(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Running once for all browser tests."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with ExitStack() as opened:
        new = opened.enter_context(databases(servers))
        nats_url = opened.enter_context(nats_world(servers))
        folder = tmp_path_factory.mktemp("cockpit")
        found = Stack(folder, nats_url, {name: new(name) for name in OWNERS})
        opened.callback(found.stop)
        found.start("referrals", "services.referrals.app:app")
        found.start("protection", "services.protection.app:app")
        found.start("gateway", "gateway.app:app")
        found.start("cockpit", "gateway.cockpit.app:app")
        yield found


@pytest.fixture
def page(stack: Stack) -> Iterator[Page]:
    """A fresh page; what it loads from elsewhere and what it complains of is kept on it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(locale="zh-CN", viewport={"width": 1360, "height": 900})
        context.set_default_timeout(PATIENCE * 1000)
        opened = context.new_page()
        complaints: list[str] = []
        opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        elsewhere: list[str] = []
        # The pages of the cockpit, and the one page of the gateway on which people sign in.
        by_name = stack.url("cockpit").replace("127.0.0.1", "localhost")
        signing_in = f"{stack.url('gateway')}/oauth/authorize"
        ours = (stack.url("cockpit"), by_name, signing_in, "data:")
        opened.on(
            "request",
            lambda asked: None if asked.url.startswith(ours) else elsewhere.append(asked.url),
        )
        yield opened
        browser.close()
        assert elsewhere == [], "nothing is loaded from elsewhere"
        assert [c for c in complaints if "401" not in c] == []
