"""`{% load korean %}`: the only way a template writes a date, a time or a masked name."""

from django import template

from core import dates

register = template.Library()

for _formatter in (
    dates.kdate,
    dates.kday,
    dates.kweekday,
    dates.ktime,
    dates.kdatetime,
    dates.kdaytime,
    dates.kdaterange,
    dates.ktimerange,
    dates.kuntil,
    dates.kduration,
    dates.kwait,
    dates.nights,
    dates.relative_day,
):
    register.filter(_formatter.__name__, _formatter)

register.filter("kiso", dates.iso)
