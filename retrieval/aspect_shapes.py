"""How the one aspect of a programme that a question asks after shows in its shape; whatever it names is called "they".

The first that fits counts: "why was it hard?" asks for what was hard.
"""

from __future__ import annotations

import re

from retrieval.aspects import (
    BARRIERS,
    EVALUATION,
    MONEY,
    NEXT,
    OUTCOMES,
    PARTNERS,
    REASONS,
    SERVED,
    STAFFING,
    STEPS,
    Aspect,
)

_OF_IT = r"(?:it|its|this|that|they|their|them|these|those|the)"
_WAS = r"(?:['’]s|['’]ve| is| was| were| are| has been| have been| had been| proved| turned out)?"
_MOST = r"(?:hard|difficult|tricky|tough|challenging|problematic|awkward|(?:hard|trick|tough)(?:i)?(?:er|est))"
_PEOPLE = (
    r"(?:(?:local|young|older|disabled|homeless|low-paid|many|some) )*(?:people|patients|residents|communit\w+|staff|"
    r"famil\w+|children|carers|households|neighbourhoods?|populations?)"
)


SHAPES: tuple[tuple[Aspect, re.Pattern[str]], ...] = tuple(
    (aspect, re.compile(shape, re.I))
    for aspect, shape in (
        (
            BARRIERS,
            rf"\bwhat{_WAS} (?:\w+ )?(?:so |most |more |particularly |really |the )*{_MOST}(?! evidence| data"
            rf"| numbers)\b"
            rf"|\b(?:what|which|any"
            rf"|where)\b[^?]*(?<!\bin )(?<!financial )(?<!money )(?<!debt )(?<!health )\b(?:barriers?"
            rf"|obstacles?|hurdles?|pitfalls?|snags?|hitch(?:es)?|hiccups?"
            r"|difficult(?:y|ies)|challenges?|problems?|stumbling blocks?|sticking points?|bottlenecks?|downsides?|"
            r"mistakes?|setbacks?|limitations?|drawbacks?|teething (?:troubles|problems))\b"
            rf"(?! (?:(?:do|did|are|were|does|is|was|for|facing|faced by|among) {_PEOPLE}"
            r"|(?:does|did|do|is|was|were|are) \w+ (?:\w+ )?(?:solv|tackl|address|meant|trying|try|respond|deal"
            r"|fix|help)\w*"
            rf"|that (?:led|made)|in {_OF_IT} (?:area|region|communit)))"
            r"|\b(?:held|hold|holds|holding|kept) (?:\w+ ){0,3}(?:back|up)\b|\bslow(?:ed|s)? (?:\w+ )?down\b"
            r"|\b(?:got|get|gets|getting|stood|stands?|standing) in (?:the|its|their|\w+['’]s) way\b"
            r"|\b(?:went|gone|go|goes|going) wrong\b|\bstruggl\w+ (?:with|to)\b|\bwhere did \w+ struggle\b"
            r"|\b(?:did|do|does)(?:n['’]t| not) work\b|"
            rf"\bwas (?:it|this|that|they) (?:at all )?{_MOST}\b",
        ),
        (
            NEXT,
            r"\bwhat(?:['’]s| is| are| comes?| came| happens?| will| do(?:es)?| did"
            r"| would)\b[^?]*\bnext\b(?! to\b| door\b)"
            r"|\b(?:what|which|any|tell\w*|are there|have)\b[^?]*\b(?:(?:next|further|future) (?:steps?|phases?"
            r"|stages?|plans?)"
            r"|plans? (?:for|to|after|beyond|from here|now|next)|ambitions? for the future)\b"
            rf"|\bwhat (?:are|were|is) {_OF_IT}(?:['’]s)? (?:\w+ )?plans?\b(?! for (?:reducing|tackling))"
            r"|\bwhat (?:are|is) \w+ planning\b|\bwhere (?:does|do|will|did) \w+ (?:\w+ )?go (?:from here|next|now)\b"
            r"|\b(?:does|do|is|are|will) \w+ (?:\w+ )?(?:plan|hope|intend|going|mean)(?:ning"
            r"|ing)? to (?:\w+ )?"
            r"(?:do next|expand|extend|grow|scale|spread|roll|continue|build|open|take)\b"
            r"|\bwill \w+ (?:\w+ )?(?:be )?(?:expand|extend|grow|scale|spread|roll|continu)\w*\b|\bin the pipeline\b"
            r"|\bstill to come\b|\bhow will \w+ (?:\w+ )?(?:grow|expand|extend|scale|spread|be (?:taken|rolled))\b"
            r"|\bthe future (?:of|for|hold)\b",
        ),
        (
            REASONS,
            r"^\W*(?:(?:and|so|but) )?why\b(?! (?:is|are|was|were) \w+ important)(?! (?:should|would|do|can"
            r"|must) (?:we|i|anyone|trusts))"
            rf"|\bwhat (?:made|prompted|drove|drives|led|motivated|spurred|pushed|moved|persuaded) {_OF_IT}\b"
            rf"|\bwhat (?:was|is|were|lay|lies) (?:the )?(?:reasons?|rationale|thinking|motivation|idea"
            rf"|motives?|drivers?|need)\b"
            rf"|\bwhat (?:was|is|lay|lies) behind\b|\bwhat (?:problem|need|gap|issue)s? (?:\w+ )?(?:was|is|were"
            rf"|did|does|do|are) \w+ "
            r"(?:\w+ )?(?:solv|tackl|address|meant|try|respond|deal|fix|answer|set)\w*|\bfor what reasons?\b"
            r"|\bhow come\b"
            r"|\bwhat (?:sparked|triggered)\b",
        ),
        (
            EVALUATION,
            r"\b(?:was|is|has|have|were|been|being|how|who|did|does|do|are|any(?:one"
            r"|body)?)\b[^?]*\b(?:evaluat(?:e|ed|es|ion|ions|ing)|"
            r"assess(?:ed)? (?:it|this|them|that)|independently (?:reviewed|assessed))\b"
            r"|\bhow (?:do|does|did|will|is|are|was|were) (?:\w+ ){1,4}?(?:measur(?:e|ed|ing)|monitor(?:ed)?"
            r"|track(?:ed)?|assess(?:ed)?)\b"
            r"|\bhow (?:do|does|did|will|can) \w+ (?:\w+ )?(?:know|tell|show|prove) (?:if|whether|that"
            r"|how well) \w+ \w+"
            r"|\bwhat (?:metrics|measures|indicators|kpis) (?:do|does|did|are)\b|\b(?:who|anyone"
            r"|anybody) (?:\w+ )?(?:checked|researched|studied)\b",
        ),
        (
            MONEY,
            r"\bwho(?:se)? (?:\w+ ){0,3}?(?:pay(?:s|ing)?|paid|funds?|funded|funding|financ(?:es?|ed)|foot(?:s"
            r"|ed)?|chip(?:s|ped)? in"
            r"|bankroll(?:s|ed)?|sponsor(?:s|ed)?|money)\b|\bwho (?:put|puts|gave|came) (?:up "
            r"|in )?(?:with )?(?:the )?(?:money|cash|funds?|funding)\b"
            r"|\bhow (?:is|was|were|are|did|do|does) (?:\w+ ){1,6}?(?:funded|paid for|financed|resourced"
            r"|pay for|fund (?:it|this|them)|afford)\b"
            r"|\bwhere (?:does|did|do|has|is) (?:\w+ ){0,4}?(?:money|funding|cash|funds|budget)\b|\b(?:what"
            r"|which) (?:funding|grants?|money)\b"
            r"(?! (?:did|do|does) \w+ (?:give|award|offer)| bodies| for (?:charit|communit|local))"
            r"|\bsources? of (?:funding|money)\b|\bwhat (?:did|does|has|will"
            r"|would) (?:\w+ ){1,6}?cost\b(?!s? of living)|\bhow much (?:did|does|has) (?:\w+ ){1,6}?cost\b"
            r"|\b(?:new|extra|outside|external) (?:money|funding)\b[^?]*\?",
        ),
        (
            STAFFING,
            r"\bhow (?:is|was|are|were) \w+ staffed\b|\b(?:what|which|how many) (?:\w+ )?(?:staff|posts?|roles"
            r"|team|people)\b[^?]*"
            r"\b(?:run|runs|ran|deliver\w*|work(?:s|ed)? on|behind|needed|take)\b(?! by)|\bwho (?:works|worked) on\b"
            r"|\b(?:dedicated|core) (?:team|staff|posts?)\b|\bhow much staff time\b|\bwho staff(?:s|ed)\b"
            r"|\bwho (?:runs|delivers|does) (?:it|this|that|them)\b",
        ),
        (
            PARTNERS,
            r"\bwho(?:m)? (?:did|do|does|else|has|have|is|was|were|are) (?:\w+ ){1,3}?(?:work(?:ed"
            r"|ing)? (?:with|alongside)|partner\w*|collaborat\w+|team\w* up"
            r"|join\w* forces|involved|on board|in (?:on )?it)\b|\b(?:what|which"
            r"|who) (?:[\w’'-]+ ){0,4}?partners?\b(?!['’]| (?:of|think|feel|say)\b)|\bpartnered with\b"
            r"|\bhow (?:did|do|does|has|have|is|are|was|were) (?:\w+ ){1,3}?(?:work(?:ed|ing)?|partner(?:ed)?"
            r"|collaborat\w+|co-?operat\w+|join\w* forces|team\w* up)"
            r" (?:\w+ )?(?:with|alongside)\b|\bwho (?:\w+ )?(?:helped|joined|supported) (?:it|them|this)\b"
            r"|\bteam(?:ed)? up with\b"
            r"|\bwhich (?:other )?organisations (?:were|are|did|helped|worked|took)\b",
        ),
        (
            STEPS,
            r"^\W*(?:(?:and|so|but) )?how (?:did|have|has) (?!we|i\b|you|our)(?:\w+ ){1,4}?(?!work\b|help\b"
            r"|know\b|feel\b|change\b|compare\b|do\b(?! (?:it|this|that)\b))\w+"
            r"|^\W*(?:(?:and|so|but) )?how (?:was|were) \w+ (?:\w+ )?(?:set up|built|done|introduced|made"
            r"|created|developed|launched|started|established|"
            r"implemented|put in place|designed)\b|\bwhat (?:steps|did \w+ actually do|did \w+ do first)\b",
        ),
        (
            SERVED,
            r"\bwho(?:m)? (?:\w+ )?(?:benefits?|benefited|gains?|gained|profits?|is helped|are helped)\b"
            r"|\bwho(?:m)? (?:is|was|are|were) (?:it|this|they|that) (?:\w+ )?(?:for|meant for|aimed at|open to"
            r"|designed for)\b"
            r"|\b(?:who(?:m)?|which (?:groups|people|patients|staff)) (?:do|does|did|has|have) (?:it|this|they"
            r"|that) (?:\w+ )?"
            r"(?:help(?:ed)?|serve[sd]?|target(?:ed)?|reach(?:ed)?|benefit(?:ed)?)\b",
        ),
        (
            OUTCOMES,
            r"\bwhat (?:has |have |did |was |were |is |are )?(?:\w+ ){0,4}?(?:come of|came of|achieved?"
            r"|outcomes?|results?|impacts?|accomplish\w*"
            r"|show for|difference)\b|\b(?:was|is|has|were) \w+ (?:\w+ )?(?:a )?success\w*\b"
            r"|\bdid \w+ (?:\w+ )?(?:work|succeed|pay off|make (?:a|any) difference)\W*$"
            r"|\bwhat good\b|\bwhat happened as a result\b|\bwas \w+ worth it\b",
        ),
    )
)
