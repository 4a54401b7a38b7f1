"""Addresses of the organizer: reminder rules, those of a program and the county's defaults."""

from django.urls import path

from desk.views import rules

OF_PROGRAM = "programs/<slug:code>/messages/rules/"
DEFAULTS = "messages/rules/"

urlpatterns = [
    *(
        path(f"{place}{end}", view, name=f"{room}-{name}")
        for place, room in ((OF_PROGRAM, "program-rule"), (DEFAULTS, "default-rule"))
        for end, view, name in (
            ("", rules.rule_list, "list"),
            ("add/", rules.rule_form, "add"),
            ("adopt/", rules.rule_adopt, "adopt"),
            ("<int:pk>/", rules.rule_form, "edit"),
            ("<int:pk>/copy/", rules.rule_copy, "copy"),
            ("<int:pk>/switch/", rules.rule_switch, "switch"),
            ("<int:pk>/reset/", rules.rule_reset, "reset"),
            ("<int:pk>/delete/", rules.rule_delete, "delete"),
        )
    ),
    path(f"{OF_PROGRAM}<int:pk>/preview/", rules.rule_preview, name="program-rule-preview"),
    path(f"{OF_PROGRAM}<int:pk>/test/", rules.rule_test, name="program-rule-test"),
]
