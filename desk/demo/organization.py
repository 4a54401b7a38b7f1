"""Departments in their official order, and the ranks people hold."""

from typing import Final

from accounts.models import Department, Rank

DEPARTMENTS: Final = (
    "기획예산실", "총무과", "재무과", "주민복지과", "가족행복과", "민원과", "관광진흥과", "문화유산과",
    "인구정책과", "투자유치과", "지역경제과", "농업정책과", "축산정책과", "산림녹지과", "환경과", "건설과",
    "도시과", "안전재난과", "의회사무과", "보건소", "농업기술센터", "상하수도사업소", "시설사업소",
    "대가야박물관", "대가야읍", "덕곡면", "운수면", "성산면", "다산면", "개진면", "우곡면", "쌍림면",
)  # fmt: skip

SERIES: Final = ("행정", "세무", "전산", "사회복지", "농업", "녹지", "보건", "시설")
GRADES: Final = (4, 5, 6, 7, 8, 9)
OTHER_RANKS: Final = ("농촌지도사", "학예연구사", "임기제 나급", "공무직")


def rank_names() -> list[str]:
    """Grades first, the administrative series leading each; other kinds of staff after them."""
    return [f"{series}{grade}급" for grade in GRADES for series in SERIES] + list(OTHER_RANKS)


def load() -> tuple[dict[str, Department], dict[str, Rank]]:
    """By name; what an office has entered already under the same names is used as it is."""
    departments = [
        Department(code=f"GR{place:02}", name=name, sort_order=place * 10)
        for place, name in enumerate(DEPARTMENTS, start=1)
    ]
    Department.objects.bulk_create(departments, ignore_conflicts=True)
    ranks = [
        Rank(name=name, sort_order=place * 10) for place, name in enumerate(rank_names(), start=1)
    ]
    Rank.objects.bulk_create(ranks, ignore_conflicts=True)
    return (
        {one.name: one for one in Department.objects.filter(closed_on=None)},
        {one.name: one for one in Rank.objects.all()},
    )
