"""What only the gateway is told by its environment."""

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from pydantic_settings import BaseSettings, SettingsConfigDict

Network = IPv4Network | IPv6Network


class GatewaySettings(BaseSettings):
    """Read once. Every name begins with `GATEWAY_` in the environment."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_")
    public_url: str | None = None
    trusted_proxies: list[str] = []
    access_token_seconds: int = 600
    person_session_hours: int = 10
    seed_clients: bool = True
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    built_in_sign_in: bool = True
    cockpit_urls: list[str] = []

    def trusts(self, address: str) -> bool:
        """Whether a peer is the reverse proxy that ends TLS, whose `Client-Cert` we believe."""
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self._networks())

    def _networks(self) -> list[Network]:
        return [ip_network(text, strict=False) for text in self.trusted_proxies]


@cache
def gateway_settings() -> GatewaySettings:
    """The settings of this process; tests call `gateway_settings.cache_clear()`."""
    return GatewaySettings()
