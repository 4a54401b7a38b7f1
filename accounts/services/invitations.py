"""Accounts are made by an administrator and opened by the person with a link that works once."""

import logging
from datetime import datetime
from smtplib import SMTPException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import AccessAction, User
from accounts.services import access
from core.errors import RuleBroken
from core.text import clean_text

log = logging.getLogger(__name__)


def invite(
    *,
    employee_number: str,
    name: str,
    email: str,
    by: User,
    at: datetime,
    office_phone: str = "",
    language: str = "ko",
) -> User:
    """A new account without a password, and a mail with the link to set one.

    The mail leaves after the account is stored. Where it cannot be sent, `invited_at` stays empty and the
    invitation can be sent again.
    """
    user = _create(
        User(
            employee_number=clean_text(employee_number),
            name=clean_text(name),
            email=clean_text(email).lower(),
            office_phone=clean_text(office_phone),
            language=language,
        ),
        by,
        at,
    )
    _send(user, at)
    return user


def send_again(*, user: User, by: User, at: datetime) -> bool:
    """A new link for somebody without a password; an older one stays good until it is used or expires."""
    if not user.is_active or user.has_usable_password():
        raise RuleBroken(_("이미 쓰고 있거나 중지한 계정에는 초대를 보내지 않습니다."))
    if not user.email:
        raise RuleBroken(_("전자우편 주소가 없는 계정입니다."))
    return _send(user, at)


@transaction.atomic
def _create(user: User, by: User, at: datetime) -> User:
    user.set_unusable_password()
    _require_shape(user)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        number_taken = User.objects.filter(employee_number=user.employee_number).exists()
        raise (
            RuleBroken(_("이미 등록된 사번입니다."), field="employee_number")
            if number_taken
            else RuleBroken(_("이미 등록된 전자우편 주소입니다."), field="email")
        ) from error
    access.record(
        user=by,
        action=AccessAction.CREATE,
        object=str(_("계정")),
        at=at,
        subjects=[user.employee_number],
    )
    return user


def _require_shape(user: User) -> None:
    for field, longest in (("employee_number", 20), ("name", 60), ("office_phone", 30)):
        if len(getattr(user, field)) > longest:
            raise RuleBroken(_("%(most)s자까지 쓸 수 있습니다.") % {"most": longest}, field=field)
    if not user.employee_number or not user.name:
        raise RuleBroken(
            _("사번과 성명을 적어 주세요."),
            field="name" if user.employee_number else "employee_number",
        )
    try:
        validate_email(user.email or "")
    except ValidationError as error:
        raise RuleBroken(_("전자우편 주소를 다시 확인해 주세요."), field="email") from error


def link_to_set_password(user: User) -> str:
    """Signed with password and last sign-in: it dies when used, or after PASSWORD_RESET_TIMEOUT."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(user),
            "key": default_token_generator.make_token(user),
        },
    )
    return settings.SITE_URL.rstrip("/") + path


def _send(user: User, at: datetime) -> bool:
    days = settings.PASSWORD_RESET_TIMEOUT // 86400
    words = {
        "user": user,
        "link": link_to_set_password(user),
        "days": days,
    }
    with translation.override(user.language):
        words["contact"] = _(settings.HELP_CONTACT)
        subject = render_to_string("accounts/invitation_subject.txt", words).strip()
        text = render_to_string("accounts/invitation.txt", words)
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email or ""])
    except (SMTPException, OSError) as error:
        log.warning("invitation of account %s not sent: %s", user.pk, type(error).__name__)
        return False
    User.objects.filter(pk=user.pk).update(invited_at=at)
    user.invited_at = at
    return True
