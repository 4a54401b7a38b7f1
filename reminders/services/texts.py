"""The words one person gets, written from the facts of this moment in that person's language."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Min
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from core.dates import kday, ktime, ktimerange, local_date
from participants.models import Enrollment
from programs.models import Program, ProgramStaff, StaffKind
from reminders.channels import Text
from reminders.models import Message, MessageKind, MessageState, ReminderRule
from reminders.services import changes, wording
from reminders.services.changes import LEADING, Reader
from reminders.services.facts import Facts
from site_visits.models import Change, Publication, PublishedItem, SeenPublication


class OutdatedError(Exception):
    """The facts moved while the message was being written: it must not go out."""


class NothingToSayError(Exception):
    """Everything is as the person was last told."""


@dataclass
class Writer:
    """Writes the messages of one run. Items of a publication never change, so they are read once."""

    facts: Facts = field(default_factory=Facts)
    _items: dict[int, list[PublishedItem]] = field(default_factory=dict)
    _contacts: dict[tuple[int, str | None], str] = field(default_factory=dict)

    def write(self, message: Message) -> Text:
        with override(language_of(message)):
            subject, body = WORDS[MessageKind(message.kind)](self, message)
            subject = " ".join(f"[{_(settings.ORGANIZATION)}] {subject}".split())
            return Text(subject[:200], body.strip() + "\n")

    def items(self, publication: Publication) -> list[PublishedItem]:
        if publication.pk not in self._items:
            self._items[publication.pk] = list(publication.items.all().in_order())
        return self._items[publication.pk]

    def contact(self, program: Program) -> str:
        """By role, not by name: a phone number and a name do not travel together."""
        key = (program.pk, get_language())
        if key not in self._contacts:
            staff = ProgramStaff.objects.filter(program=program, is_contact=True)
            numbers = staff.exclude(user__office_phone="").values_list("kind", "user__office_phone")
            found = [f"{_of_staff(kind)} ☎ {number}" for kind, number in numbers]
            self._contacts[key] = ", ".join(found) or _(settings.HELP_CONTACT)
        return self._contacts[key]

    # -- one method for each kind of message

    def _reminder(self, message: Message) -> tuple[str, str]:
        rule = message.rule
        publication = self.facts.in_force(message.program)
        enrollment = self.facts.enrollment(message)
        if rule is None or publication is None or enrollment is None:
            raise OutdatedError
        first = self._current_item(publication, message.item_uid, message.item_revision)
        return self.fill(rule, publication, enrollment, first)

    def fill(
        self,
        rule: ReminderRule,
        publication: Publication,
        enrollment: Enrollment,
        first: PublishedItem,
    ) -> tuple[str, str]:
        values = self._values(publication, enrollment, first)
        english = values["language"] == "en"
        subject = (english and rule.subject_en) or rule.subject
        body = (english and rule.body_en) or rule.body
        return wording.fill(subject, values), wording.fill(body, values)

    def _values(
        self, publication: Publication, enrollment: Enrollment, first: PublishedItem
    ) -> dict[str, str]:
        program = enrollment.program
        day = local_date(first.starts_at)
        groups = () if enrollment.group_id is None else (enrollment.group_id,)
        that_day = [
            item
            for item in self.items(publication)
            if local_date(item.starts_at) == day and not item.cancelled and item.concerns(groups)
        ]
        bring = dict.fromkeys(
            part
            for part in (publication.bring, first.bring, first.dress_rule, first.id_rule)
            if part
        )
        return {
            "language": language_of_person(enrollment.participant),
            "name": enrollment.participant.name,
            "program": program.full_title,
            "date": kday(first.starts_at),
            "time": ktime(first.starts_at),
            "item": first.display_title,
            "place": first.display_place or publication.meeting_point,
            "bring": ", ".join(bring),
            "group": enrollment.group.name if enrollment.group else "",
            "schedule": "\n".join(_line(item) for item in that_day),
            "contact": self.contact(program),
            "link": f"{settings.SITE_URL}/",
        }

    def _change(self, message: Message) -> tuple[str, str]:
        """Everything since what this person was last told, not only since the publication before."""
        new, reader = message.publication, self._reader(message)
        if new is None or reader is None or self.facts.in_force(message.program) != new:
            raise OutdatedError
        known = last_told(message)
        if not known:
            mine = [i for i in self.items(new) if not i.cancelled and reader.concerned_by(i)]
            first = {"first": mine[0] if mine else None, "comment": new.comment}
            return _from_templates("published", self._about(message) | first)
        if known >= new.number:
            raise NothingToSayError
        old = Publication.objects.get(program=message.program, number=known)
        told = changes.between(
            self.items(old),
            self.items(new),
            reader=reader,
            changed_in=_changed_in(new, since=known),
        )
        facts = changes.of_the_program(old, new)
        if not told and not facts:
            raise NothingToSayError
        return _from_templates(
            "change", self._about(message) | {"told": told, "facts": facts, "comment": new.comment}
        )

    def _reader(self, message: Message) -> Reader | None:
        """What of the itinerary is this person's; None when nothing is any more."""
        if message.user is not None:
            leads = ProgramStaff.objects.filter(program=message.program, user=message.user)
            return LEADING if leads.exists() else None
        enrollment = self.facts.enrollment(message)
        return Reader.of(enrollment) if enrollment else None

    def _enrollment(self, message: Message) -> tuple[str, str]:
        assert message.event is not None  # noqa: S101 (the kind says so)
        return _from_templates(
            "enrollment", self._about(message) | {"status": message.event.status}
        )

    def _program(self, message: Message) -> tuple[str, str]:
        return _from_templates("program_cancelled", self._about(message))

    def _about(self, message: Message) -> dict[str, Any]:
        assert message.program is not None  # noqa: S101 (these kinds have one)
        return {
            "program": message.program,
            "name": _name(message),
            "contact": self.contact(message.program),
            "link": f"{settings.SITE_URL}/",
        }

    def _current_item(
        self, publication: Publication, uid: UUID | None, revision: int | None
    ) -> PublishedItem:
        for item in self.items(publication):
            if (item.uid, item.revision, item.cancelled) == (uid, revision, False):
                return item
        raise OutdatedError


WORDS: Final[dict[MessageKind, Callable[[Writer, Message], tuple[str, str]]]] = {
    MessageKind.REMINDER: Writer._reminder,
    MessageKind.CHANGE: Writer._change,
    MessageKind.ENROLLMENT: Writer._enrollment,
    MessageKind.PROGRAM: Writer._program,
}


def last_told(message: Message) -> int:
    """The number of the publication this person knows: what lies after it has not been said yet.

    Told is what an accepted notice said, or what was acknowledged in the app. 0: not even the first.
    """
    assert message.publication is not None  # noqa: S101 (a change notice has one)
    notices = Message.objects.filter(
        kind=MessageKind.CHANGE,
        participant=message.participant,
        user=message.user,
        publication__program=message.program,
        publication__number__lte=message.publication.number,
    ).exclude(pk=message.pk)
    account = message.participant.user if message.participant else message.user
    seen = SeenPublication.objects.filter(
        user=account,
        publication__program=message.program,
        publication__number__lte=message.publication.number,
    )
    heard = max(
        notices.sent().aggregate(n=Max("publication__number"))["n"] or 0,
        seen.aggregate(n=Max("publication__number"))["n"] or 0,
    )
    missed = notices.filter(publication__number__gt=heard).exclude(state=MessageState.ACCEPTED)
    first_missed = missed.aggregate(n=Min("publication__number"))["n"]
    before = min(first_missed or message.publication.number, message.publication.number) - 1
    return max(heard, before)


def _changed_in(new: Publication, *, since: int) -> dict[UUID, int]:
    """In which publication each item changed last; nothing to look up after a single step."""
    if new.number - since <= 1:
        return {}
    changed = PublishedItem.objects.filter(
        publication__program=new.program_id,
        publication__number__gt=since,
        publication__number__lte=new.number,
    ).exclude(change=Change.UNCHANGED)
    return dict(
        changed.values("uid").annotate(n=Max("publication__number")).values_list("uid", "n")
    )


def _name(message: Message) -> str:
    """Of the person told; a host is not addressed by name."""
    told = message.participant or message.user
    return told.name if told else ""


def language_of(message: Message) -> str:
    if message.user is not None:
        return message.user.language
    return language_of_person(message.participant)


def language_of_person(person: Any) -> str:
    return person.user.language if person is not None and person.user is not None else "ko"


def _of_staff(kind: str) -> str:
    return str(StaffKind(kind).label)


def _line(item: PublishedItem) -> str:
    place = f" ({item.display_place})" if item.display_place else ""
    return f"- {ktimerange(item.starts_at, item.ends_at)} {item.display_title}{place}"


def _from_templates(name: str, facts: dict[str, Any]) -> tuple[str, str]:
    return (
        render_to_string(f"mails/{name}.subject.txt", facts),
        render_to_string(f"mails/{name}.txt", facts),
    )
