"""What the pages about hosts show: columns by answer, the letter, and how far a mail has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Prefetch, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import kdatetime, kday, kdaytime, ktimerange
from desk import visit_pages
from desk.figures import tone
from desk.itinerary_pages import STATE_TONES
from desk.tabs import program_tabs
from programs.models import Program
from reminders.models import Message, MessageState
from reminders.services.plan_hosts import ASK, GONE, REMIND, topic_of
from site_visits import host_letters
from site_visits.models import HostAsking, HostState, SiteVisit
from site_visits.services import host_links, hosts
from site_visits.services.headcounts import Enrolled

# Over all programs: more are found in the list of visits.
IN_A_COLUMN: Final = 30
FAILED: Final = {MessageState.DEAD, MessageState.BOUNCED, MessageState.EXPIRED}


@dataclass(frozen=True, slots=True)
class Card:
    """One visit on the board; `news` says how the asking travels, `trouble` what the office has to do itself."""

    visit: SiteVisit
    people: int
    tone: str
    moved: str
    news: str
    trouble: str
    may_remind: bool
    may_ask: bool
    program: Program | None = None


def visits_of(program: Program) -> Any:
    return with_askings(
        SiteVisit.objects.filter(item__program=program)
        .select_related("item__site", "item__program")
        .prefetch_related("item__groups")
        .order_by("item__starts_at", "pk")
    )


def with_askings(visits: Any) -> Any:
    messages = Message.objects.defer("body").order_by("due_at")
    askings = HostAsking.objects.select_related("site").prefetch_related(
        Prefetch("messages", queryset=messages)
    )
    return visits.prefetch_related(Prefetch("askings", queryset=askings))


def board_context(program: Program, *, at: datetime) -> dict[str, Any]:
    visits = list(visits_of(program))
    enrolled = Enrolled(program)
    live = [visit for visit in visits if not visit.item.is_cancelled]
    return {
        "program": program,
        "tabs": program_tabs(program, "hosts"),
        "tone": tone(program),
        "columns": columns(
            {
                state: [
                    card(visit, hosts.headcount(visit, enrolled), at=at)
                    for visit in live
                    if visit.host_state == state
                ]
                for state in HostState
            }
        ),
        "any": live,
        "called_off": [
            card(visit, hosts.headcount(visit, enrolled), at=at)
            for visit in visits
            if visit.item.is_cancelled and visit.asked_at
        ],
        "rules": hosts.rules_of(program),
    }


def columns(cards: dict[HostState, list[Card]]) -> list[dict[str, Any]]:
    return [
        {"label": state.label, "tone": STATE_TONES[state], "visits": cards[state], "more": 0}
        for state in HostState
    ]


def all_columns(visits: Any, *, at: datetime) -> list[dict[str, Any]]:
    """The coming visits of every program by answer, the next ones first; as many statements at any number."""
    counts = dict(visits.order_by().values_list("host_state").annotate(n=Count("pk")))
    place = Window(RowNumber(), partition_by="host_state", order_by=["item__starts_at", "pk"])
    shown = visit_pages.with_people(visits).annotate(place=place).filter(place__lte=IN_A_COLUMN)
    cards: dict[str, list[Card]] = {state: [] for state in HostState}
    for visit in with_askings(shown.order_by("item__starts_at", "pk")):
        people = visit_pages.people(visit)
        cards[visit.host_state].append(card(visit, people, at=at, named=True))
    return [
        {
            "label": state.label,
            "tone": STATE_TONES[state],
            "visits": cards[state],
            "total": counts.get(state.value, 0),
            "more": max(0, counts.get(state.value, 0) - IN_A_COLUMN),
            "url": f"{reverse('organize:visit-list')}?state={state.value}",
        }
        for state in HostState
    ]


def card(visit: SiteVisit, people: int, *, at: datetime, named: bool = False) -> Card:
    item = visit.item
    askings = list(visit.askings.all())
    last = askings[-1] if askings else None
    moved = visit.asked_at and (visit.asked_starts_at, visit.asked_ends_at) != (
        item.starts_at,
        item.ends_at,
    )
    ahead = item.starts_at is not None and item.starts_at > at
    waiting = visit.host_state == HostState.ASKED and not item.is_cancelled
    return Card(
        visit=visit,
        people=people,
        tone=STATE_TONES[HostState(visit.host_state)],
        moved=kdaytime(visit.asked_starts_at) if moved and not item.is_cancelled else "",
        news=_news(last),
        trouble=_trouble(visit, last, waiting=waiting),
        may_remind=bool(waiting and ahead and last and last.by_mail),
        may_ask=bool(item.starts_at and not item.is_cancelled and not item.program.is_over),
        program=item.program if named else None,
    )


def _news(last: HostAsking | None) -> str:
    """`전자우편 · 보냄 · 다시 알림 1번`."""
    if last is None:
        return ""
    if not last.by_mail:
        return _("요청문으로 요청")
    messages = list(last.messages.all())
    ask = [message for message in messages if topic_of(message) == ASK]
    sent = [m for m in messages if topic_of(m) == REMIND and m.state == MessageState.ACCEPTED]
    gone = [message for message in messages if topic_of(message) == GONE]
    parts = [_("전자우편")]
    if ask:
        parts.append(str(ask[0].get_state_display()))
    if sent:
        told = ngettext("다시 알림 %(n)d번", "다시 알림 %(n)d번", len(sent))
        parts.append(told % {"n": len(sent)})
    if gone:
        parts.append(_("취소 알림: %(state)s") % {"state": gone[0].get_state_display()})
    return " · ".join(parts)


def _trouble(visit: SiteVisit, last: HostAsking | None, *, waiting: bool) -> str:
    if visit.item.is_cancelled:
        told_by_mail = last is not None and last.by_mail and last.site.contact_email
        if visit.cancellation_told_at or told_by_mail or visit.host_state == HostState.REFUSED:
            return ""
        return _("전화나 공문으로 취소를 알려 주세요.")
    if last is not None and last.by_mail and _failed(last):
        return _("메일이 가지 못했습니다. 전화나 공문으로 요청해 주세요.")
    if waiting and (last is None or not last.by_mail):
        return _("회신이 없으면 전화나 공문으로 확인해 주세요.")
    if last is not None and last.site_id != visit.item.site_id and not last.by_mail:
        return _("앞서 요청한 %(site)s에 취소를 알려 주세요.") % {"site": last.site.display_name}
    return ""


def _failed(last: HostAsking) -> bool:
    return any(topic_of(m) == ASK and m.state in FAILED for m in last.messages.all())


# -- the letter


def letter_context(
    program: Program, visit: SiteVisit, form: Any, *, at: datetime
) -> dict[str, Any]:
    """What can be done for this visit, and the letters in both languages once there is a link."""
    askings = list(visit.askings.all())
    people = hosts.headcount(visit)
    item = visit.item
    email = item.site.contact_email if item.site else ""
    return {
        "program": program,
        "visit": visit,
        "card": card(visit, people, at=at),
        "form": form,
        "email": email,
        "letters": _letters(visit, askings, people),
        "history": [_asked(asking) for asking in reversed(askings)],
        "hosts_url": reverse("organize:host-list", args=[program.code]),
    }


def _letters(visit: SiteVisit, askings: list[HostAsking], people: int) -> list[dict[str, Any]]:
    languages = [("ko", _("한국어 요청문")), ("en", _("영어 요청문"))]
    if visit.item.is_cancelled:
        return [
            _letter(code, label, host_letters.gone(visit, asked=askings[-1], language=code))
            for code, label in languages
            if askings
        ]
    token = host_links.token_of(visit)
    if visit.host_state == HostState.NOT_ASKED or token is None or not askings:
        return []
    before = [one for one in askings[:-1] if one.site_id == askings[-1].site_id]
    return [
        _letter(
            code,
            label,
            host_letters.asking(
                visit,
                people=people,
                link=host_links.url_of(token),
                language=code,
                before=before[-1] if before else None,
            ),
        )
        for code, label in languages
    ]


def _letter(code: str, label: Any, letter: host_letters.Letter) -> dict[str, Any]:
    return {"code": code, "label": label, "text": letter.body, "rows": letter.body.count("\n") + 3}


def _asked(asking: HostAsking) -> dict[str, str]:
    return {
        "at": kdatetime(asking.at),
        "when": f"{kday(asking.starts_at)} {ktimerange(asking.starts_at, asking.ends_at)}",
        "site": asking.site.display_name,
        "news": _news(asking),
    }
