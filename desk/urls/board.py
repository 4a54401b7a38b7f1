"""Addresses of the organizer: the schedule board of a program."""

from django.urls import path

from desk.views import board, board_help

urlpatterns = [
    path("programs/<slug:code>/board/", board.board_page, name="board"),
    path("programs/<slug:code>/board/state/", board.state, name="board-state"),
    path("programs/<slug:code>/board/commands/", board.command, name="board-command"),
    path("programs/<slug:code>/board/undo/", board.undo, name="board-undo"),
    path("programs/<slug:code>/board/redo/", board.redo, name="board-redo"),
    path("programs/<slug:code>/board/blocked/", board_help.blocked, name="board-blocked"),
    path("programs/<slug:code>/board/sites/", board_help.sites, name="board-sites"),
]
