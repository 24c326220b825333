"""Two more ways to hear what happens: told by webhook, or inside the house from NATS.

The stream of `Partner.events` is the third, and the simplest. Events carry no particulars.
"""

import asyncio
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from standardwebhooks.webhooks import Webhook

from deploy.partner.client import Partner

Json = dict[str, Any]
STREAM = "HUTONG"


class Receiver:
    """A webhook's endpoint that keeps what it is told; answer 2xx, then work."""

    def __init__(self) -> None:
        self.told: queue.Queue[tuple[dict[str, str], str]] = queue.Queue()
        told = self.told

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                told.put(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet: what was told is nobody else's."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_port}/told"


def hear_by_webhook(partner: Partner, operator_secret: str) -> Json:
    """Be told of one event: register where, make the webhook, verify what comes."""
    receiver = Receiver()
    operator = Partner(partner.url, "operator", secret=operator_secret)
    target = {
        "department": partner.client_id,
        "host": "127.0.0.1",
        "port": receiver.server.server_port,
        "networks": ["127.0.0.1/32"],
        "plain": True,
    }
    operator.push("/v1/webhook-targets", target).raise_for_status()
    made = partner.push("/v1/webhooks", {"url": receiver.url, "types": ["referrals.*"]}).json()
    try:
        partner.push("/v1/referrals/pushes", {"kind": "other", "note": "演练"}).raise_for_status()
        headers, body = receiver.told.get(timeout=30)
        return dict(Webhook(made["secret"]).verify(body, headers))
    finally:
        path = f"/v1/webhooks/{made['id']}"
        partner.http.delete(path, headers=partner.authorized()).raise_for_status()
        receiver.server.shutdown()


def hear_on_nats(url: str, consumer: str | None = None) -> Json:
    """One event from JetStream; in production through the consumer the operator made for us."""

    async def one() -> Json:
        client = await nats.connect(url, connect_timeout=5)
        try:
            stream = client.jetstream()
            config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.EXPLICIT)
            subscription = await (
                stream.pull_subscribe_bind(consumer, STREAM)
                if consumer
                else stream.pull_subscribe("", stream=STREAM, config=config)
            )
            (message,) = await subscription.fetch(1, timeout=10)
            await message.ack()
            return dict(json.loads(message.data))
        finally:
            await client.close()

    return asyncio.run(one())
