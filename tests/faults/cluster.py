"""Three NATS servers that keep each event on three disks, before one address for all of them."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import nats
from nats.js import JetStreamContext
from nats.js.api import StreamInfo

from deploy.host import free_port
from deploy.servers import Nats
from shared.bus import STREAM
from tests.faults.proxy import Proxy
from tests.faults.world import Server

Found = TypeVar("Found")
Work = Callable[[JetStreamContext], Awaitable[Found]]


@dataclass
class Node(Nats):
    """One server of the cluster, configured as deploy/nats/cluster.conf has it."""

    cluster_port: int = 0
    peers: tuple[int, ...] = ()

    def _config(self) -> str:
        routes = [f"nats-route://127.0.0.1:{port}" for port in self.peers]
        cluster = {"name": "hutong", "host": "127.0.0.1", "port": self.cluster_port}
        alike = super()._config().replace("server_name: hutong", f"server_name: {self.name}")
        return f"{alike}cluster {json.dumps(cluster | {'routes': routes})}\n"

    def ready(self) -> bool:
        """Whether it serves: the first one does before the others are there."""
        health = f"http://127.0.0.1:{self.monitor_port}/healthz?js-server-only=true"
        try:
            with urllib.request.urlopen(health, timeout=1) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


class Cluster:
    """Its servers by name, and the link in the place of the address they share."""

    def __init__(self, folder: Path) -> None:
        peers = tuple(free_port() for _ in range(3))
        self.nodes: dict[str, Server] = {}
        for number, port in enumerate(peers):
            name = f"nats-{number}"
            own = folder / name
            own.mkdir(parents=True)
            (own / "password").write_text("the same everywhere")
            node = Node(own, free_port(), free_port(), name=name, cluster_port=port, peers=peers)
            self.nodes[name] = Server(node, folder / f"{name}.log")
        self._first = self.nodes["nats-0"].server
        self.link = Proxy(free_port(), self._first.port)

    @property
    def url(self) -> str:
        """What services are given."""
        assert isinstance(self._first, Nats)
        return self._first.url().replace(f":{self._first.port}", f":{self.link.port}")

    def lead_past(self, leader: str) -> None:
        """Everybody comes anew, to a server that follows: his own line is whole without it."""
        other = next(name for name in self.nodes if name != leader)
        self.link.target = self.nodes[other].server.port
        for fault in ("reset", "none"):
            self.link.set(fault)

    def stream(self) -> StreamInfo:
        """As its leader knows it."""

        async def ask(jetstream: JetStreamContext) -> StreamInfo:
            return await jetstream.stream_info(STREAM)

        return self._asked(ask)

    def leader(self) -> str:
        """Who leads the stream; the empty word while nobody does."""
        cluster = self.stream().cluster
        return (cluster and cluster.leader) or ""

    def ids(self) -> list[str]:
        """Of all events of the stream, each as often as it is there."""

        async def read(jetstream: JetStreamContext) -> list[str]:
            events = await jetstream.subscribe(">", stream=STREAM, ordered_consumer=True)
            number = (await jetstream.stream_info(STREAM)).state.messages
            came = [await events.next_msg(10) for _ in range(number)]
            return [(message.headers or {})["Nats-Msg-Id"] for message in came]

        return self._asked(read)

    def _asked(self, work: Work[Found]) -> Found:
        async def ask() -> Found:
            client = await nats.connect(self.url, allow_reconnect=False)
            try:
                return await work(client.jetstream(timeout=10))
            finally:
                await client.close()

        return asyncio.run(ask())


@contextmanager
def cluster_in(folder: Path) -> Iterator[Cluster]:
    """A cluster for as long as the block runs."""
    cluster = Cluster(folder)
    try:
        for server in cluster.nodes.values():
            server.start()
        cluster.link.start()
        yield cluster
    finally:
        cluster.link.stop()
        for server in cluster.nodes.values():
            if server.running:
                server.running.stop()
