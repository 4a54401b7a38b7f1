from accounts.models.access import AccessAction, AccessLog
from accounts.models.organization import Department, Rank
from accounts.models.roles import RoleGrant, RoleGrantEvent
from accounts.models.user import User

__all__ = [
    "AccessAction",
    "AccessLog",
    "Department",
    "Rank",
    "RoleGrant",
    "RoleGrantEvent",
    "User",
]
