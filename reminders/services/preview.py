"""A rule's words before anybody gets them: to a real reader, with example values, and as a test to oneself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from core.dates import kday, ktime
from core.errors import RuleBroken
from core.masking import mask_name
from participants.models import Participant
from programs.models import Program
from reminders.channels import Text
from reminders.models import Audience, Channel, Message, MessageKind, ReminderRule
from reminders.services import links, outlook, sms, texts
from reminders.services.outlook import Made
from reminders.services.texts import NothingToSayError, OutdatedError, Writer
from site_visits.models import SiteVisit

SHOWN_AT_MOST: Final = 300
WORDS_AT_MOST: Final = 5
WORTH_TESTING: Final = timedelta(minutes=30)
EXAMPLE_DAY: Final = date(2026, 12, 3)
EXAMPLE_TIME: Final = time(5, 40)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody the rule would write to next, and the message; `label` hides who exactly that is."""

    made: Made
    name: str
    label: str
    # Employee numbers, for the access log; a host is an office, not a person.
    subjects: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.made.reader


@dataclass(frozen=True, slots=True)
class Readers:
    """Whom a search found, no more of them than a list can show; `reader` is the one whose text is shown.

    `total` is how many the rule writes to, `matching` how many of them the search means.
    """

    shown: list[Reader]
    reader: Reader | None
    total: int
    matching: int


def readers(rule: ReminderRule, *, at: datetime, query: str = "", chosen: str = "") -> Readers:
    """Who gets something next, each once, in office order; `chosen` is the key of somebody, however many there are.

    Without anybody chosen, or when the search means somebody else, the text is that of the first who is shown.
    """
    first = _first(rule, at)
    chosen_one = _one(first, chosen)
    found, matching = _people(first.values(), query)
    shown = {reader.key: reader for reader in found}
    if chosen_one is not None and not query:
        shown[chosen_one.key] = chosen_one
    reader = shown.get(chosen) or next(iter(shown.values()), None) or chosen_one
    return Readers(sorted(shown.values(), key=lambda one: one.label), reader, len(first), matching)


def reader_of(rule: ReminderRule, key: str, *, at: datetime) -> Reader | None:
    return _one(_first(rule, at), key)


def _first(rule: ReminderRule, at: datetime) -> dict[str, Made]:
    """The next message of each reader."""
    first: dict[str, Made] = {}
    for one in outlook.made(rule, at=at):
        first.setdefault(one.reader, one)
    return first


def _one(first: dict[str, Made], key: str) -> Reader | None:
    found, _matching = _people([first[key]], "") if key in first else ([], 0)
    return next(iter(found), None)


def _people(made: Iterable[Made], query: str) -> tuple[list[Reader], int]:
    """Those whom every word of the search means; at most SHOWN_AT_MOST, and how many there are."""
    rows, words = list(made), query.split()[:WORDS_AT_MOST]
    found, matching = [], 0
    for look in (_participants, _users, _hosts):
        some, n = look(rows, words)
        found += some
        matching += n
    return sorted(found, key=lambda one: one.label)[:SHOWN_AT_MOST], matching


def written(rule: ReminderRule, reader: Reader, *, masked: bool = True) -> Text | None:
    """The text as it would be sent now; None when it would not be sent any more."""
    name = reader.name if reader.made.host_id or not masked else mask_name(reader.name)
    try:
        return Writer().sample(_message(rule, reader.made), name=name)
    except (OutdatedError, NothingToSayError):
        return None


@transaction.atomic
def send_test(
    *, rule: ReminderRule, reader: Reader | None, by: User, at: datetime
) -> list[Message]:
    """The rule's text to oneself, once through each of its channels, marked as a test.

    Facts are those of `reader`, the name is one's own; a second click within the same second sends nothing more.
    """
    if not rule.channels:
        raise RuleBroken(_("보내는 방법을 하나는 골라 주세요."))
    text = _own_text(rule, reader, by)
    mark = _("[시험]")
    tests = [
        Message(
            dedupe_key=f"test:{rule.pk}:{by.pk}:{channel}:{at:%Y%m%d%H%M%S}",
            kind=MessageKind.TEST,
            program=rule.program,
            user=by,
            channels=[channel],
            subject=f"{mark} {text.subject.removeprefix(texts.sender())}"[:200],
            body=f"{mark} {text.short.removeprefix(texts.sender())}"
            if channel == Channel.SMS
            else text.body,
            due_at=at,
            expires_at=at + WORTH_TESTING,
        )
        for channel in rule.channels
    ]
    return Message.objects.bulk_create(tests, ignore_conflicts=True)


def _own_text(rule: ReminderRule, reader: Reader | None, by: User) -> Text:
    text = None
    if reader is not None:
        text = written(rule, Reader(reader.made, by.name, ""), masked=False)
    if text is None:
        with override(by.language):
            values = example(rule.program, rule.audience) | {"name": by.name}
            text = texts.finished(*texts.written(rule, values))
    return text


def example(program: Program | None, audience: str) -> dict[str, str]:
    """Values of ordinary length in the active language, to show a text while it is typed."""
    host = audience == Audience.HOSTS
    day = program.starts_on if program else EXAMPLE_DAY
    title = program.full_title if program else _("AI 역량강화 현장학습 1차")
    place = (program.meeting_point if program else "") or _("군청 주차장")
    return {
        "name": _("㈜한빛에이아이 교육팀") if host else _("홍길동"),
        "program": title,
        "date": kday(day),
        "time": ktime(EXAMPLE_TIME),
        "item": _("AI 관제센터 방문") if host else _("집결"),
        "place": _("㈜한빛에이아이 본관 1층") if host else place,
        "bring": (program.bring if program else "") or _("신분증, 명찰"),
        "group": _("1조"),
        "schedule": _("- 05:40~06:00 집결\n- 06:00~09:30 이동"),
        "headcount": "36",
        "department": _("총무과"),
        "waiting": "3",
        "contact": _(settings.HELP_CONTACT),
        "link": f"{settings.SITE_URL}/",
        "confirm": links.trial_url(),
    }


def on_phone(short: str, subject: str, values: Mapping[str, str]) -> str:
    """What a phone would get of these templates: the short text, else the subject."""
    return texts.finished(*texts.filled(subject, "", short, values)).short


def says_when(text: str, values: Mapping[str, str]) -> bool:
    """Whether the time stands where a phone shows it without opening the message."""
    return values["time"] in sms.cut(text, limit=sms.SEEN_BYTES)


def _message(rule: ReminderRule, made: Made) -> Message:
    """The row planning would write; it is never saved."""
    people = Participant.objects.select_related("user")
    return Message(
        pk=links.TRIAL,
        kind=MessageKind.REMINDER,
        program=rule.program,
        rule=rule,
        participant=people.get(pk=made.participant_id) if made.participant_id else None,
        user=User.objects.get(pk=made.user_id) if made.user_id else None,
        host_id=made.host_id,
        item_uid=made.item_uid,
        item_revision=made.item_revision,
    )


def _participants(made: Iterable[Made], words: Sequence[str]) -> tuple[list[Reader], int]:
    ours = {one.participant_id: one for one in made if one.participant_id}
    people = Participant.objects.filter(
        _meant(words, "name", "employee_number", "department__name"), pk__in=ours
    ).select_related("department")
    found, matching = _some(people.order_by("name", "pk") if ours else people.none())
    readers = [
        Reader(
            ours[person.pk],
            person.name,
            f"{mask_name(person.name)} · {person.department}",
            (person.employee_number,),
        )
        for person in found
    ]
    return readers, matching


def _users(made: Iterable[Made], words: Sequence[str]) -> tuple[list[Reader], int]:
    ours = {one.user_id: one for one in made if one.user_id}
    users = User.objects.filter(_meant(words, "name", "employee_number"), pk__in=ours)
    found, matching = _some(users.order_by("name", "pk") if ours else users.none())
    readers = [
        Reader(ours[user.pk], user.name, mask_name(user.name), (user.employee_number,))
        for user in found
    ]
    return readers, matching


def _hosts(made: Iterable[Made], words: Sequence[str]) -> tuple[list[Reader], int]:
    ours = {one.host_id: one for one in made if one.host_id}
    named = _meant(words, "item__site__name", "item__site__contact_name", "item__title")
    visits = SiteVisit.objects.filter(named, pk__in=ours).select_related("item__site")
    found, matching = _some(visits.order_by("item__site__name", "pk") if ours else visits.none())
    readers = []
    for visit in found:
        site = visit.item.site
        name = (site.contact_name or site.name) if site else ""
        readers.append(Reader(ours[visit.pk], name, f"{site} · {visit.item}"))
    return readers, matching


def _meant(words: Sequence[str], *fields: str) -> Q:
    """Each word in one of the fields."""
    meant = Q()
    for word in words:
        meant &= Q(*((f"{name}__icontains", word) for name in fields), _connector=Q.OR)
    return meant


def _some(rows: QuerySet[Any]) -> tuple[list[Any], int]:
    """What is shown; counted only where there is more."""
    found = list(rows[: SHOWN_AT_MOST + 1])
    if len(found) <= SHOWN_AT_MOST:
        return found, len(found)
    return found[:SHOWN_AT_MOST], rows.count()
