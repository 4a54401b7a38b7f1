"""What the pages of the reminder rules show; everywhere `program` None means the county's defaults."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, override

from core.dates import kdaytime, ktime
from core.errors import StaleEdit
from programs.models import Program
from reminders.channels import Text
from reminders.forms import RuleForm
from reminders.models import Audience, Channel, ReminderRule, Trigger
from reminders.services import outlook, preview, rules, sms, texts, wording
from reminders.services.preview import Readers
from reminders.services.sms import Size
from site_visits.models import ItemKind

MINUTES_A_DAY: Final = 24 * 60
TIMES_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in a list; `inherited` where the program still lives by the default itself."""

    rule: ReminderRule
    when: str
    who: str
    how: str
    inherited: bool
    changed: bool
    links: dict[str, str]


def address(name: str, program: Program | None, pk: int | None = None) -> str:
    """The page of a program's rules or its twin for the defaults: `address("edit", None, 3)`."""
    place = [program.code] if program else []
    room = "program-rule" if program else "default-rule"
    return reverse(f"organize:{room}-{name}", args=[*place, *([pk] if pk else [])])


def lines(program: Program | None, found: Sequence[ReminderRule]) -> list[RuleLine]:
    origins = {rule.name: rule for rule in _origins(program)}
    return [_line(program, rule, origins.get(rule.name)) for rule in found]


@dataclass(frozen=True, slots=True)
class Offer:
    """A default that is lacking here and can be added as it stands."""

    rule: ReminderRule
    when: str
    who: str
    how: str


def offers(found: Sequence[ReminderRule]) -> list[Offer]:
    return [Offer(rule, when(rule), who(rule), how(rule)) for rule in found]


def _origins(program: Program | None) -> list[ReminderRule]:
    from_house = rules.defaults.shipped() if program is None else rules.of(None)
    return list(from_house)


def _line(program: Program | None, rule: ReminderRule, origin: ReminderRule | None) -> RuleLine:
    inherited = program is not None and rule.program_id is None
    steps = ("edit", "copy", "switch", "delete", "reset")
    links = {step: address(step, program, rule.pk) for step in steps}
    if program is not None and not inherited:
        links["preview"] = address("preview", program, rule.pk)
    changed = not inherited and origin is not None and rules.differ(rule, origin)
    return RuleLine(rule, when(rule), who(rule), how(rule), inherited, changed, links)


def when(rule: ReminderRule) -> str:
    """The timing of a rule in words."""
    if rule.trigger == Trigger.DAY_BEFORE_AT:
        clock = ktime(rule.at_time)
        if not rule.days_before:
            return _("그날 %(clock)s") % {"clock": clock}
        plain = ngettext("%(n)s일 전 %(clock)s", "%(n)s일 전 %(clock)s", rule.days_before)
        working = ngettext("%(n)s근무일 전 %(clock)s", "%(n)s근무일 전 %(clock)s", rule.days_before)
        found = working if rule.business_days else plain
        return found % {"n": rule.days_before, "clock": clock}
    ahead = _ahead(rule.minutes_before or 0)
    if rule.trigger == Trigger.BEFORE_PROGRAM:
        return _("과정의 첫 일정 %(ahead)s 전") % {"ahead": ahead}
    if rule.trigger == Trigger.BEFORE_ITEM:
        if not rule.item_kinds:
            return _("일정마다 %(ahead)s 전") % {"ahead": ahead}
        kinds = ", ".join(str(ItemKind(kind).label) for kind in rule.item_kinds)
        return _("%(kinds)s마다 %(ahead)s 전") % {"kinds": kinds, "ahead": ahead}
    return _("그날 첫 일정 %(ahead)s 전") % {"ahead": ahead}


def _ahead(minutes: int) -> str:
    if minutes % MINUTES_A_DAY == 0 and minutes:
        days = minutes // MINUTES_A_DAY
        return ngettext("%(n)s일", "%(n)s일", days) % {"n": days}
    if minutes % 60 == 0 and minutes:
        return ngettext("%(n)s시간", "%(n)s시간", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s분", "%(n)s분", minutes) % {"n": minutes}


def who(rule: ReminderRule) -> str:
    if rule.department:
        return f"{rule.get_audience_display()} · {rule.department}"
    return str(rule.get_audience_display())


def how(rule: ReminderRule) -> str:
    return " → ".join(str(Channel(channel).label) for channel in rule.channels)


# -- the form


def form_context(
    program: Program | None, form: RuleForm, rule: ReminderRule | None
) -> dict[str, Any]:
    audience = form["audience"].value() or Audience.CONFIRMED
    return {
        "program": program,
        "rule": rule,
        "form": form,
        "back_url": address("list", program),
        "placeholders": [_placeholder(one, audience) for one in wording.PLACEHOLDERS],
        "data": script_data(program),
        "sizes": {name: _measured(program, form, audience, name) for name in ("ko", "en")},
    }


def stale_form(form: RuleForm, stale: StaleEdit) -> tuple[RuleForm, list[tuple[Any, str, str]]]:
    """What was typed, ready to be saved over the other person's words, and where the two differ."""
    current = cast("ReminderRule", stale.current)
    typed = form.data.copy()
    typed["stamp"] = rules.stamp_of(current)
    fresh = RuleForm(typed, rule=current)
    fresh.add_error(None, str(stale))
    return fresh, fresh.differing(current)


def _placeholder(one: wording.Placeholder, audience: str) -> dict[str, Any]:
    return {
        "korean": one.korean,
        "name": one.name,
        "meaning": one.meaning,
        "audiences": " ".join(sorted(one.audiences)),
        "offered": audience in one.audiences,
    }


def _measured(program: Program | None, form: RuleForm, audience: str, language: str) -> list[str]:
    ending = "_en" if language == "en" else ""
    short, subject = form[f"sms{ending}"].value() or "", form[f"subject{ending}"].value() or ""
    if not (short or subject):
        return []
    with override(language):
        values = preview.example(program, audience)
        text = preview.on_phone(short, subject, values)
    return size_words(text, has_time=preview.says_when(text, values))


def size_words(text: str, *, has_time: bool = True) -> list[str]:
    """How long a text message is, what of it no phone shows, and whether it says when."""
    measured = sms.measure(text)
    found = [SIZES[measured.size]() % {"n": f"{measured.bytes:,}"}]
    if measured.outside:
        found.append(_outside() % {"signs": " ".join(measured.outside)})
    if not has_time:
        found.append(_late())
    return found


SIZES: Final = {
    Size.SHORT: lambda: _("%(n)s바이트, 짧은 문자 한 통 (90바이트까지)"),
    Size.LONG: lambda: _("%(n)s바이트, 긴 문자 한 통 (2,000바이트까지)"),
    Size.TOO_LONG: lambda: _("%(n)s바이트, 너무 길어 문자로 보낼 수 없습니다 (2,000바이트까지)"),
}


def _outside() -> str:
    return _("문자로 보낼 수 없는 글자: %(signs)s")


def _late() -> str:
    return _("시각이 앞 80바이트 안에 없습니다. 앞으로 옮기면 열지 않아도 보입니다.")


def script_data(program: Program | None) -> dict[str, Any]:
    """All that frontend/js/entries/rule.js needs to count and show a text while it is typed."""
    found: dict[str, Any] = {
        "limits": {"short": sms.SHORT_BYTES, "long": sms.LONG_BYTES, "seen": sms.SEEN_BYTES},
        "words": {size.value: words() for size, words in SIZES.items()}
        | {"outside": _outside(), "late": _late()},
        "names": {written: one.name for written, one in wording.NAMES.items()},
        "offered": {
            audience.value: [one.name for one in wording.offered(audience)] for audience in Audience
        },
    }
    for language in ("ko", "en"):
        with override(language):
            found[language] = {
                "sender": texts.sender(),
                "values": {one.value: preview.example(program, one) for one in Audience},
            }
    return found


# -- what it will do


def outlook_facts(rule: ReminderRule, *, at: datetime) -> list[tuple[Any, Any]]:
    """How many messages the rule makes from now on, and when the next ones are due."""
    found = outlook.of(rule, at=at)
    rows: list[tuple[Any, Any]] = [(_("보낼 알림"), _how_many(found.messages))]
    if found.at_once:
        rows.append((_("바로"), _how_many(found.at_once)))
    rows += [(kdaytime(due), _how_many(n)) for due, n in found.times[:TIMES_SHOWN]]
    if rest := found.times[TIMES_SHOWN:]:
        rows.append((_("그 뒤"), _how_many(sum(n for _due, n in rest))))
    return rows


def _how_many(n: int) -> str:
    return npgettext("message", "%(n)s건", "%(n)s건", n) % {"n": f"{n:,}"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A text as one channel would bring it."""

    channel: str
    subject: str
    body: str
    notes: list[str]


def shown(rule: ReminderRule, text: Text) -> list[Shown]:
    """The letter, under the names of all channels that bring it, and the phone's short text with its length."""
    letters = [str(Channel(one).label) for one in rule.channels if one != Channel.SMS]
    phone = Channel.SMS.label if Channel.SMS in rule.channels else _("문자로 보낸다면")
    letter = [Shown(" · ".join(letters), text.subject, text.body, [])] if letters else []
    return [*letter, Shown(str(phone), "", text.short, size_words(text.short))]


def preview_context(
    rule: ReminderRule, people: Readers, query: str, *, at: datetime, masked: bool = True
) -> dict[str, Any]:
    reader = people.reader
    text = preview.written(rule, reader, masked=masked) if reader else None
    return {
        "rule": rule,
        "program": rule.program,
        "people": people,
        "found": _found(people, query),
        "query": query,
        "reader": reader,
        "due": kdaytime(reader.made.due_at) if reader else "",
        "texts": shown(rule, text) if text else [],
        "masked": masked,
        "outlook": outlook_facts(rule, at=at),
        "line": (when(rule), who(rule), how(rule)),
        "back_url": address("list", rule.program),
    }


def _found(people: Readers, query: str) -> str:
    """How much of the whole the list shows, and how to reach the rest."""
    if query and not people.matching:
        return _("‘%(query)s’에 맞는 사람이 없습니다. 이름이나 부서의 일부로 찾아 보세요.") % {
            "query": query
        }
    if people.matching > len(people.shown):
        return _("%(n)s명 중 %(shown)s명만 보입니다. 이름이나 부서로 찾아 주세요.") % {
            "n": f"{people.matching:,}",
            "shown": f"{len(people.shown):,}",
        }
    if query:
        return _("%(n)s명 중 %(shown)s명을 찾았습니다.") % {
            "n": f"{people.total:,}",
            "shown": f"{people.matching:,}",
        }
    return ngettext("모두 %(n)s명입니다.", "모두 %(n)s명입니다.", people.total) % {
        "n": f"{people.total:,}"
    }
