"""The reminder rules of a program and, without a code in the address, the county's defaults."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import AccessAction
from accounts.permissions import Can, requires
from accounts.services import access
from core.errors import RuleBroken, StaleEdit, refuse_on
from core.http import AuthenticatedRequest, client_ip
from desk import rule_pages
from desk.figures import tone
from desk.rule_pages import address
from desk.tabs import program_tabs
from desk.views.people_forms import UnmaskForm
from programs.models import Program
from reminders.forms import RuleForm
from reminders.models import ReminderRule
from reminders.services import preview, rules


@require_safe
@requires(Can.MANAGE_PROGRAMS)
def rule_list(request: AuthenticatedRequest, code: str = "") -> HttpResponse:
    program = _program(request, code)
    context = {
        "program": program,
        "lines": rule_pages.lines(program, rules.of(program)),
        "lacking": rule_pages.offers(rules.lacking(program)),
        "adopt_url": address("adopt", program),
        "add_url": address("add", program),
    }
    if program is not None:
        context |= {"tabs": program_tabs(program, "messages"), "tone": tone(program)}
    return render(request, "desk/rules/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def rule_form(request: AuthenticatedRequest, code: str = "", pk: int | None = None) -> HttpResponse:
    """A new rule (no pk), or one as it stands."""
    program = _program(request, code)
    rule = _rule(program, pk) if pk else None
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule)
    status, theirs = (422 if form.is_bound else 200), None
    if form.is_valid():
        try:
            _save(request, program, rule, form)
        except StaleEdit as stale:
            status = 409
            form, theirs = rule_pages.stale_form(form, stale)
        except RuleBroken as refusal:
            form.refuse(refusal.field, str(refusal))
        else:
            messages.success(request, _("알림 규칙을 저장했습니다."))
            return redirect(address("list", program))
    context = rule_pages.form_context(program, form, rule) | {"theirs": theirs}
    return render(request, "desk/rules/form.html", context, status=status)


def _save(
    request: AuthenticatedRequest,
    program: Program | None,
    rule: ReminderRule | None,
    form: RuleForm,
) -> ReminderRule:
    facts, at = form.facts, timezone.now()
    if rule is None:
        return rules.create(program=program, facts=facts, by=request.user, at=at)
    stamp = form.cleaned_data["stamp"]
    return rules.edit(program=program, rule=rule, facts=facts, by=request.user, at=at, stamp=stamp)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def rule_copy(request: AuthenticatedRequest, pk: int, code: str = "") -> HttpResponse:
    program = _program(request, code)
    rule = _rule(program, pk)
    twin = rules.copy(program=program, rule=rule, by=request.user, at=timezone.now())
    messages.success(request, _("꺼진 사본을 만들었습니다. 고친 뒤에 켜 주세요."))
    return redirect(address("edit", program, twin.pk))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def rule_switch(request: AuthenticatedRequest, pk: int, code: str = "") -> HttpResponse:
    """On if the form says so, otherwise off: pressing twice does not turn it round."""
    program = _program(request, code)
    rule, on = _rule(program, pk), request.POST.get("on") == "yes"
    rules.switch(program=program, rule=rule, is_active=on, by=request.user, at=timezone.now())
    said = _("%(name)s 규칙을 켰습니다.") if on else _("%(name)s 규칙을 껐습니다.")
    messages.success(request, said % {"name": rule.name})
    return redirect(address("list", program))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def rule_reset(request: AuthenticatedRequest, pk: int, code: str = "") -> HttpResponse:
    program = _program(request, code)
    rule = _rule(program, pk)
    try:
        rules.reset(program=program, rule=rule, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(name)s 규칙을 되돌렸습니다.") % {"name": rule.name})
    return redirect(address("list", program))


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def rule_adopt(request: AuthenticatedRequest, code: str = "") -> HttpResponse:
    """One of the defaults that the list says are lacking."""
    program, name = _program(request, code), request.POST.get("name", "")[:60]
    try:
        rule = rules.adopt(program=program, name=name, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        n = rules.unsent(rule).count()
        said = _("%(name)s 규칙을 넣었습니다.")
        if n:
            said = ngettext(
                "%(name)s 규칙을 넣었습니다. 보낼 알림 %(n)s건을 준비했습니다.",
                "%(name)s 규칙을 넣었습니다. 보낼 알림 %(n)s건을 준비했습니다.",
                n,
            )
        messages.success(request, said % {"name": rule.name, "n": n})
    return redirect(address("list", program))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def rule_delete(request: AuthenticatedRequest, pk: int, code: str = "") -> HttpResponse:
    program = _program(request, code)
    rule = _rule(program, pk)
    if request.method == "POST":
        try:
            n = rules.delete(program=program, rule=rule, by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            messages.error(request, str(refusal))
        else:
            said = ngettext(
                "%(name)s 규칙을 지웠습니다. 보내려던 알림 %(n)s건을 거두었습니다.",
                "%(name)s 규칙을 지웠습니다. 보내려던 알림 %(n)s건을 거두었습니다.",
                n,
            )
            messages.success(request, said % {"name": rule.name, "n": n})
        return redirect(address("list", program))
    return render(request, "components/confirm.html", _deleting(program, rule))


def _deleting(program: Program | None, rule: ReminderRule) -> dict:
    n = rules.unsent(rule).count()
    planned = ngettext(
        "보내려던 알림 %(n)s건을 거둡니다. 이미 보낸 알림은 그대로 남습니다.",
        "보내려던 알림 %(n)s건을 거둡니다. 이미 보낸 알림은 그대로 남습니다.",
        n,
    ) % {"n": n}
    if not n:
        planned = _("보내려던 알림은 없습니다. 이미 보낸 알림은 그대로 남습니다.")
    if program is None:
        planned = _("앞으로 만드는 과정에 들어가지 않습니다. 이미 있는 과정의 규칙은 그대로입니다.")
    return {
        "title": _("‘%(name)s’ 규칙을 지울까요?") % {"name": rule.name},
        "body": planned,
        "action": _("지우기"),
        "tone": "bad",
        "back_url": address("list", program),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Can.MANAGE_PROGRAMS)
def rule_preview(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    """The text to a real reader, whose name is hidden until a reason is written down."""
    rule, at = _own_rule(request, code, pk), timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    query = asked.get("q", "").strip()[:100]
    people = preview.readers(rule, at=at, query=query, chosen=asked.get("reader", "")[:24])
    form = UnmaskForm(request.POST if request.method == "POST" else None)
    context = rule_pages.preview_context(rule, people, query, at=at)
    status = 200
    if request.method == "POST":
        reader, status = context["reader"], 422
        if reader is not None and form.is_valid():
            try:
                access.record(
                    user=request.user,
                    action=AccessAction.UNMASK,
                    object=str(_("알림 미리보기")),
                    at=at,
                    ip=client_ip(request),
                    subjects=reader.subjects,
                    reason=form.cleaned_data["reason"],
                )
            except RuleBroken as refusal:
                refuse_on(form, refusal)
            else:
                status = 200
                context = rule_pages.preview_context(rule, people, query, at=at, masked=False)
    context |= {"form": form, "address": address("preview", rule.program, pk)}
    return render(request, "desk/rules/preview.html", context, status=status)


@require_POST
@requires(Can.MANAGE_PROGRAMS)
def rule_test(request: AuthenticatedRequest, code: str, pk: int) -> HttpResponse:
    """The rule's text to oneself, through its real channels."""
    rule, at = _own_rule(request, code, pk), timezone.now()
    key = request.POST.get("reader", "")[:24]
    reader = preview.reader_of(rule, key, at=at)
    sent = preview.send_test(rule=rule, reader=reader, by=request.user, at=at)
    said = ngettext(
        "시험 알림 %(n)s건을 나에게 보냅니다. 1분 안에 도착합니다.",
        "시험 알림 %(n)s건을 나에게 보냅니다. 1분 안에 도착합니다.",
        len(sent),
    )
    messages.success(request, said % {"n": len(sent)})
    return redirect(f"{address('preview', rule.program, pk)}?reader={key}")


def _program(request: AuthenticatedRequest, code: str) -> Program | None:
    if not code:
        return None
    return get_object_or_404(Program.objects.visible_to(request.user), code=code)


def _rule(program: Program | None, pk: int) -> ReminderRule:
    """One of the program's, or a default it may take over."""
    rows = ReminderRule.objects.select_related("program", "department")
    return get_object_or_404(rows, Q(program=program) | Q(program=None), pk=pk)


def _own_rule(request: AuthenticatedRequest, code: str, pk: int) -> ReminderRule:
    """Only what the program has of its own can be looked at with its people."""
    program = get_object_or_404(Program.objects.visible_to(request.user), code=code)
    rows = ReminderRule.objects.select_related("program", "department")
    return get_object_or_404(rows, program=program, pk=pk)
