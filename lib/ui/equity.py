"""The parts of the equity page: who is worse off and by how much, whether that changes, and what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lib import words
from lib.charts.lines import lines
from lib.charts.scatter import Dot, funnel, quadrant
from lib.charts.theme import Look
from lib.fairness import Fairness
from lib.language import _
from lib.methods.equity import LevelAndGap, Narrowing, level_and_gap
from lib.methods.funnel import Band, Comparison, Funnel
from lib.methods.inequality import Concentration, Measures
from lib.methods.status import StatusAnswer
from lib.model import Area, Direction, GapTarget, Indicator
from lib.neighborhoods import Layer, worst_first
from lib.ui import board
from lib.ui.detail import arithmetic, table
from lib.ui.links import link
from lib.ui.mapping import area_link, areas_word, line_of, value_text
from lib.ui.text import escape, html_of, htmls_of, text_of

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
    name = html_of(indicator or layer.measure, "name")
    badges = "".join(f'<span class="grade">{flag}</span> ' for flag in htmls_of(layer.measure, "flags"))
    note = f" {html_of(indicator, 'neighborhood_note')}" if indicator else ""
    see = link("map", _("See it on the map"), id=layer.measure.id, key="measure")
    title = _("Who is left behind: {name}").format(name=name)
    return (f"<h1 class='page'>{title}</h1><p class='note'>{html_of(layer.measure, 'definition')}{note} {badges}{see}.</p>")


def answer(found: Fairness, areas: Sequence[Area]) -> str:
    """The gap in one sentence with its number; then who that is."""
    return f"<p class='first'>{escape(found.latest.sentence)}</p>{_who(found, areas)}"


def _who(found: Fairness, areas: Sequence[Area]) -> str:
    names = {area.id: area.name for area in areas}
    label = found.layer.latest.label
    worst = worst_first(found.layer, label)[:5]
    listed = ", ".join(f"{area_link(names[one.area], one.area)} {escape(value_text(found.layer, one.value))}" for one in worst)
    fifth = ", ".join(area_link(names[area], area) for area in found.worst_fifth)
    lead = _("Worst off in {period}:") if found.layer.measure.improves_when is not Direction.NEITHER else _("Highest in {period}:")
    note = _("The {n} {areas} {which} ({period}): {names}. Ranked once, the same for every period.").format(
        n=len(found.worst_fifth), areas=escape(areas_word()), which=escape(found.ranking.most),
        period=escape(words.period(found.ranking.period)), names=fifth)  # fmt: skip
    return f"<p><strong>{lead.format(period=escape(words.period(label)))}</strong> {listed}.</p><p class='note'>{note}</p>"


def verdicts(found: Fairness) -> str:
    """Is the gap closing, and is it getting better for everybody: each as icon, word and sentence."""
    closing = NARROWING_LOOKS.get(found.narrowing.verdict, MIXED)
    said = [found.narrowing.sentence]
    if found.compared:
        first, last = (words.period(one.label) for one in found.compared)
        said.insert(0, _("{first} to {last}.").format(first=first, last=last))
    said.append(_("Over all periods the gap itself: {sentence}").format(sentence=f"{found.gap_movement.sentence[:1].lower()}{found.gap_movement.sentence[1:]}"))
    level = _("All areas together: {sentence}").format(sentence=found.level_movement.sentence)
    together = STATE_LOOKS.get(found.state, MIXED)
    return (
        f"<div class='verdicts'><div><span class='q'>{_('Is the gap closing?')}</span>"
        f"{board.chip(closing, _(str(found.narrowing.verdict)))}<p>{escape(' '.join(said))}</p></div>"
        f"<div><span class='q'>{_('Better, and fair?')}</span>"
        f"{board.chip(together, _(str(found.state)))}<p>{escape(level)}</p></div></div>"
    )


def slope(found: Fairness) -> str:
    """The second line: the slope over all areas."""
    if found.slope.gap is None:
        return f"<p class='note'>{_('No slope over all areas: {reason}.').format(reason=escape(_(found.slope.reason)))}</p>"
    amount = words.change(found.slope.gap, found.layer.series.decimals, found.layer.series.unit)
    more = found.slope.gap > 0
    if found.layer.measure.improves_when is Direction.NEITHER:
        size = _("{amount} higher") if more else _("{amount} lower")
    else:
        size = _("{amount} worse") if more else _("{amount} better")
    limits = ratio = ""
    if found.slope.limits:
        low, high = (words.figure(one, found.layer.series.decimals + 1) for one in found.slope.limits)
        limits = " " + _("(95% between {low} and {high})").format(low=low, high=high)
    if found.slope.ratio:
        ratio = "; " + _("{n} times, taken of {what}").format(n=words.figure(found.slope.ratio, 1), what=_(str(found.slope.ratio_form)))
    said = _("Over all {n} {areas}, a straight line from the most to the least disadvantaged end is <strong>{size}</strong> at the disadvantaged "
             "end{limits}{ratio}.").format(n=found.slope.n, areas=escape(areas_word()), size=escape(size.format(amount=amount)),
                                           limits=escape(limits), ratio=escape(ratio))  # fmt: skip
    return f"<p>{said}</p>"


def picture(found: Fairness) -> str:
    """The two fifths over time; the distance between the lines is the gap."""
    layer = found.layer
    times = [float(period.end.toordinal()) for period in layer.periods]
    if len(times) < 2:
        return ""

    labels = [period.label for period in layer.periods]
    drawn = [line_of(layer, _("Most disadvantaged"), [found.gaps[label].disadvantaged.value for label in labels]),
             line_of(layer, _("Least disadvantaged"), [found.gaps[label].advantaged.value for label in labels]),
             line_of(layer, _("All"), [found.levels[label].value for label in labels], quiet=True)]  # fmt: skip
    ticks = [(times[place], words.period(labels[place])) for place in (0, len(times) - 1)]
    said = "; ".join(_("{name} fifth: {value}").format(name=one.name, value=one.last) for one in drawn)
    picture = lines(drawn, ticks=ticks, width=760, height=260)
    note = _("The two fifths of areas, ranked once; the distance between the lines is the gap.")
    return f"<h2 class='section'>{_('The gap over time')}</h2><img class='lines' src='{picture}' alt='{escape(said)}'><p class='note'>{note}</p>"


def gap_table(found: Fairness) -> str:
    decimals, unit = found.layer.series.decimals, found.layer.series.unit
    rows = []
    for period in reversed(found.layer.periods):
        one = found.gaps[period.label]
        between = _("not known")
        if one.difference_limits is not None:
            between = _between(*(words.figure(limit, decimals + 1) for limit in one.difference_limits))
        rows.append((
            words.period(period.label), words.figure(one.disadvantaged.value, decimals, unit, missing=_("no figure")),
            words.figure(one.advantaged.value, decimals, unit, missing=_("no figure")),
            words.figure(one.difference, decimals + 1, missing=_("no gap")), between, words.figure(one.ratio, 2, missing=_("none")),
            _("{a} and {b}").format(a=one.disadvantaged.n, b=one.advantaged.n),
        ))  # fmt: skip
    head = (_("Period"), _("Most disadvantaged"), _("Least"), _("Difference"), _("95% limits"), _("Ratio"), _("Areas"))
    caption = _("The gap by period, {unit}; above zero the disadvantaged are worse off").format(unit=unit)
    return table(head, rows, caption=caption, numbers=(1, 2, 3, 4, 5))


def _between(low: str, high: str) -> str:
    return _("{low} to {high}").format(low=low, high=high)


def target(found: Fairness, aims: Sequence[tuple[GapTarget, StatusAnswer]]) -> str:
    """The target that the catalogue sets for the gap, and how it stands."""
    if not aims:
        return f"<p class='note'>{_('No target is set for this gap.')}</p>"
    parts = []
    for aim, status in aims:
        value = words.change(aim.value, found.layer.series.decimals, found.layer.series.unit)
        look = board.look_of(status.status, status.held)
        said = _("Target for the gap: {value} by {period}.").format(value=value, period=words.period(aim.period.label))
        when = _("Set {day}: {note} ({reference})").format(day=aim.set_on, note=aim.set_note, reference=aim.reference)
        parts.append(f"<p><strong>{escape(said)}</strong> {board.chip(look, _(str(status.status)))} {escape(status.sentence)} "
                     f"<span class='muted'>{escape(when)}</span></p>{arithmetic(status.steps, caption=_('The gap and its target'))}")  # fmt: skip
    return "".join(parts)


def concentrated(found: Concentration, areas: Sequence[Area]) -> str:
    names = {area.id: area.name for area in areas}
    title = f"<h2 class='section'>{_('Where it is concentrated')}</h2>"
    if found.reason:
        return f"{title}<p>{_('Cannot be told: {reason}.').format(reason=escape(_(found.reason)))}</p>"
    listed = ", ".join(area_link(names[area], area) for area in found.areas)
    return f"{title}<p><strong>{escape(found.sentence)}</strong> {_('They are {areas}.').format(areas=listed)}</p>"


def outside(found: Funnel, areas: Sequence[Area], layer: Layer) -> str:
    """The areas outside the funnel, in a picture, in words and in a table: instead of a ranking, which chance would decide."""
    names = {area.id: area.name for area in areas}
    far = sorted((point for point in found.points if point.band is Band.OUTSIDE_998), key=lambda point: -abs(point.value - found.city))
    rows = [(names[point.area], words.figure(point.value, 1), _between(*(words.figure(limit, 1) for limit in point.limits_998)), _(str(point.comparison)))
            for point in far]  # fmt: skip
    heading = f"<h2 class='section'>{_('Who stands apart from the city')}</h2>"
    head = (_("Area"), _("Figure"), _("99.8% limits"), _("Beside the city"))
    listed = table(head, rows, caption=_("Outside the 99.8% limits"), numbers=(1, 2)) if rows else ""
    listed = listed.replace("class='scroll'", "class='scroll tall'", 1)
    estimate = f"<p class='note'>{_('Counts are worked out from the rate and the number of residents, so the limits are an estimate.')}</p>" if rows else ""
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
    said = _("Funnel of {measure}: {sentence}").format(measure=text_of(layer.measure, "name"), sentence=found.sentence)
    return f"<img class='lines' src='{funnel(dots, city=found.city, limits=limits)}' alt='{escape(said)}'>"


def groups(indicator: Indicator | None, known: Mapping[str, Sequence[str]]) -> str:
    """By which groups of people there are figures, and by which there should be."""
    if indicator is None:
        return ""
    have = "; ".join(f"{dimension}: {', '.join(values)}" for dimension, values in known.items()) or _("none")
    places = {"neighborhood"} if indicator.neighborhood_measure else set()
    missing = [one for one in indicator.expected_disaggregations if one not in known and one not in places]
    published = _("Published: {groups}.").format(groups=escape(have))
    absent = _("Expected and missing: {groups}.").format(groups=escape(words.listed(missing))) if missing else _("Nothing that is expected is missing.")
    return f"<h2 class='section'>{_('By groups of people')}</h2><p>{published} {absent}</p>"


def clusters(layer: Layer, areas: Sequence[Area]) -> str:
    """Whether alike areas lie together; clusters only where that is more than chance over the whole map."""
    found = layer.association.get(layer.latest.label)
    if not found or found.get("moran") is None:
        return f"<p>{_('Not computed: too few areas have a figure, or all are alike.')}</p>"
    p = "p < 0.001" if found["p"] < 0.001 else f"p = {words.figure(found['p'], 3)}"
    lead = _("Moran's I = {value} ({p}, {n} areas).").format(value=words.figure(found["moran"], 2), p=p, n=found["n"])
    if found["p"] >= 0.05:
        return f"<p>{lead} {_('Neighboring areas are no more alike than chance would make them, so no clusters are shown.')}</p>"
    names = {area.id: area.name for area in areas}
    words_of = _cluster_words(layer.measure.improves_when)
    kinds: dict[str, list[str]] = {}
    for area, kind in found["clusters"].items():
        kinds.setdefault(words_of[kind], []).append(names[area])
    listed = "".join(f"<li><strong>{escape(kind)}:</strong> {escape(', '.join(sorted(members)))}</li>" for kind, members in sorted(kinds.items()))
    body = f"<ul>{listed}</ul>" if listed else f"<p>{_('No area stands out clearly by itself after allowing for so many tests.')}</p>"
    note = _("Two-sided permutation test, false discovery rate 10%.")
    return f"<p>{lead} {_('Neighboring areas are more alike than chance would make them.')}</p>{body}<p class='note'>{note}</p>"


def _cluster_words(improves_when: Direction) -> dict[str, str]:
    if improves_when is Direction.NEITHER:
        return {"HH": _("high among high"), "LL": _("low among low"), "HL": _("high among low"), "LH": _("low among high")}
    better, worse, good_in_bad, bad_in_good = _("better cluster"), _("worse cluster"), _("better among worse"), _("worse among better")
    if improves_when is Direction.RISES:
        return {"HH": better, "LL": worse, "HL": good_in_bad, "LH": bad_in_good}
    return {"HH": worse, "LL": better, "HL": bad_in_good, "LH": good_in_bad}


def analyst(found: Fairness, measures: Measures) -> str:
    """The rest, with formulas: most of it measures noise at 55 areas, and says so."""
    rows = [
        (_(one.name), words.figure(one.value, 3, missing=_("none")) + (f" {_(one.unit)}" if one.unit and one.value is not None else ""),
         "" if one.limits is None else _between(*(words.figure(limit, 3) for limit in one.limits)), one.reason or one.how)
        for one in measures.measures
    ]  # fmt: skip
    parts = [arithmetic(found.latest.steps, caption=_("The gap")), arithmetic(found.slope.steps, caption=_("The slope"))]
    if found.narrowing.steps:
        parts.append(arithmetic(found.narrowing.steps, caption=_("Whether the gap narrowed")))
    if found.gap_movement.steps:
        parts.append(arithmetic(found.gap_movement.steps, caption=_("The gap over all periods")))
    note = _("The measures below look at all areas at once. With few cases in each they mostly measure chance; none is for a headline.")
    head = (_("Measure"), _("Value"), _("95% limits"), _("How, or why not"))
    parts += [f"<p class='note'>{note}</p>", table(head, rows, caption=_("Other measures of inequality"), numbers=(1,))]
    return "".join(parts)


def level_and_gap_picture(several: Sequence[tuple[Indicator, Fairness]]) -> str:
    """Level against gap: right is better, up is fairer; each change as a share of where it began, at most all of it."""
    dots = [dot for indicator, found in several if (dot := _level_dot(indicator, found))]
    if not dots:
        return ""
    names = (LevelAndGap.BETTER_AND_FAIRER, LevelAndGap.WORSE_BUT_FAIRER, LevelAndGap.WORSE_AND_LESS_FAIR, LevelAndGap.BETTER_LESS_FAIR)
    picture = quadrant(dots, names=tuple(words.capital(_(str(name))) for name in names))
    said = "; ".join(f"{dot.label}: {_seen_state(dot)}" for dot in dots)
    note = _("Each dot is an indicator: to the right its level got better, upward its gap got smaller, as shares of where they began. "
             "Hollow: it cannot be told from chance.")  # fmt: skip
    return f"<img class='lines' src='{picture}' alt='{escape(said)}'><p class='note'>{note}</p>"


def _level_dot(indicator: Indicator, found: Fairness) -> Dot | None:
    first, last = found.layer.periods[0].label, found.layer.periods[-1].label
    level_before, level_after = found.levels[first].value, found.levels[last].value
    gap_before, gap_after = found.gaps[first].difference, found.gaps[last].difference
    if first == last or not level_before or not gap_before or gap_after is None:
        return None
    sign = 1 if found.layer.measure.improves_when is Direction.RISES else -1
    told = found.state is not LevelAndGap.CANNOT_TELL
    return Dot(sign * (level_after - level_before) / abs(level_before), (abs(gap_before) - abs(gap_after)) / abs(gap_before), text_of(indicator, "name"),
               STATE_LOOKS.get(found.state, MIXED).tone if told else NEUTRAL, filled=told)  # fmt: skip


def _seen_state(dot: Dot) -> str:
    state = _(str(level_and_gap(dot.x > 0, dot.y > 0)))
    return state if dot.filled else _("{state} as far as the figures go, which cannot be told from chance").format(state=state)


def level_and_gap_table(several: Sequence[tuple[Indicator, Fairness]]) -> str:
    """All indicators with figures by area: what happened to the level and to the gap, together."""
    rows = "".join(_level_row(indicator, found) for indicator, found in several)
    label = escape(_("Level and gap of all indicators"))
    caption = _("From the first to the last period of each; what can be told from chance stands as a word, the rest as figures only")
    return (
        f"<h2 class='section'>{_('All indicators: level and gap')}</h2>{level_and_gap_picture(several)}"
        f"<div class='scroll' tabindex='0' role='region' aria-label='{label}'><table class='plain wide'><caption>{caption}</caption>"
        f"<thead><tr><th scope='col'>{_('Indicator')}</th><th scope='col'>{_('Periods')}</th><th scope='col' class='n'>{_('All areas')}</th>"
        f"<th scope='col' class='n'>{_('Gap')}</th><th scope='col'>{_('Together')}</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _level_row(indicator: Indicator, found: Fairness) -> str:
    layer, (first, last) = found.layer, (found.layer.periods[0].label, found.layer.periods[-1].label)
    decimals, unit = layer.series.decimals, layer.series.unit

    def pair(before: float | None, after: float | None, with_unit: str) -> str:
        said = words.figure(after, decimals, with_unit, missing=_("no figure"))
        return said if first == last else f"{words.figure(before, decimals, with_unit, missing=_('no figure'))} → {said}"

    gap_before, gap_after = found.gaps[first].difference, found.gaps[last].difference
    name = link("equity", html_of(indicator, "name"), id=layer.measure.id, key="measure")
    dot = _level_dot(indicator, found)
    seen = f"<br><span class='muted small'>{escape(_seen_state(dot))}</span>" if dot and not dot.filled else ""
    span = words.period(first) if first == last else _between(words.period(first), words.period(last))
    return (
        f"<tr><td>{name}</td><td>{escape(span)}</td>"
        f"<td class='n'>{escape(pair(found.levels[first].value, found.levels[last].value, unit))}</td>"
        f"<td class='n'>{escape(pair(gap_before, gap_after, ''))}</td>"
        f"<td>{board.chip(STATE_LOOKS.get(found.state, MIXED), _(str(found.state)))}{seen}</td></tr>"
    )
