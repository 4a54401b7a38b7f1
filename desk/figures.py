"""The numbers beside a program on the organizer's pages, as columns of one query."""

from django.db.models import (
    Avg,
    Count,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from attendance.models import AttendanceRecord, Completion, Mark
from participants.models import Enrollment, EnrollmentStatus
from programs.models import Program, ProgramStatus
from site_visits.models import HostState, ItineraryItem, Publication, SiteVisit

# The color of each state, everywhere a program is shown.
TONES = {
    ProgramStatus.DRAFT: "plain",
    ProgramStatus.OPEN: "warn",
    ProgramStatus.CLOSED: "warn",
    ProgramStatus.CONFIRMED: "info",
    ProgramStatus.RUNNING: "ok",
    ProgramStatus.FINISHED: "plain",
    ProgramStatus.CANCELLED: "bad",
}
CAME = [Mark.PRESENT, Mark.LATE, Mark.LEFT_EARLY]


def tone(program: Program) -> str:
    return TONES[ProgramStatus(program.status)]


def with_people(programs: QuerySet[Program]) -> QuerySet[Program]:
    """Adds `people`, those with a seat."""
    seated = Enrollment.objects.seated().filter(program=OuterRef("pk"))
    return programs.annotate(people=_count(seated, "program"))


def with_figures(programs: QuerySet[Program]) -> QuerySet[Program]:
    """Adds people, confirmed, waiting, visits, visits_confirmed, departs_at, is_published and attendance_rate."""
    here = Enrollment.objects.filter(program=OuterRef("pk"))
    items = ItineraryItem.objects.live().filter(program=OuterRef("pk"))
    visits = SiteVisit.objects.live().filter(item__program=OuterRef("pk"))
    return with_people(programs).annotate(
        confirmed=_count(here.travelling(), "program"),
        waiting=_count(here.filter(status=EnrollmentStatus.WAITLISTED), "program"),
        visits=_count(visits, "item__program"),
        visits_confirmed=_count(visits.filter(host_state=HostState.CONFIRMED), "item__program"),
        departs_at=Subquery(items.scheduled().order_by("starts_at").values("starts_at")[:1]),
        is_published=Exists(Publication.objects.filter(program=OuterRef("pk"))),
        attendance_rate=_attendance_rate(),
    )


def _count(rows: QuerySet, of: str) -> Coalesce:
    counted = rows.order_by().values(of).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _attendance_rate() -> Coalesce:
    """What the lock computed; before it, the share of marks that say somebody came. None without marks."""
    computed = Completion.objects.filter(
        enrollment__program=OuterRef("pk"), lock__reopened_at=None
    ).values("enrollment__program")
    marks = AttendanceRecord.objects.filter(enrollment__program=OuterRef("pk")).exclude(
        mark=Mark.EXCUSED
    )
    so_far = (
        marks.order_by()
        .values("enrollment__program")
        .annotate(rate=100.0 * Count("pk", filter=Q(mark__in=CAME)) / Count("pk"))
    )
    return Coalesce(
        Subquery(
            computed.annotate(average=Avg(F("rate"))).values("average"), output_field=FloatField()
        ),
        Subquery(so_far.values("rate"), output_field=FloatField()),
    )
