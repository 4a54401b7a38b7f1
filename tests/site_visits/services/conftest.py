"""An organizer at work on a draft."""

from datetime import timedelta

import pytest

from site_visits.services import board, board_head
from site_visits.services.commands import Move, Placement
from tests.factories.programs import ProgramFactory


@pytest.fixture
def program(db):
    return ProgramFactory()


@pytest.fixture
def desk(program, organizer, now):
    """Run, undo and redo as the organizer."""

    class Desk:
        def run(self, command, by=organizer):
            return board.run(program=program, command=command, by=by, at=now)

        def undo(self, by=organizer, **more):
            return board.undo_step(program=program, by=by, at=now, **more)

        def redo(self, by=organizer):
            return board.redo_step(program=program, by=by, at=now)

        def move(self, item, minutes=10, by=organizer):
            item.refresh_from_db()
            start = item.starts_at + timedelta(minutes=minutes)
            return self.run(Move((Placement(item.uid, item.version, start),)), by=by)

        def head(self, by=organizer):
            return board_head.read(program, by)

    return Desk()
