"""The path of a report in a naive build, running beside ours (`naive.txt`)."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

import asyncpg
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import OKPKey

from deploy.host import free_port
from tests.bench.others import environment, process
from tests.bench.town import Town

# What ours stands on as well comes in the same version.
OURS = ("fastapi", "uvicorn", "uvloop", "httptools", "httpx", "sqlalchemy", "asyncpg", "pydantic")
THEIRS = ("PyJWT[crypto]==2.15.1", "casbin==1.43.0", "greenlet")
MODEL = """
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && keyMatch2(r.obj, p.obj) && r.act == p.act
"""
RULES = ["p, police, /v1/protection/reports, POST"]
RULES += [f"p, department-{n % 6}, /v1/thing-{n}/:id, GET" for n in range(60)]


@contextmanager
def naive(folder: Path, town: Town) -> Iterator[tuple[int, str]]:
    """The port of its gateway and the header it asks for; its database is beside ours."""
    run = environment(folder, "naive.txt", *(f"{name}=={version(name)}" for name in OURS), *THEIRS)
    (folder / "model.conf").write_text(MODEL)
    (folder / "policy.csv").write_text("\n".join(RULES))
    key = OKPKey.generate_key("Ed25519")
    public = key.get_op_key("verify").public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "public.pem").write_bytes(public)
    told = {"sub": "police", "aud": "city", "exp": int(time.time()) + 3600}
    token = jwt.encode({"alg": "EdDSA"}, told, key, algorithms=["EdDSA"])
    front, back = free_port(), free_port()
    addresses = {
        "SERVICE_URL": f"http://127.0.0.1:{back}",
        "DATABASE_URL": _database(town).replace("postgresql://", "postgresql+asyncpg://"),
    }
    with ExitStack() as running:
        for name, port in (("service", back), ("gateway", front)):
            command = [str(run / "uvicorn"), f"reference:{name}", "--port", str(port)]
            url = f"http://127.0.0.1:{port}/"
            quiet = ["--no-access-log", "--log-level", "warning"]
            running.enter_context(process([*command, *quiet], url, folder, **addresses))
        yield front, f"Authorization: Bearer {token}"


def _database(town: Town) -> str:
    ours = town.database("protection")

    async def made() -> None:
        connection = await asyncpg.connect(ours)
        await connection.execute("CREATE DATABASE naive")
        await connection.close()

    asyncio.run(made())
    return ours.rsplit("/", 1)[0] + "/naive"
