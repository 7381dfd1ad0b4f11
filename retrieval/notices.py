"""Every sentence that is our own and that a reader may see. They promise nothing and assert nothing about the world."""

from __future__ import annotations

from retrieval.types import Status

NOTICES: dict[Status, str] = {
    Status.ANSWERED: "",
    Status.PARTIAL: "The sources answer part of this.",
    Status.NOT_FOUND: "I could not find an answer to this in the documents I hold. "
    "The nearest passages are listed below; they may not be about your question.",
    Status.CLARIFY: "I am not sure what you want to know. Tell me a little more: which kind of trust, which topic "
    "(jobs, buying, housing, green space, air), or which programme?",
    Status.OUT_OF_SCOPE: "I can only answer from documents about how NHS trusts act on the causes of ill health in "
    "their communities, such as jobs, income, housing, air and green space. This seems to be about something else.",
    Status.CLINICAL: "I cannot help with clinical or care questions. For medical help use 111.nhs.uk or call 111, or "
    "call 999 in an emergency. Staff: please use your trust's clinical guidance.",
    Status.CRISIS: "If someone is in danger now, call 999. If you or someone else needs help with thoughts of "
    "self-harm or suicide, call Samaritans free on 116 123 at any time, or call 111 and choose option 2 for mental "
    "health crisis help.",
    Status.PERSONAL_DATA: "Your question seems to hold personal data ({kind}). I have not kept it or looked anything "
    "up. Please take it out and ask again.",
    Status.UNAVAILABLE: "The service has no documents to answer from at the moment. Please try again later.",
}

# A gap must be literally true of what stands beside it: of the sources only what the index can tell, else of what is
# quoted. ``what`` is said of a sentence (``demands.Demand``): "gives a number", "says how often".
GAP_UNKNOWN_NAME = "The sources do not mention “{name}”."
GAP_UNKNOWN_WORD = "The sources do not use the word “{word}”, so what is quoted may be about something else."
GAP_UNUSED_WORD = "The sources do not use the word “{word}”."
GAP_UNUSED_TERM = "The sources do not use the term “{term}”."
GAP_NOT_GIVEN = "I found no sentence on this that {what}."
GAP_NONE_ABOUT = "The sources tell of “{name}”, but I found no sentence about it that {what}."
GAP_UNSURE = "What is quoted may not be about exactly this: I am not sure that it {what}. Please check it in its place."
GAP_NOT_TOGETHER = "No sentence quoted here {what} and speaks of {topic}."
GAP_FIGURE = "Nothing quoted here gives the figure {figure}, which you name."
GAP_TOPIC = "Nothing quoted here speaks of {topic}."
GAP_WORD_OF_OTHERS = "What is quoted on “{word}” is not told of {name}."
GAP_NOT_RECORDED = "My record of the sources states no {aspect} for {name}."
GAP_NOT_ON_THEME = "Of {name} I hold nothing on {theme}; what is quoted is only near to it."
GAP_UNSAID = "Not said in {source}: {what}."
GAP_PERHAPS_UNSAID = "If you are asking {what}: that is not said in {source}."
GAP_NOT_ABOUT = "Nothing quoted here names “{name}”."
GAP_ABOUT_OTHERS = "What comes nearest to this is told of {other}, not of {name}."
GAP_NONE_OF = "Nothing quoted here is told of {name}; it is only what comes nearest."
GAP_OTHER_SIDE = "Another source tells this differently; it lies outside what you asked me to keep to."
GAP_NO_POST = "I found no line that says in these words who that is. The posts shown are the nearest that are named."
GAP_NO_SUCH_POST = "I found no line that names who holds this post: {post}."
GAP_NO_BYLINE = (
    "No passage that I hold of “{title}” prints who wrote it. My list of documents gives as its authors: {names}."
)
GAP_NO_PERSON_WROTE = (
    "No author is named for “{title}”: no person in my list of documents, which gives {publisher} as its publisher."
)
GAP_NO_SIGNATURE = "I found no line in “{title}” that says who signs its foreword."
GAP_WHO_WROTE = "No line quoted here says who wrote what you ask about."
GAP_NO_RANKING = "I cannot say which of these comes first. What I found of each is quoted."
GAP_NO_CONTACT = "I found no contact for {name} in the sources that I hold, or in those that you asked me to keep to."
GAP_NOT_STATED = "{name}: {aspect} – not stated in the records that I hold, or in those that you asked me to keep to."
GAP_NOTHING_HELD = "{name}: nothing in the sources that I hold, or in those that you asked me to keep to."
GAP_NOTHING_QUOTED = "{name}: I found no sentence on this."
GAP_PLANNED = "What is quoted on this is planned or expected; no sentence here says that it has happened."
GAP_NOT_HOW = "The sources tell of “{name}”, but I found no step by which it was set up."
GAP_ONLY_AIMED = "I found no sentence that says that this has been done; where I found it told, it is an aim or a plan."
GAP_NOTHING_MORE = "I found nothing on this beyond what I have already quoted to you."
GAP_ONLY_PLANNED = (
    "What I found with the word “{word}” is planned or expected; I found no sentence that says that it has happened."
)
HEADING_DIFFERENCE = "What differs"
NOTE_NO_DIFFERENCE = "My list of what the sources tell differently holds nothing that I can tell to be on this."
NOTE_MORE_DIFFERENCES = (
    "My list of what the sources tell differently holds {count} more. Ask about a trust or a figure to see what is "
    "told differently of it."
)
GAP_NOT_ALL = "The text of the sources does not state all of this."
NOTE_PHASES = "Which phase a step stands under is my suggestion; the documents seldom say when it was done."
NOTE_DESPITE = "You speak of {what}: what the documents say on that stands under “{heading}”."
NOTE_NOT_DESPITE = "You speak of {what}: I found nothing in the documents on how to begin all the same."
NOTE_COURTESY = "Thank you. Ask me anything else about how NHS trusts act on what makes people ill."
NOTE_IN_SHORT = "I quote and do not sum up in words of my own. These are the first things I would quote on it."
NOTE_GUESS = "Until then, what I would show for “{question}”:"
NOTE_INJECTION = "I have left out the part of your question that gives me orders; I only answer from the documents."

VAGUE_SUGGESTIONS = (
    "How do we start as an anchor institution?",
    "How have trusts helped local people into jobs?",
    "What can a mental health trust do about housing?",
)
