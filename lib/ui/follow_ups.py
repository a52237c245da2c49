"""The tracker: which follow-ups are looked at, the sentence that counts them, the list with what is overdue first, and the tallies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

import streamlit as st

from lib import words
from lib.cycle import LINK, MEANING, Colour, FollowUp, newest_first_overdue
from lib.language import _, later, n_
from lib.roles import Person, Role, holds
from lib.stat.record import AGES
from lib.stat.reminders import owners
from lib.ui import board, cache, filters, frame, links, mapping, stat
from lib.ui.links import link
from lib.ui.text import escape, md_escape

SUBJECT, NEW, ALL = "followup", "new", "all"  # in the address: which one, a new one, the list
ORDER = (Colour.RED, Colour.YELLOW, Colour.WHITE, Colour.GREEN)
SHOWN = 200  # rows of a group
TOLD = "_follow_ups_told"
VIEWS = (later("List"), later("By owner"), later("By agency"), later("Reminders"), later("Workbook"))
NONE = later("none named")


@dataclass(frozen=True)
class Names:
    """What the ids of a follow-up are called."""

    stats: Mapping[str, str]
    agencies: Mapping[str, str]
    indicators: Mapping[str, str]
    measures: Mapping[str, str]
    areas: Mapping[str, str]
    outcomes: Mapping[str, str]
    outcome_of: Mapping[str, str]  # by indicator, and by Stat
    meetings: Mapping[str, date]

    def agency(self, one: FollowUp) -> str:
        """The agency's name: a follow-up has it, or its id."""
        return self.agencies.get(one.agency, one.agency) or NONE

    def agency_shown(self, one: FollowUp) -> str:
        """The same as the reader sees it."""
        return shown_agency(self.agency(one))

    def outcome(self, one: FollowUp) -> str:
        return self.outcome_of.get(one.indicator) or self.outcome_of.get(one.stat, "")


def shown_agency(name: str) -> str:
    return _(NONE) if name == NONE else name


def names() -> Names:
    framework, stats = cache.current_framework(), cache.every_stat()
    return Names(
        stats={key: one.name for key, one in stats.items()},
        agencies={one.id: one.name for one in cache.agencies()},
        indicators={one.id: one.name for one in framework.indicators},
        measures={key: one.name for key, one in cache.measures().items()},
        areas={one.id: one.name for one in cache.areas()},
        outcomes={one.id: one.name for one in framework.outcomes},
        outcome_of={key: one.outcome for key, one in stats.items() if one.outcome} | {one.id: one.outcome for one in framework.indicators},
        meetings={one.id: one.day for one in cache.meetings_of_all()},
    )


# Which ones


@dataclass(frozen=True)
class Choice:
    """What the filters ask for; an empty one asks for nothing."""

    stats: Sequence[str] = ()
    agencies: Sequence[str] = ()
    owners: Sequence[str] = ()
    colours: Sequence[str] = ()
    ages: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    indicators: Sequence[str] = ()
    areas: Sequence[str] = ()
    without_example: bool = False

    def keeps(self, one: FollowUp, named: Names, today: date) -> bool:
        return (
            (not self.stats or one.stat in self.stats)
            and (not self.agencies or named.agency(one) in self.agencies)
            and (not self.owners or owner_of(one) in self.owners)
            and (not self.colours or one.colour(today) in self.colours)
            and (not self.ages or age(one, today) in self.ages)
            and (not self.outcomes or named.outcome(one) in self.outcomes)
            and (not self.indicators or (one.indicator or one.measure) in self.indicators)
            and (not self.areas or one.area in self.areas)
            and not (self.without_example and one.example)
        )


def owner_of(one: FollowUp) -> str:
    return " ".join(one.owner.split())


def age(one: FollowUp, today: date) -> str:
    """How late it is, in the words of the record; what is done is late no longer."""
    late = 0 if one.colour(today) is Colour.GREEN else one.days_late(today)
    return next(said for most, said in AGES if late <= most)


def chosen(every: Sequence[FollowUp], named: Names) -> Choice:
    """The filters, each with what there is. Touching one leads back to the list."""
    about = dict(named.indicators) | dict(named.measures)

    def ask(label: str, options: Sequence[str], key: str, shown: Callable[[str], str], every_one: str) -> list[str]:
        filters.meant(key, options, shown, several=True)
        return st.multiselect(label, options, format_func=shown, key=key, placeholder=every_one, bind="query-params", on_change=_to_the_list)

    def there(found: set[str], order: Mapping[str, str]) -> list[str]:
        return sorted(found - {""}, key=lambda key: order.get(key, key).casefold())

    with st.sidebar:
        return Choice(
            colours=ask(_("Status"), [str(one) for one in ORDER], "colours", lambda one: f"{_(one)}: {_(MEANING[Colour(one)])}", _("All")),
            stats=ask(_("Stat"), there({one.stat for one in every}, named.stats), "stats", lambda key: named.stats.get(key, key), _("All Stats")),
            agencies=ask(_("Agency"), there({named.agency(one) for one in every}, {}), "agencies", shown_agency, _("All agencies")),
            owners=ask(_("Owner"), there({owner_of(one) for one in every}, {}), "owners", str, _("Everybody")),
            ages=ask(_("Age"), [said for _most, said in AGES], "late", lambda said: words.capital(_(said)), _("Any")),
            outcomes=ask(_("Outcome"), there({named.outcome(one) for one in every}, named.outcomes), "toward", lambda key: named.outcomes.get(key, key), _("All outcomes")),
            indicators=ask(_("Indicator"), there({one.indicator or one.measure for one in every}, about), "about", lambda key: about.get(key, key), _("All")),
            areas=ask(words.capital(mapping.area_word()), there({one.area for one in every}, named.areas), "places", lambda key: named.areas.get(key, key), _("The whole city")),
            without_example=any(one.example for one in every) and st.toggle(_("Without the example"), key="real", bind="query-params", on_change=_to_the_list),
        )  # fmt: skip


def _to_the_list() -> None:
    if SUBJECT in st.query_params:
        st.query_params[SUBJECT] = ALL


def opened(every: Sequence[FollowUp]) -> FollowUp | str:
    """What the address asks for: a follow-up, NEW, or ALL."""
    asked = st.query_params.get(SUBJECT, ALL)
    found = next((one for one in every if one.id == asked), None)
    if found is None and asked not in (ALL, NEW):
        st.warning(_("There is no follow-up at this address. The list below has all of them."))
    return found or (NEW if asked == NEW else ALL)


# What is said of them


def told(*, stays: bool = False) -> None:
    """What the last press of a button did."""
    said = st.session_state.get(TOLD, "") if stays else st.session_state.pop(TOLD, "")
    if said:
        st.success(md_escape(said))
        frame.announce(said)


def counted(several: Sequence[FollowUp], today: date) -> str:
    """7 overdue, 12 in progress, 9 not due, 31 complete with evidence; the longest overdue: 45 days."""
    return ", ".join(_counted(several, today))


def _counted(several: Sequence[FollowUp], today: date) -> list[str]:
    """The parts of that sentence, what is overdue first."""
    tally = Counter(one.colour(today) for one in several)
    red, yellow, white, green = (tally[colour] for colour in ORDER)
    said = [
        n_("{n} overdue", "{n} overdue", red).format(n=words.figure(red, 0)),
        n_("{n} in progress", "{n} in progress", yellow).format(n=words.figure(yellow, 0)),
        n_("{n} not due", "{n} not due", white).format(n=words.figure(white, 0)),
        n_("{n} complete with evidence", "{n} complete with evidence", green).format(n=words.figure(green, 0)),
    ]
    longest = max((one.days_late(today) for one in several if one.colour(today) is Colour.RED), default=0)
    if longest:
        said[-1] = _("{counts}; the longest overdue: {days}").format(counts=said[-1], days=words.count_of(longest, "day", "days"))
    return said


def heading(kept: Sequence[FollowUp], every: Sequence[FollowUp], today: date) -> str:
    """The first that is seen: how many are overdue."""
    first, *rest = _counted(kept, today)
    notes = []
    if len(kept) < len(every):
        notes.append(_("{n} of {follow_ups} fit the filters.").format(n=words.figure(len(kept), 0), follow_ups=words.count_of(len(every), "follow-up", "follow-ups")))
    made_up = sum(one.example for one in kept)
    if made_up:
        some = n_("{n} of these is an example, made up.", "{n} of these are examples, made up.", made_up).format(n=words.figure(made_up, 0))
        notes.append(some if made_up < len(kept) else _("All of these are examples, made up."))
    looks = ("" if frame.presenting() else " promised") + (" alarm" if any(one.colour(today) is Colour.RED for one in kept) else "")
    note = f"<p class='note'>{escape(' '.join(notes))}</p>" if notes else ""
    return f"<h1 class='page'>{_('Follow-ups')}</h1><p class='first{looks}'><strong>{escape(first)}</strong>, {escape(', '.join(rest))}.</p>{note}"


def made_up(one: FollowUp) -> str:
    return f"<span class='made-up'>{_('Example, made up')}</span>" if one.example else ""


def due_text(one: FollowUp, today: date) -> str:
    """ "45 days late", "due today", "in 3 days", and of what is done how it was kept."""
    if one.colour(today) is Colour.GREEN:
        late = one.days_late(today)
        said = n_("done {day}, {n} day late", "done {day}, {n} days late", late) if late else _("done {day}, in time")
        return said.format(day=words.day(one.done_on), n=words.figure(late, 0))
    days = (one.due - today).days
    if days < 0:
        return n_("{n} day late", "{n} days late", -days).format(n=words.figure(-days, 0))
    return _("due today") if days == 0 else n_("in {n} day", "in {n} days", days).format(n=words.figure(days, 0))


def evidence(one: FollowUp, *, most: int = 120, is_open: bool = False) -> str:
    """What shows that it was done, as HTML: the text, the link and the file's name, which leads to where it can be taken from."""
    parts = []
    if one.evidence:
        text = " ".join(one.evidence.split())
        parts.append(escape(text if len(text) <= most else f"{text[: most - 1]}…"))
    if LINK.fullmatch(one.evidence_link):
        parts.append(f"<a href='{escape(one.evidence_link)}' target='_blank' rel='noopener noreferrer'>{escape(_host(one.evidence_link))}</a>")
    if one.evidence_file:
        name = escape(one.evidence_file)
        parts.append(f"{board.icon('attach_file')} {name if is_open else link('followups', name, id=one.id, key=SUBJECT)}")
    return "<br>".join(parts) or f"<span class='none'>{_('no evidence yet')}</span>"


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


# The list


def listed(kept: Sequence[FollowUp], named: Names, today: date) -> str:
    """Every follow-up, in three parts: overdue, to come, complete."""
    ordered = newest_first_overdue(kept, today)
    groups = (
        (_("Overdue"), [one for one in ordered if one.colour(today) is Colour.RED]),
        (_("To come"), [one for one in ordered if one.colour(today) in (Colour.YELLOW, Colour.WHITE)]),
        (_("Complete, with evidence"), [one for one in ordered if one.colour(today) is Colour.GREEN]),
    )
    return "".join(_group(title, several, named, today) for title, several in groups if several)


def _group(title: str, several: Sequence[FollowUp], named: Names, today: date) -> str:
    head = "".join(f"<th scope='col'>{name}</th>" for name in (_("Status"), _("What"), _("Owner"), _("Due"), _("Stat and meeting"), _("Evidence")))
    cols = "<colgroup>" + "".join(f"<col class='f-{name}'>" for name in ("status", "what", "owner", "due", "stat", "evidence")) + "</colgroup>"
    rows = "".join(_row(one, named, today) for one in several[:SHOWN])
    more = _("And {n} more. The filters on the left, or the workbook, show them.").format(n=words.figure(len(several) - SHOWN, 0))
    more = f"<p class='note'>{more}</p>" if len(several) > SHOWN else ""
    return (f"<h2 class='section'>{title} ({words.figure(len(several), 0)})</h2><table class='board follow-ups' aria-label='{escape(title)}'>{cols}<thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table>{more}")  # fmt: skip


def _row(one: FollowUp, named: Names, today: date) -> str:
    colour = one.colour(today)
    issue = f"<span class='unit'>{escape(one.issue)}</span>" if one.issue else ""
    meeting = ""
    if one.meeting in named.meetings:
        meeting = f"<span class='unit'>{escape(meeting_of(named.meetings[one.meeting]))}</span>"
    late = " late" if colour is Colour.RED else ""
    return (
        f"<tr><td class='standing'>{stat.follow_up_chip(colour)}</td>"
        f"<th scope='row'>{link('followups', escape(words.capital(one.action)), id=one.id, key=SUBJECT)} {made_up(one)}{issue}</th>"
        f"<td>{escape(owner_of(one))}<span class='unit'>{escape(named.agency_shown(one))}</span></td>"
        f"<td><span class='day'>{escape(words.day(one.due))}</span><span class='unit{late}'>{escape(due_text(one, today))}</span></td>"
        f"<td>{escape(named.stats.get(one.stat, one.stat))}{meeting}</td><td class='evidence'>{evidence(one)}</td></tr>"
    )


def meeting_of(day: date) -> str:
    return _("meeting of {day}").format(day=words.day(day))


ON_A_SLIDE = 6


def slide(kept: Sequence[FollowUp], named: Names, today: date) -> str:
    """For the meeting room: what is open, large, overdue first; as many as can be read."""
    still = [one for one in newest_first_overdue(kept, today) if one.colour(today) is not Colour.GREEN]
    rows = "".join(
        f"<tr><th scope='row'>{escape(words.capital(one.action))} {made_up(one)}</th><td>{escape(owner_of(one))}<br><span class='unit'>{escape(named.agency_shown(one))}</span></td>"
        f"<td>{stat.follow_up_chip(one.colour(today))}</td><td>{escape(due_text(one, today))}</td></tr>"
        for one in still[:ON_A_SLIDE]
    )
    more, rest = "", len(still) - ON_A_SLIDE
    if rest > 0:
        more = f"<p class='slide-foot'>{n_('And {n} more that is open.', 'And {n} more that are open.', rest).format(n=words.figure(rest, 0))}</p>"
    return f"<table class='slide promises'><tbody>{rows}</tbody></table>{more}" if rows else ""


def show(every: Sequence[FollowUp], kept: Sequence[FollowUp], named: Names, today: date) -> None:
    """The list, or what to do where there is nothing in it."""
    if not every:
        frame.nothing_to_show(_("Nothing has been promised yet. Write down the first follow-up here, or in a meeting."))
    elif not kept:
        frame.nothing_to_show(_("No follow-up fits these filters. Remove one of them on the left."))
    else:
        st.html(listed(kept, named, today))


def view(person: Person) -> str:
    """Which of the views, and the way to a new follow-up."""
    filters.meant("by", VIEWS, _)
    given = {} if "by" in st.session_state else {"default": VIEWS[0]}
    with st.container(horizontal=True, vertical_alignment="center", key="follow-up-views"):
        found = st.segmented_control(_("Show"), VIEWS, format_func=_, required=True, key="by", bind="query-params", label_visibility="collapsed", wrap=True, **given)
        if holds(person, Role.PRESENTER):
            st.button(_("New follow-up"), icon=":material/add:", type="primary", key="new-follow-up", on_click=links.go, args=("followups", NEW))
    return found or VIEWS[0]


# By owner, by agency


def by_owner(kept: Sequence[FollowUp], today: date) -> str:
    return tallies(_("Owner"), owners(kept), today, caption=_("Follow-ups by owner"))


def by_agency(kept: Sequence[FollowUp], named: Names, today: date) -> str:
    found: dict[str, list[FollowUp]] = {}
    for one in kept:
        found.setdefault(named.agency_shown(one), []).append(one)
    return tallies(_("Agency"), found, today, caption=_("Follow-ups by agency"))


def tallies(what: str, several: Mapping[str, Sequence[FollowUp]], today: date, *, caption: str) -> str:
    """One row each: open, overdue, the oldest that is open, and what was kept; who is longest overdue first."""

    def worst(pair: tuple[str, Sequence[FollowUp]]) -> tuple:
        late = [one.days_late(today) for one in pair[1] if one.colour(today) is Colour.RED]
        return -len(late), -max(late, default=0), pair[0].casefold()

    rows = "".join(_tally(name, own, today) for name, own in sorted(several.items(), key=worst))
    head = "".join(f"<th scope='col'{' class=n' if number in (1, 2) else ''}>{name}</th>"
                   for number, name in enumerate((what, _("Open"), _("Overdue"), _("Oldest that is open"), _("Complete in time"))))  # fmt: skip
    return (f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(caption)}'><table class='plain tally'><thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table></div>") if several else ""  # fmt: skip


def _tally(name: str, own: Sequence[FollowUp], today: date) -> str:
    still = [one for one in newest_first_overdue(own, today) if one.colour(today) is not Colour.GREEN]
    late = sum(one.colour(today) is Colour.RED for one in still)
    done = [one for one in own if one.colour(today) is Colour.GREEN]
    oldest = f"<span class='muted'>{_('nothing is open')}</span>"
    if still:
        oldest = f"{link('followups', escape(words.capital(still[0].action)), id=still[0].id, key=SUBJECT)}, {escape(due_text(still[0], today))}"
    made = made_up(own[0]) if all(one.example for one in own) else ""
    in_time = _("none complete yet")
    if done:
        in_time = _("{n} of {total}").format(n=words.figure(sum(one.kept_in_time for one in done), 0), total=words.figure(len(done), 0))
    overdue = f"{stat.swatch(Colour.RED)} <strong>{late:,}</strong>" if late else "0"
    return f"<tr><td>{escape(name)} {made}</td><td class='n'>{words.figure(len(still), 0)}</td><td class='n'>{overdue}</td><td>{oldest}</td><td>{in_time}</td></tr>"


def example_note(several: Sequence[FollowUp]) -> str:
    """What stands above everything made up."""
    return stat.example_note() if several and all(one.example for one in several) else ""
