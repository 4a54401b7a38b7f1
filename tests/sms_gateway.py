"""An SMS gateway on loopback for tests: real HTTP, every signature checked, every request kept."""

import hmac
import json
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "gateway-secret"


@dataclass
class SmsGateway:
    """Use as a context manager. `answers` are given to the next requests to send, then a plain yes."""

    answers: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    taken: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forged: int = 0

    def __enter__(self) -> "SmsGateway":
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gateway.post(self)

            def do_GET(self) -> None:
                gateway.get(self)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/messages"

    def post(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        if not self._is_signed(request, body):
            self.forged += 1
            say(request, 403, {}, {"message": "signature"})
            return
        status, headers, content = self.answers.pop(0) if self.answers else (200, {}, None)
        message = json.loads(body)
        if content is None or content == "silent":
            self.taken[message["reference"]] = message
        if content == "silent":
            request.close_connection = True
            return
        say(request, status, headers, content or {"accepted": True, "id": "gw-1"})

    def get(self, request: BaseHTTPRequestHandler) -> None:
        reference = request.path.rpartition("/")[2]
        self.asked.append(reference)
        known = reference in self.taken
        say(request, 200 if known else 404, {}, {"accepted": True, "id": "gw-1"} if known else {})

    def _is_signed(self, request: BaseHTTPRequestHandler, body: bytes) -> bool:
        parts = (request.headers["X-Timestamp"], request.command, request.path)
        text = b"\n".join([*(part.encode() for part in parts), body])
        ours = hmac.new(SECRET.encode(), text, sha256).hexdigest()
        return hmac.compare_digest(f"sha256={ours}", request.headers["X-Signature"])


def say(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], facts: Any) -> None:
    content = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
