"""The first page of the static edition, and the page for an address where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from lib import words
from lib.assessment import Assessment, is_good, is_off_target, target_text
from lib.language import _, current, n_
from lib.opendata.changes import PATH
from lib.opendata.dictionary import FILES
from lib.opendata.edition import Edition
from lib.opendata.files import NAMES
from lib.opendata.rows import count_of, newest_vintage
from lib.publish.html import escape, movement, status, table

DATA = "data/v1"


def body(edition: Edition, every: Sequence[Assessment]) -> str:
    framework = edition.framework
    return (
        f"<h1>{escape(framework.city)}: {escape(words.count_of(len(framework.outcomes), 'Priority Outcome'))}</h1><p class='lead'>{escape(in_short(every))}</p>"
        f"<p>{escape(framework.statement)}</p>{_reconstruction(framework.reconstruction, every)}"
        f"<h2 id='outcomes'>{escape(_('Outcomes and their indicators'))}</h2>{''.join(_outcome(one, every) for one in framework.outcomes)}"
        f"{_places(edition)}{_data(edition)}"
    )


def in_short(every: Sequence[Assessment]) -> str:
    """How many indicators stand where, out of all."""
    if not every:
        return _("No indicators yet.")
    good, off, rest = sum(map(is_good, every)), sum(map(is_off_target, every)), len(every)
    rest -= good + off
    said = [n_("{n} is met or on track", "{n} are met or on track", good).format(n=good), n_("{n} is off target", "{n} are off target", off).format(n=off)]
    if rest:
        said.append(_("for {n} it cannot be told, or not yet").format(n=rest))
    return _("Of {indicators}, {said}.").format(indicators=words.count_of(len(every), "indicator"), said=words.listed(said))


def _reconstruction(said: str, every: Sequence[Assessment]) -> str:
    waiting = sum(one.indicator.confirmed is None for one in every)
    return f"<p class='note'>{escape(said)}</p>" if said and waiting else ""


def _outcome(outcome, every: Sequence[Assessment]) -> str:
    own = [one for one in every if one.outcome.id == outcome.id]
    heading = f"<h3 id='{escape(outcome.id)}'>{escape(outcome.name)}</h3><p>{escape(outcome.statement)}</p>"
    if not own:
        return heading + f"<p class='note'>{escape(_('No indicators yet.'))}</p>"
    head = (_("Indicator"), _("Latest"), _("Target"), _("In time?"), _("Really moving?"))
    return heading + table(head, [_row(one) for one in own], caption=outcome.name, numbers=(1, 2), kind="standings")


def _row(one: Assessment) -> tuple[str, ...]:
    latest, target = one.latest, one.target
    figure = (f"{escape(words.figure(latest.value, one.decimals, one.unit))}<small>{escape(words.unit_beside(one.unit))} {escape(words.period_of(latest.period))}</small>"
              if latest else escape(_("no figure")))  # fmt: skip
    aim = f"{escape(target_text(one))}<small>{escape(_('by {period}').format(period=words.period_of(target.period)))}</small>" if target else escape(_("none known"))
    return f"<a href='indicators/{escape(one.indicator.id)}.html'>{escape(one.indicator.name)}</a>", figure, aim, status(one), movement(one)


def _places(edition: Edition) -> str:
    if not edition.areas:
        return ""
    items = "".join(f"<li><a href='neighborhoods/{escape(area.id)}.html'>{escape(area.name)}</a></li>" for area in sorted(edition.areas, key=lambda one: one.name))
    return f"<h2 id='places'>{escape(words.capital(edition.settings.areas.several))}</h2><ul class='columns'>{items}</ul>"


def _data(edition: Edition) -> str:
    rows = []
    for one in FILES.values():
        links = ", ".join(f"<a href='{DATA}/{one.name}.{form}' download>{NAMES[form]}</a>" for form in one.formats)
        about = f"{escape(one.title)}<small>{escape(one.about)}</small>"
        rows.append((about, f"{count_of(edition, one):,}", escape(newest_vintage(edition, one) or ""), links))
    package = f"<a href='{DATA}/datapackage.json'>datapackage.json</a>"
    catalogue = "<a href='data.json'>data.json</a>"
    feed = f"<a href='{PATH}'>{PATH}</a>"
    said = escape(_("Each table as a file. For machines: {package} describes the files, {catalogue} is the catalogue. What changed: {feed}."))
    return (f"<h2 id='data'>{escape(_('Data'))}</h2><p>{said.format(package=package, catalogue=catalogue, feed=feed)}</p>"
            + table((_("Table"), _("Rows"), _("Newest vintage"), _("Take it as")), rows, caption=_("Tables"), numbers=(1,)))  # fmt: skip


def not_found(edition: Edition, *, address: str) -> str:
    """A whole page that holds wherever the host shows it: it asks for no other file, and leads to the first page where its address is known."""
    title = _("There is no page here")
    back = f"<p><a href='{escape(address)}/index.html'>{escape(_('To the first page'))}</a></p>" if address else ""
    said = _("The address may have a slip in it, or the page may have another address now.")
    return (f'<!doctype html>\n<html lang="{escape(current())}">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title></head>\n'
            f"<body style='font-family: sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem'><main><h1>{escape(title)}</h1><p>{escape(said)}</p>{back}"
            f"<p>{escape(edition.settings.city.title)}, {escape(edition.settings.city.name)}</p></main></body>\n</html>\n")  # fmt: skip
