from typing import Any

account_urls: list[Any] = []
privacy_urls: list[Any] = []
