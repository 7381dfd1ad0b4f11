"""Questions that belong to another desk, told by what nobody would ask a library about anchor institutions: the"
" weather,
a recipe, a program, one's own appointment, payslip or landlord.

The kinds are named outright, and a question that speaks of an organisation's work is only stopped by what is foreign
beyond doubt: the corpus may grow, and what no document answers is found out by searching, not here.
"""

from __future__ import annotations

import re

from retrieval.people import speaks_of_an_organisation

_BEYOND_DOUBT = re.compile(
    r"\b(?:write|compose|draft|make up|tell|give|sing|read|send)(?: me| us)? (?:an?|my|some|five|ten) (?:\w+ ){0,3}"
    r"(?:poem|haiku|joke|limerick|sonnet|song|rap|bedtime story|wedding speech|speech for my|essay|cover letter|cv|"
    r"personal statement|(?:birthday|retirement) \w+|eulogy|love letter|horoscope|riddle|quiz questions?"
    r"|workout plan)\b"
    r"|\b(?:python|javascript|java|c\+\+|sql|regex|css|html|git commit|git merge|excel formula|null pointer"
    r"|recursion|linux|"
    r"docker|pytorch|dataframes?|bash) (?:function|script|code|query|program|example|list|command|error|tag|anchor"
    r"|formula|"
    r"exception|to|for|two|anchor link)\b|\b(?:fix|debug|write|explain) (?:this|an?|the|some) (?:\w+ )?(?:sql|code|"
    r"function|python|regex|traceback|script)\b|\b(?:undo|revert) (?:the |my )?(?:last )?(?:git )?commit\b"
    r"|\bcentre a div\b|"
    r"\bnull pointer\b|\bexplain recursion\b|\bexcel formula\b"
    r"|\b(?:weather|rain|snow|sunny|forecast) (?:like|tomorrow|today|tonight|this|in|at|on"
    r"|for the)\b(?! (?:extremes|health|"
    r"fuel))|\bwill it (?:rain|snow|be (?:hot|cold|sunny))\b|\bgoing to (?:rain|snow)\b"
    r"|\b(?:fa cup|premier league|world cup|champions league|six nations|test match|wimbledon|grand national"
    r"|formula one|"
    r"england (?:match|manager|game)|offside rule|fantasy (?:football|league))\b"
    r"|\b(?:what|which) (?:anchor )?(?:tattoo|bolts?)\b|\banchor (?:chain|bolts?|tattoo|butter|link|text|tag|point"
    r"|escapement|"
    r"brewing|weight)\b|\bnews anchor\b|\banchor of the relay|\bwall-?anchor\b|\banchor\b[^?]{0,30}\b(?:boat|yacht"
    r"|ship|"
    r"dinghy)\b|\bfrench for\b|\btranslate [\"“'‘]|\bwelsh for\b|\bpolish for\b|\b(?:say"
    r"|spell) [^?]{1,30} in (?:polish|"
    r"french|german|spanish|welsh|italian|japanese|urdu|latin)\b"
    r"|\b(?:book|change|cancel|rearrange|move|make|get|reschedule) (?:my |a |an )?(?:\w+ ){0,2}(?:appointment|"
    r"smear test|blood test|scan|(?:covid|flu) (?:jab|vaccination|booster))\b(?! systems?)|\brepeat prescription\b"
    r"|\bvisiting "
    r"(?:hours|times?)\b|\b(?:nearest|closest) (?:a&e|pharmacy|chemist|walk-?in|gp|dentist|hospital|urgent)\b"
    r"|\b(?:register "
    r"with|find|get|see) (?:an? |the )?(?:nhs )?(?:dentist|gp)\b(?! (?:to|practices?))|\b(?:nhs app|nhs login"
    r"|medical records|"
    r"smartcard|payslip|fit note|sick note|european health card|hearing aids|organ donor"
    r"|nhs pension)\b[^?]{0,20}(?:\?|$|"
    r"password|pin|code|log|worth|repair|access)|\b(?:see|access|get) my (?:\w+ )?(?:medical |health )?records\b"
    r"|\bgive blood\b"
    r"|\b(?:my|our) (?:\w+ )?(?:appointment|operation|letter says|referral|rota|payslip|tax code|tax return"
    r"|id badge|smartcard|"
    r"password|pay band|lanyard|landlord|deposit|boss is|manager (?:make|is)|holiday during|laptop|printer|car"
    r"|phone won|"
    r"driving|necklace|glasses|pension|test results)\b(?! (?:scheme|programme))|\bcan my manager\b"
    r"|\bhow (?:long|much) is (?:the )?(?:wait(?:ing list)?|parking|my)\b|\bwaiting (?:list|time) (?:for|at)\b"
    r"|\b(?:staff )?parking "
    r"permit\b|\b(?:complain|complaint) (?:about|to)\b(?! how)|\bmake a complaint\b"
    r"|\b(?:am i entitled|what are my rights|my rights|can i sue|should i sue|unfairly dismissed|unfair dismissal"
    r"|i was sacked|"
    r"sick pay am i|maternity pay will i|paternity pay|notice period|grievance letter|appeal a (?:disciplinary"
    r"|parking)|"
    r"annual leave do i|days annual leave|leave on esr|get paid in|pay day|payday is|when (?:do|will) (?:we"
    r"|i) get paid)\b"
    r"|\bclaim back\b|\bcouncil tax bands?\b|\breport (?:an? )?(?:pothole|missed bin|fly.?tip\w*"
    r"|street ?light)\b|\bbus to the (?:\w+ ){0,2}entrance\b|\bbecome a pilot\b|\bwhat band is\b|\bwi-?fi (?:code"
    r"|password)\b|\b(?:uniform|id badge|"
    r"new badge)\b[^?]{0,15}\b(?:form|order|get)\b",
    re.I,
)
_OTHERWISE = re.compile(
    r"\b(?:recipe|bake|baking|boil|roast|fry|poach|freeze|cook(?:ed)?|sponge|buttermilk|curry|cake|brownies|soup"
    r"|lasagne|"
    r"pancakes?|wine|cocktail|ounces|teaspoons?|oven|air fryer|pizza|chicken|lamb|egg|turkey)\b"
    r"|\b(?:football|cricket|rugby|tennis|golf|snooker|boxing|olympic|marathon|score|scored|fixtures?|match"
    r"|club does|plays for|"
    r"top of the (?:league|premier|table))\b|\b(?:weather|temperature outside|pollen|sunset|sunrise|high tide"
    r"|frost)\b"
    r"|\b(?:laptop|printer|iphone|android|bluetooth|outlook|microsoft|teams|zoom|vpn|wi-?fi|router|password"
    r"|screenshot|two-factor|"
    r"windows|excel|vlookup|pivot table|website|app store|helpdesk)\b"
    r"|\b(?:flights?|hotels?|holiday in|ferry|airport|passport|visa for|beach|camping|train times|trains? to"
    r"|all inclusive|m\d{1,2} "
    r"closed|congestion charge|driving licen[cs]e|driving test|mot|tyres?|sorn|parking (?:fine|ticket)|car"
    r"|engine light|speeding)\b"
    r"|\b(?:solve|square root|integrate|differentiate|equation|fractions|algebra|triangle|prime numbers?|x squared"
    r"|homework|gcse|"
    r"a-level|macbeth|hamlet|shakespeare|romeo|poem|novel|pride and prejudice|essay|grammar|synonym|spell"
    r"|capital (?:city )?of|"
    r"longest river|highest|tallest|how high|how far is|how deep|battle of|world war|henry viii|tudor"
    r"|french revolution|roman|"
    r"planets?|pluto|moon|black holes?|gravity|photosynthesis|newton|atoms?|periodic|element|volcano\w*"
    r"|dinosaur\w*|penguins?|"
    r"hedgehogs?|sharks?|jet engine|mitosis|sky blue|difference between|convert \d|what is \d+ ?%? (?:of|times|plus)|"
    r"proofread|centimetres|kilomet\w+|fahrenheit|celsius)\b|\d\s?[+*/×]\s?\d"
    r"|\b(?:dogs?|cats?|puppy|kitten|rabbits?|hamster|guinea pig|goldfish|prune|roses|tomato|slugs|lawn|moss"
    r"|daffodils|compost "
    r"bin|houseplant|wasps?|mice)\b"
    r"|\b(?:tap|sink|radiator|boiler losing|toilet keeps|fuse|carpet|kettle|mattress|wallpaper|plaster|paint"
    r"|wardrobe|sofa|"
    r"curtains|scarf|knit\w*|crochet|sew\w*|stain|jeans|shoes|clean suede|shed|hedge|fence)\b"
    r"|\b(?:bitcoin|crypto\w*|shares|stocks?|mortgage|remortgage|isa|savings rate|exchange rate|state pension"
    r"|inheritance tax|"
    r"tax return|tax code|hmrc|credit card|lottery|salary for)\b"
    r"|\b(?:vote (?:for|labour|tory|conservative|in)|brexit|trump|prime minister of|president of|general election"
    r"|monarchy|royal|"
    r"news today|headlines|celebrit\w+|richest)\b"
    r"|\b(?:divorce|evict a|solicitor|lawyer|conveyancing|small claims|contest a will|make a will"
    r"|power of attorney|prenup|sue|"
    r"tribunal|bailiff|bin day|bins|council tax|pothole|blue badge|deed poll|birth certificate|register a (?:birth"
    r"|death)|school "
    r"place|planning permission for|jury|apply for (?:universal credit|pip|a passport)|universal credit for me"
    r"|benefits am i|"
    r"recycling in)\b"
    r"|\b(?:film|netflix|strictly|eastenders|doctor who|bbc|lyrics|song|singer|band|guitar|piano|ukulele|zelda|gta"
    r"|minecraft|fifa|"
    r"chess|bridge|poker|monopoly|crossword|sudoku|wordle|scrabble|cheat codes|star sign|horoscope|tarot|dream of"
    r"|fantasy)\b"
    r"|\b(?:are you (?:human|real|sentient|a robot|alive)|do you (?:love|have feelings|get bored|like)"
    r"|who made you|your (?:"
    r"favourite|name)|meaning of life|does god|life after death|what (?:time|day) is it|set a timer|play some"
    r"|remind me|call me a|"
    r"order a|turn on the|email to my|text to my|find me an?|buy me|book a table)\b"
    r"|\b(?:lose weight|workout|abs|skincare|moisturi\w+|running shoes|tie a tie|baby names|gift ideas?|birthday"
    r"|wedding|wear to|"
    r"girlfriend left|make friends|hairstyle|nail art|tattoo|slime|origami|podcast|youtube channel|blog|bakery"
    r"|coffee shop|etsy|"
    r"learn(?:ing)? (?:spanish|french|italian|to drive)|become a pilot)\b",
    re.I,
)
_AT_HOME = re.compile(
    # Asked of a report, or with the years, sums and codes of one.
    r"\bsa(?:y|id) about\b|\b(?:what|how) did (?:the|they)\b|£\s?\d|\b20[12]\d\b|\b(?:grid ref\w*|lsoa|msoa|imd"
    r"|ods|codes?|"
    r"tender|notice|lot \d+|ref|sites?|minutes|items?|bands?|fte|deciles?|rank|tables?|figures?|invoice|postcodes?"
    r"|issn|"
    r"beneficiar\w+)\b|\b(?:volunteer\w*|partners?(?:hips?)?|board|network|sources?|documents?|answers?|passages?"
    r"|evidence"
    r"|evaluat\w+|framework|"
    r"report|pages?|quotes?|cite|isbn|doi|ppn|hbn|htm|prescrib\w+|prescriptions?|broadband|bikes?|cycl\w+|travel"
    r"|bus(?:es)?|"
    r"vegetable|allotments?|gardens?|food|refugees?|carers?|residents?|families|patients?|wards?|health|wellbeing"
    r"|debt|benefits|"
    r"advice|water|plastic|time bank|credit unions?|hub|case stud\w+|lessons?|steps|suppl\w+|convert an old"
    r"|culture|faith|museums?|"
    r"librar\w+|parks?|trees?|walking|arts?|play areas?|climate|energy|heat\w*|insulation|damp|warm|fuel|air"
    r"|smok\w+|trainees?|"
    r"training|mentors?|good work|pay|wages?|living wage|impact|outcomes?|measures?|cost|funded|budget|land|estate"
    r"|construction|homes|older people|participants?|dashboards?|foundations?|footfall|inclusion|lived experience"
    r"|pillars?|determinants?|poverty|income|toolkits?)\b",
    re.I,
)


def is_foreign(text: str) -> bool:
    """Whether it is a question of a kind that no document on anchor institutions answers."""
    if _BEYOND_DOUBT.search(text):
        return True
    return bool(_OTHERWISE.search(text)) and not speaks_of_the_corpus(text)


def speaks_of_the_corpus(text: str) -> bool:
    """Whether the words are of anchor work, or of the documents themselves."""
    return speaks_of_an_organisation(text) or bool(_AT_HOME.search(text))
