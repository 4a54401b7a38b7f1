"""The environment of `make run`: production settings on this machine only, secrets made once."""

import base64
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
FILE = VAR / "local.env"


def port() -> int:
    """The port people type; refuses nonsense with a sentence."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SystemExit(f"PORT={text} is not a port number. Example: PORT=8001 make run")
    return int(text)


def local_environment() -> dict[str, str]:
    """What the process tree of `make run` sees. Values given by the caller win."""
    ours = {
        **_secrets(),
        "LOCAL": "true",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"http://localhost:{port()}",
        "MAIL_DIR": str(VAR / "mail"),
        "PYTHONUNBUFFERED": "1",
    }
    given = {name: value for name, value in os.environ.items() if value}
    return {**ours, **given, "DJANGO_SETTINGS_MODULE": "goryeong_training.settings"}


def _secrets() -> dict[str, str]:
    """Made once and kept: other keys would end sessions and orphan encrypted numbers."""
    if not FILE.exists():
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        values = {"SECRET_KEY": secrets.token_urlsafe(50), "FIELD_ENCRYPTION_KEYS": key}
        _write_private(FILE, "".join(f"{name}={value}\n" for name, value in values.items()))
    lines = (line.partition("=") for line in FILE.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in lines}


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
