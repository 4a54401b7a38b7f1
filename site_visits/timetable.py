"""The timetable (일정표) as an office prints it: of the draft or of any publication, as plain values.

Paper, screen and XLSX show the same; none of them names a participant.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from core.dates import kdate, kdaterange, kdatetime, kduration, ktimerange, local_date, nights
from participants.models import Enrollment
from programs.models import Program, ProgramStaff, StaffKind
from site_visits import routes
from site_visits.models import ItemKind, Publication, PublishedItem
from site_visits.route_sketch import Sketch
from site_visits.services import publishing


@dataclass(frozen=True, slots=True)
class Line:
    """An item as one row of the table."""

    time: str
    length: str
    kind: str
    css_kind: str
    title: str
    note: str
    place: str
    remarks: list[str]


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    title: str
    totals: list[tuple[str, str]]
    lines: list[Line]
    sketch: Sketch | None

    @property
    def summary(self) -> str:
        return " · ".join(f"{label} {text}" for label, text in self.totals)


@dataclass(frozen=True, slots=True)
class Timetable:
    """`edition` says which version the reader holds; `publication` None is the draft."""

    title: str
    facts: list[tuple[str, str]]
    edition: str
    said: str
    publication: Publication | None
    days: list[Day]

    @property
    def is_draft(self) -> bool:
        return self.publication is None


def of_draft(program: Program, *, at: datetime) -> Timetable:
    """What publishing now would print, and no more: not planners' notes, nothing unscheduled."""
    return Timetable(
        title=program.full_title,
        facts=_facts(program, program.meeting_point, program.bring),
        edition=pgettext("timetable", "초안"),
        said=_("%(at)s 현재, 공개 전") % {"at": kdatetime(at)},
        publication=None,
        days=_days(program, publishing.draft_rows(program)),
    )


def of_publication(program: Program, publication: Publication) -> Timetable:
    """As it was told; people and staff are those of today."""
    return Timetable(
        title=program.full_title,
        facts=_facts(program, publication.meeting_point, publication.bring),
        edition=_("제%(n)d판") % {"n": publication.number},
        said=_("%(at)s 공개") % {"at": kdatetime(publication.published_at)},
        publication=publication,
        days=_days(program, publication.items.all()),
    )


def _facts(program: Program, meeting_point: str, bring: str) -> list[tuple[str, str]]:
    """The block under the title; what is empty is left out."""
    staff = list(
        ProgramStaff.objects.filter(program=program)
        .select_related("user__participant__department")
        .order_by("pk")
    )
    people = Enrollment.objects.filter(program=program).travelling().count()
    leaders = [one for one in staff if one.kind == StaffKind.LEADER]
    counted = [ngettext("교육생 %(n)d명", "교육생 %(n)d명", people) % {"n": people}] + (
        [ngettext("인솔 %(n)d명", "인솔 %(n)d명", len(leaders)) % {"n": len(leaders)}]
        if leaders
        else []
    )
    stay = nights(program.starts_on, program.ends_on)
    found = [
        (_("교육 기간"), f"{kdaterange(program.starts_on, program.ends_on)} ({stay})"),
        (_("집결지"), meeting_point),
        (_("인원"), ", ".join(counted)),
        (
            pgettext("timetable", "담당"),
            _names([one for one in staff if one.kind == StaffKind.ORGANIZER]),
        ),
        (pgettext("timetable", "인솔"), _names(leaders)),
        (_("준비물"), bring),
        (_("교육 명령"), program.order_document),
    ]
    return [(label, text) for label, text in found if text]


def _names(staff: list[ProgramStaff]) -> str:
    """Office extensions only: papers lie about."""
    return ", ".join(
        " ".join(
            part for part in (_department(one.user), one.user.name, _extension(one.user)) if part
        )
        for one in staff
    )


def _department(user: User) -> str:
    """Where the directory of the staff has them; an account alone belongs nowhere."""
    person = getattr(user, "participant", None)
    return person.department.name if person else ""


def _extension(user: User) -> str:
    return f"({user.office_phone})" if user.office_phone else ""


def _days(program: Program, rows: Iterable[PublishedItem]) -> list[Day]:
    live = sorted(
        (row for row in rows if not row.cancelled),
        key=lambda row: (row.starts_at, row.ends_at, str(row.uid)),
    )
    sketches = routes.sketches(live, routes.known_places(live))
    numbers = {day: number for number, day in enumerate(program.days, start=1)}
    days = []
    for day, group in groupby(live, key=lambda row: local_date(row.starts_at)):
        items = list(group)
        days.append(
            Day(
                day,
                _heading(day, numbers),
                _totals(items),
                [_line(item) for item in items],
                sketches.get(day),
            )
        )
    return days


def _heading(day: date, numbers: dict[date, int]) -> str:
    if day not in numbers:
        return kdate(day)
    return _("%(n)d일차 %(day)s") % {"n": numbers[day], "day": kdate(day)}


def _totals(items: list[PublishedItem]) -> list[tuple[str, str]]:
    """Road and learning of the day, as an office adds them up."""
    legs = [item for item in items if item.kind == ItemKind.TRAVEL]
    learning = sum(item.minutes for item in items if item.counts_as_learning)
    found = [
        (_("이동"), f"{sum(leg.km or 0 for leg in legs)}\N{NO-BREAK SPACE}km" if legs else ""),
        (_("운행"), kduration(sum(leg.minutes for leg in legs)) if legs else ""),
        (pgettext("total", "교육"), kduration(learning) if learning else ""),
    ]
    return [(label, text) for label, text in found if text]


def _line(item: PublishedItem) -> Line:
    remarks = [
        item.group_names,
        f"{item.km}\N{NO-BREAK SPACE}km" if item.km else "",
        pgettext("timetable", "인정시간") if item.counts_as_learning else "",
        item.hold,
    ]
    return Line(
        time=ktimerange(item.starts_at, item.ends_at),
        length=kduration(item.minutes),
        kind=item.kind_label if item.kind == ItemKind.VISIT else str(item.get_kind_display()),
        css_kind=item.css_kind,
        title=item.display_title,
        note=item.note,
        place=item.display_place,
        remarks=[text for text in remarks if text],
    )
