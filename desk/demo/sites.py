"""The fifteen places of the catalogue. Firms are invented and say so; coordinates are good to a kilometre."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Final

from programs.models import Holiday
from site_visits.models import (
    OpeningHours,
    Site,
    SiteClosure,
    SiteKind,
    TravelSource,
    TravelTime,
)

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WEEKDAYS: Final = (MON, TUE, WED, THU, FRI)
EVERY_DAY: Final = tuple(range(7))


@dataclass(frozen=True, slots=True)
class Place:
    """`closed` are weekdays; `shifts` says that a Monday holiday is open and the next weekday closed instead."""

    key: str
    name: str
    name_en: str
    kind: SiteKind
    region: str
    address: str
    latitude: str
    longitude: str
    hours: tuple[str, str] = ("", "")
    days: tuple[int, ...] = EVERY_DAY
    capacity: int | None = None
    closed: tuple[int, ...] = ()
    holidays: bool = False
    shifts: bool = False
    closed_at_festivals: bool = False
    contact: str = ""
    phone: str = ""
    access: str = ""
    dress: str = ""
    identity: str = ""


AI, TOUR, PLANT = SiteKind.AI_FIRM, SiteKind.SMART_TOURISM, SiteKind.PLANT_FACTORY
PUBLIC, LODGING = SiteKind.PUBLIC_FACILITY, SiteKind.LODGING

PLACES: Final = (
    Place(
        "hall", "고령군청", "Goryeong County Hall", PUBLIC, "고령군 대가야읍", "경상북도 고령군 대가야읍 왕릉로 55",
        "35.72600", "128.26300", ("09:00", "18:00"), WEEKDAYS, closed=(SAT, SUN), holidays=True,
        contact="총무과 교육 담당", phone="내선 1234", access="버스는 군청 뒤 주차장에 섭니다.",
    ),
    Place(
        "hanbit", "㈜한빛에이아이(가칭)", "Hanbit AI (fictional)", AI, "서울 서초구", "서울 서초구 양재동",
        "37.47000", "127.03800", ("10:00", "17:00"), WEEKDAYS, 40, closed=(SAT, SUN), contact="대외협력팀",
        access="1층 안내데스크에서 방문증을 받습니다.", identity="신분증",
    ),
    Place(
        "nuri", "㈜누리비전(가칭)", "Nuri Vision (fictional)", AI, "성남시 분당구", "경기 성남시 분당구 판교",
        "37.40200", "127.10800", ("09:30", "18:00"), WEEKDAYS, 36, closed=(SAT, SUN), contact="교육운영팀",
        access="실습실은 5층입니다.", identity="신분증",
    ),
    Place(
        "robot", "서울로봇인공지능과학관", "Seoul Robot & AI Museum", PUBLIC, "서울 도봉구", "서울 도봉구 창동",
        "37.65500", "127.04800", ("09:30", "17:30"), (TUE, WED, THU, FRI, SAT, SUN), 15, closed=(MON,),
        contact="전시해설 예약", access="해설 관람 60분, 사전 예약",
    ),
    Place(
        "science", "국립과천과학관", "Gwacheon National Science Museum", PUBLIC, "과천시", "경기 과천시 과천동",
        "37.43900", "127.00600", ("09:30", "17:30"), (TUE, WED, THU, FRI, SAT, SUN), 80, closed=(MON,),
        contact="단체관람 예약",
    ),
    Place(
        "ddp", "동대문디자인플라자", "Dongdaemun Design Plaza", TOUR, "서울 중구", "서울 중구 을지로7가",
        "37.56700", "127.00900", ("10:00", "20:00"), EVERY_DAY, 60, contact="투어 안내데스크",
        access="버스 승하차는 동문 쪽입니다.",
    ),
    Place(
        "topis", "서울시 교통정보센터", "Seoul Traffic Information Center", PUBLIC, "서울 중구·종로구",
        "서울 중구 태평로1가", "37.56600", "126.97700", ("10:00", "17:00"), WEEKDAYS, 30, closed=(SAT, SUN),
        holidays=True, contact="견학 담당", access="공문으로 신청합니다.", identity="신분증",
    ),
    Place(
        "metro", "메트로팜 상도역", "Metro Farm Sangdo", PLANT, "서울 동작구", "서울 동작구 상도1동",
        "37.50300", "126.94800", ("10:00", "17:00"), (WED, THU, FRI, SAT, SUN), 20, closed=(MON, TUE),
        contact="체험 예약", dress="긴 머리는 묶기",
    ),
    Place(
        "techno", "판교 제2테크노밸리", "Pangyo Techno Valley 2", AI, "성남시 수정구", "경기 성남시 수정구 시흥동",
        "37.41200", "127.09700", ("09:00", "18:00"), WEEKDAYS, 50, closed=(SAT, SUN), contact="홍보관 운영팀",
    ),
    Place(
        "hwaseong", "수원화성·화성행궁", "Hwaseong Fortress and Palace", TOUR, "수원시 팔달구",
        "경기 수원시 팔달구 남창동",
        "37.28200", "127.01400", ("09:00", "18:00"), EVERY_DAY, 100, contact="관광안내소",
        access="AR 안내 앱을 미리 설치해 주세요.",
    ),
    Place(
        "museum", "국립농업박물관", "National Agricultural Museum", PLANT, "수원시 권선구",
        "경기 수원시 권선구 수인로 154",
        "37.27400", "126.98200", ("10:00", "18:00"), EVERY_DAY, 60, closed=(MON,), shifts=True,
        closed_at_festivals=True, contact="단체관람 예약", access="대형버스 주차 가능, 입장 마감 17:00",
    ),
    Place(
        "research", "경기도농업기술원", "Gyeonggi Agricultural Research & Extension", PLANT, "화성시",
        "경기 화성시 기산동",
        "37.22200", "127.03600", ("09:00", "18:00"), WEEKDAYS, 40, closed=(SAT, SUN), holidays=True,
        contact="스마트팜 연구팀",
    ),
    Place(
        "greencube", "㈜그린큐브팜(가칭)", "Green Cube Farm (fictional)", PLANT, "평택시 진위면",
        "경기 평택시 진위면",
        "37.09000", "127.07000", ("10:00", "16:00"), WEEKDAYS, 40, closed=(SAT, SUN), contact="견학 담당",
        access="2조로 나누어 재배실에 들어갑니다.", dress="위생복·덧신 착용(현장 제공)",
    ),
    Place(
        "modu", "㈜모두온실(가칭)", "Modu Greenhouse (fictional)", PLANT, "화성시", "경기 화성시 향남읍",
        "37.20000", "126.83000", ("10:00", "16:00"), (MON, TUE, WED, THU, FRI, SAT), 30, closed=(SUN,),
        contact="견학 담당", dress="미끄럽지 않은 신발",
    ),
    Place(
        "inn", "수원 누리연수원(가칭)", "Suwon Nuri Training Inn (fictional)", LODGING, "수원시",
        "경기 수원시 팔달구 인계동",
        "37.26200", "127.03000", capacity=80, contact="연수 운영팀", access="체크인 15:00, 2인 1실",
    ),
)  # fmt: skip

# Kilometres and minutes by bus of the legs the county has driven; everything else is estimated.
DRIVEN: Final = {
    ("hanbit", "ddp"): (12, 35),
    ("ddp", "nuri"): (25, 50),
    ("nuri", "inn"): (22, 45),
    ("inn", "hwaseong"): (6, 20),
    ("hwaseong", "museum"): (5, 15),
    ("museum", "greencube"): (38, 50),
    ("museum", "modu"): (28, 45),
    ("modu", "greencube"): (32, 50),
    ("hall", "hanbit"): (285, 230),
    ("greencube", "hall"): (235, 180),
}
ROAD_FACTOR: Final = 1.25


def load() -> dict[str, Site]:
    sites = {place.key: _site(place) for place in PLACES}
    Site.objects.bulk_create(sites.values())
    OpeningHours.objects.bulk_create(
        OpeningHours(
            site=sites[place.key],
            weekday=day,
            opens_at=_clock(0, place),
            closes_at=_clock(1, place),
        )
        for place in PLACES
        for day in place.days
        if place.hours[0]
    )
    SiteClosure.objects.bulk_create(
        closure for place in PLACES for closure in _closures(place, sites[place.key])
    )
    TravelTime.objects.bulk_create(_travel_times(sites))
    return sites


def _site(place: Place) -> Site:
    return Site(
        name=place.name,
        name_en=place.name_en,
        kind=place.kind,
        region=place.region,
        address=place.address,
        latitude=place.latitude,
        longitude=place.longitude,
        capacity=place.capacity,
        contact_name=place.contact,
        contact_phone=place.phone,
        contact_email="" if place.key == "hall" else f"visit-{place.key}@goryeong.example",
        access_notes=place.access,
        dress_rule=place.dress,
        id_rule=place.identity,
    )


def _clock(end: int, place: Place) -> time:
    return time.fromisoformat(place.hours[end])


def _closures(place: Place, site: Site) -> Iterator[SiteClosure]:
    kinds = SiteClosure.Kind
    for day in place.closed:
        yield SiteClosure(
            site=site, kind=kinds.WEEKDAY, weekday=day, shifts_after_holiday=place.shifts
        )
    if place.holidays:
        yield SiteClosure(site=site, kind=kinds.HOLIDAYS)
    if place.closed_at_festivals:
        for holiday in Holiday.objects.filter(name__in=["신정", "설날", "추석"]):
            yield SiteClosure(
                site=site, kind=kinds.DATES, first_on=holiday.date, last_on=holiday.date, note=holiday.name
            )  # fmt: skip


def _travel_times(sites: dict[str, Site]) -> Iterator[TravelTime]:
    for start, origin in sites.items():
        for end, target in sites.items():
            if start == end:
                continue
            driven = DRIVEN.get((start, end))
            km, minutes = driven or _estimate(origin, target)
            source = TravelSource.MANUAL if driven else TravelSource.ESTIMATE
            yield TravelTime(origin=origin, target=target, km=km, minutes=minutes, source=source)


def _estimate(origin: Site, target: Site) -> tuple[int, int]:
    """By road and by bus: slow in town, some 72 km/h once it is a long way."""
    km = max(1, ceil(_beeline(origin, target) * ROAD_FACTOR))
    speed = 26 if km < 20 else 45 if km < 100 else 72
    return km, ceil(km / speed * 60 / 5) * 5


def _beeline(origin: Site, target: Site) -> float:
    lat1, lon1, lat2, lon2 = (
        radians(float(value or 0))
        for value in (origin.latitude, origin.longitude, target.latitude, target.longitude)
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))
