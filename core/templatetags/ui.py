"""The building blocks of every page: `{% load ui %}`.

Small marks (icon, badge, meter) are written here; anything with a shape of its own is a template in
`templates/components/`, whose first line names the parameters.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.icons import ICONS

register = template.Library()

_RANGE: Final = re.compile(r"\d{1,2}:\d\d[~–]\d{1,2}:\d\d")
TONES = {"plain", "info", "ok", "warn", "bad"}
MESSAGE_TONES = {
    "success": "ok",
    "error": "bad",
    "warning": "warn",
    "info": "info",
    "debug": "plain",
}


def _component(name: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", context)


def _inside(content: str) -> SafeString:
    """What stood between the tags: already escaped by the template; empty when there was only white space."""
    return SafeString(content.strip())


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise ValueError(f"tone {tone!r} is none of {sorted(TONES)}")
    return tone


# Small marks


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline SVG; with `label` it speaks, without it is decoration."""
    drawing = format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        SafeString(ICONS[name]),
    )
    return format_html('{}<span class="sr-only">{}</span>', drawing, label) if label else drawing


@register.simple_tag
def badge(text: Any, tone: str = "plain", icon_name: str = "") -> SafeString:
    mark = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge {}">{}{}</span>', _tone(tone), mark, text)


@register.simple_tag
def meter(value: float | None, maximum: float = 100, tone: str = "", text: str = "") -> SafeString:
    """A bar with its number beside it; the bar is decoration, the number is the fact."""
    if value is None:
        return SafeString('<span class="muted">–</span>')
    share = _share(value, maximum)
    return format_html(
        '<span class="meter {}"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false"><rect width="{}" height="8"/></svg>'
        '<span class="num">{}</span></span>',
        tone,
        share,
        text or f"{share}\N{NO-BREAK SPACE}%",
    )


@register.simple_tag
def tel(number: str, label: Any = "", look: str = "link") -> SafeString:
    """A number to tap: `look` link, button or icon. It never breaks, so its spaces and hyphens do not either."""
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    shown = (
        str(label or number)
        .replace(" ", "\N{NO-BREAK SPACE}")
        .replace("-", "\N{NON-BREAKING HYPHEN}")
    )
    css = {"link": "tel", "button": "btn", "icon": "btn btn-icon"}[look]
    words = format_html('<span class="sr-only">{}</span>', shown) if look == "icon" else shown
    return format_html('<a class="{}" href="tel:{}">{}{}</a>', css, digits, icon("phone"), words)


@register.filter
def message_tone(tags: str) -> str:
    """The tone of a Django message."""
    return next((MESSAGE_TONES[tag] for tag in tags.split() if tag in MESSAGE_TONES), "info")


def _share(value: float, maximum: float) -> int:
    return max(0, min(100, round(100 * value / maximum))) if maximum else 0


# Blocks


@register.simple_block_tag
def page_head(
    content: str,
    title: Any,
    crumbs: Iterable[tuple[Any, str]] = (),
    crumb: Any = "",
    crumb_url: str = "",
    crumb2: Any = "",
    crumb2_url: str = "",
    badge: Any = "",
    tone: str = "plain",
    lead: Any = "",
) -> SafeString:
    trail = [*crumbs, (crumb, crumb_url), (crumb2, crumb2_url)]
    return _component(
        "page_head",
        title=title,
        crumbs=[(label, url) for label, url in trail if label],
        badge=badge,
        tone=_tone(tone),
        lead=lead,
        actions=_inside(content),
    )


@register.simple_block_tag
def card(
    content: str,
    title: Any = "",
    count: Any = "",
    url: str = "",
    url_label: Any = "",
    flush: bool = False,
    level: int = 2,
    id: str = "",
) -> SafeString:
    return _component(
        "card",
        title=title,
        count=count,
        url=url,
        url_label=url_label,
        flush=flush,
        level=level,
        id=id,
        content=content,
    )


@register.simple_block_tag
def alert(content: str, title: Any = "", tone: str = "info", live: bool = False) -> SafeString:
    return _component("alert", title=title, tone=_tone(tone), live=live, content=_inside(content))


@register.simple_block_tag
def problem(
    content: str, title: Any, why: Any = "", tone: str = "bad", url: str = "", level: int = 3
) -> SafeString:
    return _component(
        "problem",
        title=title,
        why=why,
        tone=_tone(tone),
        url=url,
        level=level,
        fixes=_inside(content),
    )


@register.simple_block_tag
def changes(content: str, title: Any, level: int = 2) -> SafeString:
    return _component("changes", title=title, level=level, content=content)


@register.simple_tag
def change(what: Any, old: Any = "", new: Any = "") -> SafeString:
    return _component("change", what=what, old=_unbroken(old), new=_unbroken(new))


def _unbroken(text: Any) -> SafeString:
    """Times of a range stay on one line."""
    return SafeString(
        _RANGE.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(text or ""))
    )


@register.simple_block_tag
def rail_item(
    content: str,
    kind: str,
    kind_label: Any,
    time: Any,
    title: Any,
    starts_at: str = "",
    ends_at: str = "",
    detail: Any = "",
    hold: Any = "",
    badge: Any = "",
    tone: str = "info",
    cancelled: bool = False,
    level: int = 3,
) -> SafeString:
    return _component(
        "rail_item",
        kind=kind,
        kind_label=kind_label,
        time=time,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        detail=detail,
        hold=hold,
        badge=badge,
        tone=_tone(tone),
        cancelled=cancelled,
        level=level,
        content=_inside(content),
    )


@register.simple_block_tag
def table(
    content: str, caption: Any, stack: bool = False, show_caption: bool = False
) -> SafeString:
    return _component(
        "table", caption=caption, stack=stack, show_caption=show_caption, content=content
    )


@register.simple_block_tag
def fieldset(content: str, legend: Any, hint: Any = "") -> SafeString:
    return _component("fieldset", legend=legend, hint=hint, content=content)


@register.simple_block_tag
def big_count(
    content: str, value: int, total: int, unit: Any = "", id: str = "count"
) -> SafeString:
    return _component(
        "big_count",
        value=value,
        total=total,
        unit=unit,
        id=id,
        share=_share(value, total),
        action=_inside(content),
    )


# One-liners with a template


@register.simple_tag
def kpi(
    label: Any,
    value: Any,
    note: Any = "",
    badge: Any = "",
    tone: str = "plain",
    url: str = "",
) -> SafeString:
    return _component(
        "kpi", label=label, value=value, note=note, badge=badge, tone=_tone(tone), url=url
    )


@register.simple_tag
def tabs(items: Iterable[Any], label: Any = "") -> SafeString:
    return _component("tabs", items=items, label=label or _("이 과정의 화면"))


@register.simple_tag
def empty(
    title: Any, text: Any = "", url: str = "", action: Any = "", icon_name: str = ""
) -> SafeString:
    return _component("empty", title=title, text=text, url=url, action=action, icon_name=icon_name)


@register.simple_tag
def facts(rows: Iterable[tuple[Any, Any]], wide: bool = False) -> SafeString:
    return _component("facts", rows=rows, wide=wide)


@register.simple_tag
def progress(
    title: Any,
    state: str,
    poll_url: str = "",
    done: int = 0,
    total: int = 0,
    eta: Any = "",
    cancel_url: str = "",
    file_url: str = "",
    file_label: Any = "",
    reason: Any = "",
    csrf_token: Any = "",
) -> SafeString:
    return _component(
        "progress",
        title=title,
        state=state,
        poll_url=poll_url,
        done=done,
        total=total,
        share=_share(done, total),
        eta=eta,
        cancel_url=cancel_url,
        file_url=file_url,
        file_label=file_label,
        reason=reason,
        csrf_token=csrf_token,
    )


# Forms


@register.simple_tag
def field(
    bound: BoundField,
    label: Any = "",
    hint: Any = None,
    placeholder: str | bool | None = None,
    compact: bool = False,
) -> SafeString:
    """One field: label above, hint under the label, error under the control, all tied together."""
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    # Django would tie the control to its own help text, which our template does not show under that name.
    hint = bound.help_text = bound.help_text if hint is None else hint
    described = [f"{bound.auto_id}-hint"] if hint else []
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if placeholder is not None:
        attrs["placeholder"] = placeholder
    many = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    return _component(
        "field_group" if many else "field",
        field=bound,
        label=label or bound.label,
        hint=hint,
        compact=compact,
        tick=isinstance(widget, CheckboxInput),
        control="" if many else bound.as_widget(attrs=attrs),
        described=attrs.get("aria-describedby", ""),
    )


@register.simple_tag
def errors(form: BaseForm) -> SafeString:
    """What is wrong with the whole form, each line a link to its field; nothing when nothing is wrong."""
    if not form.errors:
        return SafeString("")
    named = [(form[name], found) for name, found in form.errors.items() if name in form.fields]
    general = list(form.non_field_errors())
    if named:
        places = len(named) + len(general)
        title = ngettext("%(n)d곳을 고쳐 주십시오.", "%(n)d곳을 고쳐 주십시오.", places) % {
            "n": places
        }
    else:
        title = str(general.pop(0))
    return _component("errors", form=form, named=named, general=general, title=title)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    return SafeString("".join(field(bound) for bound in form))
