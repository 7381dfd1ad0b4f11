"""The pages beside the one for questions, and the addresses that lead to them, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import Running
from tests.ui.seeing import READY_MS, Seen, opened

pytestmark = pytest.mark.slow

WIDE = pytest.mark.parametrize("size", ["1280"])
PAGES = {
    "?page=programmes": "Programmes",
    "?programme=warm-homes": "Warm homes",
    "?page=compare&programme=warm-homes&programme=garden-jobs": "Compare programmes",
    "?page=map": "Evidence map",
    "?page=about": "About the corpus",
    "?passage=brief-warm-homes%230000": "A passage in its place",
    "?programme=no-such-thing": "Not found",
}


@pytest.mark.parametrize("query", list(PAGES))
def test_every_page_is_reached_by_its_address_and_breaks_no_rule(
    browser: Browser, records_server: Running, size: str, query: str
) -> None:
    with opened(browser, records_server.url, size, query) as seen:
        seen.headed(PAGES[query])
        seen.page.evaluate("document.querySelectorAll('#al-view details').forEach(one => { one.open = true; })")
        assert seen.axe() == []
        assert seen.overflow() == 0
        expect(seen.page).to_have_title(f"{seen.page.inner_text('#al-view h2')} – Anchorline")


@WIDE
def test_programmes_are_chosen_by_facet_and_a_choice_is_taken_away(records: Seen) -> None:
    records.follow("Programmes", "Programmes")
    cards = records.page.locator(".al-programmes > li")
    expect(cards).to_have_count(3)
    records.page.locator("#al-filter-determinant > summary").click()
    records.page.get_by_role("link", name="housing (1)").click()
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Warm homes")
    expect(records.page.locator("#al-filter-determinant > summary")).to_be_focused()
    records.page.locator("a.al-chip").click()
    expect(cards).to_have_count(3)
    records.page.go_back()
    expect(cards).to_have_count(1)


@WIDE
def test_a_programme_states_what_is_known_with_its_sources_and_what_is_not(records: Seen) -> None:
    records.follow("Programmes", "Programmes")
    records.follow("Warm homes", "Warm homes")
    assert "Not stated" in records.page.inner_text("#al-view")
    records.page.locator("#al-view .al-marker").first.click()
    assert str(records.page.evaluate("document.activeElement.id")).startswith("source-1-")
    card = records.page.locator("#al-view .al-card").first
    expect(card).to_be_visible()
    card.get_by_text("Read in place").click()
    expect(card.locator("mark").first).to_be_visible()
    card.get_by_role("link", name="The passage on its own page").click()
    records.headed("A passage in its place")
    expect(records.page.locator(".al-passage mark")).to_have_count(1)


@WIDE
def test_programmes_are_put_side_by_side(records: Seen) -> None:
    records.follow("Compare", "Compare programmes")
    assert records.page.locator("table").count() == 0
    for title, chosen in (("Warm homes", 1), ("Garden jobs", 2)):
        if not records.page.locator("#al-add").evaluate("e => e.open"):
            records.page.locator("#al-add > summary").click()
        records.page.locator("#al-add").get_by_role("link", name=title).click()
        expect(records.page.locator("a.al-chip")).to_have_count(chosen)
    rows = records.page.locator("table.al-compare tbody tr")
    assert rows.count() > 5
    for cell in records.page.locator("table.al-compare td").all():
        text = cell.inner_text()
        assert text == "Not stated" or cell.locator("a.al-marker").count() > 0, text
    strength = records.page.get_by_role("row").filter(has_text="How strong the evidence is").inner_text()
    assert "Measured before and after. The council counted homes" in strength
    records.page.locator("a.al-chip").first.click()
    expect(records.page.locator("table")).to_have_count(0)


@WIDE
def test_the_map_counts_and_leads_to_the_programmes(records: Seen) -> None:
    records.follow("Evidence map", "Evidence map")
    cell = records.page.get_by_role("link", name="1 on housing for patients")
    cell.click()
    records.headed("Programmes")
    expect(records.page.locator(".al-programmes > li")).to_have_count(1)
    records.page.go_back()
    records.headed("Evidence map")


@pytest.mark.parametrize("size", ["320"])
def test_the_map_tells_on_a_narrow_screen_where_there_is_nothing(records: Seen) -> None:
    records.follow("Evidence map", "Evidence map")
    nothing = records.page.locator(".al-narrow .al-none").first
    expect(nothing).to_be_visible()
    expect(nothing).to_contain_text("None for: ")


@WIDE
def test_a_programme_that_names_no_group_of_people_is_on_the_map(records: Seen) -> None:
    records.follow("Evidence map", "Evidence map")
    assert "employment" not in records.page.locator("#al-view .al-gaps").inner_text()
    records.page.get_by_role("link", name="1 on employment").click()
    records.headed("Programmes")
    expect(records.page.locator(".al-programmes > li")).to_have_count(1)


@WIDE
def test_the_corpus_is_described(records: Seen) -> None:
    records.follow("About the corpus", "About the corpus")
    text = records.page.inner_text("#al-view")
    for words in ("Documents as of", "Licence", "How well it could be read", "Our own briefs"):
        assert words in text
    assert "python -m" not in text


def test_a_question_in_the_address_is_asked_once_with_what_was_chosen(browser: Browser, page_server: Running) -> None:
    with opened(browser, page_server.url, "1280", "?q=Who+repaired+damp+homes%3F&show=sources") as seen:
        seen.answered("Who repaired damp homes?")
        expect(seen.page.locator('[id^="sources-"]')).to_be_focused()
        seen.page.get_by_role("link", name="About the corpus", exact=True).click()
        seen.headed("About the corpus")
        seen.page.go_back()
        expect(seen.page.locator("#al-conversation .al-answer > h2")).to_have_count(1, timeout=READY_MS)
        seen.page.get_by_role("link", name="Copy a link to this question").click()
        expect(seen.page.locator(".al-told").first).to_contain_text("Link copied")
        copied = seen.page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{seen.origin}/?q=Who+repaired+damp+homes%3F"


@WIDE
def test_what_is_chosen_narrows_the_answer(records: Seen) -> None:
    records.page.locator("#al-pick-determinant > summary").click()
    records.page.locator("#al-pick-determinant").get_by_role("link", name="housing").click()
    expect(records.page.locator(".al-chip")).to_contain_text("housing")
    records.ask("Who took part in the programme?")
    assert "Kept to what you chose: housing" in records.page.inner_text("#al-conversation")
    for card in records.page.locator("#al-conversation .al-card .al-who").all():
        assert "Warm homes" in card.inner_text()


@WIDE
@pytest.mark.parametrize(
    "query", ["?page=<script>alert(1)</script>", "?deep_link=../../x", "?passage=%23%23", "?q=" + "x" * 3_000]
)
def test_a_mangled_address_still_leads_to_the_page(
    browser: Browser, page_server: Running, size: str, query: str
) -> None:
    with opened(browser, page_server.url, size, query) as seen:
        expect(seen.page.locator("#al-nav a.al-here, #al-view h2").first).to_be_visible()
        seen.page.get_by_role("link", name="Ask", exact=True).click()
        expect(seen.page.get_by_label("Your question")).to_be_visible()
