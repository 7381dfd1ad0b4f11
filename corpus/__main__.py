"""``python -m corpus``: for those who keep the corpus.

Each command prints plain lines and exits 0, or 1 with every fault as ``file:line: what``. None needs an index.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from corpus.check import check
from corpus.differences import Difference, differences
from corpus.errors import AnchorlineError, ManifestError
from corpus.gaps import ASKED, facet_counts, programmes, unstated
from corpus.load import CORPUS_DIR, KINDS_OF_FOLDER, load_conflicts, load_measures, load_records
from corpus.records import Fact, RecordKind
from corpus.template import SCHEMAS, schema, template


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except AnchorlineError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read our output has seen enough (`… | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m corpus", description="Check and extend what the corpus knows.")
    parser.add_argument("--corpus", type=Path, default=CORPUS_DIR, help="the corpus folder (default: the shipped one)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run, words in (
        (_check, "check every file: shape, references, names used twice"),
        (_schema, "write the JSON Schemas for editors to schema/"),
        (_gaps, "list what no programme has, and what programmes do not state"),
        (_conflicts, "propose facts that differ, and say which are kept in conflicts.yaml"),
    ):
        commands.add_parser(run.__name__.strip("_"), help=words, description=words).set_defaults(run=run)
    new = commands.add_parser("new", help="write a template for a new record")
    new.add_argument("id", help="lower-case words joined by hyphens; also the file's name")
    new.add_argument("--kind", choices=[str(kind) for kind in RecordKind], default="programme")
    new.set_defaults(run=_new)
    return parser


def _check(options: argparse.Namespace) -> None:
    corpus = check(options.corpus)
    facts = sum(len(record.facts) for record, _ in corpus.records)
    print(f"{len(corpus.records)} records with {facts} facts, {len(corpus.manifest[0])} sources, no faults")
    print(
        f"{len(corpus.organisations[0])} organisations, {len(corpus.trusts[0])} other trusts, "
        f"{len(corpus.measures[0].all)} measures, {len(corpus.glossary[0])} terms, {len(corpus.conflicts[0])} conflicts"
    )


def _schema(options: argparse.Namespace) -> None:
    folder = options.corpus / "schema"
    folder.mkdir(exist_ok=True)
    for name in SCHEMAS:
        path = folder / f"{name}.json"
        path.write_text(schema(name), encoding="utf-8")
        print(path)


def _gaps(options: argparse.Namespace) -> None:
    records = load_records(options.corpus)
    measures = load_measures(options.corpus)
    held = programmes(records)
    silent = {record.id: unstated(record, measures) for record in held}
    print(f"{len(held)} programmes; how many have each facet value, the fewest first:")
    for facet, counts in facet_counts(records).items():
        print(f"  {facet}: " + ", ".join(f"{value} {n}" for value, n in sorted(counts.items(), key=lambda one: one[1])))
    print("how many have sources that do not state it:")
    for what in ASKED:
        print(f"  {what}: {sum(what in missing for missing in silent.values())} of {len(held)}")
    print("what the sources of each do not state:")
    for name, missing in silent.items():
        print(f"  {name}: {', '.join(missing) or 'nothing of these'}")


def _conflicts(options: argparse.Namespace) -> None:
    found = differences(load_records(options.corpus), load_conflicts(options.corpus))
    kept = [difference for difference in found if difference.kept]
    for difference in found:
        if not difference.kept:
            print(_to_review(difference))
    for difference in kept:
        print(f"kept: {difference.subject}, {difference.measure}: {', '.join(difference.kept)}")
    print(f"{len(found) - len(kept)} to review, {len(kept)} kept in conflicts.yaml")


def _to_review(difference: Difference) -> str:
    """What differs, and what a person may make of it."""
    facts = (f"    {_figure(fact)} [{record}; {' › '.join(fact.at.section)}]" for record, fact in difference.facts)
    advice = (
        "give each fact its group" if difference.in_one_place else "keep it in conflicts.yaml, or give each its group"
    )
    return "\n".join((f"to review: {difference.subject}, {difference.measure}: {advice}", *facts))


def _figure(fact: Fact) -> str:
    bound = f"{fact.bound} " if fact.bound else ""
    return f"{fact.at.source}: {bound}{fact.printed}, {fact.period or 'no period stated'}: {fact.says}"


def _new(options: argparse.Namespace) -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", options.id):
        raise ManifestError((f"{options.id}: is no id; use lower-case words joined by hyphens",))
    folder = next(name for name, kinds in KINDS_OF_FOLDER.items() if RecordKind(options.kind) in kinds)
    path = options.corpus / folder / f"{options.id}.md"
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(template(options.id, options.kind))
    except FileExistsError:
        raise ManifestError((f"{path}: exists already; edit it, or choose another id",)) from None
    print(f"{path}: fill it in, then run python -m corpus check")


if __name__ == "__main__":
    sys.exit(main())
