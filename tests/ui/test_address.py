"""Addresses: what is written is read again, and nothing that stands in one makes it fail."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.address import Address, View, parse
from ui.words import FACETS

NAMES = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=60).filter(str.strip)
CHOSEN = st.fixed_dictionaries(
    {}, optional={name: st.sets(st.sampled_from(list(kind)), min_size=1) for name, (_, kind) in FACETS.items()}
)


def in_order(chosen: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(str(value) for value in kind if value in chosen[name])
        for name, (_, kind) in FACETS.items()
        if name in chosen
    }


@given(NAMES, CHOSEN, st.booleans())
def test_a_question_comes_back_with_what_was_chosen(
    question: str, chosen: dict[str, set[str]], at_sources: bool
) -> None:
    address = Address(question=question, facets=in_order(chosen), at_sources=at_sources)
    assert parse(address.href) == address


@given(st.sampled_from([View.PROGRAMMES, View.COMPARE, View.MAP, View.ABOUT, View.ASK]), CHOSEN)
def test_pages_come_back(view: View, chosen: dict[str, set[str]]) -> None:
    assert parse(Address(view, facets=in_order(chosen)).href) == Address(view, facets=in_order(chosen))


@given(NAMES, st.lists(NAMES, unique=True, min_size=1, max_size=5))
def test_programmes_and_passages_come_back(name: str, several: list[str]) -> None:
    for address in (
        Address(View.PROGRAMME, programmes=(name,)),
        Address(View.COMPARE, programmes=tuple(several)),
        Address(View.PASSAGE, passage=f"{name}#0001", span=(3, 90)),
    ):
        assert parse(address.href) == address


@given(st.text(max_size=300))
def test_any_text_is_an_address(text: str) -> None:
    for junk in (text, f"?q={text}", f"?page={text}&from={text}&to={text}", "&".join(f"a{n}=1" for n in range(200))):
        assert isinstance(parse(junk), Address)


def test_what_is_not_known_is_left_out() -> None:
    address = parse("?page=secrets&determinant=housing&determinant=wizardry&trust_type=&from=9&to=2&place=Leeds")
    assert address == Address(facets={"determinant": ("housing",)})


def test_a_value_is_added_and_taken_away() -> None:
    once = Address(View.PROGRAMMES).toggled("population", "staff").toggled("determinant", "housing")
    assert once.facets == {"determinant": ("housing",), "population": ("staff",)}
    assert once.toggled("determinant", "housing").toggled("population", "staff") == Address(View.PROGRAMMES)
