"""Addresses of the reports."""

from django.urls import path

from reports.views import attendance

report_urls = [
    path("attendance/", attendance.attendance, name="attendance"),
    path("attendance/download/", attendance.attendance_download, name="attendance-download"),
]
