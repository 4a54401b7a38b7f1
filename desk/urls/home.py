"""Addresses of the organizer: home."""

from django.urls import path

from desk.views import gallery, home

urlpatterns = [
    path("", home.home, name="home"),
    path("gallery/", gallery.gallery, name="gallery"),
]
