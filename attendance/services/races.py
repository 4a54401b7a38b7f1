"""What the database says of two people at once, in words: a race that was lost, a lock that came too late."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from core.errors import RuleBroken

LOCK_NOT_AVAILABLE = "55P03"

P = ParamSpec("P")
R = TypeVar("R")


def in_words(service: Callable[P, R]) -> Callable[P, R]:
    """Run the service in one transaction; what only the database could know becomes a refusal."""

    @wraps(service)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic():
                return service(*args, **kwargs)
        except IntegrityError as error:
            raise _refusal_of(error) from error
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                raise
            raise RuleBroken(
                _("지금 다른 사람이 같은 명단을 고치고 있습니다. 잠시 뒤 다시 해 주세요.")
            ) from error

    return guarded


def _refusal_of(error: IntegrityError) -> Exception:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    words = {
        "one_row_per_tap": _("같은 번호로 이미 다른 사람을 표시했습니다. 화면을 새로 열어 주세요."),
        "one_attendance_lock_in_force": _("이미 마감한 과정입니다."),
    }
    return RuleBroken(words[constraint]) if constraint in words else error
