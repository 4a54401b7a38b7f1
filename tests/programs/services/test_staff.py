import pytest

from accounts.models import RoleGrantEvent, User
from accounts.permissions import Can, Role, allowed
from core.errors import RuleBroken
from programs.models import StaffKind
from programs.services import staff
from tests.factories.accounts import UserFactory
from tests.factories.programs import ProgramFactory, ProgramStaffFactory


def test_a_leader_gets_the_role_that_opens_the_roster(organizer, civil_servant, now):
    program = ProgramFactory()

    staff.add(program=program, user=civil_servant, kind=StaffKind.LEADER, by=organizer, at=now)

    assert allowed(User.objects.get(pk=civil_servant.pk), Can.TAKE_ATTENDANCE)
    event = RoleGrantEvent.objects.get(user=civil_servant)
    assert (event.role, event.actor) == (Role.LEADER, organizer)


def test_adding_somebody_twice_changes_nothing(organizer, leader, now):
    program = ProgramFactory()

    first = staff.add(program=program, user=leader, kind=StaffKind.LEADER, by=organizer, at=now)
    second = staff.add(program=program, user=leader, kind=StaffKind.LEADER, by=organizer, at=now)

    assert first == second
    assert not RoleGrantEvent.objects.exists()


def test_only_who_may_manage_programs_becomes_an_organizer(organizer, civil_servant, now):
    with pytest.raises(RuleBroken):
        staff.add(
            program=ProgramFactory(),
            user=civil_servant,
            kind=StaffKind.ORGANIZER,
            by=organizer,
            at=now,
        )


def test_a_closed_account_is_not_put_in_charge(organizer, now):
    gone = UserFactory(role=Role.LEADER, is_active=False)

    with pytest.raises(RuleBroken):
        staff.add(program=ProgramFactory(), user=gone, kind=StaffKind.LEADER, by=organizer, at=now)


def test_the_last_organizer_stays(organizer, now):
    program = ProgramFactory()
    only = ProgramStaffFactory(program=program, user=organizer, kind=StaffKind.ORGANIZER)
    escort = ProgramStaffFactory(program=program)

    with pytest.raises(RuleBroken):
        staff.remove(staff=only, by=organizer, at=now)
    staff.remove(staff=escort, by=organizer, at=now)

    assert list(program.staff.all()) == [only]
