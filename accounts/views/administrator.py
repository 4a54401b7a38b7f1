"""The administrator's pages: who has an account, who may do what, and why."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.forms import AccountFilter, GrantForm, ReasonForm
from accounts.models import AccessAction, RoleGrant, User
from accounts.permissions import Can, Role, requires
from accounts.services import access, accounts, invitations, roles
from core.dates import kdatetime
from core.errors import RuleBroken, refuse_on
from core.http import AuthenticatedRequest, client_ip
from core.lists import Column, ListSpec, listing
from core.templatetags.ui import badge


def state_badge(user: User) -> str:
    if not user.is_active:
        return badge(_("중지"), "bad")
    if not user.has_usable_password():
        return badge(_("초대함") if user.invited_at else _("초대 안 됨"), "warn")
    return badge(_("사용 중"), "ok")


def _roles(user: User) -> str:
    return ", ".join(_role(grant) for grant in user.role_grants.all()) or str(
        Role.PARTICIPANT.label
    )


def _role(grant: RoleGrant) -> str:
    return (
        f"{grant.get_role_display()} · {grant.department}"
        if grant.department
        else grant.get_role_display()
    )


ACCOUNTS = ListSpec(
    caption=gettext_lazy("계정"),
    columns=[
        Column("name", gettext_lazy("성명"), lambda user: user.name, ["name"]),
        Column(
            "number", gettext_lazy("사번"), lambda user: user.employee_number, ["employee_number"]
        ),
        Column("email", gettext_lazy("전자우편"), lambda user: user.email or "–", ["email"]),
        Column("roles", gettext_lazy("역할"), _roles),
        Column("state", gettext_lazy("상태"), state_badge, ["is_active", "last_login"]),
        Column(
            "seen",
            gettext_lazy("마지막 로그인"),
            lambda user: kdatetime(user.last_login) if user.last_login else "–",
            ["last_login"],
        ),
    ],
    url=lambda user: reverse("accounts:account-detail", args=[user.pk]),
    default_order=["employee_number"],
    empty_text=gettext_lazy("계정이 없습니다"),
)


@require_GET
@requires(Can.MANAGE_ACCOUNTS)
def account_list(request: AuthenticatedRequest) -> HttpResponse:
    users = User.objects.visible_to(request.user).prefetch_related("role_grants__department")
    page = listing(request, users, ACCOUNTS, filterset=AccountFilter)
    access.record(
        user=request.user,
        action=AccessAction.VIEW,
        object=str(_("계정 목록")),
        at=timezone.now(),
        ip=client_ip(request),
        query=page.querystring,
        count=len(page.rows),
    )
    return render(request, "accounts/account_list.html", {"listing": page})


@require_GET
@requires(Can.MANAGE_ACCOUNTS)
def account_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    return _show(request, _account(request, pk))


@require_POST
@requires(Can.MANAGE_ACCOUNTS)
def role_grant(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    user = _account(request, pk)
    form = GrantForm(request.POST)
    if form.is_valid():
        try:
            roles.grant(user=user, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("역할을 주었습니다."))
            return redirect("accounts:account-detail", pk)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
    return _show(request, user, grant=form)


@require_POST
@requires(Can.MANAGE_ACCOUNTS)
def role_revoke(request: AuthenticatedRequest, pk: int, grant: int) -> HttpResponse:
    user = _account(request, pk)
    held = get_object_or_404(user.role_grants.select_related("department"), pk=grant)
    form = ReasonForm(request.POST, auto_id=f"id_{grant}_%s")
    if form.is_valid():
        try:
            roles.revoke(
                user=user,
                role=Role(held.role),
                department=held.department,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("역할을 회수했습니다."))
            return redirect("accounts:account-detail", pk)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
    return _show(request, user, revoking=(grant, form))


@require_POST
@requires(Can.MANAGE_ACCOUNTS)
def account_state(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Close an open account, or open a closed one."""
    user = _account(request, pk)
    form = ReasonForm(request.POST, auto_id="id_state_%s")
    if form.is_valid():
        service = (
            accounts.deactivate if request.POST.get("state") == "closed" else accounts.reactivate
        )
        try:
            service(user=user, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("계정 상태를 바꾸었습니다."))
            return redirect("accounts:account-detail", pk)
        except RuleBroken as refusal:
            refuse_on(form, refusal)
    return _show(request, user, state=form)


@require_POST
@requires(Can.MANAGE_ACCOUNTS)
def account_invite(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Send the invitation once more."""
    user = _account(request, pk)
    try:
        sent = invitations.send_again(user=user, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        tell_of_the_mail(request, sent=sent)
    return redirect("accounts:account-detail", pk)


def tell_of_the_mail(request: AuthenticatedRequest, *, sent: bool) -> None:
    if sent:
        messages.success(request, _("초대 메일을 보냈습니다."))
    else:
        messages.error(
            request, _("메일을 보내지 못했습니다. 잠시 뒤 계정 화면에서 다시 보내 주세요.")
        )


def _account(request: AuthenticatedRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _show(request: AuthenticatedRequest, user: User, **refused: Any) -> HttpResponse:
    """The page; `refused` holds the one form (`grant`, `revoking`, `state`) that did not pass."""
    revoking = refused.get("revoking")
    held = [
        (
            grant,
            revoking[1]
            if revoking and revoking[0] == grant.pk
            else ReasonForm(auto_id=f"id_{grant.pk}_%s"),
        )
        for grant in user.role_grants.select_related("department")
    ]
    context = {
        "account": user,
        "state": state_badge(user),
        "rows": [
            (_("사번"), user.employee_number),
            (_("전자우편"), user.email or "–"),
            (_("내선번호"), user.office_phone or "–"),
            (_("화면 언어"), user.get_language_display()),
            (_("상태"), state_badge(user)),
            (_("초대한 시각"), kdatetime(user.invited_at) if user.invited_at else "–"),
            (_("마지막 로그인"), kdatetime(user.last_login) if user.last_login else "–"),
        ],
        "held": held,
        "history": user.role_events.select_related("department", "actor"),
        "grant": refused.get("grant") or GrantForm(),
        "state_form": refused.get("state") or ReasonForm(auto_id="id_state_%s"),
        "can_invite": user.is_active and not user.has_usable_password() and bool(user.email),
    }
    return render(request, "accounts/account_detail.html", context, status=422 if refused else 200)
