from typing import Any

report_urls: list[Any] = []
