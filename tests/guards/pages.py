"""Every page there is: the doors that answer GET, with whom to open them as and what to open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.permissions import GRANTS, Can, Role
from reminders.services import links
from tests.guards.doors import Door, doors
from tests.guards.world import World

# Whose eyes to use for a permission: the role the page was made for.
EYES = {
    Can.SEE_OWN_ITINERARY: Role.PARTICIPANT,
    Can.APPLY: Role.PARTICIPANT,
    Can.TAKE_ATTENDANCE: Role.LEADER,
    Can.NOMINATE: Role.COORDINATOR,
    Can.MANAGE_PROGRAMS: Role.ORGANIZER,
    Can.EDIT_CATALOGUES: Role.ORGANIZER,
    Can.READ_REPORTS: Role.ADMINISTRATOR,
    Can.EXPORT_REPORTS: Role.ADMINISTRATOR,
    Can.SEE_PERSONAL_DETAILS: Role.ORGANIZER,
    Can.MANAGE_ACCOUNTS: Role.ADMINISTRATOR,
    Can.SEE_ACCESS_LOG: Role.PRIVACY_OFFICER,
}

# What to open: by "name of the door parameter", else by the parameter alone.
SPECIMENS: dict[str, Callable[[World], Any]] = {
    "code": lambda world: world.program.code,
    "uid": lambda world: world.item.uid,
    "number": lambda world: 1,
    "other": lambda world: "draft",
    "step": lambda world: "cancel",
    "apply:apply code": lambda world: world.open_program.code,
    "apply:withdraw code": lambda world: world.program.code,
    "nominate:nominate code": lambda world: world.open_program.code,
    "organize:program-staff-remove pk": lambda world: world.program.staff.first().pk,
    "organize:person-detail pk": lambda world: world.participant.pk,
    "organize:person-unmask pk": lambda world: world.participant.pk,
    "organize:enrollment-substitute pk": lambda world: world.enrollment.pk,
    "organize:group-rename pk": lambda world: world.enrollment.group_id,
    "organize:group-move pk": lambda world: world.enrollment.group_id,
    "organize:group-delete pk": lambda world: world.enrollment.group_id,
    "organize:site-detail pk": lambda world: world.site.pk,
    "organize:site-edit pk": lambda world: world.site.pk,
    "organize:site-retire pk": lambda world: world.site.pk,
    "organize:template-detail pk": lambda world: world.template.pk,
    "organize:template-edit pk": lambda world: world.template.pk,
    "organize:template-retire pk": lambda world: world.template.pk,
    "organize:template-delete pk": lambda world: world.template.pk,
    "organize:program-from-template pk": lambda world: world.template.pk,
    "organize:travel-edit origin": lambda world: world.travel.origin_id,
    "organize:travel-edit target": lambda world: world.travel.target_id,
    "organize:travel-remove origin": lambda world: world.travel.origin_id,
    "organize:travel-remove target": lambda world: world.travel.target_id,
    "organize:travel-import pk": lambda world: world.upload.pk,
    "organize:host-remind pk": lambda world: world.item.visit.pk,
    "organize:host-told pk": lambda world: world.item.visit.pk,
    "organize:host-ask pk": lambda world: world.item.visit.pk,
    "organize:message-detail pk": lambda world: world.message.pk,
    "organize:message-cancel pk": lambda world: world.message.pk,
    "organize:message-again pk": lambda world: world.message.pk,
    "organize:message-now pk": lambda world: world.message.pk,
    "organize:message-retime pk": lambda world: world.message.pk,
    "organize:message-told pk": lambda world: world.message.pk,
    "organize:person-messages pk": lambda world: world.participant.pk,
    "organize:staff-messages pk": lambda world: world.people[Role.LEADER].pk,
    "organize:unseen-called pk": lambda world: world.notice.pk,
    "seen:answer token": lambda world: links.token_of(world.notice),
    "inbox:read pk": lambda world: world.message.pk,
    "inbox:acknowledge pk": lambda world: world.notice.pk,
    **{
        f"organize:program-rule-{name} pk": lambda world: world.rule.pk
        for name in ("edit", "copy", "switch", "reset", "delete", "preview", "test")
    },
    **{
        f"organize:default-rule-{name} pk": lambda world: world.default_rule.pk
        for name in ("edit", "copy", "switch", "reset", "delete")
    },
    "organize:attendance-correct pk": lambda world: world.enrollment.pk,
    "accounts:account-detail pk": lambda world: world.people[Role.LEADER].pk,
    "accounts:role-grant pk": lambda world: world.people[Role.LEADER].pk,
    "accounts:role-revoke pk": lambda world: world.people[Role.LEADER].pk,
    "accounts:role-revoke grant": lambda world: world.people[Role.LEADER].grants[0].pk,
    "accounts:account-state pk": lambda world: world.people[Role.LEADER].pk,
    "accounts:account-invite pk": lambda world: world.people[Role.LEADER].pk,
    "host:answer token": lambda world: world.host_token,
    "itinerary:feed token": lambda world: world.feed_token,
}

# Files, machine answers and doors that only take POST: no pages to look at.
NO_PAGES = {
    "organize:travel-export": "a CSV file",
    "itinerary:feed": "a calendar file",
    "organize:board-map": "a piece of the board",
    "organize:timetable-pdf": "a file",
    "organize:timetable-xlsx": "a file",
    "organize:board-state": "JSON for the board",
    "organize:board-blocked": "JSON for the board",
    "organize:board-sites": "JSON for the board",
    "start": "sends people on to where their work is",
    "livez": "for the supervisor",
    "readyz": "for the proxy",
    "account_reset_password_from_key": "needs a key from a mail; opened by the invitation test",
    "account_logout": "answers a form",
    "account_reauthenticate": "asked for in the middle of something",
    "account_inactive": "the error path of signing in",
    "account_set_password": "for accounts without a password; ours are invited",
}


@dataclass(frozen=True)
class PageDoor:
    door: Door

    def __str__(self) -> str:
        return self.door.name

    @property
    def role(self) -> Role | None:
        """Nobody for public pages, otherwise somebody who may enter."""
        needed = getattr(self.door.view, "requires", None)
        if needed is None:
            return Role.PARTICIPANT if self.door.name == "account_change_password" else None
        role = EYES[needed]
        assert needed in GRANTS[role]
        return role

    def address(self, world: World) -> str:
        found = {name: self._specimen(name)(world) for name in self.door.parameters}
        return reverse(self.door.name, kwargs=found)

    def _specimen(self, parameter: str) -> Callable[[World], Any]:
        return SPECIMENS.get(f"{self.door.name} {parameter}") or SPECIMENS[parameter]


def candidates() -> list[PageDoor]:
    """All doors but the admin's and those that are no pages; POST-only ones drop out by answering 405."""
    return [
        PageDoor(door)
        for door in doors()
        if not door.name.startswith("admin:") and door.name not in NO_PAGES
    ]
