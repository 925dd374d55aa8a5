"""Every number of the page of reports, for the golden month: worked out by hand beside each."""

import re
from datetime import date

import pytest

from accounts.tenancy import scope
from analytics import lines
from analytics.periods import Period
from analytics.reading import Whose
from analytics.reports import Report
from analytics.sketches import ACCURACY
from routing.models import WorkingHours
from tests.analytics.conftest import add_up
from tests.analytics.month import at, live_through

MARCH = {"from": "2026-03-01", "to": "2026-03-31", "zone": "UTC"}
FIRST, RESOLUTION = "first_response", "resolution"


def about(seconds):
    return pytest.approx(seconds, rel=ACCURACY * 1.001)


def march(**said):
    return Period.parse(MARCH | said, zone="UTC", now=at(31, 23))


def report(period, whose=None, *, is_business=False):
    today = date(2026, 3, 31)
    return Report.read(period, whose or Whose(), is_business=is_business, benchmark="", today=today)


def on(days, values):
    """Return what a series holds, by day of the month."""
    found = zip(days, values, strict=True)
    return {day.day: value for day, value in found if value not in {None, 0}}


def test_key_figures(golden):
    with scope(golden.workspace):
        said = report(march())
        figures = said.figures
    # First responses: ada 120, ben 600, cid 60, fay 600, gus 300 s. In order 60 120 300 600 600:
    # the 3rd of 5 is the median, the 5th is p90 (4.5 rounded up).
    assert said.time(FIRST, 0.5) == about(300)
    assert said.time(FIRST, 0.9) == about(600)
    # Resolutions: 1,200 3,600 3,600 86,400 172,800 s: the 3rd, and the 5th.
    assert said.time(RESOLUTION, 0.5) == about(3_600)
    assert said.time(RESOLUTION, 0.9) == about(172_800)
    # Ratings: ada excellent, ben bad: 1 of 2. New: ada, ben, cid, fay, gus, eva; not dan, who is spam.
    assert [figure.parts for figure in figures[3:]] == [[("50", "%")], [("6", "")]]
    # In the 31 days before there was nothing.
    assert [(one.note, one.tone) for one in figures] == [
        *[("nothing to compare with", "")] * 4,
        ("0 in the period before", ""),
    ]


def test_ratings(golden):
    with scope(golden.workspace):
        ratings = report(march()).now.ratings
    assert (ratings.bad, ratings.good, ratings.excellent, ratings.total) == (1, 0, 1, 2)
    # Closed: ada, ben twice, cid, fay; 2 of 5 were rated.
    assert (ratings.closed, ratings.response_rate) == (5, 40)
    assert [ratings.share(one) for one in ("bad", "good", "excellent")] == [50, 0, 50]
    # Wilson of 1 in 2: (0.5 + 3.8416/4) / (1 + 3.8416/2) = 0.5, give or take
    # 1.96 x √(0.25/2 + 3.8416/16) / 2.9208 = 1.96 x 0.60424 / 2.9208 = 0.4055.
    assert [round(one, 1) for one in ratings.interval] == [9.5, 90.5]


def test_each_day(golden):
    with scope(golden.workspace):
        said = report(march())
    days = said.period.days
    # On the 2nd ada 120 and ben 600: of two the lower is the median; p90 is the higher.
    median = {2: 120, 8: 60, 20: 600, 25: 300}
    assert on(days, said.series(FIRST, 0.5)) == {day: about(s) for day, s in median.items()}
    assert on(days, said.series(FIRST, 0.9)) == {
        day: about(s) for day, s in (median | {2: 600}).items()
    }
    assert on(days, said.counts(FIRST)) == {2: 2, 8: 1, 20: 1, 25: 1}
    closed = {2: 3_600, 3: 86_400, 4: 3_600, 9: 172_800, 20: 1_200}
    assert on(days, said.series(RESOLUTION, 0.5)) == {day: about(s) for day, s in closed.items()}
    assert on(days, said.counts(RESOLUTION)) == dict.fromkeys(closed, 1)
    assert on(days, said.counts("opened")) == {2: 2, 7: 1, 20: 1, 25: 1, 31: 1}
    # Open at the end of each day: ben from the 2nd to the 3rd; cid from the 7th to the 9th; ben
    # again and fay within one day; gus from the 25th, eva from the 31st.
    assert on(days, said.backlog.ends) == {
        2: 1,
        7: 1,
        8: 1,
        **dict.fromkeys(range(25, 31), 1),
        31: 2,
    }
    assert said.backlog.now == 2


def test_the_heat_map(golden):
    with scope(golden.workspace):
        said = report(march())
    found = {
        (weekday, hour): count
        for weekday, row in enumerate(said.heat)
        for hour, count in enumerate(row)
        if count
    }
    # ada and ben Monday 9; cid Saturday 23; fay Friday 10; gus Wednesday 14; eva Tuesday 22.
    assert found == {(0, 9): 2, (5, 23): 1, (4, 10): 1, (2, 14): 1, (1, 22): 1}
    assert said.peak == 2


def test_operators_and_channels(golden):
    with scope(golden.workspace):
        people = {line.subject.pk: line for line in lines.operators_of(march())}
        (website,) = lines.channels_of(march())
    olga, marta = people[golden.olga.pk], people[golden.marta.pk]
    # Olga closed ada 3,600, cid 172,800, fay 1,200 s: the middle one. Her first responses:
    # 60 120 300 600, of whose middle two the lower. Fay's reopening took a closing back: none.
    assert olga.tally.counts[RESOLUTION] == 3
    assert olga.tally.quantile(RESOLUTION, 0.5) == about(3_600)
    assert olga.tally.quantile(FIRST, 0.5) == about(120)
    assert (olga.reopened, olga.tally.ratings.satisfaction) == (0, 100)
    # Marta closed ben after 86,400 and 3,600 s: the lower. He came back once, of twice: 50 %.
    assert marta.tally.counts[RESOLUTION] == 2
    assert marta.tally.quantile(RESOLUTION, 0.5) == about(3_600)
    assert marta.tally.quantile(FIRST, 0.5) == about(600)
    assert (marta.reopened, marta.tally.ratings.satisfaction) == (50, 0)
    assert list(people) == [golden.olga.pk, golden.marta.pk]  # by how many they closed
    assert (website.tally.counts["opened"], website.share) == (6, 100)
    assert website.tally.ratings.satisfaction == 50
    # What one operator's page says is their line.
    with scope(golden.workspace):
        hers = report(march(), Whose.parse(f"operator-{golden.olga.pk}"))
    assert (hers.now.counts[RESOLUTION], hers.backlog) == (3, None)


def test_the_period_before(golden):
    with scope(golden.workspace):
        # 16 days from the 16th; those before begin with 28 February.
        said = report(march(**{"from": "2026-03-16"}))
        notes = [(one.note, one.tone) for one in said.figures]
    assert (said.period.before.first, said.period.before.last) == (
        *[date(2026, 2, 28), date(2026, 3, 15)],
    )
    # Now fay 600 and gus 300: the lower. Before ada 120, ben 600, cid 60: the middle one.
    assert (said.time(FIRST, 0.5), said.before.quantile(FIRST, 0.5)) == (about(300), about(120))
    assert re.fullmatch(r"(2m 5\ds|3m( \ds)?) slower", notes[0][0])
    assert notes[0][1] == "bad"
    assert notes[1] == ("as before", "")  # 600 and 600
    # Now fay 1,200; before 3,600 3,600 86,400 172,800: the 2nd of 4. 2,400 s are 40 min.
    assert re.fullmatch(r"(39m \d+s|40m( \d+s)?) faster", notes[2][0])
    # Nobody has rated since the 16th; both ratings were before.
    assert notes[3] == ("nothing to count", "")
    assert said.before.ratings.satisfaction == 50
    assert notes[4] == ("3 in the period before", "")


def test_business_hours(month, settle):
    with scope(month.workspace):
        week = [[[540, 1020]]] * 5 + [[], []]  # Monday to Friday, 9 to 17
        WorkingHours.objects.create(zone="UTC", week=week)
    live_through(month)
    settle(month.workspace)
    add_up(month.workspace)

    with scope(month.workspace):
        said = report(march(), is_business=True)
    # First responses: ada 120, ben 600, fay 600, gus 300, and cid, in a weekend's night, none:
    # in order 0 120 300 600 600.
    assert (said.time(FIRST, 0.5), said.time(FIRST, 0.9)) == (about(300), about(600))
    # Resolutions: fay 1,200; ada 3,600; ben's second 3,600; ben's first from Monday 9:30 to 17 and
    # Tuesday 9 to 9:30, 28,800; cid's all of Monday, 28,800.
    assert (said.time(RESOLUTION, 0.5), said.time(RESOLUTION, 0.9)) == (
        about(3_600),
        about(28_800),
    )


def test_nights_of_23_and_25_hours(month, settle):
    """
    In Berlin 29 March 2026 has 23 hours and 25 October 25. New at 22:30, 0:30 and 21:30 UTC:
    28 March 23:30, 29 March 1:30 (before the jump), and 29 March 23:30 (after it).
    In autumn 0:30 and 1:30 UTC are 2:30 both, and 23:30 UTC is the 26th, 0:30.
    """
    for sender, when in (
        ("hal", at(28, 22, 30)),
        ("ida", at(29, 0, 30)),
        ("jon", at(29, 21, 30)),
        ("kim", at(25, 0, 30).replace(month=10)),
        ("lou", at(25, 1, 30).replace(month=10)),
        ("mia", at(25, 23, 30).replace(month=10)),
    ):
        month.do(when, "says", sender)
    settle(month.workspace)
    add_up(month.workspace)

    def day(text):
        with scope(month.workspace):
            return report(march(**{"from": text, "to": text, "zone": "Europe/Berlin"}))

    spring, autumn = day("2026-03-29"), day("2026-10-25")
    hours = {text: _length(day(text).period) for text in ("2026-03-29", "2026-10-25")}
    assert hours == {"2026-03-29": 23, "2026-10-25": 25}
    assert [spring.now.counts["opened"], autumn.now.counts["opened"]] == [2, 2]
    assert (spring.heat[6][1], spring.heat[6][23], sum(spring.heat[6])) == (1, 1, 2)
    assert (autumn.heat[6][2], sum(autumn.heat[6])) == (2, 2)
    assert day("2026-03-28").now.counts["opened"] == day("2026-10-26").now.counts["opened"] == 1


def _length(period):
    return (period.until.timestamp() - period.since.timestamp()) / 3600
