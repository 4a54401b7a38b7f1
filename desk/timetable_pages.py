"""The timetable on the screen, on paper and as a sheet: which edition, and the words around it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from core.formats.xlsx import Column, Sheet
from desk.tabs import program_tabs
from programs.models import Program
from site_visits import timetable
from site_visits.models import Publication
from site_visits.route_sketch import Sketch, Text
from site_visits.timetable import Timetable

# Who signs a paper of this office, lowest first; the boxes stay empty for pen or stamp.
APPROVAL = (
    pgettext_lazy("approval", "담당"),
    pgettext_lazy("approval", "팀장"),
    pgettext_lazy("approval", "과장"),
)


class TimetableForm(forms.Form):
    """What stands in the address of the page and of its files."""

    edition = forms.TypedChoiceField(
        label=gettext_lazy("판"), coerce=int, empty_value=None, required=False
    )
    approval = forms.BooleanField(label=gettext_lazy("결재란"), required=False)
    map = forms.BooleanField(label=gettext_lazy("길 약도"), required=False)

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].choices = [  # type: ignore[attr-defined]
            ("0", pgettext_lazy("timetable", "초안")),
            *[(str(number), _("제%(n)d판") % {"n": number}) for number in numbers],
        ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A timetable with what the reader wants on it."""

    timetable: Timetable
    approval: bool
    map: bool
    form: TimetableForm


def asked(program: Program, query: Any, *, at: datetime) -> Asked:
    """Nothing chosen is the publication in force with its maps, or the draft where there is none.

    An edition that does not exist is the same as none: the page says which one it shows.
    """
    numbers = list(
        Publication.objects.filter(program=program)
        .order_by("-number")
        .values_list("number", flat=True)
    )
    first = {"edition": numbers[0] if numbers else 0, "approval": False, "map": True}
    form = TimetableForm(query if "edition" in query else None, numbers=numbers, initial=first)
    chosen = {**first, **form.cleaned_data} if form.is_bound and form.is_valid() else first
    number = chosen["edition"] or 0
    found = (
        timetable.of_publication(program, Publication.objects.get(program=program, number=number))
        if number
        else timetable.of_draft(program, at=at)
    )
    return Asked(found, chosen["approval"], chosen["map"], form)


def context(program: Program, found: Asked) -> dict[str, Any]:
    return {
        "program": program,
        "tabs": program_tabs(program, "itinerary"),
        "timetable": found.timetable,
        "form": found.form,
        "approval": APPROVAL if found.approval else (),
        "with_map": found.map,
        "office": _(settings.ORGANIZATION),
    }


def file_name(program: Program, found: Asked, ending: str) -> str:
    return f"{_('일정표')}_{program.full_title}_{found.timetable.edition}.{ending}"


# -- paper ----------------------------------------------------


def paper(found: Asked) -> dict[str, Any]:
    """What `templates/papers/timetable.typ` places."""
    table = found.timetable
    return {
        "lang": (get_language() or "ko")[:2],
        "office": _(settings.ORGANIZATION),
        "title": table.title,
        "heading": _("교육 일정표"),
        "edition": table.edition,
        "said": table.said,
        "mark": table.edition if table.is_draft else "",
        "approval_label": _("결재"),
        "approval": [str(name) for name in APPROVAL] if found.approval else [],
        "facts": table.facts,
        "columns": [str(label) for label in columns()],
        "empty": _("아직 정한 일정이 없습니다."),
        "days": [_day(day, with_map=found.map) for day in table.days],
    }


def columns() -> list[Any]:
    return [
        _("시간"), _("소요"), _("구분"), pgettext("timetable", "내용"), _("장소"), _("비고"),
    ]  # fmt: skip


def _day(day: timetable.Day, *, with_map: bool) -> dict[str, Any]:
    return {
        "title": day.title,
        "summary": day.summary,
        "lines": [
            {
                "time": _in_two(line.time),
                "length": line.length,
                "kind": line.css_kind,
                "label": line.kind,
                "title": line.title,
                "note": line.note,
                "place": line.place,
                "remarks": line.remarks,
            }
            for line in day.lines
        ],
        "route": _route(day.sketch, day.title) if with_map and day.sketch else None,
    }


def _in_two(time: str) -> list[str]:
    """`21:00~다음 날 07:30` is too long for its column: the end gets a line of its own."""
    start, sign, end = re.split("([~–])", time, maxsplit=1) if " " in time else (time, "", "")
    return [start + sign, end.strip()] if end else [time]


def _route(sketch: Sketch, title: str) -> dict[str, Any]:
    caption = [_("모두 %(far)s") % {"far": sketch.total.text}]
    caption += [] if sketch.to_scale else [_("거리 비율은 실제와 다릅니다")]
    caption += [_("≈ 지도에서 어림한 값")] if sketch.has_estimates else []
    return {
        "width": sketch.width,
        "height": sketch.height,
        "alt": _("%(day)s 길 약도. 옆의 표와 같은 내용입니다.") % {"day": title},
        "caption": " · ".join(caption),
        "columns": [_("번호"), _("도착"), _("곳"), _("온 길")],
        "legs": [
            {
                "start": line.start,
                "bend": line.bend,
                "end": line.end,
                "label": _written(line.label) if line.label else None,
            }
            for line in sketch.lines
        ],
        "dots": [
            {
                "numbers": dot.numbers,
                "kind": dot.kind,
                "x": dot.x,
                "y": dot.y,
                "half": dot.half_width,
                "leader": dot.leader,
                "name": _written(dot.name),
            }
            for dot in sketch.dots
        ],
        "rows": [
            {
                "number": row.number,
                "time": row.stop.time,
                "name": row.stop.name,
                "leg": row.stop.leg.text if row.stop.leg else "",
            }
            for row in sketch.rows
        ],
    }


def _written(text: Text) -> dict[str, Any]:
    box = text.box
    return {
        "text": text.text, "anchor": text.anchor,
        "left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom,
    }  # fmt: skip


# -- sheet ----------------------------------------------------


def sheet(found: Asked) -> Sheet:
    table = found.timetable
    time, length, kind, title, place, remarks = columns()
    return Sheet(
        title=_("일정표"),
        columns=[
            Column(_("날짜"), 24),
            Column(time, 20, centered=True),
            Column(length, 14, centered=True),
            Column(kind, 18, centered=True),
            Column(title, 44, wrapped=True),
            Column(place, 44, wrapped=True),
            Column(remarks, 36, wrapped=True),
        ],
        rows=[
            [
                day.title, line.time, line.length, line.kind,
                "\n".join(part for part in (line.title, line.note) if part),
                line.place, " · ".join(line.remarks),
            ]
            for day in table.days
            for line in day.lines
        ],
        heading=f"{table.title} {_('교육 일정표')}",
        subheading=[
            f"{table.edition} · {table.said}",
            *[f"{label}: {text}" for label, text in table.facts],
            *[f"{day.title}: {day.summary}" for day in table.days if day.summary],
        ],
        footer=f"{_(settings.ORGANIZATION)} · {table.edition} · {table.said}",
        frozen_columns=2,
    )  # fmt: skip
