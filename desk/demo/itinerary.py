"""What happens when, as people of the county planned it: lines of time, kind, title and place."""

from dataclasses import dataclass
from typing import Final

from site_visits.models import ItemKind

ASSEMBLY, TRAVEL, VISIT, SESSION = (
    ItemKind.ASSEMBLY,
    ItemKind.TRAVEL,
    ItemKind.VISIT,
    ItemKind.SESSION,
)
MEAL, REST, LODGING = ItemKind.MEAL, ItemKind.REST, ItemKind.LODGING


@dataclass(frozen=True, slots=True)
class Line:
    """An item; `start` and `end` are minutes from the first midnight (or from "now" where a plan says so).

    `site`, `origin` and `target` are keys of `desk.demo.sites.PLACES`; `host` says how far a visit is agreed.
    """

    start: int
    end: int
    kind: ItemKind
    title: str
    title_en: str
    site: str = ""
    place: str = ""
    origin: str = ""
    target: str = ""
    km: int | None = None
    learning: bool = False
    note: str = ""
    bring: str = ""
    purpose: str = ""
    planner_note: str = ""
    host: str = "confirmed"


def clock(times: str, day: int = 1) -> tuple[int, int]:
    """`"10:30-12:00"` of the n-th day, as minutes; an end before its start is the next morning."""
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in times.split("-"))
    before = (day - 1) * 24 * 60
    return before + start, before + end + (24 * 60 if end < start else 0)


def _trip() -> tuple[Line, ...]:
    """Two days, 628 km, 580 minutes of learning."""
    return (
        Line(*clock("05:40-06:00"), ASSEMBLY, "집결·인원 점검", "Assembly and roll call", "hall", "주차장",
             bring="신분증, 명찰", note="05:40까지 와 주세요. 06:00에 출발합니다."),
        Line(*clock("06:00-08:00"), TRAVEL, "군청 → 중부내륙 상행 휴게소", "County Hall → rest area",
             place="중부내륙고속도로 상행 휴게소", origin="hall", km=150),
        Line(*clock("08:00-08:30"), MEAL, "간편 조식", "Light breakfast", place="휴게소"),
        Line(*clock("08:30-10:20"), TRAVEL, "휴게소 → 서울 서초구 양재", "Rest area → Yangjae, Seoul",
             target="hanbit", km=135),
        Line(*clock("10:30-12:00"), VISIT, "행정 업무 생성형 AI 사례", "Generative AI in public administration",
             "hanbit",
             "1층 세미나실", learning=True, purpose="공문·민원 응대에 쓰는 생성형 AI 사례 견학"),
        Line(*clock("12:00-13:10"), MEAL, "중식", "Lunch", place="양재 일원 식당"),
        Line(*clock("13:10-13:45"), TRAVEL, "양재 → 서울 중구", "Yangjae → Jung-gu, Seoul", origin="hanbit",
             target="ddp", km=12),
        Line(*clock("13:45-15:15"), VISIT, "스마트관광·도시데이터 현장", "Smart tourism and city data", "ddp",
             "동문 안내데스크",
             learning=True, purpose="도시데이터로 만드는 관광 안내 현장 견학", host="asked"),
        Line(*clock("15:15-16:05"), TRAVEL, "서울 중구 → 성남 판교", "Jung-gu → Pangyo", origin="ddp", target="nuri",
             km=25),
        Line(*clock("16:05-17:35"), SESSION, "프롬프트 실습·AI 윤리(개인정보)", "Prompt practice and AI ethics",
             "nuri", "5층 실습실",
             learning=True, note="실습용 노트북은 현장에 있습니다."),
        Line(*clock("17:35-18:20"), TRAVEL, "판교 → 수원 숙소", "Pangyo → lodging in Suwon", origin="nuri",
             target="inn", km=22),
        Line(*clock("18:30-19:30"), MEAL, "석식", "Dinner", place="숙소 1층 식당"),
        Line(*clock("19:40-20:40"), SESSION, "분임토의: 우리 군 적용과제",
             "Group discussion: what our county can use", "inn",
             "2층 토의실", learning=True, note="조별로 적용과제를 한 가지씩 고릅니다."),
        Line(*clock("21:00-07:30"), LODGING, "숙소(2인 1실)", "Lodging (two to a room)", "inn", bring="세면도구"),
        Line(*clock("07:30-08:20", 2), MEAL, "조식·체크아웃", "Breakfast and check-out", place="숙소 1층 식당"),
        Line(*clock("08:30-08:50", 2), TRAVEL, "숙소 → 화성행궁", "Lodging → Hwaseong Palace", origin="inn",
             target="hwaseong", km=6),
        Line(*clock("09:00-10:20", 2), VISIT, "수원화성 스마트관광(AR·XR)", "Smart tourism at Hwaseong (AR, XR)",
             "hwaseong",
             "행궁 광장", learning=True, bring="휴대전화, 편한 신발", purpose="AR·XR 문화유산 안내 체험"),
        Line(*clock("10:25-10:40", 2), TRAVEL, "화성행궁 → 국립농업박물관", "Hwaseong Palace → Agricultural Museum",
             origin="hwaseong", target="museum", km=5),
        Line(*clock("10:45-11:45", 2), VISIT, "수직농장 전시", "Vertical farm exhibition", "museum", "식물원동",
             learning=True,
             purpose="수직농장 재배 방식과 운영비 확인"),
        Line(*clock("11:50-12:50", 2), MEAL, "중식", "Lunch", place="수원 서둔동 일원 식당"),
        Line(*clock("12:50-13:40", 2), TRAVEL, "수원 → 평택 진위면", "Suwon → Jinwi, Pyeongtaek",
             origin="museum", target="greencube", km=38),
        Line(*clock("13:40-15:00", 2), VISIT, "식물공장 재배실", "Plant factory growing rooms", "greencube", "견학동",
             learning=True,
             note="2조로 나누어 들어갑니다.", purpose="완전제어형 식물공장 운영 사례 견학"),
        Line(*clock("15:00-15:30", 2), SESSION, "성과 공유·만족도 조사", "Sharing results, survey", "greencube",
             "견학동 교육실",
             learning=True),
        Line(*clock("15:40-16:50", 2), TRAVEL, "평택 → 휴게소", "Pyeongtaek → rest area",
             place="중부내륙고속도로 하행 휴게소",
             origin="greencube", km=90),
        Line(*clock("16:50-17:10", 2), REST, "휴게소", "Rest area", place="중부내륙고속도로 하행 휴게소"),
        Line(*clock("17:10-19:00", 2), TRAVEL, "휴게소 → 고령군청, 해산", "Rest area → County Hall, end",
             target="hall", km=145),
    )  # fmt: skip


def _farms() -> tuple[Line, ...]:
    """One day among greenhouses; 180 minutes of learning."""
    return (
        Line(*clock("06:30-06:50"), ASSEMBLY, "집결·인원 점검", "Assembly and roll call", "hall", "주차장"),
        Line(*clock("06:50-08:50"), TRAVEL, "군청 → 중부내륙 상행 휴게소", "County Hall → rest area", origin="hall",
             km=150),
        Line(*clock("08:50-09:10"), REST, "휴게소", "Rest area", place="중부내륙고속도로 상행 휴게소"),
        Line(*clock("09:10-10:50"), TRAVEL, "휴게소 → 국립농업박물관", "Rest area → Agricultural Museum",
             target="museum", km=120),
        Line(*clock("11:00-12:00"), VISIT, "수직농장 전시", "Vertical farm exhibition", "museum", "식물원동",
             learning=True,
             purpose="수직농장 재배 방식 견학"),
        Line(*clock("12:00-13:00"), MEAL, "중식", "Lunch", place="박물관 식당"),
        Line(*clock("13:00-13:45"), TRAVEL, "수원 → 화성 향남", "Suwon → Hyangnam, Hwaseong", origin="museum",
             target="modu", km=28),
        Line(*clock("13:45-15:15"), VISIT, "스마트온실 환경제어", "Climate control in a smart greenhouse", "modu",
             learning=True,
             purpose="환경제어 자료와 수확량 비교"),
        Line(*clock("15:20-15:50"), SESSION, "성과 공유", "Sharing results", "modu", "교육실", learning=True),
        Line(*clock("16:00-17:40"), TRAVEL, "화성 → 휴게소", "Hwaseong → rest area", origin="modu", km=120),
        Line(*clock("17:40-18:00"), REST, "휴게소", "Rest area", place="중부내륙고속도로 하행 휴게소"),
        Line(*clock("18:00-20:00"), TRAVEL, "휴게소 → 고령군청, 해산", "Rest area → County Hall, end", target="hall",
             km=150),
    )  # fmt: skip


def _tourism() -> tuple[Line, ...]:
    """Planned, not yet published: hosts are being asked."""
    return (
        Line(*clock("06:00-06:20"), ASSEMBLY, "집결·인원 점검", "Assembly and roll call", "hall", "주차장"),
        Line(*clock("06:20-08:20"), TRAVEL, "군청 → 휴게소", "County Hall → rest area", origin="hall", km=150),
        Line(*clock("08:20-08:40"), REST, "휴게소", "Rest area", place="중부내륙고속도로 상행 휴게소"),
        Line(*clock("08:40-10:20"), TRAVEL, "휴게소 → 수원화성", "Rest area → Hwaseong", target="hwaseong", km=115),
        Line(*clock("10:30-12:00"), VISIT, "화성행궁 AR 안내", "AR guide at Hwaseong Palace", "hwaseong",
             learning=True,
             purpose="관광지 AR 안내 도입 사례", host="asked"),
        Line(*clock("12:00-13:00"), MEAL, "중식", "Lunch", place="행궁동 식당"),
        Line(*clock("14:00-15:30"), VISIT, "관광 데이터 활용 현장", "Tourism data at work", "ddp", learning=True,
             purpose="방문객 데이터 분석", host="not_asked"),
    )  # fmt: skip


def _rough_draft() -> tuple[Line, ...]:
    """A first sketch in which several things cannot work; the desk says which and by how much."""
    return (
        Line(*clock("09:30-11:00"), VISIT, "로봇·인공지능 전시", "Robots and AI exhibition", "robot", learning=True,
             planner_note="해설은 한 번에 15명까지", host="not_asked"),
        Line(*clock("10:40-11:20"), TRAVEL, "창동 → 과천", "Chang-dong → Gwacheon", origin="robot", target="science",
             km=40),
        Line(*clock("11:20-13:30"), VISIT, "국립과천과학관 AI 체험", "AI lab at the science museum", "science",
             learning=True,
             host="refused"),
        Line(*clock("15:00-18:30"), VISIT, "스마트온실", "Smart greenhouse", "modu", learning=True, host="not_asked"),
    )  # fmt: skip


TRIP: Final = _trip()
FARMS: Final = _farms()
TOURISM: Final = _tourism()
ROUGH_DRAFT: Final = _rough_draft()

# As the trip was published first; the second publication moved the visit to 13:45 and made lunch longer.
FIRST_TIMES: Final = {
    (ItemKind.MEAL, clock("12:00-13:10")): clock("12:00-12:55"),
    (ItemKind.TRAVEL, clock("13:10-13:45")): clock("12:55-13:30"),
    (ItemKind.VISIT, clock("13:45-15:15")): clock("13:30-15:00"),
}

# Minutes from the moment the demo is loaded, so that something is always going on.
TODAY: Final = (
    Line(-150, -135, ASSEMBLY, "등록·인원 점검", "Registration", "hall", "대회의실 앞"),
    Line(-135, -45, SESSION, "생성형 AI로 공문 초안 쓰기", "Drafting official letters with AI", "hall", "대회의실",
         learning=True),
    Line(-45, -35, REST, "휴식", "Break", place="군청 2층 휴게실"),
    Line(-35, 55, SESSION, "우리 부서 업무에 적용하기(실습)", "Practice: AI in our own work", "hall", "전산교육장",
         learning=True,
         bring="업무용 노트북", note="개인정보가 든 문서는 올리지 않습니다."),
    Line(55, 75, REST, "휴식·자리 이동", "Break, moving rooms", place="군청 2층 휴게실"),
    Line(75, 135, SESSION, "적용과제 발표", "Presenting our ideas", "hall", "대회의실", learning=True),
)  # fmt: skip

# "60 minutes before the first item" becomes due some three minutes after loading.
SOON: Final = (
    Line(
        63,
        73,
        ASSEMBLY,
        "집결·출석 확인",
        "Assembly and roll call",
        "hall",
        "민원실 앞",
        bring="신분증",
    ),
    Line(
        73,
        133,
        SESSION,
        "민원 챗봇 상담 실습",
        "Practice with the help-desk chatbot",
        "hall",
        "소회의실",
        learning=True,
    ),
)
