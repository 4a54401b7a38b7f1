"""A question asked after every move is put into SQL once a process: wording it costs more than its answer."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection

# Stands where the key will stand; no row has it.
PLACEHOLDER = -987_654_321


def prepared(build: Callable[[int], Any]) -> Callable[..., list[tuple[Any, ...]]]:
    """Rows of the `values_list` that `build` makes for a key; `most` limits them."""

    @cache
    def worded() -> tuple[str, tuple[Any, ...]]:
        return build(PLACEHOLDER).query.sql_with_params()

    def ask(key: int, *, most: int | None = None) -> list[tuple[Any, ...]]:
        sql, parameters = worded()
        given = [key if value == PLACEHOLDER else value for value in parameters]
        if most is not None:
            sql, given = f"{sql} LIMIT %s", [*given, most]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return cursor.fetchall()

    return ask
