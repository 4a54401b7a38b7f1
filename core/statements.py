"""Statements that are asked thousands of times: planned once a connection instead of once a call.

Where a statement joins ten tables, planning it costs more than running it.
"""

import re
from hashlib import sha256
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import connection

_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")
# The server looks at no value before it plans: the plan of the first call serves them all.
_ONE_PLAN: Final = "SET plan_cache_mode = force_generic_plan"

# The command that runs each statement, by connection.
_PREPARED: Final[WeakKeyDictionary[Any, dict[str, str]]] = WeakKeyDictionary()


def rows(statement: str, facts: dict[str, Any]) -> list[tuple]:
    """What `statement` answers for `facts`, given by name as to `cursor.execute`.

    Every placeholder must have a type that the server can tell, by a cast where nothing else says it.
    """
    connection.ensure_connection()
    command = _known().get(statement) or _prepared(statement)
    # Straight to the driver: Django's cursor costs as much as the statement.
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(command, facts)
        return cursor.fetchall()


def _prepared(statement: str) -> str:
    names = list(dict.fromkeys(_PLACEHOLDER.findall(statement)))
    text = statement % {one: f"${number}" for number, one in enumerate(names, start=1)}
    name = f"p{sha256(statement.encode()).hexdigest()[:16]}"
    # The driver's cursor here as well: in a request that writes, Django's would put the history's context, with
    # placeholders of its own, in front.
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(_ONE_PLAN)
        cursor.execute(f"PREPARE {name} AS {text}")
    command = f"EXECUTE {name}({', '.join(f'%({one})s' for one in names)})"
    _known()[statement] = command
    return command


def _known() -> dict[str, str]:
    """What this very connection has prepared: a new one, after the server restarted, has nothing."""
    return _PREPARED.setdefault(connection.connection, {})
