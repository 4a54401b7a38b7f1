from attendance.models.completion import Certificate, Completion, HoursEntry, HoursTarget
from attendance.models.presence import (
    AttendanceLock,
    AttendanceRecord,
    Evidence,
    LeaderDevice,
    Mark,
    Presence,
)

__all__ = [
    "AttendanceLock",
    "AttendanceRecord",
    "Certificate",
    "Completion",
    "Evidence",
    "HoursEntry",
    "HoursTarget",
    "LeaderDevice",
    "Mark",
    "Presence",
]
