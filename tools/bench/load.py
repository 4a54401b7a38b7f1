"""A client in a process of its own: a few connections that ask the same thing again and again.

Plain sockets and one thread, so that little of the machine goes into asking. Reads its order as JSON from
standard input and writes what it saw to standard output.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

BODILESS = {204, 304}
CHUNK = 1 << 18


@dataclass
class Connection:
    address: tuple[str, int]
    request: bytes
    received: bytearray = field(default_factory=bytearray)
    expected: int = -1
    status: int = 0
    asked_at: float = 0

    def __post_init__(self) -> None:
        self.socket = socket.create_connection(self.address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        self.received.clear()
        self.expected = -1
        self.asked_at = time.perf_counter()
        self.socket.sendall(self.request)

    def take(self) -> bool:
        """Read what is there; True when the answer is complete."""
        got = self.socket.recv(CHUNK)
        if not got:
            raise ConnectionError("the server closed the connection")
        self.received += got
        if self.expected < 0:
            self._read_head()
        return 0 <= self.expected <= len(self.received)

    def _read_head(self) -> None:
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.received[:end]).decode("latin-1")
        self.status = int(head[9:12])
        lengths = [
            line[15:] for line in head.split("\r\n") if line.lower().startswith("content-length:")
        ]
        if self.status not in BODILESS and not lengths:
            raise ConnectionError("an answer without a length")
        self.expected = end + 4 + (0 if self.status in BODILESS else int(lengths[0]))


def run(order: dict) -> dict:
    """Ask for `seconds` over `connections`; answers that come later are not counted."""
    address = (order["host"], order["port"])
    watch = selectors.DefaultSelector()
    for _ in range(order["connections"]):
        connection = Connection(address, order["request"].encode("latin-1"))
        watch.register(connection.socket, selectors.EVENT_READ, connection)
        connection.ask()
    times: list[float] = []
    statuses: Counter[int] = Counter()
    begun = time.perf_counter()
    until = begun + order["seconds"]
    while (now := time.perf_counter()) < until:
        for key, _ in watch.select(until - now):
            if key.data.take():
                times.append(time.perf_counter() - key.data.asked_at)
                statuses[key.data.status] += 1
                key.data.ask()
    return _seen(times, statuses, time.perf_counter() - begun)


def _seen(times: list[float], statuses: Counter[int], seconds: float) -> dict:
    times.sort()
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))] * 1000 if times else 0  # noqa: E731
    return {
        "rate": len(times) / seconds,
        "p50_ms": at(0.5),
        "p95_ms": at(0.95),
        "statuses": {str(status): n for status, n in statuses.items()},
    }


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
