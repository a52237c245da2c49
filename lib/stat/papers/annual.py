"""The record of a year, and the report about it that the law asks for: what was held against what was scheduled and required, which
papers came in time, what became of the follow-ups, and which indicators moved. What is made up as an example counts nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib import words
from lib.assessment import Assessment, is_worse
from lib.charts.theme import FOLLOW_UP_LOOKS
from lib.cycle import MEANING, Agency, Colour, FollowUp, Meeting, Stat, State
from lib.language import _, later, n_
from lib.model import Movement
from lib.settings import Settings
from lib.stat import record
from lib.stat.papers.content import indicator_movement, latest_text
from lib.stat.papers.parts import Cell, Heading, Paper, Part, Table, Text, table
from lib.stat.record import AGES, DuePaper, Held, Kept, Month
from lib.store.meetings import Step

PAPERS = {State.RELEASED: later("pre-memo"), State.MEMO_SENT: later("follow-up memo")}
MISSED, NOT_RECORDED, NOT_OVER = later("missed"), later("not recorded"), later("not over")
COLOURS = (Colour.RED, Colour.YELLOW, Colour.WHITE, Colour.GREEN)
MOVED = (Movement.WORSE, Movement.BETTER, Movement.RISING, Movement.FALLING)


@dataclass(frozen=True)
class Year:
    """What is known of a calendar year on the day `on`."""

    city: str
    year: int
    on: date
    due: date  # of the report
    since: date | None  # from when on meetings are recorded here; None where none is
    held: tuple[Held, ...]
    papers: tuple[DuePaper, ...]
    kept: Kept
    moved: tuple[Assessment, ...]  # the worse first
    stats: Mapping[str, str]  # names by id
    release: str

    @property
    def is_over(self) -> bool:
        return self.on.year > self.year

    def papers_of(self, state: State) -> list[DuePaper]:
        return [one for one in self.papers if one.state is state]

    @property
    def late(self) -> list[DuePaper]:
        """The papers that came late or have not come, the earliest meeting first."""
        return sorted((one for one in self.papers if not one.in_time), key=lambda one: (one.deadline, one.meeting.id))


def year_of(
    year: int,
    *,
    settings: Settings,
    on: date,
    agencies: Sequence[Agency],
    stats: Mapping[str, Stat],
    meetings: Sequence[Meeting],
    steps: Mapping[str, Sequence[Step]],
    follow_ups: Sequence[FollowUp],
    assessments: Sequence[Assessment],
    release: str,
) -> Year:
    """Puts the record of a year together. `assessments` are those of the day: an indicator's movement is over all its figures."""
    cycle, zone = settings.stat, settings.city.timezone
    own = [one for one in meetings if one.stat in stats and not stats[one.stat].example and not one.example]
    since = record.began(own)
    held = record.held_against_required(agencies, list(stats.values()), own, year=year, today=on, required_since=cycle.required_since)
    papers = [paper for state in PAPERS for paper in record.due_papers(own, steps, state, year=year, today=on, chosen=cycle, timezone=zone)]
    moved = [one for one in assessments if one.movement.movement in MOVED]
    return Year(
        city=settings.city.name,
        year=year,
        on=on,
        due=record.report_due(year, cycle),
        since=since,
        held=tuple(record.as_recorded(held, since)),
        papers=tuple(papers),
        kept=record.promises(follow_ups, year=year, today=on),
        moved=tuple(sorted(moved, key=lambda one: (not is_worse(one), MOVED.index(one.movement.movement)))),
        stats={key: one.name for key, one in stats.items()},
        release=release,
    )


def annual_report(year: Year) -> Paper:
    """The report about a year."""
    parts: list[Part] = [Text(when_due(year), "lead"), Heading(_("Meetings held, scheduled and required")), Text(in_short(year))]
    parts += [Text(about_the_record(year), "note")]
    if year.held:
        parts += [agencies_table(year), months_table(year)]
    parts += [Heading(_("Papers in time")), *_papers(year), Heading(_("Follow-ups")), *_follow_ups(year), Heading(_("Indicators that moved")), *_moved(year)]
    stamp = _("As recorded on {day}, release {release}").format(day=words.day(year.on), release=year.release[:8])
    marks = () if year.is_over else (_("{year} is not over").format(year=year.year),)
    title, about = _("Annual report of the Stat meetings, {year}").format(year=year.year), _("{city} · Stat meetings · {year}").format(city=year.city, year=year.year)
    return Paper("Annual Report", title, about, year.city, stamp, marks, tuple(parts))


# Sentences


def when_due(year: Year) -> str:
    if not year.is_over:
        said = _("{year} is not over: this is the record up to {day}. The report about it is due by {due}.")
        return said.format(year=year.year, day=words.day(year.on), due=words.day(year.due))
    late = (year.on - year.due).days
    said = _("The report about {year} is due by {due}.").format(year=year.year, due=words.day(year.due))
    if late <= 0:
        return said
    return f"{said} {_('That was {days} ago.').format(days=words.count_of(late, 'day', 'days'))}"


def in_short(year: Year) -> str:
    """How many meetings the law asked for, how many were on the calendar, and how many were held. A meeting about several agencies counts for each."""
    if year.since is None:
        return _("No meeting is recorded yet, so nothing can be said of what was held.")
    required, scheduled, held = (sum(one.total(what) for one in year.held) for what in ("required", "scheduled", "held"))
    missed = sum(month.is_missed for one in year.held for month in one.months)
    said = _("{held} held, {scheduled} scheduled, {required} required, counted for each agency; {months} without a meeting.")
    return said.format(
        held=words.figure(held, 0),
        scheduled=words.figure(scheduled, 0),
        required=words.figure(required, 0),
        months=words.count_of(missed, "required month", "required months"),
    )


def about_the_record(year: Year) -> str:
    """From when on the record can be relied upon."""
    if year.since is None:
        return _("Meetings that were held before this tool was used are not in it. As soon as the first is recorded, the months "
                 "from then on are counted.")
    said = _("Meetings that were held before this tool was used are not in it. The first that is recorded here is from {day}; "
             "only months that were recorded from their first day on are counted as required or missed.")  # fmt: skip
    return said.format(day=words.day(year.since))


# Tables


def agencies_table(year: Year) -> Table:
    """One row an agency, and all of them."""
    rows = [(one.agency.name, *(f"{one.total(what):,}" for what in ("required", "scheduled", "held", "cancelled")), _missed(one)) for one in year.held]
    rows.append((Cell(word=_("All")), *(f"{sum(one.total(what) for one in year.held):,}" for what in ("required", "scheduled", "held", "cancelled")), ""))
    return table(_("{year} by agency").format(year=year.year), (_("Agency"), _("Required"), _("Scheduled"), _("Held"), _("Cancelled"), _("Required months without a meeting")), rows,
                 (2.6, 1, 1.1, 0.8, 1.1, 3), numbers=(1, 2, 3, 4), titled=True)  # fmt: skip


def _missed(one: Held) -> Cell:
    months = [words.month_names()[month.month - 1] for month in one.months if month.is_missed]
    return Cell(words.listed(months), word=_("{n} missed").format(n=len(months)), tone="serious") if months else Cell(_("none"))


def months_table(year: Year) -> Table:
    """One row an agency, one column a month."""
    rows = []
    for one in year.held:
        known = {month.month: month for month in one.months}
        rows.append((one.agency.name, *(month_cell(known.get(number), year, number) for number in range(1, 13))))
    return table(_("{year} by month: held, of those scheduled").format(year=year.year), (_("Agency"), *words.month_names()), rows, (2.2, *[1.0] * 12), wide=True, titled=True)


def month_cell(month: Month | None, year: Year, number: int) -> Cell:
    """What became of a month: how many meetings were held, and of how many; in words where there was none."""
    if month is None:
        return Cell("")  # still to come
    if month.is_missed:
        return Cell(_none_held(month) if month.scheduled else "", _(MISSED), "serious")
    if month.held:
        return Cell("" if month.held == month.scheduled else _("of {total}").format(total=month.scheduled), f"{month.held}", "good")
    if month.scheduled:
        return Cell(_none_held(month))
    if not is_recorded(year, number):
        return Cell(_(NOT_RECORDED))
    return Cell(_(NOT_OVER) if not month.is_over else _("none"))


def _none_held(month: Month) -> str:
    """Of a month with meetings on the calendar of which none was held."""
    if month.cancelled < month.scheduled:
        return _("{n} of {total}").format(n=0, total=month.scheduled)
    return n_("{n} cancelled", "{n} cancelled", month.cancelled).format(n=month.cancelled)


def is_recorded(year: Year, number: int) -> bool:
    """Whether a month was recorded from its first day on, so that it can be called missed."""
    return year.since is not None and date(year.year, number, 1) >= year.since


def _papers(year: Year) -> list[Part]:
    if not year.papers:
        return [Text(_("No paper of a recorded meeting was due."))]
    rows = []
    for state, name in PAPERS.items():
        own = year.papers_of(state)
        in_time, never = sum(one.in_time for one in own), sum(one.came is None for one in own)
        rows.append((words.capital(_(name)), f"{len(own):,}", f"{in_time:,}", f"{len(own) - in_time - never:,}", f"{never:,}"))
    return [table(_("Papers in time"), (_("Paper"), _("Due"), _("In time"), _("Late"), _("Not come")), rows, (3, 1, 1, 1, 1), numbers=(1, 2, 3, 4)), *late_table(year)]


def late_table(year: Year) -> list[Part]:
    """The papers that were late, one by one; nothing where there is none."""
    if not year.late:
        return []
    rows = [(year.stats.get(one.meeting.stat, one.meeting.stat), words.day(one.meeting.day), _(PAPERS[one.state]), said_deadline(one), _came(one)) for one in year.late]
    return [table(_("Papers that came late or have not come"), (_("Stat"), _("Meeting"), _("Paper"), _("Due by"), _("Came")), rows, (2.6, 1.4, 1.6, 1.8, 1.8), titled=True)]


def said_deadline(one: DuePaper) -> str:
    """The end of a day as that day; else the day and the time."""
    if one.state is State.MEMO_SENT:
        return words.day((one.deadline - timedelta(days=1)).date())
    return f"{words.day(one.deadline.date())}, {one.deadline:%H:%M}"


def _came(one: DuePaper) -> Cell:
    return Cell("", _("not come"), "serious") if one.came is None else Cell(f"{words.day(one.came.date())}, {one.came:%H:%M}", "late", "concern")


def colour_rows(kept: Kept) -> list[tuple[Cell, ...]]:
    return [(Cell(_(MEANING[colour]), _(str(colour)), FOLLOW_UP_LOOKS[colour].tone), Cell(f"{kept.colours[colour]:,}")) for colour in COLOURS]


def age_rows(kept: Kept) -> list[tuple[Cell, ...]]:
    return [(Cell(words.capital(_(name))), Cell(f"{kept.open_by_age[name]:,}")) for _days, name in AGES]


def kept_in_short(kept: Kept) -> str:
    said = _("{follow_ups} fell due in the year, or were made in it and are open: {in_time} kept in time with evidence, {late} kept late, {overdue} overdue.")
    return said.format(
        follow_ups=words.count_of(kept.made, "follow-up", "follow-ups"),
        in_time=words.figure(kept.kept_in_time, 0),
        late=words.figure(kept.kept_late, 0),
        overdue=words.figure(kept.colours[Colour.RED], 0),
    )


def _follow_ups(year: Year) -> list[Part]:
    if not year.kept.made:
        return [Text(_("No follow-up is recorded for this year."))]
    return [Text(kept_in_short(year.kept)), table(_("By status"), (_("Status"), _("Follow-ups")), colour_rows(year.kept), (4, 1), numbers=(1,), titled=True),
            table(_("Those that are open, by age"), (_("Age"), _("Follow-ups")), age_rows(year.kept), (4, 1), numbers=(1,), titled=True)]  # fmt: skip


def moved_rows(year: Year) -> list[tuple[Cell, ...]]:
    return [(Cell(word=one.indicator.name), Cell(latest_text(one)), indicator_movement(one)) for one in year.moved]


def _moved(year: Year) -> list[Part]:
    if not year.moved:
        return [Text(_("No indicator moved beyond chance."))]
    known = _("By the figures that were known on {day}; each over the periods that its sentence names.").format(day=words.day(year.on))
    return [Text(known, "note"),
            table(_("Indicators that moved"), (_("Indicator"), _("Latest"), _("Which way")), moved_rows(year), (2, 2.2, 4.5))]  # fmt: skip
