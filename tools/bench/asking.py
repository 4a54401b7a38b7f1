"""What is asked of the house, over the wire and in this process (where statements can be counted)."""

import http.client
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field, replace
from typing import Any

from tools.bench.house import House
from tools.local_env import ROOT

# Every signed-in page reads these two before its view begins.
SESSION_AND_USER = re.compile(
    r'FROM "django_session"|FROM "accounts_user" WHERE "accounts_user"."id" ='
)


@dataclass(frozen=True)
class Ask:
    """One GET; `status` is the only answer that counts."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    conditional: bool = False

    def wire(self, house: House) -> str:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {house.host}", "Accept-Language: ko"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines) + "\r\n\r\n"


def signed_in(user_pk: int) -> dict[str, str]:
    """The cookie of a session as sign-in leaves it."""
    from django.conf import settings  # noqa: PLC0415 (Django is set up by now)
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(user_pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = User.objects.get(pk=user_pk).get_session_auth_hash()
    session.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}


def prepared(house: House, ask: Ask) -> Ask:
    """With the cookies and, where it is conditional, the ETag of an answer just received."""
    connection = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    connection.request(
        "GET", ask.path, headers={"Host": house.host, "Accept-Language": "ko", **ask.headers}
    )
    answer = connection.getresponse()
    answer.read()
    given = [
        value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"
    ]
    etag = answer.headers.get("ETag", "")
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{ask.path} answers {answer.status}")
    headers = dict(ask.headers)
    if given:
        headers["Cookie"] = "; ".join([*filter(None, [headers.get("Cookie")]), *given])
    if ask.conditional:
        headers["If-None-Match"] = etag
    return replace(ask, headers=headers, status=304 if ask.conditional else 200)


def measure(house: House, ask: Ask, *, seconds: float, connections: int) -> dict[str, Any]:
    """One turn of the client process; an answer of another kind spoils the turn."""
    for _attempt in range(2):
        ready = prepared(house, ask)
        order = {
            "host": "127.0.0.1", "port": house.port, "request": ready.wire(house), "seconds": seconds,
            "connections": connections,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "tools.bench.load"], input=json.dumps(order), text=True,
            capture_output=True, check=True, cwd=ROOT,
        )  # fmt: skip
        seen = json.loads(done.stdout)
        if set(seen["statuses"]) == {str(ready.status)}:
            return seen
        # The page's five-minute mark passed during the turn: once more.
    raise RuntimeError(f"{ask.path}: wanted only {ready.status}, got {seen['statuses']}")


def statements(house: House, ask: Ask, *, beside_session_and_user: bool) -> int:
    """SQL statements of one request with nothing kept in this process."""
    from django.core.cache import caches  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    ready = prepared(house, ask)
    caches["process"].clear()
    headers = {
        "host": house.host,
        "accept-language": "ko",
        **{k.lower(): v for k, v in ready.headers.items()},
    }
    cookies = headers.pop("cookie", "")
    with CaptureQueriesContext(connection) as captured:
        answer = Client(headers=headers, HTTP_COOKIE=cookies).get(ready.path)
    if answer.status_code != ready.status:
        raise RuntimeError(
            f"{ask.path}: wanted {ready.status}, got {answer.status_code} in process"
        )
    found = [query["sql"] for query in captured.captured_queries]
    if beside_session_and_user:
        found = [sql for sql in found if not SESSION_AND_USER.search(sql)]
    return len(found)
