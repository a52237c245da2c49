"""What people did: figures that were loaded, meetings that were held, promises that were made and kept, letters that were answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from lib import words
from lib.cycle import Meeting, Stat, State
from lib.language import _, n_
from lib.stat.changes.told import Change, Kind, day_in
from lib.stat.promises import Kept, Promise
from lib.store.batches import Batch
from lib.store.feedback import Letter
from lib.store.meetings import Step


def of_loads(several: Iterable[Batch], since: str, now: str, timezone: str) -> list[Change]:
    """Files of figures that readers see since then, and those that were taken back. Nobody's name is in it."""
    told = []
    for one in several:
        figures = n_("{n} figure", "{n} figures", one.rows).format(n=words.figure(one.rows, 0))
        if since <= one.publish_at <= now and not (one.is_undone and one.undone_at <= one.publish_at):
            told.append(
                Change(
                    f"load/{one.id}",
                    Kind.PUBLISHED,
                    str(day_in(one.publish_at, timezone)),
                    _("New figures are published"),
                    _("{n}, from a file that staff loaded.").format(n=figures),
                )
            )
        if one.is_undone and one.undone_at >= since and one.publish_at <= one.undone_at:
            told.append(
                Change(
                    f"undone/{one.id}",
                    Kind.PUBLISHED,
                    str(day_in(one.undone_at, timezone)),
                    _("Figures are taken back"),
                    _("{n}, from a file that staff had loaded.").format(n=figures),
                )
            )
    return told


def of_releases(several: Iterable[tuple[str, str]], timezone: str) -> list[Change]:
    """Each time that what readers see was made anew: its id, and when."""
    title, detail = (
        _("A new release of the figures"),
        _("What readers see was made anew from the files and from what staff loaded."),
    )
    return [
        Change(f"release/{key}", Kind.PUBLISHED, str(day_in(built, timezone)), title, detail, "scorecard")
        for key, built in several
    ]


def of_meetings(
    several: Iterable[Meeting],
    steps: Mapping[str, Sequence[Step]],
    stats: Mapping[str, Stat],
    since: date,
    today: date,
    timezone: str,
) -> list[Change]:
    """Meetings that were held, and their papers that came out. What they are about is not told."""
    told = []
    for one in several:
        if one.example or one.state is State.CANCELLED:
            continue
        name = stats[one.stat].name if one.stat in stats else one.stat
        if one.state in (State.HELD, State.MEMO_SENT) and since <= one.day <= today:
            told.append(
                Change(
                    f"held/{one.id}",
                    Kind.MEETING,
                    one.day.isoformat(),
                    name,
                    _("The meeting was held."),
                    "record",
                    str(one.day.year),
                )
            )
        for step in steps.get(one.id, ()):
            day = day_in(step.at, timezone)
            papers = {
                State.RELEASED: _("The papers for the meeting of {day} are out."),
                State.MEMO_SENT: _("The follow-up memo of the meeting of {day} is out."),
            }
            if step.state in papers and since <= day <= today:
                told.append(
                    Change(
                        f"{step.state}/{one.id}",
                        Kind.MEETING,
                        day.isoformat(),
                        name,
                        papers[step.state].format(day=words.day(one.day)),
                        "record",
                        str(one.day.year),
                    )
                )
    return told


def of_promises(several: Iterable[Promise], since: date) -> list[Change]:
    """Promises that were made, kept, or became late."""
    told = []
    for one in several:
        by = f"{one.agency}: " if one.agency else ""
        title = f"{by}{one.action}"
        if since <= one.made_on:
            told.append(
                Change(
                    f"made/{one.id}",
                    Kind.PROMISE,
                    one.made_on.isoformat(),
                    title,
                    _("Promised, due on {day}.").format(day=words.day(one.due)),
                    "promises",
                )
            )
        if one.state is Kept.KEPT and one.done_on and since <= one.done_on:
            late = n_("Kept, {n} day late.", "Kept, {n} days late.", one.days_late).format(n=one.days_late)
            told.append(
                Change(
                    f"kept/{one.id}",
                    Kind.PROMISE,
                    one.done_on.isoformat(),
                    title,
                    late if one.days_late else _("Kept in time."),
                    "promises",
                )
            )
        if one.state is Kept.LATE and since <= one.due:
            told.append(
                Change(
                    f"late/{one.id}/{one.due}",
                    Kind.PROMISE,
                    one.due.isoformat(),
                    title,
                    _("It was due on that day and is late."),
                    "promises",
                )
            )
    return told


def of_answers(several: Iterable[Letter], names: Mapping[tuple[str, str], str], timezone: str) -> list[Change]:
    """Letters of residents that an agency answered. `names` are what they are about, by kind and id."""
    return [
        Change(f"answer/{one.id}/{one.answered_at}", Kind.ANSWER, str(day_in(one.answered_at, timezone)), names.get((one.about, one.subject), one.subject),
               _("{agency} answered a letter.").format(agency=one.answered_by), "yourview", f"{one.about}:{one.subject}")
        for one in several
    ]  # fmt: skip
