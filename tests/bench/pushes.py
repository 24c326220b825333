"""Mandatory reports as partners push them, complete HTTP requests, signed or not."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any
from uuid import uuid4

from joserfc.jwk import OKPKey

from shared.clock import clock


def reports(
    port: int, path: str, headers: tuple[str, ...], key: dict[str, str] | None
) -> Iterator[tuple[str, bytes]]:
    """Reports without end, each of another child, with its id."""
    private = OKPKey.import_key(key) if key else None  # type: ignore[arg-type]
    found_at = (clock() - timedelta(minutes=20)).astimezone(UTC).isoformat()
    while True:
        report_id = str(uuid4())
        body = json.dumps(told(report_id, found_at), ensure_ascii=False).encode()
        lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers]
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        lines += [f"Idempotency-Key: {report_id}"]
        if private is not None:
            lines += signature(port, path, report_id, body, private)
        yield report_id, ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def told(report_id: str, found_at: str) -> dict[str, Any]:
    """A report with a narrative, a reporter and a child, some 800 bytes."""
    return {
        "id": report_id,
        "institution_type": "小学",
        "reporter": {"kind": "staff", "name": "某人", "phone": "13700000000"},
        "grounds": ["R4"],
        "what_was_seen": "多处瘀青" * 20,
        "found_at": found_at,
        "town": "泽国镇",
        "child": {"name": "某某", "birth_date": "2014-01-01", "id_no": uuid4().hex[:18]},
    }


def signature(port: int, path: str, report_id: str, body: bytes, key: OKPKey) -> list[str]:
    """The lines of RFC 9421 that the partner guide asks for."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    covered = '("@method" "@target-uri" "content-digest" "idempotency-key")'
    parameters = f'{covered};created={int(time.time())};keyid="{key.thumbprint()}";alg="ed25519"'
    parameters += f';nonce="{uuid4().hex}";tag="hutong-push"'
    base = (
        f'"@method": POST\n"@target-uri": http://127.0.0.1:{port}{path}\n'
        f'"content-digest": {digest}\n"idempotency-key": {report_id}\n'
        f'"@signature-params": {parameters}'
    )
    private: Any = key.get_op_key("sign")
    signed = base64.b64encode(private.sign(base.encode())).decode()
    return [
        f"Content-Digest: {digest}",
        f"Signature-Input: push={parameters}",
        f"Signature: push=:{signed}:",
    ]
