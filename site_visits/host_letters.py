"""What a host is written: the office letter an organizer copies, and the same words in a mail."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.dates import kdate, ktimerange
from site_visits.models import HostAsking, Site, SiteVisit


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


def asking(
    visit: SiteVisit, *, people: int, link: str, language: str, before: HostAsking | None = None
) -> Letter:
    """May we come? `before` is the asking of an earlier time, which the letter names."""
    with override(language):
        moved = before is not None and _when(before) != _when(visit.item)
        opening = (
            _(
                "앞서 요청드린 %(program)s 현장방문의 시간이 바뀌어 다시 여쭙습니다. 번거롭게 해 드려 죄송합니다."
            )
            if moved
            else _("%(program)s 현장방문을 요청드립니다.")
        )
        lines = [
            _("%(organization)s입니다.") % {"organization": _(settings.ORGANIZATION)},
            opening % {"program": visit.item.program.full_title},
            "",
            *(
                [_("앞서 요청드린 때: %(when)s") % {"when": _when(before)}]
                if before and moved
                else []
            ),
            *_facts(visit, people),
            "",
            _("아래 주소에서 받으실 수 있는지 알려 주시기 바랍니다. 로그인은 필요 없습니다."),
            link,
            *_ending(),
        ]
        subject = _("현장방문 시간 변경, 다시 요청드립니다") if moved else _("현장방문 요청")
        return Letter(f"{subject} · {_short(visit)}", "\n".join(str(line) for line in lines))


def reminder(
    visit: SiteVisit, *, people: int, link: str, language: str, asked_at: datetime
) -> Letter:
    """We have not heard from you yet."""
    with override(language):
        lines = [
            _("%(organization)s입니다.") % {"organization": _(settings.ORGANIZATION)},
            _("%(day)s에 요청드린 현장방문의 회신을 기다리고 있습니다.") % {"day": kdate(asked_at)},
            "",
            *_facts(visit, people),
            "",
            _("아래 주소에서 받으실 수 있는지 알려 주시기 바랍니다. 로그인은 필요 없습니다."),
            link,
            *_ending(),
        ]
        subject = _("현장방문 회신을 기다립니다")
        return Letter(f"{subject} · {_short(visit)}", "\n".join(str(line) for line in lines))


def gone(visit: SiteVisit, *, asked: HostAsking, language: str) -> Letter:
    """We are not coming after all."""
    with override(language):
        lines = [
            _("%(organization)s입니다.") % {"organization": _(settings.ORGANIZATION)},
            _("요청드린 %(program)s 현장방문이 취소되었습니다.")
            % {"program": visit.item.program.full_title},
            "",
            _("때: %(when)s") % {"when": _when(asked)},
            _("곳: %(site)s") % {"site": asked.site.display_name},
            "",
            _("회신하지 않으셔도 됩니다. 준비해 주셔서 고맙습니다."),
            *_ending(),
        ]
        subject = _("현장방문이 취소되었습니다")
        when = kdate(asked.starts_at)
        return Letter(f"{subject} · {when}", "\n".join(str(line) for line in lines))


def _facts(visit: SiteVisit, people: int) -> list[str]:
    item = visit.item
    site: Site | None = item.site
    place = " ".join(part for part in (site.display_name if site else "", item.place) if part)
    return [
        _("때: %(when)s") % {"when": _when(item)},
        _("곳: %(site)s") % {"site": place},
        _("인원: %(people)d명") % {"people": people},
        _("목적: %(purpose)s") % {"purpose": visit.purpose or item.display_title},
    ]


def _ending() -> list[str]:
    return ["", _("문의: %(contact)s") % {"contact": _(settings.HELP_CONTACT)}]


def _when(about: object) -> str:
    """Day and hours of an item or an asking."""
    starts_at, ends_at = getattr(about, "starts_at", None), getattr(about, "ends_at", None)
    return f"{kdate(starts_at)} {ktimerange(starts_at, ends_at)}" if starts_at else ""


def _short(visit: SiteVisit) -> str:
    return kdate(visit.item.starts_at)
