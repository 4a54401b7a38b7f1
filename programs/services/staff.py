"""Who runs and who escorts a program."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Can, Role, allowed
from accounts.services import roles
from core.errors import RuleBroken
from programs.models import Program, ProgramStaff, StaffKind


@transaction.atomic
def add(*, program: Program, user: User, kind: StaffKind, by: User, at: datetime) -> ProgramStaff:
    """Put somebody in charge; a leader also gets the role that opens the roster."""
    if not user.is_active:
        raise RuleBroken(_("사용이 중지된 계정입니다."), field="user")
    if kind == StaffKind.ORGANIZER and not allowed(user, Can.MANAGE_PROGRAMS):
        raise RuleBroken(
            _("교육 담당자 역할이 없는 계정입니다. 먼저 관리자에게 역할 부여를 요청해 주세요."),
            field="user",
        )
    # Asking twice is no fault: the person is in charge, which is what was wanted.
    staff, _created = ProgramStaff.objects.get_or_create(program=program, user=user, kind=kind)
    if kind == StaffKind.LEADER and not allowed(user, Can.TAKE_ATTENDANCE):
        reason = _("%(program)s 인솔자 지정") % {"program": program.code}
        roles.grant(user=user, role=Role.LEADER, by=by, reason=reason, at=at)
    return staff


@transaction.atomic
def remove(*, staff: ProgramStaff, by: User, at: datetime) -> None:
    """Take somebody off; the role stays, for other programs. A program is never left without an organizer."""
    program = Program.objects.select_for_update(of=("self",)).get(pk=staff.program_id)
    others = program.staff.filter(kind=StaffKind.ORGANIZER).exclude(pk=staff.pk)
    if staff.kind == StaffKind.ORGANIZER and not others.exists():
        raise RuleBroken(
            _("교육 담당자가 한 명은 있어야 합니다. 다른 담당자를 먼저 추가해 주세요.")
        )
    staff.delete()
