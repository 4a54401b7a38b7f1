"""Travel times between sites: the table in one statement, estimates for the rest."""

from collections.abc import Iterable

from site_visits.distance import Leg, Travel
from site_visits.models import Site, TravelSource, TravelTime


def between(sites: Iterable[Site]) -> Travel:
    """What is known of the roads among these sites."""
    known = {site.pk: site for site in sites}
    rows = TravelTime.objects.filter(origin__in=known, target__in=known).values_list(
        "origin_id", "target_id", "minutes", "km", "source"
    )
    return Travel(
        table={
            (origin, target): Leg(minutes, km, source == TravelSource.ESTIMATE)
            for origin, target, minutes, km, source in rows
        },
        points={
            pk: (float(site.latitude), float(site.longitude))
            for pk, site in known.items()
            if site.latitude is not None and site.longitude is not None
        },
    )


def leg(*, origin: Site, target: Site) -> Leg | None:
    """Minutes and km from one site to another, None when nobody knows."""
    return between([origin, target]).between(origin.pk, target.pk)
