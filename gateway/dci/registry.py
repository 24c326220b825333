"""The registry at the gateway: who asks, what eligibility says to that, the signed answer.

Every question goes to eligibility as the department that asked it: same table, same policy,
same record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC
from time import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson

from gateway.dci import signing
from gateway.dci.messages import Envelope
from gateway.dci.refusals import (
    BadSignature,
    EncryptedMessage,
    ItemRefused,
    MessageRepeated,
    SignatureAbsent,
    WrongAction,
    WrongReceiver,
    WrongSender,
    WrongTime,
    WrongVersion,
)
from gateway.identity.notices import use_up
from gateway.models import Evidence
from gateway.proxy import NO_ANSWER, TooSlow
from shared.clock import instant
from shared.database import new_id, now, transaction
from shared.identity import PRINCIPAL, PURPOSE, REQUEST_ID, Principal, signed
from shared.jurisdiction import jurisdiction
from shared.problem import Forbidden, Invalid, NotFound, Unavailable

if TYPE_CHECKING:
    from gateway.house import House

VERSION = "1.0.0"
SEARCHES, CHECKS = "/v1/eligibility/searches", "/v1/eligibility/enrolment-checks"
ASK_SECONDS = 10.0


def kept(caller: Principal) -> dict[str, Any]:
    """A caller who is answered later, as it is kept."""
    return asdict(caller)


def caller_of(kept_as: Mapping[str, Any]) -> Principal:
    """A caller as it was kept."""
    return Principal(**dict(kept_as) | {"scopes": tuple(kept_as["scopes"])})


class Registry:
    """Verifies envelopes, asks eligibility, signs answers."""

    def __init__(self, house: House) -> None:
        self.house = house

    @property
    def name(self) -> str:
        """Our own id, as `receiver_id` of what is sent to us."""
        return f"hutong.{jurisdiction().meta.code}"

    # -- in ---------------------------------------------------------------------------------

    async def admit(self, caller: Principal, action: str, said: Envelope, raw: Any) -> None:
        """Let an envelope in: meant for us, from its sender, now, signed, and for the first time.

        Its signature is kept as evidence under the message's id. Raises the refusals.
        """
        header = said.header
        window = float(self.house.figure("gateway_message_seconds"))
        if header.is_msg_encrypted:
            raise EncryptedMessage(where="header.is_msg_encrypted")
        if header.version != VERSION:
            raise WrongVersion(where="header.version", allowed=[VERSION])
        if header.action != action:
            raise WrongAction(where="header.action", allowed=[action])
        if header.sender_id != caller.client:
            raise WrongSender(where="header.sender_id", allowed=[caller.client])
        if header.receiver_id not in (None, self.name):
            raise WrongReceiver(where="header.receiver_id", allowed=[self.name])
        if abs(header.message_ts.timestamp() - time()) > window:
            raise WrongTime(where="header.message_ts", allowed=[f"±{window:.0f} s"])
        await self._once(caller, self._verified(said, raw, window), action, header.message_id)

    def _verified(self, said: Envelope, raw: Any, skew: float) -> tuple[signing.Signature, str]:
        if not said.signature:
            raise SignatureAbsent(where="signature")
        signature = signing.parse(said.signature)
        client = self.house.clients.find(said.header.sender_id)
        keys = {key.kid: key for key in (client.keys if client else None) or ()}
        if signature.sender != said.header.sender_id or signature.key_id not in keys:
            raise BadSignature(detail_en="register this key first: PUT /v1/me/keys")
        digest = signing.digest_of(raw["header"], raw["message"])
        signing.verify(signature, digest, keys[signature.key_id], time(), skew)
        return signature, digest

    async def _once(
        self, caller: Principal, proof: tuple[signing.Signature, str], action: str, message_id: str
    ) -> None:
        signature, digest = proof
        evidence = Evidence(
            id=new_id(),
            client_id=caller.client,
            department=caller.department,
            key_id=signature.key_id,
            nonce=message_id,
            method="DCI",
            target=action,
            signature_input=signing.lines(signature.created, signature.expires, digest),
            signature=signature.value.hex(),
            content_digest=digest,
            signed_at=instant(signature.created),
        )
        # Twice the window: a message sent early is still known when it could come again.
        until = time() + 2 * float(self.house.figure("gateway_message_seconds"))
        async with transaction(self.house.sessions) as session:
            if not await use_up(session, f"message:{caller.client}", message_id, until):
                raise MessageRepeated(where="header.message_id")
            evidence.verified_at = now(session)
            session.add(evidence)

    # -- asking -----------------------------------------------------------------------------

    async def ask(self, caller: Principal, path: str, body: Mapping[str, Any]) -> Any:
        """What eligibility answers this caller; ItemRefused, Forbidden, Unavailable."""
        house, line = self.house, self.house.table.find("POST", path)
        assert line is not None
        if not line.permits(caller.department) or line.scope not in caller.scopes:
            raise Forbidden(clause=line.clause, allowed=sorted(line.departments))
        headers = {
            PRINCIPAL: signed(caller, house.ring.signing(), int(time()) + 60),
            REQUEST_ID: caller.request_id,
            PURPOSE: caller.purpose,
            "Content-Type": "application/json",
        }
        try:
            async with house.place(line.service, caller.client):
                asked = house.proxy.ask(
                    line.service, "POST", path, headers, orjson.dumps(body), ASK_SECONDS
                )
                async with await asked as response:
                    return _heard(response.status, await response.read())
        except (TooSlow, TimeoutError, *NO_ANSWER) as error:
            raise Unavailable(retry_after=5) from error

    # -- out --------------------------------------------------------------------------------

    def envelope(
        self, action: str, receiver: str, message: Mapping[str, Any], *, status: str, **more: Any
    ) -> dict[str, Any]:
        """A message of ours in its signed envelope."""
        header = {
            "version": VERSION,
            "message_id": str(uuid4()),
            "message_ts": stamp(),
            "action": action,
            "status": status,
            "sender_id": self.name,
            "receiver_id": receiver,
            "total_count": 1,
            "completed_count": 1,
            "is_msg_encrypted": False,
            "meta": {},
            **more,
        }
        key = self.house.ring.signing()
        signature = signing.sign(header, message, self.name, key, int(time()))
        return {"signature": signature, "header": header, "message": message}


def stamp() -> str:
    """Now, as the standard writes it; technical time."""
    return instant(time()).astimezone(UTC).isoformat(timespec="milliseconds")


def _heard(status: int, body: bytes) -> Any:
    """An answer of eligibility, or the problem it is to whoever asked."""
    if status < 300:
        return orjson.loads(body)
    if status == 400:
        raise ItemRefused("rjct.search_criteria.invalid", "the number or date cannot be right")
    if status == 403:
        raise Forbidden()
    if status == 404:
        raise NotFound()
    if status == 409:
        raise ItemRefused(
            "rjct.search.too_many_records_found", "several children fit: name the UIN"
        )
    if status in (401, 429) or status >= 500:
        raise Unavailable(retry_after=5)
    raise Invalid()
