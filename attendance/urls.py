"""Addresses of the leader's phone."""

from django.urls import path

from attendance.views import leader

leader_urls = [
    path("", leader.index, name="index"),
    path("<slug:code>/<uuid:uid>/", leader.roster, name="roster"),
    path("<slug:code>/<uuid:uid>/mark/", leader.mark, name="mark"),
    path("<slug:code>/<uuid:uid>/rest/", leader.rest, name="rest"),
    path("<slug:code>/<uuid:uid>/undo/", leader.undo, name="undo"),
    path("<slug:code>/<uuid:uid>/depart/", leader.depart, name="depart"),
]
