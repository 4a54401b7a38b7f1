"""The words one person gets, written from the facts of this moment in that person's language."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Min
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from programs.models import Program, ProgramStaff, StaffKind
from reminders.channels import Text
from reminders.models import Channel, Message, MessageKind, MessageState, ReminderRule
from reminders.services import changes, links, sms, wording
from reminders.services.changes import LEADING, Reader
from reminders.services.facts import Facts
from reminders.services.host_words import host_letter
from reminders.services.values import GoneError, Values
from site_visits.models import Change, Publication, PublishedItem, SeenPublication
from site_visits.services import host_links

# Subject and body, and what a phone gets instead where that is not the subject.
Words = tuple[str, str] | tuple[str, str, str]


class OutdatedError(Exception):
    """The facts moved while the message was being written: it must not go out."""


class NothingToSayError(Exception):
    """Everything is as the person was last told."""


@dataclass
class Writer:
    """Writes the messages of one run. Items of a publication never change, so they are read once."""

    facts: Facts = field(default_factory=Facts)
    _items: dict[int, list[PublishedItem]] = field(default_factory=dict)
    # Of each program the kinds of staff to ask and their numbers, and how that is said in a language.
    _staff: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    _contacts: dict[tuple[int, str | None], list[str]] = field(default_factory=dict)
    _values: Values = field(default_factory=Values)

    def read(self, ids: Sequence[UUID]) -> None:
        """What the messages of a batch are written from, with few questions."""
        self.facts = Facts.of(ids)
        publications = {one.pk for one in self.facts.publications} - self._items.keys()
        self._items |= {pk: [] for pk in publications}
        for item in PublishedItem.objects.filter(publication__in=publications).in_order():
            self._items[item.publication_id].append(item)
        self._read_staff({one.program_id for one in self.facts.publications})

    def write(self, message: Message) -> Text:
        with override(language_of(message)):
            text = finished(*WORDS[MessageKind(message.kind)](self, message))
        secret = self.secret_in(message)
        return replace(text, secret=secret) if secret else text

    def sample(self, message: Message, *, name: str) -> Text:
        """A reminder as it would be written now, with `name` in the place of the reader's."""
        with override(language_of(message)):
            return finished(*self._reminder(message, name=name))

    def items(self, publication: Publication) -> list[PublishedItem]:
        if publication.pk not in self._items:
            self._items[publication.pk] = list(publication.items.all().in_order())
        return self._items[publication.pk]

    def contact(self, program: Program) -> str:
        """By role, not by name: a phone number and a name do not travel together."""
        return ", ".join(self.contacts(program))

    def contacts(self, program: Program) -> list[str]:
        """Leaders first: they are where something happens."""
        key = (program.pk, get_language())
        if key not in self._contacts:
            self._read_staff({program.pk})
            found = [f"{_of_staff(kind)} ☎ {number}" for kind, number in self._staff[program.pk]]
            self._contacts[key] = found or [_(settings.HELP_CONTACT)]
        return self._contacts[key]

    def _read_staff(self, programs: Set[int]) -> None:
        unknown = programs - self._staff.keys()
        if not unknown:
            return
        self._staff |= {pk: [] for pk in unknown}
        staff = ProgramStaff.objects.filter(program__in=unknown, is_contact=True)
        for program, kind, number in staff.exclude(user__office_phone="").values_list(
            "program", "kind", "user__office_phone"
        ):
            self._staff[program].append((kind, number))

    def secret_in(self, message: Message) -> str:
        """What the body holds and the row must not: the host's link."""
        if message.kind != MessageKind.HOST or message.host is None:
            return ""
        return host_links.token_of(message.host) or ""

    # -- one method for each kind of message

    def _reminder(self, message: Message, **instead: str) -> Words:
        publication = self.facts.in_force(message.program)
        if message.rule is None or message.program is None or publication is None:
            raise OutdatedError
        item = self._current_item(publication, message.item_uid, message.item_revision)
        try:
            found = self._values.of(
                message,
                publication,
                item,
                items=self.items(publication),
                traveller=self.facts.enrollment(message) if message.participant_id else None,
            )
        except GoneError:
            raise OutdatedError from None
        confirm = "" if message.host_id else links.url_of(message)
        said = {"contact": self.contact(message.program), "confirm": confirm}
        known = found | said | instead
        # A phone has room for one number.
        return written(message.rule, known, contact=self.contacts(message.program)[0])

    def _test(self, message: Message) -> Words:
        """The text stands in the row; a try that failed has put the sender before it already."""
        subject = message.subject.removeprefix(sender())
        return subject, message.body, message.body if message.channels == [Channel.SMS] else subject

    def _change(self, message: Message) -> tuple[str, str]:
        """Everything since what this person was last told, not only since the publication before."""
        new, reader = message.publication, self._reader(message)
        if new is None or reader is None or self.facts.in_force(message.program) != new:
            raise OutdatedError
        known = last_told(message)
        if not known:
            mine = [i for i in self.items(new) if not i.cancelled and reader.concerned_by(i)]
            first = {
                "first": mine[0] if mine else None,
                "comment": new.comment,
                "confirm": links.url_of(message),
            }
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
            "change",
            self._about(message)
            | {
                "told": told,
                "facts": facts,
                "comment": new.comment,
                "confirm": links.url_of(message),
            },
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

    def _host(self, message: Message) -> tuple[str, str]:
        visit, asking = message.host, message.asking
        if visit is None or asking is None:
            raise OutdatedError
        letter = host_letter(message, visit, asking)
        if letter is None:
            raise OutdatedError
        return letter.subject, letter.body

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


WORDS: Final[dict[MessageKind, Callable[[Writer, Message], Words]]] = {
    MessageKind.REMINDER: Writer._reminder,
    MessageKind.CHANGE: Writer._change,
    MessageKind.ENROLLMENT: Writer._enrollment,
    MessageKind.PROGRAM: Writer._program,
    MessageKind.TEST: Writer._test,
    MessageKind.HOST: Writer._host,
}


def written(
    rule: ReminderRule, values: Mapping[str, str], *, contact: str = ""
) -> tuple[str, str, str]:
    """A rule's words in the active language, Korean where no English was written.

    `contact` is the one number a phone gets; without it the same as everybody.
    """
    english = get_language() == "en"
    return filled(
        (english and rule.subject_en) or rule.subject,
        (english and rule.body_en) or rule.body,
        # An English subject says more to its reader than a Korean text message.
        rule.sms_en if english and (rule.sms_en or rule.subject_en) else rule.sms,
        values,
        contact=contact,
    )


def filled(
    subject: str, body: str, short: str, values: Mapping[str, str], *, contact: str = ""
) -> tuple[str, str, str]:
    on_phone = {**values, "contact": contact or values["contact"]}
    return wording.fill(subject, values), wording.fill(body, values), wording.fill(short, on_phone)


def finished(subject: str, body: str, short: str = "") -> Text:
    """With the sender before it, as every channel needs it."""
    before = sender()
    subject = " ".join(f"{before}{subject}".split())
    on_phone = sms.sendable(f"{before}{short}" if short else subject).strip()
    return Text(subject[:200], body.strip() + "\n", on_phone)


def sender() -> str:
    return f"[{_(settings.ORGANIZATION)}] "


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
    if message.asking is not None:
        return message.asking.language
    return language_of_person(message.participant)


def language_of_person(person: Any) -> str:
    return person.user.language if person is not None and person.user is not None else "ko"


def _of_staff(kind: str) -> str:
    return str(StaffKind(kind).label)


def _from_templates(name: str, facts: dict[str, Any]) -> tuple[str, str]:
    return (
        render_to_string(f"mails/{name}.subject.txt", facts),
        render_to_string(f"mails/{name}.txt", facts),
    )
