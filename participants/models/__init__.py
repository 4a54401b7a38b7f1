from participants.models.enrollment import (
    LIVE,
    SEATED,
    TRAVELLING,
    Enrollment,
    EnrollmentEvent,
    EnrollmentStatus,
    ReasonCode,
)
from participants.models.participant import EmploymentType, Participant
from participants.models.selection import DepartmentQuota, SelectionRun

__all__ = [
    "LIVE",
    "SEATED",
    "TRAVELLING",
    "DepartmentQuota",
    "EmploymentType",
    "Enrollment",
    "EnrollmentEvent",
    "EnrollmentStatus",
    "Participant",
    "ReasonCode",
    "SelectionRun",
]
