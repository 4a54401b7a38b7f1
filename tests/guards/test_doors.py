"""No door without a declared permission."""

import pytest

from accounts.permissions import Can
from tests.guards.doors import THIRD_PARTY, doors


@pytest.mark.parametrize("door", doors(), ids=str)
def test_every_door_declares_who_may_enter(door):
    declared = getattr(door.view, "requires", None)
    reason = getattr(door.view, "public", "")

    assert door.is_third_party or isinstance(declared, Can) or reason, (
        f"{door.name} needs @requires(Can.…) or @public('why')"
    )


@pytest.mark.parametrize("door", doors(), ids=str)
def test_no_door_is_both_guarded_and_public(door):
    assert not (hasattr(door.view, "requires") and hasattr(door.view, "public"))


def test_the_table_of_third_party_doors_names_nothing_that_is_gone():
    names = [door.name for door in doors()]

    assert [
        known for known in THIRD_PARTY if not any(name.startswith(known) for name in names)
    ] == []
