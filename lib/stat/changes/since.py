"""Asks the store what changed since a day; for the page, for the server's feed and for the published files alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.language import _
from lib.settings import Settings
from lib.stat.changes import deeds, figures, files
from lib.stat.changes.told import Change, Places, day_in, moment_of, newest_first
from lib.stat.promises import Promise, promises_of
from lib.store import batches, feedback, follow_ups, meetings, queries
from lib.store import changes as store
from lib.store.database import Engine

MOST_ANSWERS = 200


@dataclass(frozen=True)
class Data:
    """What changed in figures, targets and definitions, and how that is known."""

    changes: tuple[Change, ...]
    compared: bool  # with what readers saw on that day; else only by the dates that sources and files give


def places_of(engine: Engine, release: str, framework_id: str) -> Places:
    """What ids are called in a release."""
    return Places(
        queries.frameworks(engine, release)[framework_id],
        {one.id: one for one in queries.measures(engine, release)},
        {one.id: one.name for one in queries.areas(engine, release)},
        {key: one.name for key, one in queries.geographies(engine, release).items()},
    )


def in_data(engine: Engine, since: date, *, release: str, places: Places, timezone: str) -> Data:
    """Figures, targets and definitions. The same for one release and day, so it may be kept."""
    then = store.release_before(engine, moment_of(since, timezone))
    _count, at = store.count_of_figures(engine, release)
    built = str(day_in(at, timezone)) if at else since.isoformat()
    framework = places.framework
    if then is None:
        found = store.figures_published_since(engine, release, since, framework.id)
        return Data(
            (*figures.of_figures(found, places, built=built), *files.of_targets(framework, since)), compared=False
        )
    if then[0] == release:
        return Data((), compared=True)
    before, now = (store.files_of(engine, one, framework.id) for one in (then[0], release))
    found = store.figures_between(engine, then[0], release, framework.id)
    return Data((
        *figures.of_figures(found, places, built=built),
        *files.targets_between(before, framework, built=built),
        *files.of_files(before, now, built=built),
    ), compared=True)  # fmt: skip


def in_deeds(
    engine: Engine,
    since: date,
    *,
    today: date,
    promises: tuple[Promise, ...],
    places: Places,
    stats: dict,
    timezone: str,
) -> tuple[Change, ...]:
    """What people wrote: loads, releases, meetings and papers, promises, answers. Read anew each time."""
    moment, now = moment_of(since, timezone), batches.utc_now()
    names = {("indicator", one.id): one.name for one in places.framework.indicators} | {
        ("area", key): name for key, name in places.areas.items()
    }
    return (
        *deeds.of_loads(batches.batches(engine), moment, now, timezone),
        *deeds.of_releases(store.releases_since(engine, moment), timezone),
        *deeds.of_meetings(meetings.meetings(engine), meetings.every_step(engine), stats, since, today, timezone),
        *deeds.of_promises(promises, since),
        *deeds.of_answers(feedback.answered_since(engine, moment, most=MOST_ANSWERS), names, timezone),
    )


def public_promises(
    engine: Engine, *, release: str, places: Places, settings: Settings, today: date
) -> tuple[Promise, ...]:
    """The promises that residents may see, as they are now."""
    stats = {one.id: one.outcome for one in queries.stats(engine, release) if one.outcome}
    return promises_of(
        follow_ups.follow_ups(engine),
        today=today,
        timezone=settings.city.timezone,
        agencies={one.id: one.name for one in queries.agencies(engine, release)},
        outcome_of=stats | {one.id: one.outcome for one in places.framework.indicators},
        names=settings.stat.public_names,
        sites=settings.stat.evidence_sites,
    )


def all_since(engine: Engine, since: date, *, settings: Settings, today: date, release: str = "") -> tuple[Change, ...]:
    """Everything that changed, the newest first: for a feed. `release` is the one that readers see."""
    shown, timezone = release or queries.shown_release(engine), settings.city.timezone
    places = places_of(engine, shown, settings.framework.current)
    promises = public_promises(engine, release=shown, places=places, settings=settings, today=today)
    stats = {one.id: one for one in queries.stats(engine, shown)}
    data = in_data(engine, since, release=shown, places=places, timezone=timezone)
    return newest_first(
        (
            *data.changes,
            *in_deeds(engine, since, today=today, promises=promises, places=places, stats=stats, timezone=timezone),
        )
    )


def not_known(data: Data, since: date) -> str:
    """What the answer cannot tell, said on the page and in the feed."""
    if data.compared:
        return _("Figures, targets and definitions are held against what this site showed before that day.")
    return _(
        "What this site showed on that day is not kept. So figures are told by the day on which their source published them, and targets by the day "
        "on which they were set; those without such a day are not in this list. Whether a definition changed cannot be told."
    )
