"""The reverse proxy that ends TLS before a gateway, small and real, with its own authority.

Callers speak TLS to it and may show a certificate; it passes that on as `Client-Cert` (RFC 9440),
says from where they came, and takes out whatever they said of either themselves.
"""

import asyncio
import base64
import hashlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.host import free_port

TAKEN_OUT = (b"client-cert:", b"x-forwarded-for:", b"connection:")


@dataclass
class Authority:
    """A city's certificate authority; each certificate lies with its key in one file."""

    folder: Path

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._own = self._made("city authority", self._key, authority=True)
        (self.folder / "ca.pem").write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    @property
    def file(self) -> str:
        return str(self.folder / "ca.pem")

    def certificate(self, name: str) -> tuple[str, str]:
        """The file with a new certificate and its key, and its thumbprint (x5t#S256)."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._made(name, key)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self.folder / f"{name}.pem"
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
        digest = hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).digest()
        return str(path), base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _made(
        self, name: str, key: ec.EllipticCurvePrivateKey, *, authority: bool = False
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if authority else self._own.subject
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        moment = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(moment - timedelta(minutes=5))
            .not_valid_after(moment + timedelta(days=1))
            .add_extension(address, critical=False)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )


@dataclass
class Entrance:
    """The proxy; it speaks to the gateway from an address of its own, which can be trusted."""

    context: ssl.SSLContext
    gateway_port: int
    address: str
    port: int

    async def serve(self) -> None:
        server = await asyncio.start_server(self._one, "127.0.0.1", self.port, ssl=self.context)
        async with server:
            await server.serve_forever()

    async def _one(self, caller: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        head = (await caller.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
        lines = [line for line in head if not line.lower().startswith(TAKEN_OUT)]
        seen = str(back.get_extra_info("peername")[0])
        lines += [b"Connection: close", f"X-Forwarded-For: {seen}".encode()]
        shown = back.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if shown:
            lines.append(b"Client-Cert: :" + base64.b64encode(shown) + b":")
        length = next(
            (int(x.split(b":")[1]) for x in head if x.lower().startswith(b"content-l")), 0
        )
        body = await caller.readexactly(length)
        answer, ask = await asyncio.open_connection(
            "127.0.0.1", self.gateway_port, local_addr=(self.address, 0)
        )
        ask.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        back.write(await answer.read())
        await back.drain()
        for writer in (ask, back):
            writer.close()


@contextmanager
def entrance(authority: Authority, gateway_port: int, address: str) -> Iterator[str]:
    """The https address of a running proxy before the gateway."""
    file, _ = authority.certificate("entrance")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority.file)
    context.load_cert_chain(file)
    context.verify_mode = ssl.CERT_OPTIONAL
    proxy = Entrance(context, gateway_port, address, free_port())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(_until_ended(proxy),))
    thread.daemon = True
    thread.start()
    yield f"https://127.0.0.1:{proxy.port}"
    loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
    thread.join(10)


async def _until_ended(proxy: Entrance) -> None:
    try:
        await proxy.serve()
    except asyncio.CancelledError:
        return
