"""A partner's client of the registry interface (DCI): signed envelopes out, callbacks verified.

Needs httpx, joserfc and `client.py` beside it. The sender is the client's id; the key is the one
registered with `register_key`.
"""

import base64
import hashlib
import json
import re
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519
from joserfc.jwk import KeySet, OKPKey

from deploy.partner.client import Partner

Json = dict[str, Any]
PATH = "/v1/dci/registry"
PART = re.compile(r'(\w+)="([^"]*)"')
RECORD = "spdci-extensions-ibr:Beneficiary"


class RegistryClient:
    """One system that asks the registry; `callback` is where it listens for later answers."""

    def __init__(self, partner: Partner, registry: str, callback: str | None = None) -> None:
        assert partner.key is not None, "register a key first: every envelope is signed"
        self.partner, self.registry, self.callback = partner, registry, callback

    # -- questions --------------------------------------------------------------------------

    def enrolled(self, id_no: str) -> httpx.Response:
        """Is this child in the programme already?"""
        query = {"person_identifier": {"eq": id_no}}
        criteria = {"query_type": "idtype-value", "response_entity": "Member", "query": query}
        return self.send("sync/enrolled", "search", {"enrolled_criteria": criteria})

    def search(self, id_no: str, *, later: bool = False, **criteria: Any) -> httpx.Response:
        """Who is this child to the register, as far as we may know?"""
        wanted = {"query_type": "idtype-value", "query": {"type": "UIN", "value": id_no}}
        item = self.item({"search_criteria": wanted | criteria})
        path = "search" if later else "sync/search"
        return self.send(path, "search", {"search_request": [item]})

    def subscribe(self, id_no: str, event: str = "enrollement_status_change") -> httpx.Response:
        """Be told what becomes of one child's enrolment."""
        wish = {
            "reg_event_type": event,
            "filter_type": "idtype-value",
            "filter": {"type": "UIN", "value": id_no},
            "notify_record_type": RECORD,
        }
        item = self.item({"subscribe_criteria": wish})
        return self.send("subscribe", "subscribe", {"subscribe_request": [item]})

    def unsubscribe(self, *codes: str) -> httpx.Response:
        """Be told no more."""
        message = {"timestamp": stamp(), "subscription_codes": list(codes)}
        return self.send("unsubscribe", "unsubscribe", message)

    def status(self, correlation_id: str, kind: str = "search") -> httpx.Response:
        """What became of a question that is answered later?"""
        asked = {
            "reference_id": str(uuid4()),
            "txn_type": kind,
            "attribute_type": "correlation_id",
            "attribute_value": correlation_id,
        }
        return self.send("sync/txn/status", "txn-status", {"txnstatus_request": asked})

    # -- envelopes --------------------------------------------------------------------------

    def send(self, path: str, action: str, message: Json) -> httpx.Response:
        """Send a message in a fresh signed envelope; a transaction id is added."""
        return self.post(path, self.envelope(action, message))

    def post(self, path: str, envelope: Json) -> httpx.Response:
        """Send an envelope as it is."""
        return self.partner.http.post(
            f"{PATH}/{path}", json=envelope, headers=self.partner.authorized()
        )

    def envelope(self, action: str, message: Json) -> Json:
        """Header, message and their signature."""
        header: Json = {
            "version": "1.0.0",
            "message_id": str(uuid4()),
            "message_ts": stamp(),
            "action": action,
            "sender_id": self.partner.client_id,
            "receiver_id": self.registry,
            "total_count": 1,
            "is_msg_encrypted": False,
            "meta": {},
        }
        if self.callback:
            header["sender_uri"] = self.callback
        message = {"transaction_id": str(uuid4()), **message}
        return self.signed(header, message)

    def signed(self, header: Json, message: Json) -> Json:
        """An envelope of this header and message, signed now."""
        assert self.partner.key is not None
        signature = sign(header, message, self.partner.client_id, self.partner.key)
        return {"signature": signature, "header": header, "message": message}

    @staticmethod
    def item(content: Json) -> Json:
        """One request of a message."""
        return {"reference_id": str(uuid4()), "timestamp": stamp(), **content}

    def verified(self, envelope: Json) -> Json:
        """The message of an answer or a callback; ValueError when its signature does not hold."""
        answer = self.partner.http.get("/.well-known/jwks.json").json()
        verify(envelope, answer, self.registry)
        if envelope["header"]["receiver_id"] != self.partner.client_id:
            raise ValueError("this message is meant for somebody else")
        return dict(envelope["message"])


def stamp() -> str:
    """Now, with its time zone."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def signed_lines(header: Json, message: Json, created: int, expires: int) -> bytes:
    """What is signed: two times, and a digest of header and message."""
    content = {"header": header, "message": message}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"(created): {created}\n(expires): {expires}\ndigest: {digest}".encode()


def sign(header: Json, message: Json, sender: str, key: OKPKey) -> str:
    """The signature of an envelope; good for five minutes."""
    private = key.get_op_key("sign")
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    created, expires = int(time.time()), int(time.time()) + 300
    value = base64.b64encode(private.sign(signed_lines(header, message, created, expires)))
    return (
        f'Signature: namespace="spdci", kidId="{sender}|{key.thumbprint()}|ed25519", '
        f'algorithm="ed25519", created="{created}", expires="{expires}", '
        f'headers="(created) (expires) digest", signature="{value.decode()}"'
    )


def verify(envelope: Json, jwks: Any, sender: str) -> None:
    """ValueError unless a key of the sender signed this envelope, and its time has not passed."""
    parts = dict(PART.findall(envelope["signature"]))
    said, key_id, _ = parts["kidId"].rsplit("|", 2)
    created, expires = int(parts["created"]), int(parts["expires"])
    keys = {key.kid: key for key in KeySet.import_key_set(jwks)}
    if said != sender or key_id not in keys or time.time() > expires:
        raise ValueError("not signed by whom it says, or too old")
    public = keys[key_id].get_op_key("verify")
    assert isinstance(public, ed25519.Ed25519PublicKey)
    lines = signed_lines(envelope["header"], envelope["message"], created, expires)
    try:
        public.verify(base64.b64decode(parts["signature"]), lines)
    except InvalidSignature as error:
        raise ValueError("the signature is not of this header and message") from error
