"""What runs on many machines is what runs on one: the same processes, addresses and duties."""

import ast
import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml

from deploy import rotation
from deploy.host import free_port
from deploy.image import ONE_MACHINE, normal, wanted
from deploy.keys import OWNERS, SERVICES, make
from deploy.local.settings import ROOT
from deploy.local.table import PROCESSES, UVICORN_FLAGS
from deploy.servers import Postgres, serving
from gateway.identity.ring import Ring
from gateway.settings import GatewaySettings
from shared.settings import Settings, settings

DEPLOY = ROOT / "deploy"
BASE = DEPLOY / "kubernetes" / "base"
NAMES = {row.name for row in PROCESSES}
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def documents(folder: Path = BASE) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.yaml")):
        yield from (document for document in yaml.safe_load_all(file.read_text()) if document)


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {found["metadata"]["name"]: found for found in documents() if found.get("kind") == kind}


def test_compose_runs_the_same_processes() -> None:
    for row in PROCESSES:
        service = COMPOSE["services"][row.name]
        assert service["command"] == [row.application]
        assert ("env_file" in service) is row.owns_database
        assert service["read_only"] is True


def test_only_the_doors_are_published_and_only_on_the_loopback() -> None:
    published = {name: s["ports"] for name, s in COMPOSE["services"].items() if "ports" in s}
    assert published.keys() == {"gateway", "cockpit", "grafana"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    for name in SERVICES:
        assert COMPOSE["services"][name]["networks"] == ["platform"]
    assert COMPOSE["networks"]["platform"]["internal"] is True


def test_kubernetes_runs_the_same_processes_with_both_probes() -> None:
    deployments = of_kind("Deployment")
    assert deployments.keys() == NAMES
    for row in PROCESSES:
        pod = deployments[row.name]["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["args"] == [row.application]
        assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
        assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert pod["securityContext"]["runAsNonRoot"] is True
        (keys,) = (volume for volume in pod["volumes"] if volume["name"] == "keys")
        assert row.owns_database or keys["secret"]["secretName"] == f"{row.name}-keys"


def test_prometheus_asks_all_that_have_metrics_and_nobody_else() -> None:
    """Whoever is asked and has none would be called away for ever."""
    config = yaml.safe_load((DEPLOY / "prometheus.yaml").read_text())["scrape_configs"][0]
    (listed,) = (one["targets"] for one in config["static_configs"])
    annotated = {
        name
        for name, found in of_kind("Deployment").items()
        if found["spec"]["template"]["metadata"].get("annotations", {}).get("prometheus.io/scrape")
    }
    measured = {row.name for row in PROCESSES if row.owns_database}
    assert {target.partition(":")[0] for target in listed} == annotated == measured


def test_every_process_may_lose_one_pod_at_a_time_and_every_database_is_migrated() -> None:
    budgets = of_kind("PodDisruptionBudget")
    assert budgets.keys() == NAMES | {"nats"}
    assert all(budget["spec"]["maxUnavailable"] == 1 for budget in budgets.values())
    jobs = {
        job["spec"]["template"]["spec"]["containers"][0]["command"][-1]
        for job in of_kind("Job").values()
    }
    assert jobs == {row.name for row in PROCESSES if row.owns_database}


def test_a_service_is_reached_from_the_gateway_and_from_those_who_watch() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nobody"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    rule = policies["services"]["spec"]
    assert set(rule["podSelector"]["matchExpressions"][0]["values"]) == set(SERVICES)
    pods = [
        source["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for ingress in rule["ingress"]
        for source in ingress["from"]
        if "podSelector" in source
    ]
    assert pods == ["gateway"]


def environment_names() -> set[str]:
    gateway = {f"GATEWAY_{name.upper()}" for name in GatewaySettings.model_fields}
    return {name.upper() for name in Settings.model_fields} | gateway


def test_no_environment_variable_is_misspelt() -> None:
    written: set[str] = set()
    for file in (BASE / "kustomization.yaml", DEPLOY / "kubernetes/production/kustomization.yaml"):
        for maker in yaml.safe_load(file.read_text())["configMapGenerator"]:
            written |= {literal.partition("=")[0] for literal in maker["literals"]}
    for name in NAMES:
        written |= set(COMPOSE["services"][name].get("environment", {}))
    assert written
    assert written <= environment_names(), written - environment_names()


def test_the_operators_guide_names_every_environment_variable_metric_and_alert() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text()
    missing = {name for name in environment_names() if f"`{name}`" not in guide}
    rules = yaml.safe_load((DEPLOY / "prometheus-rules.yaml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    headings = {
        re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).strip().replace(" ", "-")
        for line in guide.splitlines()
        if line.startswith("#")
    }
    anchors = {rule["annotations"]["runbook"].partition("#")[2] for rule in alerts}
    assert anchors <= headings, anchors - headings
    written = (ROOT / "shared" / "web.py").read_text()
    metrics = set(re.findall(r'"(hutong_[a-z_]+)"', written))
    missing |= {name for name in metrics if f"`{name}`" not in guide}
    assert not missing


def test_the_image_starts_as_one_machine_does() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    entry = text[text.index("ENTRYPOINT") : text.index("CMD [")].replace("\\\n", "")
    words = json.loads(entry.partition("ENTRYPOINT ")[2])
    assert set(words) >= set(UVICORN_FLAGS) - {"127.0.0.1", "3"}
    assert re.search(r"^USER 10001", text, re.MULTILINE)
    copied = set(re.findall(r"^COPY (\w+) \w+$", text, re.MULTILINE))
    assert {"shared", "services", "gateway"} <= copied


def locked() -> dict[str, str]:
    lock = (ROOT / "requirements.lock").read_text()
    return wanted((ROOT / "pyproject.toml").read_text(), lock)


def test_the_image_installs_only_what_runs_and_each_with_its_hash() -> None:
    found = locked()
    assert all("--hash=sha256:" in lines for lines in found.values())
    development = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {normal(name) for name in development["optional-dependencies"]["dev"]}
    assert not named & found.keys()
    assert not ONE_MACHINE & found.keys()


def test_every_package_the_services_import_is_in_the_image() -> None:
    owners = packages_distributions()
    imported: set[str] = set()
    for folder in ("shared", "services", "gateway"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Import):
                    imported |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    imported.add(node.module.partition(".")[0])
    needed = {
        normal(owner)
        for name in imported - sys.stdlib_module_names
        for owner in owners.get(name, [])
    }
    assert needed
    assert needed <= locked().keys(), needed - locked().keys()


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "secrets"
    make(folder, "127.0.0.1:1", "127.0.0.1:2")
    return folder


def test_keys_are_made_once_and_no_process_has_another_ones(secrets: Path) -> None:
    def contents() -> dict[str, bytes]:
        return {
            str(file.relative_to(secrets)): file.read_bytes()
            for file in secrets.rglob("*")
            if file.is_file()
        }

    before = contents()
    make(secrets, "127.0.0.1:1", "127.0.0.1:2")
    assert contents() == before
    assert secrets.stat().st_mode & 0o777 == 0o700
    for name in OWNERS:
        others = [other for other in OWNERS if other != name]
        for key in ("kek.key", "kek-sealed.key", "index.key"):
            assert before[f"{name}/{key}"] not in [before[f"{other}/{key}"] for other in others]
    for name in SERVICES:
        assert list(json.loads(before[f"{name}/service-clients.json"])) == [f"service:{name}"]
        assert b"PRIVATE" not in before[f"{name}/procuratorate.jwk"]
        assert not (secrets / name / "gateway.jwk").exists()


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl puts the overlay together")
def test_the_overlay_for_production_can_be_put_together(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY, tmp_path / "deploy", ignore=shutil.ignore_patterns("secrets"))
    production = tmp_path / "deploy" / "kubernetes" / "production"
    make(production / "secrets", "postgres.db.svc:5432", "nats:4222")
    built = subprocess.run(
        ["kubectl", "kustomize", str(production)], capture_output=True, text=True, check=True
    )
    found = [document for document in yaml.safe_load_all(built.stdout) if document]
    secrets = {one["metadata"]["name"] for one in found if one["kind"] == "Secret"}
    for name in OWNERS:
        assert any(secret.startswith(f"{name}-keys-") for secret in secrets)
        assert any(secret.startswith(f"{name}-environment-") for secret in secrets)
    assert all(
        one["metadata"].get("namespace") == "hutong" for one in found if one["kind"] != "Namespace"
    )


async def executed(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def test_a_services_own_role_migrates_its_database_and_enters_no_other(
    secrets: Path, tmp_path: Path
) -> None:
    postgres = Postgres(tmp_path / "postgres", free_port(), durable=False)
    with serving(postgres, tmp_path / "log"):
        roles = (secrets / "roles.sql").read_text().splitlines()
        asyncio.run(executed(postgres.url(), *roles))
        text = (secrets / "payments.env").read_text()
        written = dict(line.split("=", 1) for line in text.splitlines())
        url = written["DATABASE_URL"].replace("127.0.0.1:1/", f"127.0.0.1:{postgres.port}/")
        migrated = subprocess.run(
            [sys.executable, "-m", "shared.database", "migrate", "payments"],
            env={**os.environ, "DATABASE_URL": url},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert migrated.returncode == 0, migrated.stderr
        asyncio.run(executed(url, "SET ROLE hutong_app", "SELECT count(*) FROM outbox"))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            asyncio.run(executed(url.rpartition("/")[0] + "/hutong_protection"))


def test_a_turned_key_is_known_to_every_process_before_it_signs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYS_DIR", "")
    folder = tmp_path / "secrets"
    make(folder, "h:5432", "h:4222")
    kustomization = tmp_path / "kustomization.yaml"
    shutil.copy(DEPLOY / "kubernetes" / "production" / "kustomization.yaml", kustomization)
    for turn in (1, 2):
        rotation.main([str(folder), "--ahead", "600"])
        for process in OWNERS:
            known = json.loads((folder / process / "gateway-jwks.json").read_text())["keys"]
            assert len(known) == turn + 1
        generator = yaml.safe_load(kustomization.read_text())["secretGenerator"]
        (files,) = (one["files"] for one in generator if one["name"] == "gateway-keys")
        keys = [file for file in files if re.search(r"/gateway[^/]*\.jwk$", file)]
        assert len(keys) == turn + 1
        assert all((tmp_path / file).stat().st_mode & 0o044 for file in files)
    settings.cache_clear()
    monkeypatch.setenv("KEYS_DIR", str(folder / "gateway"))
    first = Ring().public()["keys"][-1]["kid"]
    assert Ring().signing().kid == first, "a new one signs before it is known"
