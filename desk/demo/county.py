"""What the programs of the demo share: the county as loaded, the moment of loading, and making a program."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from desk.demo.people import Directory
from participants.models import Enrollment, Participant
from participants.services import enrollment
from programs.models import Program, StaffKind
from programs.services import lifecycle, staff
from site_visits.models import Publication, Site
from site_visits.services import publishing, warnings


@dataclass(frozen=True, slots=True)
class County:
    """`now` is the moment of loading on the base date."""

    now: datetime
    directory: Directory
    sites: dict[str, Site]

    @property
    def organizer(self) -> User:
        return self.directory.users["organizer"]

    def ago(self, **time: int) -> datetime:
        return self.now - timedelta(**time)

    def person(self, key: str) -> Participant:
        return self.directory.people[key]

    def make(self, *, leaders: Iterable[str] = (), at: datetime, **fields: Any) -> Program:
        """A draft program with its organizer and leaders."""
        program = lifecycle.create(fields=fields, by=self.organizer, at=at)
        for key in leaders:
            user = self.directory.users[key]
            staff.add(program=program, user=user, kind=StaffKind.LEADER, by=self.organizer, at=at)
        return program

    def enroll(
        self, program: Program, people: Iterable[Participant], *, at: datetime
    ) -> list[Enrollment]:
        """Entered by hand, straight to confirmed."""
        entered = enrollment.add_people(
            program=program, participants=people, by=self.organizer, at=at
        )
        backdate(entered, at)
        return entered

    def publish(self, program: Program, *, at: datetime, comment: str = "") -> Publication:
        """With the reason an organizer would give where the time of loading falls outside office hours."""
        current = publishing.latest(program)
        problems = any(conflict.is_error for conflict in warnings.for_program(program))
        return publishing.publish(
            program=program,
            by=self.organizer,
            at=at,
            comment=comment,
            override_reason="시연용 과정이라 지금 시각에 맞추었습니다." if problems else "",
            expected_number=current.number if current else 0,
        )


def backdate(enrollments: Iterable[Enrollment], at: datetime) -> None:
    """The row's own date is the database's; whether somebody joined before a publication depends on it."""
    Enrollment.objects.filter(pk__in=[row.pk for row in enrollments]).update(created_at=at)


def window(county: County, *, opened: int, closes: int) -> dict[str, Any]:
    """An application window from so many days ago until so many days ahead (negative: days ago)."""
    return {
        "applications_open_at": county.ago(days=opened),
        "applications_close_at": county.ago(days=-closes),
    }
