"""The kinds of evidence: what the store holds of each, in a sentence, and what is lacking. What is made up never counts."""

from __future__ import annotations

from collections.abc import Callable

from lib import words
from lib.cycle import Colour, State
from lib.language import _, later, n_
from lib.standard.holdings import Holdings, Proof, day_in, listed, names_of, said, without

TESTED = ("before and after", "comparison group", "randomized trial")  # of lib.cycle.EVIDENCE_KINDS
HELD = (State.HELD, State.MEMO_SENT)

# What there is of each kind. Each gives None where there is nothing.


def targets(held: Holdings) -> Proof | None:
    with_one = [one for one in held.indicators if one.targets]
    if not with_one:
        return None
    days = sorted(target.set_on for one in with_one for target in one.targets if target.set_on)
    sentence = n_(
        "{n} of {total} indicators has a target that is stated here",
        "{n} of {total} indicators have a target that is stated here",
        len(with_one),
    )
    since = (
        _(", the first set {first} and the latest {last}").format(first=said(days[0]), last=said(days[-1]))
        if days
        else ""
    )
    return Proof(
        sentence.format(n=len(with_one), total=len(held.indicators)) + since + ".",
        without(held.indicators, with_one, _("No target:")),
        "scorecard",
    )


def targets_ahead(held: Holdings) -> Proof | None:
    with_one = [one for one in held.indicators if any(target.period.end >= held.today for target in one.targets)]
    if not with_one:
        return None
    sentence = n_(
        "{n} has a target whose time is still to come.", "{n} have a target whose time is still to come.", len(with_one)
    ).format(n=len(with_one))
    past = [one for one in held.indicators if one.targets and one not in with_one]
    return Proof(
        sentence,
        _("The time of the targets is over for: {names}.").format(names=names_of(past)) if past else "",
        "scorecard",
    )


def owners(held: Holdings) -> Proof | None:
    named = [one for one in held.indicators if one.owner]
    if not named:
        return None
    sentence = n_("{n} of {total} indicators names an agency.", "{n} of {total} indicators name an agency.", len(named))
    return Proof(
        sentence.format(n=len(named), total=len(held.indicators)),
        without(held.indicators, named, _("No agency:")),
        "scorecard",
    )


def figures(held: Holdings) -> Proof | None:
    with_one = [one for one in held.indicators if one.id in held.latest]
    if not with_one:
        return None
    sentence = n_("{n} of {total} indicators has figures.", "{n} of {total} indicators have figures.", len(with_one))
    return Proof(
        sentence.format(n=len(with_one), total=len(held.indicators)),
        without(held.indicators, with_one, _("No figure:")),
        "scorecard",
    )


def confirmed(held: Holdings) -> Proof | None:
    sure = [one for one in held.indicators if one.confirmed]
    if not sure:
        return None
    last = max(one.confirmed.on for one in sure if one.confirmed)
    sentence = n_(
        "A person confirmed the definition of {n}, the last on {day}.",
        "A person confirmed the definitions of {n}, the last on {day}.",
        len(sure),
    )
    return Proof(
        sentence.format(n=len(sure), day=words.day(last)),
        without(held.indicators, sure, _("Not confirmed:")),
        "scorecard",
    )


def by_area(held: Holdings) -> Proof | None:
    with_one = [one for one in held.indicators if one.id in held.by_area]
    if not with_one:
        return None
    sentence = n_(
        "{n} of {total} indicators is published by neighborhood.",
        "{n} of {total} indicators are published by neighborhood.",
        len(with_one),
    )
    return Proof(
        sentence.format(n=len(with_one), total=len(held.indicators)),
        without(held.indicators, with_one, _("For the whole city only:")),
        "map",
    )


def service_measures(held: Holdings) -> Proof | None:
    tied = {one.measure for one in held.budget.measures if one.indicator}
    if not tied:
        return None
    touched = [one for one in held.indicators if any(measure.indicator == one.id for measure in held.budget.measures)]
    sentence = n_(
        "{n} measure of a service is tied to an indicator.",
        "{n} measures of services are tied to an indicator.",
        len(tied),
    ).format(n=len(tied))
    return Proof(sentence, without(held.indicators, touched, _("No measure of a service is tied to:")), "budget")


def published(held: Holdings) -> Proof | None:
    if not held.figures:
        return None
    sentence = n_(
        "{n} figure can be read and taken away by everybody",
        "{n} figures can be read and taken away by everybody",
        held.figures,
    ).format(n=words.figure(held.figures, 0))
    when = _("; renewed last on {day}").format(day=words.day(held.renewed)) if held.renewed else ""
    return Proof(sentence + when + ".", "", "changes")


def meetings(held: Holdings) -> Proof | None:
    done = [one for one in held.meetings if not one.example and one.state in HELD]
    if not done:
        return None
    days = sorted(one.day for one in done)
    sentence = n_(
        "{n} meeting is recorded as held, on {first}.",
        "{n} meetings are recorded as held, from {first} to {last}.",
        len(done),
    )
    gap = n_(
        "This year {n} month that the law asks a meeting for has none.",
        "This year {n} months that the law asks a meeting for have none.",
        held.missed,
    )
    return Proof(
        sentence.format(n=len(done), first=words.day(days[0]), last=words.day(days[-1])),
        gap.format(n=held.missed) if held.missed else "",
        "record",
    )


def frozen(held: Holdings) -> Proof | None:
    done = [one for one in held.meetings if not one.example and one.state in HELD]
    kept = [one for one in done if one.id in held.frozen]
    if not kept:
        return None
    sentence = n_(
        "Of {n} the numbers that the room saw are kept as they were.",
        "Of {n} of them the numbers that the room saw are kept as they were.",
        len(kept),
    )
    lacking = len(done) - len(kept)
    return Proof(sentence.format(n=len(kept)), _("Not kept for {n}.").format(n=lacking) if lacking else "", "record")


def follow_ups(held: Holdings) -> Proof | None:
    due = [
        one
        for one in held.follow_ups
        if not one.example and (one.colour(held.today) is Colour.GREEN or one.due < held.today)
    ]
    done = [one for one in due if one.colour(held.today) is Colour.GREEN]
    if not done:
        return None
    sentence = n_(
        "{n} of {total} follow-ups that were due is done and has evidence.",
        "{n} of {total} follow-ups that were due are done and have evidence.",
        len(done),
    )
    late = len(due) - len(done)
    gap = n_("{n} is overdue.", "{n} are overdue.", late).format(n=late) if late else ""
    return Proof(sentence.format(total=len(due), n=len(done)), gap, "record")


def promises(held: Holdings) -> Proof | None:
    public = [one for one in held.follow_ups if one.public and not one.example]
    if not public:
        return None
    kept = sum(one.colour(held.today) is Colour.GREEN for one in public)
    late = sum(one.colour(held.today) is Colour.RED for one in public)
    first = day_in(min(one.created_at for one in public), held.timezone)
    sentence = n_(
        "{n} promise is public, made on {day}",
        "{n} promises are public, the first made on {day}",
        len(public),
    ).format(n=len(public), day=words.day(first))
    done = n_("; {n} is kept.", "; {n} are kept.", kept).format(n=kept)
    gap = n_("{n} is late.", "{n} are late.", late).format(n=late) if late else ""
    return Proof(sentence + done, gap, "promises")


def feedback(held: Holdings) -> Proof | None:
    if not held.answered:
        return None
    sentence = n_(
        "{n} of {total} letters that are shown has an answer",
        "{n} of {total} letters that are shown have an answer",
        held.answered,
    )
    when = _("; the last answer is of {day}").format(day=words.day(held.last_answer)) if held.last_answer else ""
    open_ones = held.shown - held.answered
    gap = n_("{n} has no answer yet.", "{n} have no answer yet.", open_ones).format(n=open_ones) if open_ones else ""
    return Proof(sentence.format(total=held.shown, n=held.answered) + when + ".", gap, "yourview")


def letters(held: Holdings) -> Proof | None:
    if not held.letters:
        return None
    return Proof(
        n_(
            "Residents sent {n} letter about the figures.",
            "Residents sent {n} letters about the figures.",
            held.letters,
        ).format(n=words.figure(held.letters, 0)),
        "",
        "yourview",
    )


def ideas(held: Holdings) -> Proof | None:
    if not held.ideas:
        return None
    return Proof(
        n_("Residents sent {n} idea for the budget.", "Residents sent {n} ideas for the budget.", held.ideas).format(
            n=words.figure(held.ideas, 0)
        ),
        "",
        "budget",
    )


def evaluations(held: Holdings) -> Proof | None:
    real = [one for one in held.evaluations if not one.example]
    if not real:
        return None
    sentence = n_(
        "{n} study is tied to an indicator, of {last}.",
        "{n} studies are tied to indicators, the last of {last}.",
        len(real),
    )
    studied = {one.strategy for one in real}
    open_ones = [one.name for one in held.strategies if not one.example and one.id not in studied]
    gap = _("No study of: {names}.").format(names=listed(open_ones)) if open_ones else ""
    return Proof(sentence.format(n=len(real), last=words.day(max(one.on for one in real))), gap, "indicator")


def decisions(held: Holdings) -> Proof | None:
    real = [one for one in held.decisions if not one.example and one.kind in ("budget", "policy")]
    if not real:
        return None
    days = sorted(one.on for one in real)
    sentence = n_(
        "{n} decision on budget or policy names an indicator, of {first}.",
        "{n} decisions on budget or policy name an indicator, from {first} to {last}.",
        len(real),
    )
    touched = {one.indicator for one in real}
    return Proof(sentence.format(n=len(real), first=words.day(days[0]), last=words.day(days[-1])),
                 without(held.indicators, [one for one in held.indicators if one.id in touched], _("No decision names:")), "indicator")  # fmt: skip


def tested_strategies(held: Holdings) -> Proof | None:
    real = [one for one in held.strategies if not one.example]
    tested = [one for one in real if one.evidence in TESTED]
    if not tested:
        return None
    sentence = n_(
        "{n} of {total} strategies rests on a test.", "{n} of {total} strategies rest on a test.", len(tested)
    ).format(n=len(tested), total=len(real))
    others = [one.name for one in real if one not in tested]
    return Proof(sentence, _("Not so: {names}.").format(names=listed(others)) if others else "", "indicator")


def money_moved(held: Holdings) -> Proof | None:
    real = [one for one in held.decisions if not one.example and one.kind == "money moved"]
    if not real:
        return None
    known = [one.amount for one in real if one.amount is not None]
    sentence = n_(
        "{n} decision moved money, on {last}", "{n} decisions moved money, the last on {last}", len(real)
    ).format(n=len(real), last=words.day(max(one.on for one in real)))
    amount = (
        _("; {sum} in all, as far as the amount is written down").format(sum=words.dollars(round(sum(known))))
        if known
        else ""
    )
    lacking = len(real) - len(known)
    gap = (
        n_("The amount of {n} is not written down.", "The amounts of {n} are not written down.", lacking).format(
            n=lacking
        )
        if lacking
        else ""
    )
    return Proof(sentence + amount + ".", gap, "indicator")


FINDERS: dict[str, Callable[[Holdings], Proof | None]] = {
    one.__name__: one
    for one in (targets, targets_ahead, owners, figures, confirmed, by_area, service_measures, published, meetings, frozen, follow_ups, promises,
                feedback, letters, ideas, evaluations, decisions, tested_strategies, money_moved)
}  # fmt: skip
# What is said where one kind is lacking and another is there.
LACKING = {
    "targets_ahead": later("The time of every target is over."),
    "confirmed": later("No person has confirmed a definition yet."),
    "by_area": later("Nothing is published by neighborhood."),
    "frozen": later("The numbers that the room saw are not kept."),
    "ideas": later("No idea for the budget was sent."),
    "letters": later("No letter was sent."),
}
