"""How a plan is put together: whom it is for changes what it cites, and what it says is missing is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest

from corpus.records import Facets, RecordKind, Stage
from retrieval.assistant import Assistant
from retrieval.candidates import _NO_ACT, _NO_STEP
from retrieval.cite import laid_out, verified
from retrieval.constraints import HELPS, what_helps
from retrieval.evidence import gather
from retrieval.phrases import Constraint
from retrieval.picking import PHASES, Part
from retrieval.plan import NO_PLAN, Plan, plan_of
from retrieval.profile import fit, profile_of
from retrieval.programmes import held_records
from retrieval.types import Answer, BlockRole, Narrowing, Status
from retrieval.understand import Intent, Lexicon, understand
from tests.retrieval.answers import check_answer

QUESTIONS = (
    "How do we start?",
    "How do we start as a mental health trust?",
    "We're a mental health trust. How do we start on housing?",
    "How should we set up local recruitment?",
    "How do we start on air quality as a children's hospital?",
    "How could we begin to buy from small local firms? Our board is sceptical.",
    "How do we start on homelessness as an ambulance trust with no budget?",
    "How do we start with help into work for young people? We have no staff.",
    "How do we get started with our spare land and volunteers?",
)
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
START = "How do we start?"


def plan(assistant: Assistant, question: str, facets: Mapping[str, tuple[str, ...]] | None = None) -> Plan:
    narrowing = Narrowing(facets or {})
    asked = understand(question, (), assistant._lexicon)
    evidence = gather(asked, assistant._encoder, assistant._generation, narrowing)
    if not evidence.passages:
        evidence = gather(asked, assistant._encoder, assistant._generation, Narrowing())
    return plan_of(asked, evidence, assistant._encoder, assistant._generation, narrowing)


def cited(answer: Answer) -> set[str]:
    return {citation.passage_id for citation in answer.citations}


def parts(plan: Plan) -> list[Part]:
    """The part that each piece stands in: a heading holds until the next."""
    found: list[Part] = []
    for piece in plan.pieces:
        heading = piece.heading
        found.append(next(part for part in Part if heading.startswith(f"{part}: ")) if heading else found[-1])
    return found


@pytest.mark.parametrize("question", QUESTIONS)
def test_three_phases_are_filled_and_all_of_it_is_cited(briefs: Assistant, question: str) -> None:
    found = plan(briefs, question)
    where = parts(found)
    for phase in PHASES.values():
        assert 1 <= where.count(phase) <= 4
    steps = [part for part, piece in zip(where, found.pieces, strict=True) if piece.role is BlockRole.STEP]
    assert set(steps) == set(PHASES.values())
    blocks, citations, dropped = verified(*laid_out(found.pieces), briefs.passage)
    assert dropped == 0 and len(blocks) == len(found.pieces)
    assert all(block.citations for block in blocks) and citations


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_whole_and_no_wall(briefs: Assistant, question: str) -> None:
    answer = briefs.ask(question)
    check_answer(answer, briefs)
    words = sum(len(block.text.split()) for block in answer.blocks if block.citations)
    assert 120 <= words <= 340
    shown = [block.text for block in answer.blocks]
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize("question", QUESTIONS)
def test_headings_are_ours_and_say_who(briefs: Assistant, question: str) -> None:
    known = held_records(briefs.content).values()
    names = {held.record.title for held in known} | {held.organisation for held in known}
    names |= {contact.organisation for held in known for contact in held.record.contact}
    names |= {passage.source.title for passage in briefs.passages}
    for piece in plan(briefs, question).pieces:
        if piece.heading:
            _, _, who = piece.heading.partition(": ")
            assert any(name and who.startswith(name) for name in names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do we start as a mental health trust?", "How do we start as an acute trust?"),
        ("How do we start on housing?", "How do we start on air quality?"),
        ("How do we start with young people?", "How do we start with homeless people?"),
        ("How do we start with procurement?", "How do we start with recruitment?"),
        ("How do we start with making the case?", "How do we start with measuring?"),
        ("How do we start on housing?", "How do we start on housing with no budget?"),
        ("How do we start on recruitment?", "How do we start on recruitment? Our board is sceptical."),
    ],
)
def test_what_the_question_says_changes_what_is_cited(briefs: Assistant, one: str, other: str) -> None:
    assert cited(briefs.ask(one)) != cited(briefs.ask(other))


@pytest.mark.parametrize(
    ("facet", "values"),
    [
        ("trust_type", ("acute", "mental_health", "specialist")),
        ("determinant", ("housing", "employment", "air_quality")),
        ("pillar", ("procurement", "buildings_and_land", "environment")),
        ("population", ("homeless_people", "young_people", "small_businesses")),
        # "spreading" alone cites what "making_the_case" does: the same broad programmes are recorded under both.
        ("stage", ("starting", "making_the_case", "designing", "delivering", "measuring")),
    ],
)
def test_each_facet_of_the_page_changes_what_is_cited(briefs: Assistant, facet: str, values: tuple[str, ...]) -> None:
    found = [frozenset(cited(briefs.ask(START, narrowing=Narrowing({facet: (value,)})))) for value in values]
    assert all(found) and len(set(found)) == len(values)


@pytest.mark.parametrize(
    ("facet", "value"),
    [("trust_type", "mental_health"), ("determinant", "housing"), ("population", "homeless_people")],
)
def test_programmes_that_were_asked_for_in_the_page_are_the_only_ones(
    briefs: Assistant, facet: str, value: str
) -> None:
    answer = briefs.ask(START, narrowing=Narrowing({facet: (value,)}))
    programmes = [briefs.passage(one.passage_id) for one in answer.citations if one.programme]
    assert programmes
    assert all(passage and f"{facet}:{value}" in passage.facets for passage in programmes)


def test_no_ambulance_trust_is_told_as_such(briefs: Assistant) -> None:
    """True of the records, too: none of them is of one."""
    assert not any("trust_type:ambulance" in passage.facets for passage in briefs.passages)
    answer = briefs.ask("How do we start on housing as an ambulance trust?")
    gap = next(gap for gap in answer.gaps if "ambulance" in gap)
    assert gap.startswith("No programme quoted here is from an ambulance trust; the nearest are from ")
    kinds = {facet for passage in quoted(briefs, answer) for facet in passage if facet.startswith("trust_type:")}
    for kind, named in (("acute", "acute trusts"), ("mental_health", "mental health trusts")):
        assert (named in gap) == (f"trust_type:{kind}" in kinds)
    assert answer.status is Status.PARTIAL


def test_an_ambulance_trust_chosen_in_the_page_gets_the_general_route_and_is_told(briefs: Assistant) -> None:
    answer = briefs.ask(START, narrowing=Narrowing({"trust_type": ("ambulance",)}))
    assert any("ambulance" in gap for gap in answer.gaps)
    check_answer(answer, briefs)


def quoted(assistant: Assistant, answer: Answer) -> Iterable[tuple[str, ...]]:
    for citation in answer.citations:
        passage = assistant.passage(citation.passage_id)
        if passage and (passage.organisation or passage.programme_id):
            yield passage.facets


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("facets", [{}, {"trust_type": ("community",)}, {"population": ("homeless_people",)}])
def test_gaps_are_true(briefs: Assistant, question: str, facets: Mapping[str, tuple[str, ...]]) -> None:
    found = plan(briefs, question, facets)
    asked = profile_of(understand(question, (), briefs._lexicon), Narrowing(facets)).facets
    passages = [piece.quotation.passage for piece in found.pieces if piece.role is not BlockRole.CONTACT]
    having = {facet for one in passages if one.organisation or one.programme_id for facet in one.facets}
    wanted = {name: values for name, values in asked.items() if name in Facets.model_fields and name != "stage"}
    missed = [values for name, values in wanted.items() if not {f"{name}:{value}" for value in values} & having]
    told = [gap for gap in found.gaps if gap.startswith("No programme quoted here")]
    assert bool(told) == bool(missed)
    if any(gap.startswith("No one programme in the documents") for gap in found.gaps):
        programmes = [h for h in held_records(briefs.content).values() if h.record.kind is RecordKind.PROGRAMME]
        for held in programmes:
            flat = held.passages[0].facets
            assert not all(any(f"{n}:{v}" in flat for v in values) for n, values in wanted.items())


def test_what_stands_in_the_way_is_heard_and_answered(briefs: Assistant) -> None:
    asked = "How do we start on recruitment? Our board is sceptical."
    found = plan(briefs, asked)
    assert [note.partition(":")[0] for note in found.notes] == ["You speak of leaders to be won over"]
    despite = [p for part, p in zip(parts(found), found.pieces, strict=True) if part is Part.DESPITE]
    assert despite and all(re.search("board|leader|strateg", piece.quotation.text, re.I) for piece in despite)
    assert not plan(briefs, "How do we start on recruitment?").notes


def test_what_helps_is_told_by_its_meaning(briefs: Assistant) -> None:
    helpful = what_helps((Constraint.NO_BUDGET,), briefs._encoder)
    said = ("Anchor work need not take large new investment.", "Councils and trusts pool their budgets for care.")
    means, holds_the_word = (float(one @ helpful[0]) for one in briefs._encoder.encode_passages(said))
    assert means >= HELPS > holds_the_word


def test_a_plan_on_something_is_led_by_it(briefs: Assistant) -> None:
    answer = briefs.ask("We're a mental health trust. How do we start on housing?")
    assert any("Sussex" in (citation.organisation or "") for citation in answer.citations)
    contact = next(block for block in answer.blocks if block.kind is BlockRole.CONTACT)
    assert contact.heading and contact.heading.startswith("Whom to ask: ")


def test_nearer_fits_better(briefs: Assistant) -> None:
    asked = understand("How does a mental health trust start on housing?", (), briefs._lexicon)
    profile = profile_of(asked, Narrowing())
    both = fit(profile, ("determinant:housing", "trust_type:mental_health"))
    topic, trust = fit(profile, ("determinant:housing",)), fit(profile, ("trust_type:mental_health",))
    broad = fit(profile, ("determinant:housing", "determinant:food", "determinant:income"))
    assert 1 >= both > topic > trust > fit(profile, ("determinant:food",)) == 0
    assert topic > broad > 0


def test_documents_without_records_are_answered_from_themselves(assistant: Assistant) -> None:
    question = "How do we start hiring local people?"
    assert plan(assistant, question) == NO_PLAN
    answer = assistant.ask(question)
    assert answer.blocks and answer.status in (Status.ANSWERED, Status.PARTIAL)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("How can we get several councils to act together?", Intent.START),
        ("What could a children's hospital do about air?", Intent.START),
        ("We want to open clinics in town. What must we know?", Intent.START),
        ("Who else should we talk to before we begin?", Intent.START),
        ("Vacancies everywhere and no applicants: a plan?", Intent.START),
        ("Steps to getting our contractors to pay a living wage?", Intent.START),
        ("What would be the first three things to do for advice in a clinic?", Intent.START),
        ("I present a proposal to the board. What should go into it?", Intent.START),
        ("How do we know that it works?", Intent.EXPLAIN),
        ("How should a trust measure its impact?", Intent.EXPLAIN),
        ("How do I join the network?", Intent.EXPLAIN),
        ("How did Leeds find its recruits?", Intent.EXPLAIN),
    ],
)
def test_whoever_is_about_to_do_something_wants_a_plan(shipped: Lexicon, question: str, intent: Intent) -> None:
    assert understand(question, (), shipped).intent is intent


@pytest.mark.parametrize(
    "question", [START, "How do we start as an anchor institution?", "Where do we begin with anchor work?"]
)
def test_who_asks_for_nothing_in_particular_is_told_a_whole_route(briefs: Assistant, question: str) -> None:
    told = " ".join(citation.quote for citation in briefs.ask(question).citations)
    steps = [step.says for step in held_records(briefs.content)["network-first-steps"].record.steps]
    assert len(steps) == 6
    assert [step for step in steps if step not in told] == []
    assert sorted(steps, key=told.index) == steps


def test_a_phase_that_nobody_fills_gets_the_networks_route_in_order(briefs: Assistant) -> None:
    found = plan(briefs, "Many of our families can't afford to heat their homes. How do we begin?")
    for phase in PHASES.values():
        mine = [p.quotation.text for part, p in zip(parts(found), found.pieces, strict=True) if part is phase]
        route = [ORDINALS.index(text.split()[0]) for text in mine if "step for an anchor" in text]
        assert route == sorted(route) and (not route or len(route) > 1)


def test_what_fills_a_list_goes_with_its_introduction(briefs: Assistant) -> None:
    for question in QUESTIONS:
        answer = briefs.ask(question)
        closing = [block for block in answer.blocks if block.citations and block.text.endswith(":")]
        for block in closing:
            after = answer.blocks[answer.blocks.index(block) + 1]
            assert after.citations and not after.heading


def test_whom_a_plan_speaks_of_and_no_source_does_is_told(briefs: Assistant) -> None:
    assert "Nothing quoted here speaks of care leavers." in briefs.ask("How do we start helping care leavers?").gaps


@pytest.mark.parametrize("question", ["Help us start on air quality", "Can you do a 12-month plan for local jobs?"])
def test_a_plan_is_asked_for_in_many_words(briefs: Assistant, question: str) -> None:
    assert any(block.kind is BlockRole.STEP for block in briefs.ask(question).blocks)


@pytest.mark.parametrize(
    ("question", "called"),
    [
        ("How do we start? Our clinicians are too busy.", "clinicians"),
        ("How do we begin? The council won't answer us.", "partners"),
        ("What do we do first when the money runs out in March?", "money that will run out"),
        ("How do we start on tenders? Small procurement team of three.", "few people"),
        ("I have one day a week for this. How do I begin?", "few people"),
    ],
)
def test_what_stands_in_the_way_is_heard(briefs: Assistant, question: str, called: str) -> None:
    assert any(called in note for note in plan(briefs, question).notes)


def test_a_step_tells_an_act_and_not_how_it_was_seen() -> None:
    acts = ("The team asked residents what they need.", "It mapped its work against eight principles.")
    views = ("This was seen as key to success.", "Partnerships take time to mature.", "Pay saw an increase of £185.")
    assert not any(_NO_ACT.search(act) for act in acts) and all(_NO_ACT.search(view) for view in views)


def test_a_running_programme_is_told_no_first_step(briefs: Assistant) -> None:
    for question in ("Our pilot worked. How do we scale it up?", "We've run it two years. How do we keep it going?"):
        found = plan(briefs, question)
        assert set(PHASES.values()) <= set(parts(found))
        steps = [piece.quotation.text for piece in found.pieces if piece.role is BlockRole.STEP]
        assert steps and not any("step for an anchor" in text for text in steps)


@pytest.mark.parametrize(
    ("question", "stage"),
    [
        ("How do we scale it up?", Stage.SPREADING),
        ("Our grant ends in March. What next?", Stage.SPREADING),
        ("We have a strategy but no action. What now?", Stage.DELIVERING),
        ("Where do I begin to make the case to the board?", Stage.MAKING_THE_CASE),
        ("We have run two pilots. How do we evaluate them?", Stage.MEASURING),
        ("How do we start?", None),
    ],
)
def test_the_stage_is_heard(shipped: Lexicon, question: str, stage: Stage | None) -> None:
    assert profile_of(understand(question, (), shipped), Narrowing()).stage is stage


def test_unused_ground_is_led_by_what_became_of_such(briefs: Assistant) -> None:
    found = plan(briefs, "We've got an empty car park behind the hospital. What could we do with it?")
    assert any("garden" in piece.quotation.text for piece in found.pieces if piece.role is BlockRole.STEP)


def test_what_programmes_state_of_themselves_has_room(briefs: Assistant) -> None:
    told = parts(plan(briefs, "How do we start on jobs for local people?"))
    assert {Part.RESULTS, Part.MEASURES, Part.NEEDS} <= set(told)


def test_a_slogan_is_no_step() -> None:
    slogans = (
        "Be resilient and persistent.",
        "Have governance that is appropriate.",
        "We aim to build on what exists.",
    )
    assert all(_NO_STEP.search(one) for one in slogans)
    assert not _NO_STEP.search("The team asked residents what they need.")


def test_where_nobody_tells_how_that_is_said(briefs: Assistant) -> None:
    found = plan(briefs, "How do we put solar panels on our roof to help people in fuel poverty?")
    untold = any("found no step by which it was set up" in gap for gap in found.gaps)
    assert untold and not any("step for an anchor" in piece.quotation.text for piece in found.pieces)
