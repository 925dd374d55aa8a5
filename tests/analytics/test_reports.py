"""The page of reports: whose numbers, of which days, what is behind them, and who may ask."""

import csv
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import EventKind
from accounts.models import Event
from accounts.tenancy import scope
from analytics.periods import Period, presets
from analytics.reading import Ratings, Whose
from analytics.reports import Report
from analytics.words import in_words
from routing.models import WorkingHours
from tests.analytics.conftest import add_up
from tests.analytics.month import at

MARCH = {"from": "2026-03-01", "to": "2026-03-31", "zone": "UTC"}


@pytest.fixture
def admin_client(client, golden):
    client.force_login(golden.marta.user)
    return client


def url(workspace, tail=""):
    return f"/{workspace.slug}/reports/{tail}"


def report(period, whose=None):
    whose = whose or Whose()
    return Report.read(period, whose, is_business=False, benchmark="", today=date(2026, 3, 31))


def period(**said):
    return Period.parse(MARCH | said, zone="UTC", now=at(31, 23))


def test_a_page_of_the_golden_month_says_what_was_worked_out_by_hand(golden, admin_client):
    page = admin_client.get(url(golden.workspace), MARCH).content.decode()

    assert "1 of 5 rated" not in page
    for words in ("2 of 5 rated", "Live Chat Benchmark Report 2020", "2 now", "Marta Silva"):
        assert words in page
    with scope(golden.workspace):
        march = report(period())
        figures = {figure.label: figure for figure in march.figures}
        # A median of 300 s is told to within one in a hundred.
        assert in_words(march.time("first_response", 0.5)) in {"4m 58s", "5m", "5m 2s", "5m 1s"}
        assert figures["Satisfaction"].parts == [("50", "%")]
        assert figures["New conversations"].parts == [("6", "")]
        assert march.backlog.now == 2
        # Open at the end: 1 ben, 2 nobody else; 3 none; 7 and 8 cid; 9 none; 25 gus; 31 eva too.
        ends = dict(zip(range(1, 32), march.backlog.ends, strict=True))
        assert [ends[day] for day in (1, 2, 3, 4, 7, 8, 9, 25, 30, 31)] == [
            *[0, 1, 0, 0, 1, 1, 0, 1, 1, 2]
        ]
        # Mondays at nine: ada and ben; Saturday 23: cid.
        assert (march.heat[0][9], march.heat[5][23], march.peak) == (2, 1, 2)


def test_days_are_those_of_the_zone_even_where_they_begin_at_half_past(golden):
    with scope(golden.workspace):
        # 23:59:30 of Saturday is Sunday, 5:29 in Delhi; eva writes on 1 April there.
        delhi = report(period(zone="Asia/Kolkata"))
        assert (delhi.heat[5][23], delhi.heat[6][5]) == (0, 1)
        assert delhi.now.counts["opened"] == 5
        assert in_words(delhi.time("resolution", 0.5)) == in_words(
            report(period()).time("resolution", 0.5)
        )
        # On the night of 29 March Berlin's clocks went forward; nothing is lost or counted twice.
        assert report(period(zone="Europe/Berlin")).now.counts["resolution"] == 5


def test_days_off_are_those_of_the_working_hours(golden, admin_client):
    with scope(golden.workspace):
        assert report(period()).rests.weekdays == [False] * 5 + [True, True]  # nobody has said
        week = [[[540, 1020]]] * 4 + [[]] * 3  # Monday to Thursday
        WorkingHours.objects.create(
            zone="UTC", week=week, country="PT", exceptions={"2026-03-25": [], "2026-03-27": []}
        )
        april = report(period(**{"from": "2026-03-20", "to": "2026-05-01"}))
        # 27 March and Good Friday, 3 April, are Fridays, and 25 April is a Saturday: off anyway.
        assert [(one.day.isoformat(), one.opened) for one in april.rests.days] == [
            ("2026-03-25", 1),  # gus
        ]
        march = report(period())
    assert april.rests.weekdays == [False] * 4 + [True] * 3
    assert [march.rests.is_marked(day) for day in range(3)] == [False, False, True]
    page = admin_client.get(url(golden.workspace), MARCH).content.decode()
    assert "Wed 25 Mar" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"from": "2026-03-31", "to": "2026-03-01"}, "ends before it begins"),
        ({"from": "2006-01-01", "to": "2026-01-01"}, "at most 366 days"),
        ({"from": "tomorrow", "to": "2026-01-01"}, "Give both days"),
        ({"from": "2026-01-01"}, "Give both days"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "nothing that far away"),
        ({"from": "9999-12-01", "to": "9999-12-31"}, "nothing that far away"),
    ],
)
def test_a_range_that_makes_no_sense_is_explained(said, words, golden, admin_client):
    for tail in ("", "conversations/", "export/"):
        answer = admin_client.get(url(golden.workspace, tail), said)

        assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_nonsense_narrows_nothing(golden, admin_client):
    said = MARCH | {"whose": "team-x", "what": "'", "value": "?", "weekday": "9", "hour": "-1"}
    for tail in ("", "conversations/"):
        more = {"zone": "Mars/Olympus", "time": "?", "like": "?", "before": "x"}
        assert admin_client.get(url(golden.workspace, tail), said | more).status_code == 200


def test_every_number_leads_to_its_conversations(golden, admin_client):
    def count(**said):
        page = admin_client.get(url(golden.workspace, "conversations/"), MARCH | said)
        return len(re.findall(r'<th scope="row">', page.content.decode()))

    assert count(what="opened") == 6
    assert count(what="opened", weekday="1", hour="9") == 2
    assert count(what="rated", value="bad") == 1
    assert count(what="first_response", whose=f"operator-{golden.olga.pk}") == 4
    assert count(what="resolution", whose="team-0") == 5
    assert count(what="opened", **{"from": "2026-03-20", "to": "2026-03-20"}) == 1


def test_the_table_for_spreadsheets_holds_every_fact_and_no_formula(golden, admin_client):
    with scope(golden.workspace):
        golden.channel.name = "=HYPERLINK(1)"
        golden.channel.save(update_fields=["name"])
    answer = admin_client.get(url(golden.workspace, "export/"), MARCH | {"what": "rated"})
    text = b"".join(_pieces(answer)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["rating"] for row in rows] == ["bad", "excellent"]
    assert {row["channel"] for row in rows} == {"'=HYPERLINK(1)"}
    assert 'filename="' in answer["Content-Disposition"]


def _pieces(answer):
    from asgiref.sync import async_to_sync

    async def read():
        return [piece async for piece in answer.streaming_content]

    return async_to_sync(read)()


def test_operators_see_their_own_numbers_if_the_workspace_lets_them(golden, client):
    olga, marta = golden.olga, golden.marta
    client.force_login(olga.user)
    assert client.get(url(golden.workspace), MARCH).status_code == 403
    assert client.post(url(golden.workspace, "rules/"), {"own_numbers": "on"}).status_code == 403

    client.force_login(marta.user)
    assert client.post(url(golden.workspace, "rules/"), {"own_numbers": "on"}).status_code == 302
    with scope(golden.workspace):
        said = Event.objects.get(kind=EventKind.STATISTICS_RULES_CHANGED)
        assert (said.actor, said.data["after"]) == (marta, {"own_numbers": True})

    client.force_login(olga.user)
    asked = MARCH | {"whose": f"operator-{marta.pk}"}
    answer = client.get(url(golden.workspace), asked)
    assert ("Your numbers" in answer.content.decode(), answer.status_code) == (True, 200)
    assert "Marta Silva" not in answer.content.decode()
    # Olga closed ada, cid and fay; ben is Marta's.
    listed = client.get(url(golden.workspace, "conversations/"), asked | {"what": "resolution"})
    names = re.findall(r"</span> (\w+)</a>", listed.content.decode())
    assert names == ["Fay", "Cid", "Ada"]


def test_a_page_asks_the_same_however_much_there_is_to_count(golden, admin_client, settle):
    def queries(tail, **said):
        with CaptureQueriesContext(connection) as made:
            assert admin_client.get(url(golden.workspace, tail), MARCH | said).status_code == 200
        return len(made)

    queries("")  # what is asked once
    before = queries(""), queries("conversations/", what="opened")
    for n in range(3):
        golden.do(at(12, 9 + n), "says", f"new-{n}")
        golden.do(at(12, 9 + n, 5), "answers", f"new-{n}", "marta")
    settle(golden.workspace)
    add_up(golden.workspace)

    assert (queries(""), queries("conversations/", what="opened")) == before
    assert before == (34, 9)


def test_days_that_people_ask_for_most():
    new_year = {name: (first, last) for name, first, last in presets(date(2026, 1, 1))}
    assert new_year["Last month"] == (date(2025, 12, 1), date(2025, 12, 31))
    assert new_year["This month"] == new_year["This quarter"] == new_year["Year to date"]
    leap = {name: (first, last) for name, first, last in presets(date(2024, 12, 31))}
    assert leap["This quarter"] == (date(2024, 10, 1), date(2024, 12, 31))
    # The longest of them is a year that may be asked for.
    assert (leap["Year to date"][1] - leap["Year to date"][0]).days == 365
    assert leap["Last 7 days"] == (date(2024, 12, 25), date(2024, 12, 31))


def test_how_sure_a_satisfaction_is():
    # Wilson's interval of 8 in 10, z = 1.96: 49.0 % to 94.3 %.
    low, high = Ratings(bad=2, good=5, excellent=3, closed=40).interval
    assert (round(low, 1), round(high, 1)) == (49.0, 94.3)
    assert Ratings(0, 0, 0, 7).interval is None
    assert Ratings(1, 0, 0, 0).response_rate is None
