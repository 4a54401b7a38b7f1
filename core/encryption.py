"""Personal details that must not be readable in a stolen database copy."""

from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """First key of FIELD_ENCRYPTION_KEYS encrypts, all of them decrypt (rotation)."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS))


def decrypted(value: str) -> str:
    """The text behind a stored value; empty where its key is missing.

    A copy restored without the key must stay usable in all its other fields.
    """
    try:
        return cipher().decrypt(value.encode()).decode() if value else ""
    except InvalidToken:
        return ""


class EncryptedTextField(models.TextField):
    """Text kept as Fernet ciphertext; it cannot be searched or sorted, and that is the point."""

    def get_prep_value(self, value: Any) -> Any:
        if value is None or value == "":
            return value
        return cipher().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypted(value) if value else value
