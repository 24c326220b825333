"""A gateway small enough for a test: it gives a token and answers what the test told it to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from shared.peers import peers
from shared.settings import settings


@contextmanager
def answering(answers: dict[str, Any]) -> Iterator[list[str]]:
    """Serve `answers` by path while the block runs; yields the paths that were asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def _send(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._send(200, {"access_token": "t", "expires_in": 600})

        def do_GET(self) -> None:
            asked.append(self.path)
            found = answers.get(self.path)
            self._send(200 if found is not None else 404, found or {})

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    keys = settings().keys()
    Path(keys).mkdir(parents=True, exist_ok=True)
    (keys / "service-clients.json").write_text(json.dumps({"service:referrals": "s"}))
    settings().gateway_url = f"http://127.0.0.1:{server.server_port}"
    peers.cache_clear()
    try:
        yield asked
    finally:
        server.shutdown()
        server.server_close()
        peers.cache_clear()
