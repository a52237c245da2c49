"""Which topics reach the agenda: the City's escalation test, by rule. The page proposes with the reason; a person decides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lib import words
from lib.assessment import Assessment, is_off_target, is_worse
from lib.cycle import Evaluation, Stat
from lib.language import _
from lib.methods.inequality import Concentration
from lib.methods.projection import Outlook
from lib.methods.xmr import Variation
from lib.model import Direction, Movement, Period, Status
from lib.neighborhoods import Layer


@dataclass(frozen=True)
class Proposal:
    """A topic that the rule proposes, or a subject that it passes over (without reasons)."""

    kind: str  # "indicator" or "measure"
    subject: str
    title: str
    reasons: tuple[str, ...]
    figures: tuple[str, ...]
    question: str
    weight: int = 0
    passed_over: str = ""  # why it is not proposed

    def as_topic(self) -> dict[str, object]:
        return {"kind": self.kind, "subject": self.subject, "title": self.title, "reasons": self.reasons, "figures": self.figures, "question": self.question}


@dataclass(frozen=True)
class Signals:
    """What the rule needs besides the assessments, each by the id of its indicator or measure."""

    concentrations: Mapping[str, Concentration] = field(default_factory=dict)
    evaluations: Sequence[Evaluation] = ()
    layers: Mapping[str, Layer] = field(default_factory=dict)  # of neighborhood measures


def agenda(stat: Stat, assessments: Sequence[Assessment], signals: Signals, *, most: int, few: float, on_track: float) -> tuple[list[Proposal], list[Proposal]]:
    """At most so many topics, the weightiest first, and those that are passed over, each with why.

    `on_track`: the share of the straight line to the target that counts as on it, as for the status. `few`: half of the cases in at most this share of the areas counts as concentrated in a few places. A stable subject is passed
    over whatever else holds, unless people are at risk or an evaluation says that something is ready to scale or to stop.
    """
    own = [one for one in assessments if one.indicator.id in stat.indicators]
    found = [judge(one, stat, signals, few=few, on_track=on_track) for one in own]
    known = {one.indicator.neighborhood_measure for one in own}
    found += [_judge_layer(signals.layers[key], stat, signals, few) for key in stat.measures if key in signals.layers and key not in known]
    ranked = sorted((one for one in found if one.reasons), key=lambda one: -one.weight)
    chosen, rest = ranked[:most], ranked[most:]
    full = _("The agenda is full. It would be there because: {reason}")
    left = [replace(one, passed_over=full.format(reason=f"{one.reasons[0][:1].lower()}{one.reasons[0][1:]}")) for one in rest]
    return chosen, left + [one for one in found if not one.reasons]


def judge(one: Assessment, stat: Stat, signals: Signals, *, few: float, on_track: float) -> Proposal:
    """What the test says of an indicator."""
    reasons: list[tuple[int, str]] = []
    missed = missed_in_a_row(one, on_track)
    if missed >= 2:
        reasons.append((4, _("It was off its path to the target at each of its last {n} figures.").format(n=missed)))
    elif one.projection and one.projection.outlook is Outlook.UNLIKELY:
        reasons.append((3, _("If nothing changes it misses its target by a wide margin: the whole range of the projection is on the wrong side.")))
    if is_worse(one):
        reasons.append((2, _("It is getting worse beyond chance.")))
    if one.process and one.process.variation is Variation.CONCERN:
        reasons.append((2, _("The latest figure is worse than its usual variation.")))
    stable = not reasons and not is_off_target(one)
    if one.indicator.id in stat.safety and (is_worse(one) or missed or (one.process and one.process.variation is Variation.CONCERN)):
        reasons.insert(0, (5, _("People's safety is at risk, and it does not go the right way.")))
    reasons += _ready(one.indicator.id, signals.evaluations)
    if not stable:
        reasons += _where(one.indicator.neighborhood_measure, signals.concentrations, few)
        agencies = [one.indicator.owner, *one.indicator.partners]
        if len(agencies) > 1 and reasons:
            reasons.append((1, _("It needs more than one agency: {agencies}.").format(agencies=words.listed(agencies))))
    why_not = "" if reasons else _why_passed_over(one, stable)
    question = _("What would bring {name} back on track?") if one.target else _("What should change for {name}?")
    return Proposal("indicator", one.indicator.id, one.indicator.name, tuple(text for _weight, text in reasons), figures_behind(one),
                    question.format(name=one.indicator.name.lower()), sum(weight for weight, _text in reasons), why_not)  # fmt: skip


def _ready(subject: str, evaluations: Sequence[Evaluation]) -> list[tuple[int, str]]:
    found = []
    for one in evaluations:
        if one.indicator == subject and one.finding == "works":
            found.append((2, _("Ready to scale: {name} ({year}) found that it works.").format(name=one.name, year=one.on.year)))
        elif one.indicator == subject and one.finding == "does not work":
            found.append((2, _("Ready to stop: {name} ({year}) found that it does not work.").format(name=one.name, year=one.on.year)))
    return found


def _where(measure: str, concentrations: Mapping[str, Concentration], few: float) -> list[tuple[int, str]]:
    spread = concentrations.get(measure)
    if spread is None or not spread.count or spread.count > few * spread.n:
        return []
    return [(1, _("It is concentrated in a few places: {sentence}").format(sentence=spread.sentence))]


def _judge_layer(layer: Layer, stat: Stat, signals: Signals, few: float) -> Proposal:
    """What can be said of a measure by neighborhood that stands for no indicator of this Stat: only where it is, and which way."""
    measure, reasons = layer.measure, []
    city = [(period, layer.city[period.label]) for period in layer.periods if period.label in layer.city]
    worse = False
    if len(city) >= 3 and measure.improves_when in (Direction.RISES, Direction.FALLS):
        sign = 1 if measure.improves_when is Direction.FALLS else -1
        worse = all(sign * (later[1] - earlier[1]) > 0 for earlier, later in zip(city[-3:], city[-2:], strict=False))
    if worse:
        risk = measure.id in stat.safety
        if risk:
            reasons.append((5, _("People are at risk: the city's figure got worse two periods in a row.")))
        else:
            reasons.append((2, _("The city's figure got worse two periods in a row.")))
        reasons += _where(measure.id, signals.concentrations, few)
    figures = tuple(_figure_in(words.figure(value, measure.decimals, measure.unit), period) for period, value in city[-3:])
    if reasons:
        why_not = ""
    else:
        why_not = _("The city's figure did not get worse two periods in a row.") if len(city) >= 3 else _("Too few figures of the whole city to tell.")
    question = _("Where is {name} worst, and who can change it?").format(name=measure.name.lower())
    return Proposal("measure", measure.id, measure.name, tuple(text for _weight, text in reasons), figures, question,
                    sum(weight for weight, _text in reasons), why_not)  # fmt: skip


def _figure_in(figure: str, period: Period) -> str:
    return _("{figure} in {period}").format(figure=figure, period=words.period_of(period))


def missed_in_a_row(one: Assessment, on_track: float) -> int:
    """How many of the newest figures in a row had come less than `on_track` of the way that the straight line from the baseline to
    the target in force asks for, or were short of the target itself once its time was over. 0 without a target value."""
    if one.target is None or one.target.value is None or one.baseline is None or one.asked is None:
        return 0
    start, end = one.baseline.period.end, one.asked.end
    wanted = one.target.value - one.baseline.value
    if wanted == 0:
        return 0
    count = 0
    for figure in reversed([figure for figure in one.figures if not math.isnan(figure.value)]):
        if figure.period.end <= start:
            break
        share = (figure.period.end - start).days / max((end - start).days, 1)
        reached = (figure.value - one.baseline.value) / wanted
        short = reached < 1 if share >= 1 else reached < on_track * share
        if not short:
            break
        count += 1
    return count


def figures_behind(one: Assessment) -> tuple[str, ...]:
    """The figures that a reader needs to judge the reasons: the last three, the target, and what the status says."""
    known = [figure for figure in one.figures if not math.isnan(figure.value)][-3:]
    said = [_figure_in(words.figure(figure.value, one.decimals, one.unit), figure.period) for figure in known]
    if one.target and one.target.value is not None:
        target = words.figure(one.target.value, one.decimals, one.unit)
        said.append(_("target {target} by {when}").format(target=target, when=words.period_of(one.target.period)))
    return (*said, one.status.sentence)


def _why_passed_over(one: Assessment, stable: bool) -> str:
    if one.latest is None:
        return _("There is no figure to judge by.")
    if one.status.status in (Status.STALE, Status.NOT_COLLECTED):
        return _("There is no recent figure: the last is of {period}.").format(period=words.period_of(one.latest.period))
    if stable and one.movement.movement is Movement.BETTER:
        return _("It is getting better.")
    if stable:
        if one.target:
            return _("It is stable: not off its target, and no change beyond chance was detected.")
        return _("It is stable: no target is set, and no change beyond chance was detected.")
    return _("Off its target, but not twice in a row, and no other test holds.")


