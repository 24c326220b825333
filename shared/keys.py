"""Keys by name, from a folder: made at first use on one machine, mounted as secrets elsewhere."""

import os
import secrets
from functools import cache

from joserfc.jwk import OKPKey

from shared.settings import settings


def _made_once(name: str, content: bytes) -> bytes:
    """The file's content, written first if nobody has; two processes agree on one."""
    folder = settings().keys()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        fresh = folder / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()


@cache
def secret_key(name: str) -> bytes:
    """32 random bytes kept under a name: `kek`, `kek-sealed`, `index`, `cursor`."""
    return _made_once(f"{name}.key", secrets.token_bytes(32))


@cache
def signing_key(name: str) -> OKPKey:
    """An Ed25519 key pair kept under a name; its thumbprint is its `kid`."""
    fresh = OKPKey.generate_key("Ed25519", auto_kid=True)
    content = _made_once(f"{name}.jwk", fresh.as_pem(private=True))
    key = OKPKey.import_key(content)
    key.ensure_kid()
    return key
