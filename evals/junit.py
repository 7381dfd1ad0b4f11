"""JUnit XML, which every CI system shows: what failed, by name.

Of a run, each pipeline is a suite and each query a case: one that finds nothing of what was asked for has failed, one
that could not be scored is skipped. Of a gate, each measure is a case, and so are the promises. What fails a build is
the exit code, and only ``gate``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from evals.gate import Verdict
from evals.record import Run
from evals.show import main_measures

_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def run_suites(runs: Iterable[Run]) -> Element:
    """``testsuites`` of runs."""
    root = Element("testsuites")
    for run in runs:
        measures = main_measures(run)
        for name, system in run.systems.items():
            suite = SubElement(root, "testsuite", name=f"{run.settings.suite}: {name}")
            for query, result in system.items():
                case = _case(suite, run.settings.suite, query)
                measure = next((m for m in reversed(measures) if m in result.values), None)
                if measure and result.values[measure] == 0:
                    _mark(case, "failure", f"{measure} is 0", run.topics[query].question)
            for query in run.not_scorable:
                _mark(_case(suite, run.settings.suite, query), "skipped", "the index holds none of the evidence")
            _count(suite)
        _promises(root, run.settings.suite, run.faults)
    return root


def gate_suites(gated: Iterable[tuple[str, Sequence[Verdict], Sequence[str]]]) -> Element:
    """``testsuites`` of gates: suite name, verdicts, broken promises."""
    root = Element("testsuites")
    for name, verdicts, faults in gated:
        suite = SubElement(root, "testsuite", name=f"gate: {name}")
        for verdict in verdicts:
            case = _case(suite, name, verdict.measure)
            if verdict.failed:
                one = verdict.tested
                told = f"{one.first:.4f} → {one.second:.4f}, allowance {verdict.allowance}, p {one.p:.4f}"
                _mark(case, "failure", f"{verdict.measure} fell", told)
        _count(suite)
        _promises(root, name, faults)
    return root


def write(root: Element, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    indent(root)
    ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _promises(root: Element, name: str, faults: Sequence[str]) -> None:
    suite = SubElement(root, "testsuite", name=f"{name}: every quote is verbatim")
    case = _case(suite, name, "verbatim")
    if faults:
        _mark(case, "failure", f"{len(faults)} broken promises", "\n".join(faults))
    _count(suite)


def _case(suite: Element, group: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_clean(group), name=_clean(name))


def _mark(case: Element, tag: str, message: str, text: str = "") -> None:
    SubElement(case, tag, message=_clean(message)).text = _clean(text) or None


def _count(suite: Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("errors", "0")


def _clean(text: str) -> str:
    """XML holds no control characters."""
    return _UNPRINTABLE.sub("\ufffd", text)
