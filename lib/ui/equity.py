"""The parts of the equity page: who is worse off and by how much, whether that changes, and what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lib import words
from lib.charts.lines import lines
from lib.charts.scatter import Dot, funnel, quadrant
from lib.charts.theme import Look
from lib.fairness import Fairness
from lib.methods.equity import LevelAndGap, Narrowing, level_and_gap
from lib.methods.funnel import Band, Comparison, Funnel
from lib.methods.inequality import Concentration, Measures
from lib.methods.status import StatusAnswer
from lib.model import Area, Direction, GapTarget, Indicator
from lib.neighborhoods import Layer, worst_first
from lib.ui import board, cache
from lib.ui.detail import arithmetic, table
from lib.ui.links import link
from lib.ui.mapping import area_link, line_of, value_text
from lib.ui.text import escape

GOOD, CONCERN, SERIOUS, NEUTRAL = "good", "concern", "serious", "neutral"
NARROWING_LOOKS = {
    Narrowing.NARROWED: Look("unfold_less", GOOD),
    Narrowing.WIDENED: Look("unfold_more", SERIOUS),
    Narrowing.NO_DETECTABLE_CHANGE: Look("horizontal_rule", NEUTRAL),
    Narrowing.CANNOT_TELL: Look("question_mark", NEUTRAL),
    Narrowing.TURNED_AROUND: Look("swap_vert", NEUTRAL),
}
STATE_LOOKS = {
    LevelAndGap.BETTER_AND_FAIRER: Look("thumb_up", GOOD),
    LevelAndGap.BETTER_LESS_FAIR: Look("warning", CONCERN),
    LevelAndGap.WORSE_BUT_FAIRER: Look("warning", CONCERN),
    LevelAndGap.WORSE_AND_LESS_FAIR: Look("thumb_down", SERIOUS),
    LevelAndGap.CANNOT_TELL: Look("question_mark", NEUTRAL),
}
MIXED = Look("compare_arrows", CONCERN)


def heading(layer: Layer, indicator: Indicator | None) -> str:
    name = indicator.name if indicator else layer.measure.name
    badges = "".join(f'<span class="grade">{escape(flag)}</span> ' for flag in layer.measure.flags)
    note = f" {escape(indicator.neighborhood_note)}" if indicator else ""
    see = link("map", "See it on the map", id=layer.measure.id, key="measure")
    return (f"<h1 class='page'>Who is left behind: {escape(name)}</h1><p class='note'>{escape(layer.measure.definition)}{note} {badges}{see}.</p>")


def answer(found: Fairness, areas: Sequence[Area]) -> str:
    """The gap in one sentence with its number; then who that is."""
    return f"<p class='first'>{escape(found.latest.sentence)}</p>{_who(found, areas)}"


def _who(found: Fairness, areas: Sequence[Area]) -> str:
    names = {area.id: area.name for area in areas}
    label = found.layer.latest.label
    worst = worst_first(found.layer, label)[:5]
    listed = ", ".join(f"{area_link(names[one.area], one.area)} {escape(value_text(found.layer, one.value))}" for one in worst)
    fifth = ", ".join(area_link(names[area], area) for area in found.worst_fifth)
    lead = "Worst off" if found.layer.measure.improves_when is not Direction.NEITHER else "Highest"
    return (f"<p><strong>{lead} in {escape(words.period(label))}:</strong> {listed}.</p>"
            f"<p class='note'>The {len(found.worst_fifth)} {escape(cache.settings().areas.several)} {escape(found.ranking.most)} "
            f"({escape(words.period(found.ranking.period))}): {fifth}. Ranked once, the same for every period.</p>")  # fmt: skip


def verdicts(found: Fairness) -> str:
    """Is the gap closing, and is it getting better for everybody: each as icon, word and sentence."""
    closing = NARROWING_LOOKS.get(found.narrowing.verdict, MIXED)
    span = f"{words.period(found.compared[0].label)} to {words.period(found.compared[1].label)}. " if found.compared else ""
    extra = f" Over all periods the gap itself: {found.gap_movement.sentence[:1].lower()}{found.gap_movement.sentence[1:]}"
    together = STATE_LOOKS.get(found.state, MIXED)
    return (
        "<div class='verdicts'><div><span class='q'>Is the gap closing?</span>"
        f"{board.chip(closing, str(found.narrowing.verdict))}<p>{escape(span + found.narrowing.sentence + extra)}</p></div>"
        "<div><span class='q'>Better, and fair?</span>"
        f"{board.chip(together, str(found.state))}<p>All areas together: {escape(found.level_movement.sentence)}</p></div></div>"
    )


def slope(found: Fairness) -> str:
    """The second line: the slope over all areas."""
    if found.slope.gap is None:
        return f"<p class='note'>No slope over all areas: {escape(found.slope.reason)}.</p>"
    unit = found.layer.series.unit
    size = words.change(found.slope.gap, found.layer.series.decimals, unit)
    limits = ""
    if found.slope.limits:
        low, high = (words.figure(one, found.layer.series.decimals + 1) for one in found.slope.limits)
        limits = f" (95% between {low} and {high})"
    word = "worse" if found.slope.gap > 0 else "better"
    if found.layer.measure.improves_when is Direction.NEITHER:
        word = "higher" if found.slope.gap > 0 else "lower"
    ratio = f"; {found.slope.ratio:,.1f} times, taken of {found.slope.ratio_form}" if found.slope.ratio else ""
    return (f"<p>Over all {found.slope.n} {escape(cache.settings().areas.several)}, a straight line from the most to the least disadvantaged end "
            f"is <strong>{escape(size)} {word}</strong> at the disadvantaged end{escape(limits + ratio)}.</p>")  # fmt: skip


def picture(found: Fairness) -> str:
    """The two fifths over time; the distance between the lines is the gap."""
    layer = found.layer
    times = [float(period.end.toordinal()) for period in layer.periods]
    if len(times) < 2:
        return ""

    labels = [period.label for period in layer.periods]
    drawn = [line_of(layer, "Most disadvantaged", [found.gaps[label].disadvantaged.value for label in labels]),
             line_of(layer, "Least disadvantaged", [found.gaps[label].advantaged.value for label in labels]),
             line_of(layer, "All", [found.levels[label].value for label in labels], quiet=True)]  # fmt: skip
    ticks = [(times[place], words.period(labels[place])) for place in (0, len(times) - 1)]
    said = "; ".join(f"{one.name} fifth: {one.last}" for one in drawn)
    picture = lines(drawn, ticks=ticks, width=760, height=260)
    return (f"<h2 class='section'>The gap over time</h2><img class='lines' src='{picture}' alt='{escape(said)}'>"
            "<p class='note'>The two fifths of areas, ranked once; the distance between the lines is the gap.</p>")  # fmt: skip


def gap_table(found: Fairness) -> str:
    decimals, unit = found.layer.series.decimals, found.layer.series.unit
    rows = []
    for period in reversed(found.layer.periods):
        one = found.gaps[period.label]
        between = "" if one.difference_limits is None else f"{words.figure(one.difference_limits[0], decimals + 1)} to {words.figure(one.difference_limits[1], decimals + 1)}"
        rows.append((
            words.period(period.label), words.figure(one.disadvantaged.value, decimals, unit, missing="no figure"),
            words.figure(one.advantaged.value, decimals, unit, missing="no figure"),
            words.figure(one.difference, decimals + 1, missing="no gap"), between or "not known",
            words.figure(one.ratio, 2, missing="none"), f"{one.disadvantaged.n} and {one.advantaged.n}",
        ))  # fmt: skip
    return table(("Period", "Most disadvantaged", "Least", "Difference", "95% limits", "Ratio", "Areas"), rows,
                 caption=f"The gap by period, {unit}; above zero the disadvantaged are worse off", numbers=(1, 2, 3, 4, 5))  # fmt: skip


def target(found: Fairness, aims: Sequence[tuple[GapTarget, StatusAnswer]]) -> str:
    """The target that the catalogue sets for the gap, and how it stands."""
    if not aims:
        return "<p class='note'>No target is set for this gap.</p>"
    parts = []
    for aim, status in aims:
        value = words.change(aim.value, found.layer.series.decimals, found.layer.series.unit)
        look = board.look_of(status.status, status.held)
        parts.append(f"<p><strong>Target for the gap: {escape(value)} by {escape(words.period(aim.period.label))}.</strong> "
                     f"{board.chip(look, str(status.status))} {escape(status.sentence)} <span class='muted'>Set {escape(aim.set_on)}: "
                     f"{escape(aim.set_note)} ({escape(aim.reference)})</span></p>{arithmetic(status.steps, caption='The gap and its target')}")  # fmt: skip
    return "".join(parts)


def concentrated(found: Concentration, areas: Sequence[Area]) -> str:
    names = {area.id: area.name for area in areas}
    if found.reason:
        return f"<h2 class='section'>Where it is concentrated</h2><p>Cannot be told: {escape(found.reason)}.</p>"
    listed = ", ".join(area_link(names[area], area) for area in found.areas)
    return f"<h2 class='section'>Where it is concentrated</h2><p><strong>{escape(found.sentence)}</strong> They are {listed}.</p>"


def outside(found: Funnel, areas: Sequence[Area], layer: Layer) -> str:
    """The areas outside the funnel, in a picture, in words and in a table: instead of a ranking, which chance would decide."""
    names = {area.id: area.name for area in areas}
    far = sorted((point for point in found.points if point.band is Band.OUTSIDE_998), key=lambda point: -abs(point.value - found.city))
    rows = [(names[point.area], f"{point.value:,.1f}", f"{point.limits_998[0]:,.1f} to {point.limits_998[1]:,.1f}", str(point.comparison)) for point in far]
    heading = "<h2 class='section'>Who stands apart from the city</h2>"
    listed = table(("Area", "Figure", "99.8% limits", "Beside the city"), rows, caption="Outside the 99.8% limits", numbers=(1, 2)) if rows else ""
    listed = listed.replace("class='scroll'", "class='scroll tall'", 1)
    estimate = "<p class='note'>Counts are worked out from the rate and the number of residents, so the limits are an estimate.</p>" if rows else ""
    return f"{heading}<p>{escape(found.sentence)}</p>{_funnel_picture(found, names, layer)}{listed}{estimate}"


NAMED = 6  # dots of the funnel that carry their name


def _funnel_picture(found: Funnel, names: Mapping[str, str], layer: Layer) -> str:
    judged = [point for point in found.points if point.limits_998]
    if not judged:
        return ""
    far = sorted(judged, key=lambda point: -abs(point.value - found.city))[:NAMED]
    tones = {Comparison.BETTER: GOOD, Comparison.WORSE: CONCERN}
    dots = [
        Dot(point.denominator, point.value, names[point.area] if point in far and point.band is Band.OUTSIDE_998 else "",
            tones.get(point.comparison, NEUTRAL) if point.band is Band.OUTSIDE_998 else NEUTRAL)
        for point in judged
    ]  # fmt: skip
    limits = sorted((point.denominator, *point.limits_998) for point in judged)
    said = f"Funnel of {layer.measure.name}: {found.sentence}"
    return f"<img class='lines' src='{funnel(dots, city=found.city, limits=limits)}' alt='{escape(said)}'>"


def groups(indicator: Indicator | None, known: Mapping[str, Sequence[str]]) -> str:
    """By which groups of people there are figures, and by which there should be."""
    if indicator is None:
        return ""
    have = "; ".join(f"{dimension}: {', '.join(values)}" for dimension, values in known.items()) or "none"
    places = {"neighborhood"} if indicator.neighborhood_measure else set()
    missing = [one for one in indicator.expected_disaggregations if one not in known and one not in places]
    return (f"<h2 class='section'>By groups of people</h2><p>Published: {escape(have)}. "
            f"{'Expected and missing: ' + escape(words.listed(missing)) + '.' if missing else 'Nothing that is expected is missing.'}</p>")  # fmt: skip


def clusters(layer: Layer, areas: Sequence[Area]) -> str:
    """Whether alike areas lie together; clusters only where that is more than chance over the whole map."""
    found = layer.association.get(layer.latest.label)
    if not found or found.get("moran") is None:
        return "<p>Not computed: too few areas have a figure, or all are alike.</p>"
    p = "p < 0.001" if found["p"] < 0.001 else f"p = {found['p']:.3f}"
    lead = f"<p>Moran's I = {found['moran']:.2f} ({p}, {found['n']} areas). "
    if found["p"] >= 0.05:
        return f"{lead}Neighboring areas are no more alike than chance would make them, so no clusters are shown.</p>"
    names = {area.id: area.name for area in areas}
    words_of = _cluster_words(layer.measure.improves_when)
    kinds: dict[str, list[str]] = {}
    for area, kind in found["clusters"].items():
        kinds.setdefault(words_of[kind], []).append(names[area])
    listed = "".join(f"<li><strong>{escape(kind)}:</strong> {escape(', '.join(sorted(members)))}</li>" for kind, members in sorted(kinds.items()))
    body = f"<ul>{listed}</ul>" if listed else "<p>No area stands out clearly by itself after allowing for so many tests.</p>"
    return f"{lead}Neighboring areas are more alike than chance would make them.</p>{body}<p class='note'>Two-sided permutation test, false discovery rate 10%.</p>"


def _cluster_words(improves_when: Direction) -> dict[str, str]:
    if improves_when is Direction.NEITHER:
        return {"HH": "high among high", "LL": "low among low", "HL": "high among low", "LH": "low among high"}
    high, low = ("better", "worse") if improves_when is Direction.RISES else ("worse", "better")
    return {"HH": f"{high} cluster", "LL": f"{low} cluster", "HL": f"{high} among {low}", "LH": f"{low} among {high}"}


def analyst(found: Fairness, measures: Measures) -> str:
    """The rest, with formulas: most of it measures noise at 55 areas, and says so."""
    rows = [
        (one.name, words.figure(one.value, 3, missing="none") + (f" {one.unit}" if one.unit and one.value is not None else ""),
         "" if one.limits is None else f"{one.limits[0]:,.3f} to {one.limits[1]:,.3f}", one.reason or one.how)
        for one in measures.measures
    ]  # fmt: skip
    parts = [arithmetic(found.latest.steps, caption="The gap"), arithmetic(found.slope.steps, caption="The slope")]
    if found.narrowing.steps:
        parts.append(arithmetic(found.narrowing.steps, caption="Whether the gap narrowed"))
    if found.gap_movement.steps:
        parts.append(arithmetic(found.gap_movement.steps, caption="The gap over all periods"))
    parts.append("<p class='note'>The measures below look at all areas at once. With few cases in each they mostly measure chance; none is for a headline.</p>")
    parts.append(table(("Measure", "Value", "95% limits", "How, or why not"), rows, caption="Other measures of inequality", numbers=(1,)))
    return "".join(parts)


def level_and_gap_picture(several: Sequence[tuple[Indicator, Fairness]]) -> str:
    """Level against gap: right is better, up is fairer; each change as a share of where it began, at most all of it."""
    dots = [dot for indicator, found in several if (dot := _level_dot(indicator, found))]
    if not dots:
        return ""
    names = (LevelAndGap.BETTER_AND_FAIRER, LevelAndGap.WORSE_BUT_FAIRER, LevelAndGap.WORSE_AND_LESS_FAIR, LevelAndGap.BETTER_LESS_FAIR)
    picture = quadrant(dots, names=tuple(words.capital(str(name)) for name in names))
    said = "; ".join(f"{dot.label}: {_seen_state(dot)}" for dot in dots)
    return (f"<img class='lines' src='{picture}' alt='{escape(said)}'><p class='note'>Each dot is an indicator: to the right its level got better, "
            "upward its gap got smaller, as shares of where they began. Hollow: it cannot be told from chance.</p>")  # fmt: skip


def _level_dot(indicator: Indicator, found: Fairness) -> Dot | None:
    first, last = found.layer.periods[0].label, found.layer.periods[-1].label
    level_before, level_after = found.levels[first].value, found.levels[last].value
    gap_before, gap_after = found.gaps[first].difference, found.gaps[last].difference
    if first == last or not level_before or not gap_before or gap_after is None:
        return None
    sign = 1 if found.layer.measure.improves_when is Direction.RISES else -1
    told = found.state is not LevelAndGap.CANNOT_TELL
    return Dot(sign * (level_after - level_before) / abs(level_before), (abs(gap_before) - abs(gap_after)) / abs(gap_before), indicator.name,
               STATE_LOOKS.get(found.state, MIXED).tone if told else NEUTRAL, filled=told)  # fmt: skip


def _seen_state(dot: Dot) -> str:
    state = level_and_gap(dot.x > 0, dot.y > 0)
    return f"{state}{'' if dot.filled else ' as far as the figures go, which cannot be told from chance'}"


def level_and_gap_table(several: Sequence[tuple[Indicator, Fairness]]) -> str:
    """All indicators with figures by area: what happened to the level and to the gap, together."""
    rows = "".join(_level_row(indicator, found) for indicator, found in several)
    return (
        f"<h2 class='section'>All indicators: level and gap</h2>{level_and_gap_picture(several)}<div class='scroll' tabindex='0' role='region' aria-label='Level and gap of all indicators'>"
        "<table class='plain wide'><caption>From the first to the last period of each; what can be told from chance stands as a word, the rest as figures only</caption>"
        "<thead><tr><th scope='col'>Indicator</th><th scope='col'>Periods</th><th scope='col' class='n'>All areas</th><th scope='col' class='n'>Gap</th>"
        f"<th scope='col'>Together</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _level_row(indicator: Indicator, found: Fairness) -> str:
    layer, (first, last) = found.layer, (found.layer.periods[0].label, found.layer.periods[-1].label)
    decimals, unit = layer.series.decimals, layer.series.unit

    def pair(before: float | None, after: float | None, with_unit: str) -> str:
        said = words.figure(after, decimals, with_unit, missing="no figure")
        return said if first == last else f"{words.figure(before, decimals, with_unit, missing='no figure')} → {said}"

    gap_before, gap_after = found.gaps[first].difference, found.gaps[last].difference
    name = link("equity", escape(indicator.name), id=layer.measure.id, key="measure")
    dot = _level_dot(indicator, found)
    seen = f"<br><span class='muted small'>{escape(_seen_state(dot))}</span>" if dot and not dot.filled else ""
    return (
        f"<tr><td>{name}</td><td>{escape(words.period(first))}{'' if first == last else f' to {escape(words.period(last))}'}</td>"
        f"<td class='n'>{escape(pair(found.levels[first].value, found.levels[last].value, unit))}</td>"
        f"<td class='n'>{escape(pair(gap_before, gap_after, ''))}</td>"
        f"<td>{board.chip(STATE_LOOKS.get(found.state, MIXED), str(found.state))}{seen}</td></tr>"
    )
