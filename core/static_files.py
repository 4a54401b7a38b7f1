"""Static files under names that carry their content's hash, each name worked out once a process."""

from functools import cache
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Every page names the same few files, and their names hold until the next release."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known_url = cache(super().url)

    def url(self, name: str, force: bool = False) -> str:  # noqa: FBT001, FBT002  (Django's signature)
        return self._known_url(name, force)
