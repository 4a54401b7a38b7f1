"""What the gallery shows: one of each component, with the long names and odd numbers that break layouts.

A page for those who build pages, in Korean only; its texts are samples, not messages to translate.
"""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.html import format_html

from core.icons import ICONS
from core.lists import Cell, HeaderCell, Listing, Row
from core.templatetags.ui import badge, tel

NAMES = ["김가람", "박다온", "남궁라온하제", "정마루", "황보별하늘이슬아침노을빛나래울림"]


class SampleForm(forms.Form):
    title = forms.CharField(label="과정 이름", help_text="차수는 따로 적습니다.")
    kind = forms.ChoiceField(label="구분", choices=[("trip", "현장학습"), ("class", "집합교육")])
    starts = forms.DateField(label="시작일", widget=forms.DateInput(attrs={"type": "date"}))
    how = forms.ChoiceField(
        label="선발 방법",
        choices=[("nominated", "부서 추천"), ("first", "선착순"), ("lot", "추첨")],
        widget=forms.RadioSelect,
        help_text="모집을 시작하기 전까지 바꿀 수 있습니다.",
    )
    days = forms.MultipleChoiceField(
        label="휴관 요일",
        required=False,
        choices=[("mon", "월요일"), ("tue", "화요일")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label="알릴 말씀", required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    file = forms.FileField(label="명단 파일", required=False)
    agree = forms.BooleanField(label="부서장의 확인을 받았습니다")


class SampleFilter(forms.Form):
    status = forms.ChoiceField(
        label="상태", required=False, choices=[("", "모두"), ("selected", "선발")]
    )
    department = forms.ChoiceField(
        label="소속", required=False, choices=[("", "모두"), ("tour", "관광진흥과")]
    )


def sample_context(*, wrong: bool = False, rows: int = 120) -> dict[str, Any]:
    """`wrong` shows the form after a refused save; `rows` is the length of the list."""
    return {
        "sample": SAMPLE,
        "now_actions": format_html(
            '<a class="btn" href="#rail">경로 그림</a>{}', tel("010-0000-0101", "인솔자", "button")
        ),
        "form": SampleForm({"kind": "trip"} if wrong else None),
        "listing": _listing(rows),
    }


def _listing(rows: int) -> Listing:
    columns = [
        HeaderCell(
            "name", "이름", sortable=True, sort_url="?sort=-name", direction="asc", numeric=False
        ),
        HeaderCell(
            "unit", "소속", sortable=True, sort_url="?sort=unit", direction="", numeric=False
        ),
        HeaderCell("rank", "직급", sortable=False, sort_url="", direction="", numeric=False),
        HeaderCell("status", "상태", sortable=False, sort_url="", direction="", numeric=False),
        HeaderCell(
            "hours", "시간", sortable=True, sort_url="?sort=hours", direction="", numeric=True
        ),
    ]
    page = Paginator(range(rows), 50).get_page(1)
    return Listing(
        caption="교육생",
        columns=columns,
        rows=[_row(number, columns) for number in page.object_list[:8]],
        page=page,
        page_links=[
            (1, "?page=1", True),
            (2, "?page=2", False),
            ("…", "", False),
            (9, "?page=9", False),
        ],
        total=rows,
        query="",
        filter_form=SampleFilter(),
        querystring="",
        searchable=True,
        empty_text="교육생이 없습니다",
        empty_action_url="#",
        empty_action_label="교육생 등록",
        bulk=True,
    )


def _row(number: int, columns: list[HeaderCell]) -> Row:
    values = [NAMES[number % len(NAMES)], "관광진흥과", "행정7급", badge("선발", "ok"), 90 + number]
    cells = [
        Cell(column.label, value, column.numeric)
        for column, value in zip(columns, values, strict=True)
    ]
    return Row(pk=number, url=f"#row-{number}", cells=cells)


SAMPLE: dict[str, Any] = {
    "tabs": [
        {"label": "개요", "url": "#"},
        {"label": "일정판", "url": "#", "current": True},
        {"label": "교육생", "url": "#", "count": 36},
        {"label": "방문기관", "url": "#", "count": "5/6"},
    ],
    "kpis": [
        {"label": "다음 출발", "value": "11일 뒤", "note": "AI 역량강화 1차 · 12. 3.(목) 05:40"},
        {"label": "선발 확정", "value": "36 / 36", "note": "대기 7명"},
        {"label": "방문기관 확인", "value": "5 / 6", "badge": "1곳 회신 대기", "tone": "warn"},
        {"label": "알림", "value": "0 실패", "note": "오늘 18:00에 36건 예정"},
    ],
    "programs": [
        {
            "title": "AI 역량강화 현장학습 1차",
            "sub": "서울·경기 · 방문지 6곳",
            "dates": "12. 3.(목)~12. 4.(금)",
            "state": "확정",
            "tone": "info",
            "people": "36/36",
            "rate": None,
        },
        {
            "title": "생성형 AI 실무 2차",
            "sub": "군청 대회의실",
            "dates": "11. 22.(일)",
            "state": "진행 중",
            "tone": "ok",
            "people": "24/26",
            "rate": 92,
        },
        {
            "title": "스마트농업 선진지 견학",
            "sub": "경기 · 방문지 4곳",
            "dates": "10. 15.(목)~10. 16.(금)",
            "state": "종료",
            "tone": "plain",
            "people": "30/30",
            "rate": 97,
        },
    ],
    "todo": [
        {
            "title": "공개하지 않은 변경 4건",
            "text": "AI 역량강화 1차 · 27명에게 알림이 갑니다",
            "action": "검토",
        },
        {
            "title": "그린큐브팜 회신이 없습니다",
            "text": "요청한 지 2일 · 방문 12일 전",
            "action": "다시 요청",
        },
    ],
    "rail": [
        {
            "kind": "assembly",
            "kind_label": "집결",
            "time": "05:40",
            "title": "군청 앞",
            "hold": "신분증을 챙기십시오.",
        },
        {
            "kind": "travel",
            "kind_label": "이동",
            "time": "08:30",
            "title": "135 km",
            "detail": "1시간 50분",
        },
        {
            "kind": "visit",
            "kind_label": "AI 기업 방문",
            "time": "10:30",
            "title": "㈜한빛에이아이(가칭)",
            "detail": "행정 업무 생성형 AI 사례 · 90분 · 인정시간",
            "badge": "다음",
            "tone": "info",
        },
        {"kind": "meal", "kind_label": "중식", "time": "12:00", "title": "양재 구내식당"},
        {
            "kind": "plant",
            "kind_label": "식물공장 방문",
            "time": "13:40",
            "title": "㈜그린큐브팜(가칭)",
        },
        {
            "kind": "session",
            "kind_label": "교육",
            "time": "16:00",
            "title": "프롬프트 실습",
            "cancelled": True,
        },
        {"kind": "lodging", "kind_label": "숙박", "time": "18:30", "title": "수원 누리연수원"},
    ],
    "people": [
        {
            "pk": 1,
            "name": NAMES[1],
            "sub": "관광진흥과 · 행정7급",
            "phone": "010-0000-0102",
            "tick": "박다온 탑승",
        },
        {
            "pk": 2,
            "name": NAMES[2],
            "sub": "산림녹지과 · 녹지8급 · 10:11",
            "present": True,
            "badge": "대체 참가",
            "tick": "남궁라온하제 탑승",
        },
        {
            "pk": 3,
            "name": NAMES[4],
            "sub": "기획예산실 · 행정6급 · 10:13",
            "present": True,
            "badge": "지각 5분",
            "tone": "warn",
            "tick": "황보별하늘이슬아침노을빛나래울림 탑승",
        },
    ],
    "alerts": [
        {"title": "36명에게 보냈습니다", "tone": "ok", "text": "실패 0건"},
        {"title": "신청 마감 3일 전입니다", "tone": "info", "text": "11. 25.(수)까지"},
        {"title": "4명이 아직 못 봤습니다", "tone": "warn", "text": "전화로 알려 주십시오."},
        {
            "title": "저장하지 못했습니다",
            "tone": "bad",
            "text": "다른 사람이 먼저 고쳤습니다. 보고 다시 저장하십시오.",
        },
    ],
    "facts": [("장소", "동대문디자인플라자"), ("시간", "13:45~15:15"), ("정원", "60명 · 36명")],
    "badges": [
        ("plain", "초안"),
        ("info", "확정"),
        ("ok", "진행 중"),
        ("warn", "모집 중"),
        ("bad", "폐강"),
    ],
    "icons": list(ICONS),
}
