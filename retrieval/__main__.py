"""``python -m retrieval "question"``: an answer in the terminal.

--search    the ranked passages with each leg's score, instead of an answer
--explain   what each stage did with the question
--json      the same as JSON, in the shape of the HTTP contract
-k N        how many passages to rank (default 10)
"""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from corpus.errors import AnchorlineError
from retrieval.assistant import Assistant, open_assistant, open_model
from retrieval.settings import IndexSettings
from retrieval.types import Answer, Citation, ScoredPassage, Status
from retrieval.writers.types import Writer


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question; returns the exit code: 0 answered, 1 told why not, 2 no index or bad use."""
    parser = argparse.ArgumentParser(
        "python -m retrieval", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("question")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--search", action="store_true")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--writer", choices=tuple(Writer), default=Writer.EXTRACT, help="needs ANCHORLINE_LLM_URL")
    parser.add_argument("-k", type=int, default=10, choices=range(1, 101), metavar="N")
    given = parser.parse_args(arguments)
    try:
        settings = IndexSettings()
    except ValidationError as error:
        for fault in error.errors():
            print(f"ANCHORLINE_{str(fault['loc'][0]).upper()}: {fault['msg']}", file=sys.stderr)
        return 2
    if given.writer != Writer.EXTRACT and settings.endpoint is None:
        print(f"--writer {given.writer}: set ANCHORLINE_LLM_URL and ANCHORLINE_LLM_MODEL first", file=sys.stderr)
        return 2
    try:
        model = open_model(settings.endpoint) if given.writer != Writer.EXTRACT else None
        with open_assistant(settings.index, settings.encoder, settings.encoders, model, settings.reranker) as assistant:
            if given.search:
                return _search(assistant, given.question, given.k, given.json)
            if given.explain:
                return _explain(assistant, given.question, given.k)
            return _answer(assistant.ask(given.question, writer=given.writer), given.json)
    except AnchorlineError as error:
        print(error, file=sys.stderr)
        return 2


def _answer(answer: Answer, as_json: bool) -> int:
    if as_json:
        print(TypeAdapter(Answer).dump_json(answer, indent=1).decode())
    else:
        print(f"[{answer.status}] {answer.question_understood}\n")
        for block in answer.blocks:
            if block.heading:
                print(f"\n{block.heading}")
            markers = "".join(f"[{marker}]" for marker in block.citations)
            print(textwrap.fill(f"{block.text} {markers}", 100, initial_indent="  ", subsequent_indent="  "))
        print()
        for citation in answer.citations:
            print(_line(citation))
        for hit in answer.nearest:
            print(f"nearest: {_place(hit)}")
    return 0 if answer.status in (Status.ANSWERED, Status.PARTIAL) else 1


def _search(assistant: Assistant, question: str, k: int, as_json: bool) -> int:
    found = assistant.search_question(question, k=k)
    if as_json:
        print(TypeAdapter(tuple[ScoredPassage, ...]).dump_json(found, indent=1).decode())
        return 0
    for hit in found:
        legs = "  ".join(f"{leg} {score:.3f}" for leg, score in hit.legs.items())
        print(f"{hit.rank:>3}  {hit.score:.3f}  ({legs})  {_place(hit)}")
        print(textwrap.fill(hit.passage.text, 110, initial_indent="     ", subsequent_indent="     ", max_lines=3))
    return 0 if found else 1


def _explain(assistant: Assistant, question: str, k: int) -> int:
    for stage in assistant.explain(question, k):
        print(f"{stage.name}\n{textwrap.indent(stage.found, '    ')}")
    return 0


def _line(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page else ""
    year = f" ({citation.published})" if citation.published else ""
    ours = f" [our brief of {citation.original}]" if citation.original else ""
    return f"[{citation.marker}] {citation.title}{year}: {' › '.join(citation.section)}{page}{ours}"


def _place(hit: ScoredPassage) -> str:
    page = f", page {hit.passage.page}" if hit.passage.page else ""
    return f"{hit.passage.passage_id}{page}  {' › '.join(hit.passage.heading_path)}"


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
