"""Which slips of spelling are mended, and what is never touched."""

from __future__ import annotations

import random
import re

import pytest

from corpus.load import CORPUS_DIR, load_trusts
from retrieval.spelling import Repair, Speller
from retrieval.understand import Lexicon


@pytest.fixture(scope="module")
def speller(shipped: Lexicon) -> Speller:
    return shipped.speller


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("What is an ancor insitution?", "What is an anchor institution?"),
        ("how do we recrut local peple", "how do we recruit local people"),
        ("aprenticeships for yuong people", "apprenticeships for young people"),
        ("hospitl clincal staff", "hospital clinical staff"),
        ("waht is fule poverty and damp houseing", "what is fuel poverty and damp housing"),
        ("green social perscribing in Notinghamshire", "green social prescribing in Nottinghamshire"),
        ("Houseing in Basildn", "Housing in Basildon"),
        ("the Marmott principles", "the Marmot principles"),
        ("Helathcare Horizons", "Healthcare Horizons"),
        ("ELFT’s priniciples", "ELFT’s principles"),
        ("What did Nottinghamhire do?", "What did Nottinghamshire do?"),  # no Nottingham, and no hire
        ("the thousand staff of Imprial", "the thousand staff of Imperial"),
        ("wots new, and how many ppl went thru it pls", "what's new, and how many people went through it please"),
        ("UR, U and Org are names; so is o-u", "UR, U and Org are names; so is o-u"),
    ],
)
def test_slips_are_mended(speller: Speller, typed: str, read: str) -> None:
    assert speller.repair(typed)[0] == read


def test_what_was_changed_is_told(speller: Speller) -> None:
    assert speller.repair("socail value, socail!") == ("social value, social!", (Repair("socail", "social"),))


@pytest.mark.parametrize(
    "text",
    [
        "Do staff get free bus passes?",
        "Is there a podcast about zebras, violins or volcanoes?",
        "Could drones deliver blood to patients in the Hebrides?",
        "neurodiversity, telehealth, onboarding and stairlifts",
        "We organise carers’ breaks; do you organize carers' breaks?",
        "What did the QZXV say about the ABCD and elft and MSEs?",
        "What does Professor Barrts of Crawley, Watford and Wexcombe think?",  # too short a name to be sure of
        "1,234 peopl3 on 12th at 5pm in PM2.5 and CO2e",
        "mail insitution@example.com or see example.com/insitution.html or #insitution",
        "O’Brien, D’Souza and McAnchor",
        "naïve café Ünïcode 安克雷奇 🙂 housíng",
        "funders and funder, insourced and ringfences",
        "de facto and Paget",
        "x" * 1000,
    ],
)
def test_what_is_no_slip_stays(speller: Speller, text: str) -> None:
    assert speller.repair(text) == (text, ())


ORDINARY = """
The violinist rehearsed a difficult sonata before breakfast. Penguins huddle against blizzards for warmth. Which wizard
taught the dragon to juggle? Grandad's greenhouse smells of tomatoes and paraffin. Our plumber whistled while soldering
copper elbows. Submarines navigate by sonar beneath frozen oceans. The goalkeeper fumbled a harmless cross. Chefs flambé
bananas with rum. Did the referee award a penalty after the whistle? Glaciers carve valleys over millennia. Moths orbit
lanterns at dusk. Bakers knead dough until it is elastic. The translator muttered an apology in Portuguese. Squirrels
bury acorns and forget them. Lightning struck the cathedral spire twice. Pirates buried doubloons on a deserted atoll.
Could you sharpen these scissors? Astronomers measured the comet's tail. The tenor forgot his lyrics halfway through an
aria. My bicycle needs new spokes, a saddle and brake cables. Beekeepers wear veils and puff smoke. The auctioneer's
gavel cracked. Kangaroos box with their hind legs. Jewellers polish sapphires. A tailor hemmed the curtains and darned
socks. Ferries cancelled sailings because of fog. Weavers threaded the loom. Volcanologists sampled ash and pumice. The
jury deliberated until Thursday. Sculptors chisel marble. Pigeons roost under the viaduct. He sautéed mushrooms in
butter. Archaeologists unearthed a mosaic and some pottery shards. Cricketers appealed for lbw. The locksmith picked the
padlock. Cellists rosin their bows. Otters juggle pebbles. Farmers muck out the stables. The barista frothed oat milk.
Geologists hammered quartz. Skaters carved figures on the pond. The printer jammed again. Seamstresses stitched sequins.
Trams screeched round the corner. Is the kettle descaled? Owls regurgitate pellets. Foragers gathered chanterelles. Her
telescope resolved Saturn's rings. Snails devoured the lettuces. Jockeys weighed in after the steeplechase. Clowns
squirted custard. The bassoonist sneezed. Rowers feathered their oars. Potters glazed earthenware. Hedgehogs hibernate.
"""


def test_ordinary_english_on_other_topics_stays(speller: Speller) -> None:
    for sentence in re.split(r"(?<=[.?])\s", ORDINARY.strip()):
        assert speller.repair(sentence) == (sentence, ())


def test_no_trust_becomes_another(speller: Speller) -> None:
    names = {word for body in load_trusts(CORPUS_DIR) for word in re.findall(r"[A-Z][a-z]+", body.name)}
    assert len(names) > 200
    for name in names:
        assert speller.repair(f"What did {name} do?") == (f"What did {name} do?", ())
        assert speller.repair(f"what did {name.lower()} do") == (f"what did {name.lower()} do", ())


def test_gibberish_costs_little_and_is_left(speller: Speller) -> None:
    gibberish = " ".join(f"qwrtz{a}{b}vx" for a in "abcdefgh" for b in "abcdefgh")
    assert speller.repair(gibberish) == (gibberish, ())


def test_most_random_slips_are_mended_and_few_misread(speller: Speller) -> None:
    """Of words that stand often in the index and that a slip makes no other word."""
    rng = random.Random(7)
    words = sorted(w for w, n in speller.counts.items() if n >= 5 and len(w) >= 6 and w.isascii() and speller.known(w))
    mended = misread = tried = 0
    for word in words:
        slip = _slip(word, rng)
        if speller.known(slip):
            continue
        tried += 1
        read = speller.repair(f"about {slip} here")[0].split()[1].lower()
        mended += read == word
        misread += read not in (word, slip)
    assert tried > 300
    assert mended / tried > 0.85 and misread / tried < 0.06


def _slip(word: str, rng: random.Random) -> str:
    """The word with a letter left out, doubled, or swapped with the next."""
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[: at + 1] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
