from __future__ import annotations
from datetime import timedelta
import pytest
from django.utils import timezone
from kansa.apps.people.models import Department
from kansa.apps.diagnosis.models import Measure
from tests.cast import actor_named, OWN_DEPARTMENT, this_fiscal_year
from kansa.formats.scans.records import Component
from tests.scanning import host, item, on, registered, taken
from kansa.apps.diagnosis.actions import measures, decisions
from kansa.apps.diagnosis.queries.measures import proposed_measures
from kansa.apps.diagnosis.queries.conditions import proposed_conditions
pytestmark = pytest.mark.django_db(transaction=True)
def test_shots(site, window):
    year = this_fiscal_year()
    owner = Department.objects.get(code=OWN_DEPARTMENT, valid_to=None)
    other = Department.objects.filter(valid_to=None).exclude(pk=owner.pk)[0]
    registered("SV-1", year - 1, fqdn="sv1.city.example", owning_department=owner, importance="high", has_personal_number=True)
    registered("SV-2", year - 1, fqdn="sv2.city.example", owning_department=other, importance="low")
    old = lambda n: item(1, f"10.0.0.{n}", component=Component("openssl"), cves=("CVE-2024-1",))
    taken([host(), old(1), item(2, title="TLS 1.0 が有効"), item(3, title="KB", solution="Apply KB5031364"), host("10.0.0.2"), old(2), item(4,"10.0.0.2",title="SSH の弱い暗号")], on(year, 4, 2), fiscal_year=year)
    contact, head = actor_named("contact"), actor_named("head")
    ms = measures.create_measures(contact, [measures.proposal_code(o) for o in proposed_measures(contact, year)])
    m = ms[0]
    inputs = proposed_conditions(1, [m.pk], year)[m.pk].values()
    w = decisions.Weighed("fix", inputs, options={"fix": decisions.Option("版を上げ、再起動する", 30000, 0), "accept": decisions.Option("更改まで待つ")}, testing="tested", has_way_back=True, vendor_support="guaranteed", downtime_minutes=30, work_minutes=120, reason_ja="停止が短く、切戻しもできるため", owner_ja="情報係", due_on=timezone.localdate()+timedelta(20), condition_ja="同じ領域の端末が乗っ取られること")
    d = decisions.propose(contact, m.pk, w, 0)
    for width in (1280, 375):
        page = window(width, person="head").context.new_page()
        for name, path in (("queue",""),("props","proposed/"),("measure",f"{m.pk}/"),("decide",f"{ms[1].pk}/decide/"),("list","list/")):
            page.goto(f"{site}/diagnosis/measures/{path}")
            page.screenshot(path=f"/tmp/shot-{name}-{width}.png", full_page=True)
    page = window(1280, person="clerk").context.new_page()
    page.goto(f"{site}/diagnosis/measures/{m.pk}/"); page.screenshot(path="/tmp/shot-office.png", full_page=True)
    page = window(1280, person="head").context.new_page()
    page.goto(f"{site}/"); page.screenshot(path="/tmp/shot-home.png", full_page=True)
