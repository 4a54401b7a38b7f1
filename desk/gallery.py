"""Made-up data for the page that shows every component once. Nothing here comes from the database."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.html import format_html

from core.forms import CleanCharField, KoreanDateField
from core.icons import ICONS
from core.lists import Cell, HeaderCell, Listing, Row
from core.templatetags.ui import badge, icon
from desk.tabs import Tab

NAMES = ["김가람", "이누리", "박다온", "남궁라온하제", "정마루", "강바다", "조사랑", "윤아라"]


class SampleForm(forms.Form):
    title = CleanCharField(label="과정 이름", help_text="기관 이름은 넣지 않습니다.")
    kind = forms.ChoiceField(label="구분", choices=[("field", "현장학습"), ("class", "집합교육")])
    starts_on = KoreanDateField(label="시작일")
    method = forms.ChoiceField(
        label="선발 방법",
        choices=[("nominate", "부서 추천"), ("first", "선착순"), ("draw", "추첨")],
        widget=forms.RadioSelect,
        help_text="나중에 바꿀 수 있습니다.",
    )
    closed = forms.MultipleChoiceField(
        label="휴관 요일",
        required=False,
        choices=[("mon", "월요일"), ("tue", "화요일")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = CleanCharField(label="알릴 말", required=False, multiline=True)
    file = forms.FileField(label="파일", required=False)
    agreed = forms.BooleanField(label="부서장 확인을 받았습니다")


class SampleFilter(forms.Form):
    status = forms.ChoiceField(
        label="상태",
        required=False,
        choices=[("", "모두"), ("selected", "선발"), ("waiting", "대기")],
    )
    department = forms.ChoiceField(
        label="소속", required=False, choices=[("", "모두"), ("1", "관광진흥과")]
    )


def _column(
    key: str, label: str, *, sort: str = "", direction: str = "", numeric: bool = False
) -> HeaderCell:
    return HeaderCell(key, label, bool(sort), sort, direction, numeric)


def sample_listing() -> Listing:
    columns = [
        _column("name", "이름", sort="?sort=-name", direction="asc"),
        _column("department", "소속", sort="?sort=department"),
        _column("rank", "직급"),
        _column("status", "상태"),
        _column("hours", "시간", sort="?sort=hours", numeric=True),
    ]
    rows = [
        Row(
            n,
            f"#row-{n}",
            _cells(columns, [name, "관광진흥과", "행정7급", badge("선발", "ok"), 9 + n]),
        )
        for n, name in enumerate(NAMES)
    ]
    return Listing(
        caption="교육생 목록",
        columns=columns,
        rows=rows,
        page=Paginator(range(120), 50).page(1),
        page_links=[
            (1, "?page=1", True),
            (2, "?page=2", False),
            ("…", "", False),
            (9, "?page=9", False),
        ],
        total=120,
        query="",
        filter_form=SampleFilter(),
        querystring="",
        searchable=True,
        bulk=True,
    )


def _cells(columns: list[HeaderCell], values: list[Any]) -> list[Cell]:
    return [
        Cell(column.label, value, column.numeric)
        for column, value in zip(columns, values, strict=True)
    ]


def sample() -> dict[str, Any]:
    return {
        "tabs": [
            Tab(label, "#", label == "일정")
            for label in ("개요", "일정", "교육생", "방문기관", "알림")
        ],
        "kpis": [
            {
                "label": "다음 출발",
                "value": "11일 뒤",
                "note": "AI 역량강화 1차 · 12. 3.(목) 05:40",
            },
            {"label": "선발 확정", "value": "36 / 36", "note": "대기 7명"},
            {"label": "방문기관 확인", "value": "5 / 6", "badge": "1곳 회신 대기", "tone": "warn"},
            {"label": "알림", "value": "실패 0건", "note": "오늘 18:00부터 36건 예정"},
        ],
        "all_label": "과정 모두 보기",
        "programs": [
            _program(
                "AI 역량강화 현장학습 1차",
                "12. 3.(목)~12. 4.(금)",
                ("확정", "info"),
                ("36/36", None),
            ),
            _program("생성형 AI 실무 2차", "11. 22.(일)", ("진행 중", "ok"), ("24/26", 92)),
            _program(
                "스마트농업 선진지 견학",
                "10. 15.(목)~10. 16.(금)",
                ("종료", "plain"),
                ("30/30", 97),
            ),
        ],
        "todo": [
            {"title": "공개하지 않은 변경 4건", "text": "AI 역량강화 1차", "action": "검토"},
            {
                "title": "㈜그린큐브팜(가칭) 회신이 없습니다",
                "text": "요청 2일 전",
                "action": "다시 요청",
            },
            {"title": "변경을 아직 못 본 사람 4명", "text": "전화로 알려 주세요", "action": "명단"},
        ],
        "now_actions": format_html('<a class="btn" href="tel:0100000">{}인솔자</a>', icon("phone")),
        "strip": "신호 없음 · 09:42 기준 · 제4판",
        "rail": _rail(),
        "people": _people(),
        **_cards(),
    }


def _program(
    title: str, dates: str, state: tuple[str, str], people: tuple[str, int | None]
) -> dict[str, Any]:
    return {
        "title": title,
        "sub": "방문지 6곳",
        "dates": dates,
        "state": state[0],
        "tone": state[1],
        "people": people[0],
        "rate": people[1],
    }


def _rail() -> list[dict[str, Any]]:
    return [
        {
            "kind": "travel",
            "kind_label": "이동",
            "time": "08:30",
            "title": "135 km",
            "detail": "1시간 50분",
        },
        {
            "kind": "visit",
            "kind_label": "현장방문",
            "time": "10:30",
            "title": "㈜한빛에이아이(가칭)",
            "detail": "행정 업무 생성형 AI 사례 · 90분",
            "badge": "다음",
        },
        {"kind": "meal", "kind_label": "식사", "time": "12:00", "title": "양재 구내식당"},
        {
            "kind": "session",
            "kind_label": "교육",
            "time": "16:00",
            "title": "프롬프트 실습",
            "cancelled": True,
        },
    ]


def _people() -> list[dict[str, Any]]:
    missing = {"pk": 1, "name": "박다온", "sub": "관광진흥과 · 행정7급", "phone": "010-0000-1111"}
    late = {"pk": 2, "name": "남궁라온하제", "sub": "산림녹지과 · 녹지8급 · 10:11", "present": True}
    return [
        missing | {"tick_name": "박다온 탑승"},
        late | {"badge": "지각 5분", "tone": "warn", "tick_name": "남궁라온하제 탑승"},
    ]


def _cards() -> dict[str, Any]:
    return {
        "alerts": [
            {"title": "36명에게 보냈습니다", "tone": "ok", "text": "실패 0건"},
            {"title": "접수 마감 3일 전입니다", "tone": "info", "text": "11. 25.(수)까지"},
            {"title": "4명이 아직 못 봤습니다", "tone": "warn", "text": "전화로 알려 주세요."},
            {"title": "저장하지 못했습니다", "tone": "bad", "text": "다른 사람이 먼저 고쳤습니다."},
        ],
        "facts_title": "고른 일정",
        "facts": [("장소", "동대문디자인플라자"), ("시간", "13:45~15:15"), ("정원", "60명 · 36명")],
        "job_title": "출석 보고서 XLSX",
        "eta": "약 20초 남음",
        "empty_title": "아직 과정이 없습니다",
        "empty_text": "첫 과정을 만들면 일정을 넣을 수 있습니다.",
        "empty_action": "새 과정",
        "buttons_title": "단추와 표지",
        "badges": [
            ("plain", "준비"),
            ("info", "확정"),
            ("ok", "진행 중"),
            ("warn", "모집 중"),
            ("bad", "폐강"),
        ],
        "icons": list(ICONS),
    }
