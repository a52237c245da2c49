"""What residents may see of the follow-ups: what is public and real, without names, with what became of it."""

from dataclasses import fields
from datetime import date

import pytest

from lib.cycle import Deliverable, FollowUp
from lib.stat.promises import Kept, by_agency, counts, in_short, promises_of

TODAY = date(2026, 11, 25)


def promise(**more) -> FollowUp:
    empty = {field.name: "" for field in fields(FollowUp)}
    values = empty | dict(id="1", stat="fire", agency="fire", action="Count the hydrants", owner="Bea Long", due=TODAY, deliverable=Deliverable.MEMO, begun_on=None, done_on=None,
                          public=True, example=False, version=1, created_at="2026-11-01T03:00:00.000Z", created_by="Ann")  # fmt: skip
    return FollowUp(**values | more)


def seen(*several: FollowUp, names: bool = False, sites=("city.gov",)):
    return promises_of(
        several,
        today=TODAY,
        timezone="America/New_York",
        agencies={"fire": "Fire"},
        outcome_of={"fires": "safe", "fire": "calm"},
        names=names,
        sites=sites,
    )


def test_what_is_not_public_and_what_is_made_up_stays_out():
    assert seen(promise(public=False), promise(example=True), promise(public=False, example=True)) == ()
    assert [one.id for one in seen(promise(id="a"), promise(id="b", public=False))] == ["a"]


@pytest.mark.parametrize(("more", "state", "late"), [
    (dict(due=date(2026, 11, 25)), Kept.NOT_DUE, 0),
    (dict(due=date(2026, 11, 24)), Kept.LATE, 1),
    (dict(due=date(2026, 11, 20), done_on=date(2026, 11, 20), evidence="list"), Kept.KEPT, 0),
    (dict(due=date(2026, 11, 20), done_on=date(2026, 11, 23), evidence="list"), Kept.KEPT, 3),
    (dict(due=date(2026, 11, 20), done_on=date(2026, 11, 20)), Kept.LATE, 0),  # nothing shows it
    (dict(due=date(2026, 11, 20), done_on=date(2026, 11, 26), evidence="list"), Kept.LATE, 5),  # a day that is still to come
])  # fmt: skip
def test_kept_late_and_not_due(more, state, late):
    (one,) = seen(promise(**more))
    assert (one.state, one.days_late) == (state, late)


def test_no_persons_name_is_shown_in_any_field_unless_the_city_allows_it():
    one = promise(
        action="Ask bea long and Cy Young",
        evidence="Mail of Bea  Long, bea@city.gov, 410-555-0123",
        done_on=TODAY,
        agency="Bea Long",
    )
    other = promise(id="2", owner="Cy Young", public=False)
    for found in seen(one, other):
        said = " ".join(str(getattr(found, field.name)) for field in fields(found))
        for name in ("ea long", "ea Long", "ea  Long", "Cy Young", "bea@", "555"):
            assert name not in said
    (found, *_) = seen(one, other, names=True)
    assert found.owner == "Bea Long" and "Cy Young" in found.action


@pytest.mark.parametrize(("link", "shown"), [
    ("https://city.gov/report", True), ("https://data.city.gov/report", True), ("https://CITY.GOV/x", True), ("https://evilcity.gov/x", False), ("https://city.gov.evil.org/x", False),
    ("http://city.gov/x", False), ("https://bea:long@city.gov/x", False), ("https://[city.gov/x", False), ("https://intranet/x", False), ("javascript:alert(1)//city.gov", False), ("", False),
])  # fmt: skip
def test_a_link_is_shown_only_where_it_leads_to_a_public_site(link, shown):
    (one,) = seen(promise(done_on=TODAY, evidence_link=link, evidence="list"))
    assert one.link == (link if shown else "") and one.elsewhere == (bool(link) and not shown)


def test_without_public_sites_no_link_is_shown_and_evidence_of_what_is_not_kept_neither():
    (one,) = seen(promise(done_on=TODAY, evidence_link="https://city.gov/x"), sites=())
    assert (one.state, one.link, one.elsewhere) == (Kept.KEPT, "", True)
    (one,) = seen(promise(evidence="a draft"))
    assert one.evidence == ""


def test_the_outcome_comes_of_the_indicator_else_of_the_stat_and_the_day_is_the_citys():
    assert [one.outcome for one in seen(promise(indicator="fires"), promise(id="2"))] == ["safe", "calm"]
    assert seen(promise())[0].made_on == date(2026, 10, 31), (
        "three in the morning in London is the evening before in Baltimore"
    )


def test_late_stands_first_the_longest_late_at_the_top_and_what_is_kept_last():
    found = seen(
        promise(id="kept", done_on=date(2026, 11, 1), evidence="x"), promise(id="late", due=date(2026, 11, 20)), promise(id="later", due=date(2026, 11, 10)),
        promise(id="to come"), promise(id="kept newer", done_on=date(2026, 11, 2), evidence="x"),
    )  # fmt: skip
    assert [one.id for one in found] == ["later", "late", "to come", "kept newer", "kept"]


def test_the_sentence_counts_what_was_kept_first():
    several = [promise(id=f"k{n}", due=date(2026, 11, 10), done_on=date(2026, 11, 9), evidence="x") for n in range(12)]
    several += [promise(id=f"l{n}", due=date(2026, 11, 10)) for n in range(3)] + [
        promise(id=f"n{n}", due=date(2026, 12, 10)) for n in range(5)
    ]
    assert in_short(seen(*several)) == "12 of 20 promises are kept; 3 are late, 5 are not due yet."
    one_late = promise(id="z", due=date(2026, 11, 10), done_on=date(2026, 11, 12), evidence="x")
    assert (
        in_short(seen(one_late)) == "1 of 1 promises is kept; 0 are late, 0 are not due yet. Of those kept, 1 was late."
    )
    assert counts(seen(*several)) == {Kept.LATE: 3, Kept.NOT_DUE: 5, Kept.KEPT: 12}


def test_agencies_with_the_most_late_ones_stand_first():
    found = by_agency(
        seen(
            promise(id="a", agency="Zoo", due=date(2026, 1, 1)),
            promise(id="b"),
            promise(id="c"),
            promise(id="d", agency=""),
        )
    )
    assert [(name, len(own)) for name, own in found] == [("Zoo", 1), ("Fire", 2), ("", 1)]
