from typing import Any

leader_urls: list[Any] = []
