"""Rows into tables by COPY: a thousand times what `save()` does in the same minute."""

from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django.db import connection, models

ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def rows(model: type[models.Model], fields: Sequence[str], values: Iterable[Sequence[Any]]) -> int:
    """COPY `values`, given in the order of `fields`, into the table of `model`; returns how many."""
    concrete = {field.name: field.column for field in model._meta.concrete_fields}
    columns = [concrete[name] for name in fields]
    file, count = StringIO(), 0
    for row in values:
        file.write("\t".join(_text(value) for value in row) + "\n")
        count += 1
    file.seek(0)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', file)
    return count


def first_id(model: type[models.Model]) -> int:
    """The first free id; whoever copies rows with ids calls `renumber` afterwards."""
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"]
    return (last or 0) + 1


def renumber(model: type[models.Model]) -> None:
    """Let the table's own numbers go on after the copied ones."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM \"{table}\"",  # noqa: S608 (our own table)
            [table],
        )


def _text(value: Any) -> str:
    """In COPY's own notation; PostgreSQL reads what Python writes of numbers, dates and truth."""
    if value is None:
        return "\\N"
    if isinstance(value, list):
        return "{" + ",".join(str(part) for part in value) + "}"
    return str(value).translate(ESCAPES)
