from typing import Any

host_urls: list[Any] = []
participant_urls: list[Any] = []
