"""Addresses of the organizer: the itinerary of a program, its publications and its hosts."""

from django.urls import path, re_path

from desk.views import hosts, itinerary, publishing, restoring, route_map, timetable

urlpatterns = [
    path("programs/<slug:code>/items/", itinerary.item_list, name="item-list"),
    path("programs/<slug:code>/items/new/", itinerary.item_create, name="item-create"),
    path("programs/<slug:code>/items/fix/", itinerary.item_fix, name="item-fix"),
    path("programs/<slug:code>/items/<uuid:uid>/", itinerary.item_edit, name="item-edit"),
    path("programs/<slug:code>/items/<uuid:uid>/move/", itinerary.item_move, name="item-move"),
    path(
        "programs/<slug:code>/items/<uuid:uid>/cancel/", itinerary.item_cancel, name="item-cancel"
    ),
    path(
        "programs/<slug:code>/items/<uuid:uid>/restore/",
        itinerary.item_restore,
        name="item-restore",
    ),
    path(
        "programs/<slug:code>/items/<uuid:uid>/delete/", itinerary.item_delete, name="item-delete"
    ),
    path("programs/<slug:code>/publish/", publishing.publish, name="publish"),
    path(
        "programs/<slug:code>/publications/", publishing.publication_list, name="publication-list"
    ),
    path(
        "programs/<slug:code>/publications/<int:number>/",
        publishing.publication_detail,
        name="publication-detail",
    ),
    path(
        "programs/<slug:code>/publications/<int:number>/restore/",
        restoring.publication_restore,
        name="publication-restore",
    ),
    re_path(
        r"^programs/(?P<code>[-\w]+)/publications/(?P<number>[0-9]{1,9})/compare/(?P<other>draft|[0-9]{1,9})/$",
        publishing.publication_compare,
        name="publication-compare",
    ),
    path("programs/<slug:code>/timetable/", timetable.timetable, name="timetable"),
    path("programs/<slug:code>/timetable/pdf/", timetable.timetable_pdf, name="timetable-pdf"),
    path("programs/<slug:code>/timetable/xlsx/", timetable.timetable_xlsx, name="timetable-xlsx"),
    path("programs/<slug:code>/board/map/<str:day>/", route_map.board_map, name="board-map"),
    path("programs/<slug:code>/hosts/", hosts.host_list, name="host-list"),
    path("programs/<slug:code>/hosts/rules/", hosts.host_rules, name="host-rules"),
    path("programs/<slug:code>/hosts/<int:pk>/ask/", hosts.host_ask, name="host-ask"),
    path("programs/<slug:code>/hosts/<int:pk>/remind/", hosts.host_remind, name="host-remind"),
    path("programs/<slug:code>/hosts/<int:pk>/told/", hosts.host_told, name="host-told"),
    path("visits/hosts/", hosts.host_board, name="host-board"),
]
