"""Which letter a host message is."""

from reminders.models import Message
from reminders.services.plan_hosts import GONE, REMIND, topic_of
from site_visits import host_letters
from site_visits.host_letters import Letter
from site_visits.models import HostAsking, SiteVisit
from site_visits.services import host_links, hosts


def host_letter(message: Message, visit: SiteVisit, asking: HostAsking) -> Letter | None:
    """None when the link cannot be written any more: the organizer has to ask again."""
    topic = topic_of(message)
    if topic == GONE:
        return host_letters.gone(visit, asked=asking, language=asking.language)
    token = host_links.token_of(visit)
    if token is None or visit.item.starts_at is None:
        return None
    link, people = host_links.url_of(token), hosts.headcount(visit)
    if topic == REMIND:
        return host_letters.reminder(
            visit, people=people, link=link, language=asking.language, asked_at=asking.at
        )
    before = HostAsking.objects.filter(visit=visit, pk__lt=asking.pk, site=asking.site).last()
    return host_letters.asking(
        visit, people=people, link=link, language=asking.language, before=before
    )
