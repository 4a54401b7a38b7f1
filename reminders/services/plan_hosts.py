"""What hosts are told by mail: the asking itself, a word when no answer comes, and that nobody comes after all.

Read from the askings below; the key of a message names its asking, so an older asking is never sent as a newer one.
"""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import at_local, local_date
from core.errors import RuleBroken
from programs.models import ProgramStatus
from reminders.models import Channel, Message, MessageKind
from reminders.services.host_sql import REVIVE
from site_visits.conflicts.opening import LONGEST_HOLIDAY, is_workday
from site_visits.models import HostAsking, HostRules, HostState, PublishedItem, SiteVisit
from site_visits.services import hosts, warnings

ASK, REMIND, GONE = "host-ask", "host-remind", "host-gone"
LOOK_BACK: Final = timedelta(days=2)
LOOK_AHEAD: Final = timedelta(hours=48)
IN_OFFICE_HOURS: Final = time(10)
# A cancelled visit nobody ever published: long enough to take a slip of the mouse back.
SECOND_THOUGHTS: Final = timedelta(minutes=10)
BETWEEN_TWO_PRESSES: Final = timedelta(hours=1)
ALIVE: Final = [
    ProgramStatus.DRAFT,
    ProgramStatus.OPEN,
    ProgramStatus.CLOSED,
    ProgramStatus.CONFIRMED,
    ProgramStatus.RUNNING,
]


def plan(*, at: datetime) -> int:
    ask_again(at=at)
    with connection.cursor() as cursor:
        cursor.execute(REVIVE, {"at": at})
    messages = [_message(ASK, asking, due_at=asking.at) for asking in _unsent(at)]
    messages += _reminders(at)
    messages += [_message(GONE, asking, due_at=at) for asking in _gone(at)]
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages)


def topic_of(message: Message) -> str:
    return message.dedupe_key.partition(":")[0]


def ask_again(*, at: datetime) -> int:
    """A visit that was asked by mail and whose new time is now published is asked again, unless its program says no."""
    published = PublishedItem.objects.current().filter(
        uid=OuterRef("item__uid"),
        publication__program=OuterRef("item__program"),
        publication__published_at__gt=OuterRef("last_at"),
        cancelled=False,
        starts_at=OuterRef("item__starts_at"),
        ends_at=OuterRef("item__ends_at"),
        site=OuterRef("item__site"),
    )
    says_no = HostRules.objects.filter(program=OuterRef("item__program"), asks_again=False)
    last = HostAsking.objects.filter(visit=OuterRef("pk")).order_by("-pk")
    moved = (
        SiteVisit.objects.live()
        .upcoming(at=at)
        .filter(host_state=HostState.NOT_ASKED, item__program__status__in=ALIVE)
        .annotate(
            last_at=Subquery(last.values("at")[:1]),
            last_by_mail=Subquery(last.values("by_mail")[:1]),
            last_site=Subquery(last.values("site")[:1]),
            last_by=Subquery(last.values("by")[:1]),
            last_language=Subquery(last.values("language")[:1]),
        )
        .filter(last_by_mail=True, last_site=F("item__site"))
        .exclude(item__site__contact_email="")
        .filter(Exists(published))
        .exclude(Exists(says_no))
    )
    rows: list[Any] = list(moved)
    people = User.objects.in_bulk({row.last_by for row in rows})
    for row in rows:
        hosts.ask(
            visit=row, by=people[row.last_by], at=at, by_mail=True, language=row.last_language
        )
    return len(rows)


@transaction.atomic
def remind_now(*, visit: SiteVisit, by: User, at: datetime) -> Message:
    """One more word to one host, at the organizer's wish; it counts among the automatic ones."""
    visit = SiteVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    asking = hosts.last_asking(visit)
    if asking is None or not asking.by_mail or visit.host_state != HostState.ASKED:
        raise RuleBroken(_("전자우편으로 요청하고 회신을 기다리는 방문만 다시 알릴 수 있습니다."))
    earlier = Message.objects.filter(asking=asking, dedupe_key__startswith=f"{REMIND}:")
    newest = earlier.order_by("-due_at").first()
    if newest is not None and newest.due_at > at:
        # The next automatic one is brought forward.
        Message.objects.waiting().filter(pk=newest.pk).update(due_at=at, urgent=True)
        newest.refresh_from_db()
        return newest
    if newest is not None and at - BETWEEN_TWO_PRESSES < newest.due_at <= at:
        raise RuleBroken(_("조금 전에 알렸습니다. 한 시간 뒤에 다시 알릴 수 있습니다."))
    number = earlier.count() + 1
    message = _message(REMIND, asking, due_at=at, number=number)
    message.urgent = True
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return Message.objects.get(dedupe_key=message.dedupe_key)


def _message(topic: str, asking: HostAsking, *, due_at: datetime, number: int = 0) -> Message:
    visit = asking.visit
    return Message(
        dedupe_key=f"{topic}:{asking.pk}" + (f":{number}" if number else ""),
        kind=MessageKind.HOST,
        program=visit.item.program,
        host=visit,
        asking=asking,
        channels=[Channel.EMAIL],
        due_at=due_at,
        expires_at=asking.starts_at,
        matters_at=asking.starts_at,
    )


def _askings(at: datetime) -> Any:
    """By mail, about a visit still to come."""
    return HostAsking.objects.filter(by_mail=True, starts_at__gt=at).select_related(
        "site", "visit__item__program"
    )


def _told(topic: str) -> Exists:
    return Exists(Message.objects.filter(asking=OuterRef("pk"), dedupe_key__startswith=f"{topic}:"))


def _unsent(at: datetime) -> Any:
    return _askings(at).filter(at__gt=at - LOOK_BACK).exclude(_told(ASK))


def _newest() -> Any:
    newer = HostAsking.objects.filter(visit=OuterRef("visit"), pk__gt=OuterRef("pk"))
    return ~Exists(newer)


def _reminders(at: datetime) -> list[Message]:
    """While no answer comes: after so many days each time, on a working day in office hours."""
    rules = HostRules.objects.filter(program=OuterRef("visit__item__program"))
    default = HostRules()
    reminded = Q(messages__dedupe_key__startswith=f"{REMIND}:")
    waiting = (
        _askings(at)
        .filter(_newest(), visit__host_state=HostState.ASKED, visit__item__cancelled_at=None)
        .filter(visit__item__program__status__in=ALIVE)
        .annotate(
            told=Count("messages", filter=reminded),
            last_told=Max("messages__due_at", filter=reminded),
            days=Subquery(rules.values("remind_after_days")[:1]),
            most=Subquery(rules.values("remind_at_most")[:1]),
        )
    )
    rows = list(waiting)
    if not rows:
        return []
    holidays = warnings.holidays_between(local_date(at), local_date(at) + timedelta(days=60))
    found = []
    for asking in rows:
        days = asking.days if asking.days is not None else default.remind_after_days
        most = asking.most if asking.most is not None else default.remind_at_most
        due_at = _working_day(max(asking.last_told or asking.at, asking.at), days, holidays)
        if asking.told < most and due_at - LOOK_AHEAD <= at and due_at < asking.starts_at:
            # Overdue only when nobody swept for days: it is promised for now, not for then.
            found.append(_message(REMIND, asking, due_at=max(due_at, at), number=asking.told + 1))
    return found


def _working_day(since: datetime, days: int, holidays: Any) -> datetime:
    first = local_date(since) + timedelta(days=days)
    tried = (first + timedelta(days=n) for n in range(LONGEST_HOLIDAY))
    return at_local(
        next((day for day in tried if is_workday(day, holidays)), first), IN_OFFICE_HOURS
    )


def _gone(at: datetime) -> Any:
    """Askings whose visit is off or goes elsewhere, told when the readers are; a host who refused knows already."""
    here = PublishedItem.objects.current().filter(
        uid=OuterRef("visit__item__uid"), publication__program=OuterRef("visit__item__program")
    )
    off = Q(visit__item__cancelled_at__isnull=False) & (
        (~Exists(here) & Q(visit__item__cancelled_at__lte=at - SECOND_THOUGHTS))
        | Exists(here.filter(cancelled=True))
    )
    elsewhere = ~Q(site=F("visit__item__site")) & (
        ~Exists(here) | Exists(here.filter(site=OuterRef("visit__item__site")))
    )
    last_of_its_site = ~Exists(
        HostAsking.objects.filter(
            visit=OuterRef("visit"), site=OuterRef("site"), pk__gt=OuterRef("pk")
        )
    )
    cancelled = Q(visit__item__program__status=ProgramStatus.CANCELLED)
    refused = Q(visit__host_state=HostState.REFUSED, site=F("visit__item__site"))
    return (
        _askings(at)
        .filter(last_of_its_site)
        .filter(cancelled | off | elsewhere)
        .exclude(refused)
        .exclude(visit__cancellation_told_at__isnull=False)
        .exclude(_told(GONE))
    )
