"""Reports: one HTML file that needs nothing else, JUnit XML of the shape that CI systems read, and JSON."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import etree, html
from playwright.sync_api import Request, sync_playwright

from evals.__main__ import main
from evals.record import Result, Run, load, save
from tests.evals.conftest import make_run

# What Jenkins, GitLab and GitHub's actions agree on.
JUNIT = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="told"><xs:simpleContent><xs:extension base="xs:string">
    <xs:attribute name="message" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
  <xs:element name="testsuites"><xs:complexType><xs:sequence>
    <xs:element name="testsuite" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:choice minOccurs="0">
        <xs:element name="failure" type="told"/><xs:element name="skipped" type="told"/></xs:choice>
        <xs:attribute name="classname" type="xs:string" use="required"/>
        <xs:attribute name="name" type="xs:string" use="required"/></xs:complexType></xs:element></xs:sequence>
      <xs:attribute name="name" type="xs:string" use="required"/>
      <xs:attribute name="tests" type="xs:nonNegativeInteger" use="required"/>
      <xs:attribute name="failures" type="xs:nonNegativeInteger" use="required"/>
      <xs:attribute name="errors" type="xs:nonNegativeInteger" use="required"/>
      <xs:attribute name="skipped" type="xs:nonNegativeInteger" use="required"/></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>"""


def system(shift: float) -> dict[str, Result]:
    return {
        f"q{i}": Result(
            ("other", f"gold-q{i}"), {"nDCG@10": round(max(0.0, i / 10 - shift), 3), "recall@10": float(i > 2)}
        )
        for i in range(8)
    }


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    first = make_run({"dense": system(0.0), "<fused> & co": system(0.1)}, {"q1": "typo"})
    first = replace(
        first, faults=("q1: not verbatim: \x00 <b>",), ceilings={"union, 50 deep": 0.9}, costs={"ask p50, ms": 9.0}
    )
    second = make_run({"dense": system(0.2), "<fused> & co": system(0.1)}, {"q1": "typo"})
    return [save(run, tmp_path / name) for run, name in ((first, "first.json"), (second, "second.json"))]


def made(runs: list[Path], folder: Path) -> tuple[Path, Path, Path]:
    files = folder / "r.html", folder / "r.json", folder / "r.xml"
    flags = [
        part for form, file in zip(("html", "json", "junit"), files, strict=True) for part in (f"--{form}", str(file))
    ]
    assert main(["report", *map(str, runs), *flags]) == 0
    return files


def test_html_says_what_the_runs_say(runs: list[Path], tmp_path: Path) -> None:
    page = html.fromstring(made(runs, tmp_path)[0].read_text(encoding="utf-8"))
    assert not page.xpath("//script | //link | //img | //*[@src] | //*[@href]")
    captions = [caption.text_content() for caption in page.xpath("//caption")]
    assert {"What was run", "Broken promises", "Means over the scored queries", "By kind"} <= set(captions)
    assert "Paired randomisation test, two-sided, Holm-corrected" in captions
    means = next(table for table in page.xpath("//table") if "Means" in table.text_content())
    row = [cell.text_content() for cell in means.xpath(".//tbody/tr[2]/*")]
    assert row == ["<fused> & co", "0.263", "0.625", "8"]
    assert all(table.xpath("./caption") and table.xpath(".//th[@scope='col']") for table in page.xpath("//table"))
    assert all(plot.xpath("./*[local-name()='title']") for plot in page.xpath("//svg"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)) > 4


@pytest.mark.slow
def test_html_asks_nothing_of_any_host_and_passes_axe(runs: list[Path], tmp_path: Path) -> None:
    page_file = made(runs, tmp_path)[0]
    asked: list[Request] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request))
        messages: list[str] = []
        page.on("console", lambda message: messages.append(message.text))
        page.goto(page_file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(page)
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        browser.close()
    assert [request.url for request in asked] == [page_file.as_uri()]
    assert messages == []
    assert width <= 0
    assert found.violations_count == 0, found.generate_report()


def test_junit_is_valid_and_counts(runs: list[Path], tmp_path: Path) -> None:
    file = made(runs, tmp_path)[2]
    etree.XMLSchema(etree.fromstring(JUNIT)).assertValid(etree.parse(file))
    suites = {suite.get("name"): suite for suite in ET.parse(file).getroot()}
    dense = suites["small: dense"]
    assert (dense.get("tests"), dense.get("failures"), dense.get("skipped")) == ("9", "3", "1")
    kept = [suite.get("failures") for suite in ET.parse(file).getroot() if "verbatim" in suite.get("name", "")]
    assert kept == ["1", "0"]


def test_json_holds_every_run_whole(runs: list[Path], tmp_path: Path) -> None:
    written = json.loads(made(runs, tmp_path)[1].read_text(encoding="utf-8"))
    assert [record["systems"]["dense"]["q7"]["values"]["nDCG@10"] for record in written] == [0.7, 0.5]


def test_one_pipeline_and_the_terminal(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", f"{runs[0]}:dense"]) == 0
    said = capsys.readouterr().out
    assert "fused" not in said
    assert "union, 50 deep" in said


def test_runs_of_different_suites_stand_side_by_side(runs: list[Path], tmp_path: Path) -> None:
    other: Run = replace(load(runs[1]), settings=replace(load(runs[1]).settings, suite="other"))
    page = made([runs[0], save(other, tmp_path / "other.json")], tmp_path)[0].read_text(encoding="utf-8")
    assert "Not compared: the two runs differ in their suite" in page
