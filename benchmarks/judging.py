"""How much does judging cost at 75 departments × 300 items × 3 years: one save, one page, the matrix of the city?

Processor milliseconds of whole requests, against one bare SQL query on the same file. Run: python -m benchmarks.judging
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.city import new_home
from benchmarks.harness import Result, Timing, main, timed

DEPARTMENTS, ITEMS, YEARS = 75, 300, (2022, 2023, 2024)
SAVE_SECONDS, PAGE_SECONDS, MATRIX_SECONDS = 0.015, 0.1, 0.2
MATRIX_BYTES = 100_000
SHEET = "/engagements/2024/I2024-001/worksheet/"


def build_year(fiscal_year: int) -> None:
    """A checklist and a judged control check of every department."""
    from tests.builders import engagement, imported, item, judgement, scale, staff

    codes = [f"A{place:03}" for place in range(ITEMS)]
    texts = {
        code: f"{code}　情報資産の取扱いについて、定めた手順に沿って行い、その記録を残しているか。" for code in codes
    }
    items = [
        item(code, "internal_audit", fiscal_year=fiscal_year, text_ja=texts[code], domain_ja=f"第{place // 30}章")
        for place, code in enumerate(codes)
    ]
    imported("year", scale(fiscal_year))
    imported("checklist", items)
    imported("staff", [staff("S001", "102", fiscal_year=fiscal_year), staff("S002", "103", fiscal_year=fiscal_year)])
    names = {f"I{fiscal_year}-{place:03}": f"{100 + place}" for place in range(1, DEPARTMENTS + 1)}
    days = {"started_on": None, "ended_on": None}
    told = {"fiscal_year": fiscal_year, "stream": "internal_audit", "auditor_numbers": ("S001",), **days}
    imported("engagements", [engagement(name, code, **told) for name, code in names.items()])
    records = [
        judgement(code, place % 5, name, fiscal_year=fiscal_year, department_code=department)
        for name, department in names.items()
        for place, code in enumerate(codes)
    ]
    assert imported("judgements", records).refusals == ()


def build(years: tuple[int, ...]) -> None:
    """The city with its years; the last one is in the fieldwork."""
    from kansa.apps.plan.models import Engagement
    from tests.builders import build_city, department, imported
    from tests.cast import sign_up

    build_city()
    imported("departments", [department(f"{100 + place}") for place in range(1, DEPARTMENTS + 1)])
    for fiscal_year in years:
        build_year(fiscal_year)
    sign_up("auditor", "clerk")
    Engagement.objects.filter(fiscal_year=YEARS[-1]).update(state="fieldwork")


def saving() -> Callable[[], object]:
    """A request that judges one item anew each time."""
    from kansa.apps.assessment.models import Judgement
    from tests.cast import browser_of

    browser = browser_of("auditor")
    browser.defaults["SERVER_NAME"] = "localhost"
    key = {"engagement__code": "I2024-001", "item__code": "A000"}
    state = {"version": Judgement.objects.get(**key).version, "turn": 0}

    def save() -> None:
        state["turn"] += 1
        typed = {"mark": str(state["turn"] % 5), "evidence_ja": f"規程集 {state['turn']}", "version": state["version"]}
        answer = browser.post(f"{SHEET}items/A000/", typed, headers={"accept": "application/json"})
        assert answer.status_code == 200, answer.content
        state["version"] = answer.json()["version"]

    return save


def bare_query() -> Callable[[], object]:
    """One row of the judgements, read by its key through Django's cursor."""
    from django.db import connection

    def read() -> None:
        for _ in range(100):
            with connection.cursor() as cursor:
                cursor.execute("SELECT id, state, level FROM assessment_judgement WHERE id = %s", [1])
                cursor.fetchall()

    return read


def page(person: str, path: str, sizes: dict[str, int]) -> Callable[[], object]:
    """A page as one of the cast gets it; its size is noted."""
    from tests.cast import browser_of

    browser = browser_of(person)
    browser.defaults["SERVER_NAME"] = "localhost"

    def get() -> None:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        sizes[path] = len(answer.content)

    return get


def measure(years: tuple[int, ...]) -> tuple[Timing, dict[str, Timing], Timing, dict[str, int]]:
    """One save, the pages, one bare query, and the sizes of the pages."""
    sizes: dict[str, int] = {}
    hundred = timed("100 bare queries", bare_query(), 30)
    bare = Timing(
        "one bare SQL query",
        tuple(one / 100 for one in hundred.seconds),
        tuple(one / 100 for one in hundred.processor),
    )
    paths = {
        "worksheet": ("auditor", SHEET),
        "item": ("auditor", f"{SHEET}items/A001/"),
        "matrix": ("clerk", "/engagements/2024/matrix/?stream=internal_audit"),
        "picture": ("clerk", "/engagements/2024/matrix/picture/?stream=internal_audit"),
    }
    pages = {name: timed(f"{name} page", page(*told, sizes), 10) for name, told in paths.items()}
    return timed(f"one save, {len(years)} years", saving(), 30), pages, bare, sizes


def run() -> list[Result]:
    """All promises, and the save once more with one year only: it must not grow with the years."""
    new_home()
    build(YEARS[-1:])
    alone, _pages, _bare, _sizes = measure(YEARS[-1:])
    for fiscal_year in YEARS[:-1]:
        build_year(fiscal_year)
    save, pages, bare, sizes = measure(YEARS)
    growth = save.processor_median / alone.processor_median
    limits = {"worksheet": PAGE_SECONDS, "item": PAGE_SECONDS, "matrix": MATRIX_SECONDS, "picture": MATRIX_SECONDS}
    weights = {path.split("/")[-2]: size for path, size in sizes.items()}
    note = f"bytes of the pages alone: {weights}; the matrix may have {MATRIX_BYTES}"
    return [
        Result(
            "one judgement saved in 15 ms",
            save,
            bare,
            SAVE_SECONDS,
            by_processor=True,
            note=f"{growth:.2f} × the save with one year",
        ),
        *(
            Result(f"{name} in {limits[name] * 1000:.0f} ms", one, bare, limits[name], by_processor=True)
            for name, one in pages.items()
        ),
        Result("the matrix under 100 KB", pages["matrix"], bare, by_processor=True, note=note),
    ]


if __name__ == "__main__":
    main(run)
