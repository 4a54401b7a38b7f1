"""Prepared statements in a request that writes: the history's context is not put in front of them."""

import pghistory
import pytest
from django.db import connection

from core import statements

pytestmark = pytest.mark.django_db


def test_a_statement_is_prepared_also_where_history_is_kept():
    statement = "SELECT %(one)s::integer + 1, '100%%' AS all_of_it"
    statements._PREPARED.pop(connection.connection, None)

    with pghistory.context(user=1):
        found = statements.rows(statement, {"one": 1})

    assert found == [(2, "100%")]
