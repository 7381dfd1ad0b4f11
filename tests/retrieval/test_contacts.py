"""Whom to ask: a role and a published route, or openly nobody."""

from __future__ import annotations

from retrieval.assistant import Assistant
from retrieval.notices import GAP_NO_CONTACT
from retrieval.types import BlockRole, Status
from tests.retrieval.answers import check_answer


def test_the_role_and_not_the_person_is_named(briefs: Assistant) -> None:
    answer = briefs.ask("Who can I contact about Healthcare Horizons?")
    check_answer(answer, briefs)
    assert [block.kind for block in answer.blocks] == [BlockRole.CONTACT]
    assert "Associate Director for Public Health" in answer.text and "@" not in answer.text


def test_where_the_sources_name_nobody_the_network_is_named(briefs: Assistant) -> None:
    answer = briefs.ask("Who can I contact at Sandwell and West Birmingham?")
    check_answer(answer, briefs)
    assert answer.status is Status.PARTIAL
    assert GAP_NO_CONTACT.format(name="Sandwell and West Birmingham NHS Trust") in answer.gaps
    assert any(b.kind is BlockRole.CONTACT and "haln.org.uk" in b.text for b in answer.blocks)


def test_a_web_page_is_found_by_what_was_asked_for(briefs: Assistant) -> None:
    answer = briefs.ask("Is there a web page on Mid and South Essex's anchor programme?")
    check_answer(answer, briefs)
    assert any("www.mse.nhs.uk/anchor-programme" in block.text for block in answer.blocks)


def test_a_documents_own_contact_line_is_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("Who can I contact about the Kestrel team at Wexcombe?")
    check_answer(answer, assistant)
    assert any("contact the Kestrel team through the trust's switchboard" in block.text for block in answer.blocks)


def test_other_questions_get_no_contact(briefs: Assistant) -> None:
    answer = briefs.ask("How many youngsters got a job through Healthcare Horizons?")
    assert not any(block.kind is BlockRole.CONTACT for block in answer.blocks)
