"""What the placeholders of a rule say to each of its readers, from the facts of this moment.

No more than the reader needs: a leader hears numbers and whom to call, no names; a coordinator hears of the own
departments only; a host of the own visit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import Department, User
from accounts.permissions import Role
from core.dates import kday, ktime, ktimerange, local_date
from participants.models import Enrollment
from reminders.models import Audience, Message
from site_visits.models import Publication, PublishedItem, SiteVisit
from site_visits.services import hosts

HOME: Final = {
    Audience.CONFIRMED: "itinerary:index",
    Audience.WAITLISTED: "apply:index",
    Audience.LEADERS: "lead:index",
    Audience.COORDINATORS: "nominate:index",
}


class GoneError(Exception):
    """The reader is no longer one of those the rule speaks to."""


@dataclass
class Values:
    """The values of one run; what many readers share is looked up once."""

    _counts: dict[int, int] = field(default_factory=dict)
    _shared: dict[tuple[Any, ...], dict[str, str]] = field(default_factory=dict)

    def of(
        self,
        message: Message,
        publication: Publication,
        item: PublishedItem,
        *,
        items: Iterable[PublishedItem],
        traveller: Enrollment | None = None,
    ) -> dict[str, str]:
        """All but `contact`, which is the same for everybody; `traveller` where the participant travels."""
        rule, program = message.rule, message.program
        if rule is None or program is None:
            raise GoneError
        audience = Audience(rule.audience)
        groups: tuple[int, ...] | None = None
        if audience == Audience.HOSTS:
            # Their own visit only.
            items, own = (), self._host(message) | {"bring": ""}
        elif audience == Audience.CONFIRMED:
            if traveller is None:
                raise GoneError
            groups = () if traveller.group_id is None else (traveller.group_id,)
            own = _traveller(traveller)
        elif audience == Audience.WAITLISTED:
            own = _waiting(message)
        elif audience == Audience.LEADERS:
            own = self._leader(message)
        else:
            own = _coordinator(message)
        about = self._about(
            publication,
            item,
            title=program.full_title,
            items=items,
            audience=audience,
            groups=groups,
        )
        return about | own

    def _about(
        self,
        publication: Publication,
        item: PublishedItem,
        *,
        title: str,
        items: Iterable[PublishedItem],
        audience: Audience,
        groups: tuple[int, ...] | None,
    ) -> dict[str, str]:
        """What all who travel together read the same; a publication and its items never change, a title may."""
        key = (title, publication.pk, item.pk, audience, groups, get_language())
        if key not in self._shared:
            self._shared[key] = {
                "program": title,
                "date": kday(item.starts_at),
                "time": ktime(item.starts_at),
                "item": item.display_title,
                "place": item.display_place or publication.meeting_point,
                "bring": bring(publication, item),
                "link": f"{settings.SITE_URL}{reverse(HOME[audience])}" if audience in HOME else "",
                "schedule": schedule(items, item, groups),
            }
        return self._shared[key]

    def _leader(self, message: Message) -> dict[str, str]:
        if message.user is None:
            raise GoneError
        program = message.program_id or 0
        if program not in self._counts:
            self._counts[program] = Enrollment.objects.travelling().filter(program=program).count()
        return {"name": message.user.name, "headcount": str(self._counts[program])}

    def _host(self, message: Message) -> dict[str, str]:
        visit = (
            SiteVisit.objects.select_related("item__program", "item__site")
            .filter(pk=message.host_id or 0)
            .first()
        )
        if visit is None or visit.item.site is None:
            raise GoneError
        site = visit.item.site
        return {
            "name": site.contact_name or site.name,
            "headcount": str(hosts.headcount(visit) or ""),
        }


def _traveller(enrollment: Enrollment) -> dict[str, str]:
    return {
        "name": enrollment.participant.name,
        "group": enrollment.group.name if enrollment.group else "",
    }


def _waiting(message: Message) -> dict[str, str]:
    waiting = (
        Enrollment.objects.waitlisted()
        .with_waiting_place()
        .filter(program=message.program, participant=message.participant)
        .first()
    )
    if waiting is None or message.participant is None:
        raise GoneError
    place = getattr(waiting, "waiting_place", None)
    return {"name": message.participant.name, "waiting": str(place or "")}


def _coordinator(message: Message) -> dict[str, str]:
    if message.user is None or message.rule is None:
        raise GoneError
    people = Enrollment.objects.travelling().filter(
        program=message.program, participant__department__in=departments_of(message.user)
    )
    if message.rule.department_id:
        people = people.filter(participant__department=message.rule.department_id)
    if not (found := list(people.values_list("participant__department", flat=True))):
        raise GoneError
    names = Department.objects.filter(pk__in=found).order_by("sort_order", "pk")
    return {
        "name": message.user.name,
        "headcount": str(len(found)),
        "department": ", ".join(str(one) for one in names),
    }


def departments_of(user: User) -> list[int]:
    return user.departments_as(Role.COORDINATOR) or []


def bring(publication: Publication, item: PublishedItem) -> str:
    """Each thing once, though program and item both name it."""
    said = (publication.bring, item.bring, item.dress_rule, item.id_rule)
    things = (thing.strip() for text in said for thing in text.split(","))
    return ", ".join(dict.fromkeys(thing for thing in things if thing))


def schedule(
    items: Iterable[PublishedItem], item: PublishedItem, groups: tuple[int, ...] | None
) -> str:
    """The day of `item`; `groups` None: everybody's."""
    day = local_date(item.starts_at)
    return "\n".join(
        line(one)
        for one in items
        if local_date(one.starts_at) == day
        and not one.cancelled
        and (groups is None or one.concerns(groups))
    )


def line(item: PublishedItem) -> str:
    place = f" ({item.display_place})" if item.display_place else ""
    return f"- {ktimerange(item.starts_at, item.ends_at)} {item.display_title}{place}"
