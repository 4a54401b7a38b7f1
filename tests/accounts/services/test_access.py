"""The access log: what it keeps, and that it stays."""

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AccessAction, AccessLog
from accounts.services import access
from core.errors import RuleBroken

pytestmark = pytest.mark.django_db


def test_named_subjects_are_counted(organizer, now):
    log = access.record(
        user=organizer,
        action=AccessAction.VIEW,
        object="교육생 정보",
        at=now,
        ip="10.1.2.7",
        subjects=["GR-1", "GR-2"],
    )

    assert (log.count, log.subjects, log.at, log.ip) == (2, ["GR-1", "GR-2"], now, "10.1.2.7")


@pytest.mark.parametrize("action", [AccessAction.DOWNLOAD, AccessAction.UNMASK])
def test_taking_data_away_or_unmasking_it_needs_a_reason(organizer, now, action):
    with pytest.raises(RuleBroken) as refused:
        access.record(user=organizer, action=action, object="보고서", at=now, reason=" \u200b")

    assert refused.value.field == "reason"


def test_the_log_cannot_be_rewritten(organizer, now):
    access.record(user=organizer, action=AccessAction.VIEW, object="명부", at=now)

    for change in (lambda: AccessLog.objects.update(object="아님"), AccessLog.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
