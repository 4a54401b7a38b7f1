"""Addresses an answer of the board names by the hundred: looked up once a process."""

from functools import lru_cache
from uuid import UUID

from django.urls import reverse

KEPT = 5000


@lru_cache(maxsize=KEPT)
def edit(code: str, uid: UUID) -> str:
    return reverse("organize:item-edit", args=[code, uid])


@lru_cache(maxsize=KEPT)
def ask_host(code: str, visit: int) -> str:
    return reverse("organize:host-ask", args=[code, visit])
