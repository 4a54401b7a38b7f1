"""Rehearsal: an organizer walks through a day of messages before it comes; nobody else is told anything."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import AccessAction
from accounts.permissions import Can, requires
from accounts.services import access
from core.dates import kdate, ktime, local_date
from core.errors import RuleBroken
from core.forms import KoreanDateField
from core.http import AuthenticatedRequest, client_ip
from desk.tabs import program_tabs
from programs.models import Program
from reminders.services import rehearsal
from reminders.services.rehearsal import Batch, Rehearsal


class DayForm(forms.Form):
    """Which day; the texts are those of one reader."""

    day = KoreanDateField(label=gettext_lazy("날"))
    reader = forms.ChoiceField(label=gettext_lazy("누구의 알림으로"), required=False)

    def __init__(self, *args: object, found: Rehearsal, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["reader"].choices = [("", _("첫 사람")), *found.readers]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Step:
    """All batches of one minute; `when` is past, now or coming as the simulated clock stands."""

    at: datetime
    when: str
    batches: list[Batch]


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def walk(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program, at = _program(request, code), timezone.now()
    day, reader = _day(request, program, at), request.GET.get("reader", "")[:24]
    refused = ""
    try:
        found = rehearsal.of_day(program, day, at=at, reader=reader)
    except RuleBroken as refusal:
        found, refused = Rehearsal(day, []), str(refusal)
    clock = request.GET.get("clock", "")[:5]
    steps = _steps(found, clock)
    coming = next((step for step in steps if step.when == "coming"), None)
    first, last = rehearsal.days_of(program, at=at)
    _note(request, program, found)
    context = {
        "program": program,
        "tabs": program_tabs(program, "messages"),
        "found": found,
        "refused": refused,
        "form": DayForm(initial={"day": day, "reader": reader}, found=found),
        "reader": reader,
        "steps": steps,
        "started": bool(clock),
        "next": coming,
        "next_url": _url(program, day, reader, ktime(coming.at)) if coming else "",
        "again_url": _url(program, day, reader),
        "yesterday": _url(program, day - timedelta(days=1), reader) if day > first else "",
        "tomorrow": _url(program, day + timedelta(days=1), reader) if day < last else "",
        "iso_day": day.isoformat(),
        "nonce": uuid4(),
    }
    return render(request, "desk/messages/rehearsal.html", context, status=409 if refused else 200)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def send_to_me(request: AuthenticatedRequest, code: str) -> HttpResponse:
    program, at = _program(request, code), timezone.now()
    day, reader = _day(request, program, at), request.POST.get("reader", "")[:24]
    nonce = _nonce(request)
    try:
        sent = rehearsal.send_to_me(
            program, day, reader=reader, nonce=nonce, by=request.user, at=at
        )
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext(
            "%(n)d건을 나에게만 보냅니다. 전자우편과 알림함에서 보실 수 있습니다.",
            "%(n)d건을 나에게만 보냅니다. 전자우편과 알림함에서 보실 수 있습니다.",
            len(sent),
        )
        messages.success(request, said % {"n": len(sent)})
    return redirect(_url(program, day, reader))


def _nonce(request: AuthenticatedRequest) -> UUID:
    """What tells a second click from a second wish; one that is no id is a wish of its own."""
    try:
        return UUID(request.POST.get("nonce", ""))
    except ValueError:
        return uuid4()


def _program(request: AuthenticatedRequest, code: str) -> Program:
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


def _day(request: AuthenticatedRequest, program: Program, at: datetime) -> date:
    """The day asked for, moved to where there is something to rehearse; a mistyped one is the usual day."""
    asked = request.POST.get("day") or request.GET.get("day") or ""
    try:
        day = KoreanDateField(required=False).clean(asked)
    except forms.ValidationError:
        messages.warning(request, _("날짜를 알 수 없어 보통 연습하는 날을 보입니다."))
        day = None
    first, last = rehearsal.days_of(program, at=at)
    chosen = day or rehearsal.usual_day(program, at=at)
    inside = min(max(local_date(chosen), first), last)
    if day and inside != day:
        messages.info(request, _("%(day)s로 옮겼습니다.") % {"day": kdate(inside)})
    return inside


def _url(program: Program, day: date, reader: str, clock: str = "") -> str:
    kept = {"day": day.isoformat(), "reader": reader, "clock": clock}
    query = urlencode({name: value for name, value in kept.items() if value})
    return f"{reverse('organize:program-rehearsal', args=[program.code])}?{query}"


def _steps(found: Rehearsal, clock: str) -> list[Step]:
    """By the minute, in order; the simulated clock stands at `clock`, or before the first."""
    minutes: dict[str, list[Batch]] = {}
    for batch in found.batches:
        minutes.setdefault(ktime(batch.goes_at), []).append(batch)
    return [
        Step(batches[0].goes_at, _when(minute, clock), batches)
        for minute, batches in minutes.items()
    ]


def _when(minute: str, clock: str) -> str:
    if minute == clock:
        return "now"
    return "past" if minute < clock else "coming"


def _note(request: AuthenticatedRequest, program: Program, found: Rehearsal) -> None:
    """Whose texts were shown."""
    numbers = dict.fromkeys(one.sample_number for one in found.batches if one.sample_number)
    access.record(
        user=request.user,
        action=AccessAction.VIEW,
        object=f"{_('알림 연습')} {program.code}",
        at=timezone.now(),
        ip=client_ip(request),
        subjects=numbers,
    )
