"""Who looked at whose data, for the privacy officer; and the policy, for everybody."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.forms import AccessLogFilter
from accounts.models import AccessLog
from accounts.permissions import Can, public, requires
from core.dates import local
from core.http import AuthenticatedRequest
from core.lists import Column, ListSpec, listing

SHOWN_SUBJECTS = 5


def _whose(row: AccessLog) -> str:
    if not row.subjects:
        return _("%(count)s명") % {"count": row.count}
    shown = ", ".join(row.subjects[:SHOWN_SUBJECTS])
    more = len(row.subjects) - SHOWN_SUBJECTS
    return shown + (_(" 외 %(more)s명") % {"more": more} if more > 0 else "")


LOG = ListSpec(
    caption=gettext_lazy("접속기록"),
    columns=[
        # To the second: the standard asks for it.
        Column(
            "at", gettext_lazy("시각"), lambda row: f"{local(row.at):%Y-%m-%d %H:%M:%S}", ["at"]
        ),
        Column(
            "user",
            gettext_lazy("계정"),
            lambda row: f"{row.user.name} {row.user.employee_number}",
            ["user__name"],
        ),
        Column("ip", gettext_lazy("접속지"), lambda row: row.ip or "–"),
        Column("action", gettext_lazy("한 일"), lambda row: row.get_action_display(), ["action"]),
        Column("object", gettext_lazy("대상 화면"), lambda row: row.object, ["object"]),
        Column("subjects", gettext_lazy("정보주체"), _whose),
        Column("query", gettext_lazy("조건"), lambda row: row.query or "–"),
        Column("reason", gettext_lazy("사유"), lambda row: row.reason or "–"),
    ],
    url=lambda _row: "",
    default_order=["-at"],
    tie_break="-pk",
    empty_text=gettext_lazy("아직 기록이 없습니다"),
)


@require_GET
@requires(Can.SEE_ACCESS_LOG)
def access_log(request: AuthenticatedRequest) -> HttpResponse:
    rows = AccessLog.objects.select_related("user")
    return render(
        request,
        "privacy/access_log.html",
        {"listing": listing(request, rows, LOG, filterset=AccessLogFilter)},
    )


@public("The law wants the privacy policy readable by everybody, signed in or not.")
@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/policy.html", {"officer": _(settings.PRIVACY_OFFICER)})
