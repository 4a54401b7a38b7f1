"""The one way a list page searches, filters, sorts and pages, always on the server.

A door describes its columns and hands over a queryset; `templates/components/_list.html` shows the result.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import HttpRequest

from core.text import search_text

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Column:
    """`cell` makes what is shown from a row; `sort` are the order_by fields, empty = not sortable."""

    key: str
    label: Any
    cell: Callable[[Any], Any]
    sort: Sequence[str] = ()
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class HeaderCell:
    key: str
    label: Any
    sortable: bool
    sort_url: str
    direction: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Row:
    pk: Any
    url: str
    cells: list["Cell"]


@dataclass(frozen=True, slots=True)
class Cell:
    label: Any
    value: Any
    numeric: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What `_list.html` shows; its first-line comment lists the same names."""

    caption: Any
    columns: list[HeaderCell]
    rows: list[Row]
    page: Page
    page_links: list[tuple[Any, str, bool]]
    total: int
    query: str
    filter_form: BaseForm | None
    querystring: str
    searchable: bool
    empty_text: Any = ""
    empty_action_url: str = ""
    empty_action_label: Any = ""
    bulk: bool = False
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class ListSpec:
    """The fixed part of a list page: what it is called, its columns and what an empty one says."""

    caption: Any
    columns: Sequence[Column]
    url: Callable[[Any], str]
    default_order: Sequence[str]
    empty_text: Any = ""
    empty_action_url: str = ""
    empty_action_label: Any = ""
    bulk: bool = False
    searchable: bool = True
    page_size: int = PAGE_SIZE
    tie_break: str = "pk"


def listing(
    request: HttpRequest, rows: QuerySet, spec: ListSpec, *, filterset: Any = None
) -> Listing:
    """The page of the list that the query string asks for.

    `filterset` is a django-filter class: its fields are the filters, its `q` parameter (if any) the
    search. Unknown sort keys and pages are answered with the default order and the nearest page: a
    mistyped address is no error.
    """
    filters = filterset(request.GET, queryset=rows, request=request) if filterset else None
    found = filters.qs if filters else rows
    sort = _sort_of(request, spec)
    found = found.order_by(*_order(spec, sort))
    page = Paginator(found, spec.page_size).get_page(request.GET.get("page"))
    kept = _kept(request)
    return Listing(
        caption=spec.caption,
        columns=[_header(column, sort, kept) for column in spec.columns],
        rows=[_row(row, spec) for row in page.object_list],
        page=page,
        page_links=_page_links(page, request),
        total=page.paginator.count,
        query=search_text(request.GET.get("q", "")),
        filter_form=filters.form if filters else None,
        querystring=urlencode(kept),
        searchable=spec.searchable,
        empty_text=spec.empty_text,
        empty_action_url=spec.empty_action_url,
        empty_action_label=spec.empty_action_label,
        bulk=spec.bulk,
        filtered=any(value for name, value in kept if name != "sort"),
    )


def _sort_of(request: HttpRequest, spec: ListSpec) -> str:
    """The column to sort by, with "-" for descending; empty for the default order."""
    asked = request.GET.get("sort", "")
    key = asked.removeprefix("-")
    return asked if any(column.key == key and column.sort for column in spec.columns) else ""


def _order(spec: ListSpec, sort: str) -> Iterable[str]:
    key = sort.removeprefix("-")
    fields = next((column.sort for column in spec.columns if column.key == key), spec.default_order)
    if sort.startswith("-"):
        fields = [name[1:] if name.startswith("-") else f"-{name}" for name in fields]
    return [*fields, spec.tie_break]


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """The query string without the page: what a sort link or the next page must keep."""
    return [
        (name, search_text(value))
        for name, values in request.GET.lists()
        if name != "page"
        for value in values
        if value
    ]


def _header(column: Column, sort: str, kept: list[tuple[str, str]]) -> HeaderCell:
    direction = {column.key: "asc", f"-{column.key}": "desc"}.get(sort, "")
    target = f"-{column.key}" if direction == "asc" else column.key
    others = [(name, value) for name, value in kept if name != "sort"]
    return HeaderCell(
        key=column.key,
        label=column.label,
        sortable=bool(column.sort),
        sort_url=f"?{urlencode([*others, ('sort', target)])}",
        direction=direction,
        numeric=column.numeric,
    )


def _row(row: Model, spec: ListSpec) -> Row:
    cells = [Cell(column.label, column.cell(row), column.numeric) for column in spec.columns]
    return Row(pk=row.pk, url=spec.url(row), cells=cells)


def _page_links(page: Page, request: HttpRequest) -> list[tuple[Any, str, bool]]:
    kept = _kept(request)
    return [
        (
            number,
            f"?{urlencode([*kept, ('page', number)])}" if isinstance(number, int) else "",
            number == page.number,
        )
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]
