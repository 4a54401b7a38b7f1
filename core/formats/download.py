"""Headers of a file somebody downloads."""

import re
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from django.http.response import HttpResponseBase

from core.text import clean_text

LONGEST_NAME: Final = 120

_UNSAFE: Final = re.compile(r'[\\/:*?"<>|;%\s]+')
_NOT_ASCII: Final = re.compile(r"[^A-Za-z0-9.\-]+")


def safe_file_name(name: str) -> str:
    """A name that every operating system accepts; the ending survives the cut."""
    path = PurePath(_UNSAFE.sub("_", clean_text(name)).strip("._") or "download")
    ending = path.suffix[:10]
    return path.name.removesuffix(ending)[: LONGEST_NAME - len(ending)] + ending


def content_disposition(name: str) -> str:
    """The real name in UTF-8, and an ASCII one for programs that know no other."""
    name = safe_file_name(name)
    path = PurePath(name)
    plain = _NOT_ASCII.sub("_", path.stem).strip("_") or "download"
    ending = _NOT_ASCII.sub("", path.suffix)
    return f"attachment; filename=\"{plain}{ending}\"; filename*=UTF-8''{quote(name, safe='')}"


def mark_as_download(response: HttpResponseBase, name: str) -> None:
    """Saved under `name`, never shown in the browser, never kept by a cache."""
    response["Content-Disposition"] = content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
