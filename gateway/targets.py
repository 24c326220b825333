"""Where a partner may be told: only where the operator registered it, at the addresses it named.

A block-list would fit nobody here, since partners live in private networks; so a target is pinned
to networks, and what a name resolves to is what is connected to, at every try (SSRF).
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.models import Target, Webhook
from shared.problem import Conflict, Invalid

# No wider than these, by version: a network that holds half the world is no pin.
NARROWEST = {4: 16, 6: 48}


class TooManyWebhooks(Conflict):
    """Each webhook costs a delivery an event, so that a system has so many and no more."""

    zh, en = "本系统推送订阅已达上限", "This system has as many webhooks as it may have"


class TargetNotRegistered(Invalid):
    """Webhooks only go where the operator has registered the department may be told."""

    zh, en = "推送地址未经登记", "This webhook target is not registered for the department"


async def require_room(session: AsyncSession, client_id: str, most: int) -> None:
    """TooManyWebhooks when a system has all it may have."""
    own = (Webhook.client_id == client_id, Webhook.state != "removed")
    if (await session.scalar(select(func.count()).where(*own)) or 0) >= most:
        raise TooManyWebhooks(limit=most, allowed=["DELETE /v1/webhooks/{webhook_id}"])


async def target_of(session: AsyncSession, department: str, url: str) -> Target:
    """The registered target a URL lies in; TargetNotRegistered for anything unusual in it."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or parts.username or parts.fragment:
        raise TargetNotRegistered(where="body.url")
    try:
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except ValueError as error:
        raise TargetNotRegistered(where="body.url") from error
    target = await session.scalar(
        select(Target).where(
            Target.department == department,
            Target.host == parts.hostname,
            Target.port == port,
            Target.ended_at.is_(None),
        )
    )
    if target is None or (parts.scheme == "http" and not target.plain):
        raise TargetNotRegistered(where="body.url")
    return target


def pinned(host: str, said: list[str]) -> list[str]:
    """The networks of a target as they are kept; ValueError says why they pin nothing."""
    networks = [ip_network(one, strict=False) for one in said]
    for one in networks:
        if one.prefixlen < NARROWEST[one.version]:
            raise ValueError(f"{one} is too wide to pin anything")
        if one.is_link_local or one.is_multicast or one.is_unspecified or _mapped(one):
            raise ValueError(f"{one} is no network of a partner")
    if (literal := _literal(host)) is not None and not any(literal in one for one in networks):
        raise ValueError(f"{host} lies outside its networks")
    return [str(one) for one in networks]


def _literal(host: str | None) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host or "")
    except ValueError:
        return None


def _mapped(network: IPv4Network | IPv6Network) -> bool:
    first = network.network_address
    return isinstance(first, IPv6Address) and first.ipv4_mapped is not None


class Pinned(AbstractResolver):
    """Resolves a name only to addresses inside the registered networks."""

    def __init__(self, networks: list[str]) -> None:
        self._networks = [ip_network(one, strict=False) for one in networks]

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - asked for by name
    ) -> list[ResolveResult]:
        """Addresses of the name that are pinned; OSError when there is none."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        results: list[ResolveResult] = []
        for kind, _, proto, _, address in found:
            if any(ip_address(address[0]) in network for network in self._networks):
                flags = socket.AI_NUMERICHOST
                result = ResolveResult(
                    hostname=host,
                    host=str(address[0]),
                    port=port,
                    family=kind,
                    proto=proto,
                    flags=flags,
                )
                results.append(result)
        if not results:
            raise OSError("the name leads outside its registered addresses")
        return results

    async def close(self) -> None:
        """Nothing is held."""
