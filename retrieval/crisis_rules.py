"""Rules that know a person in danger by how people write of one.

Words such as "suicide prevention" or "domestic abuse" are the daily bread of this corpus and prove nothing: the rules
look for somebody who speaks of himself or of one other.
"""

from __future__ import annotations

import re

from retrieval.people import KIN

_ONE = rf"(?:i|he|she|they|someone|somebody|(?:my|our|his|her|their|an?|the|this|one of (?:my|our)) (?:\w+ )?{KIN})"
_IS = r"(?:['’]?m|['’]s|['’]ve|['’]re| am| is| are| was| be| been| being| have| has| feels?| feeling| felt| keeps?)"
_ONESELF = r"(?:my|him|her|them|your)sel(?:f|ves)"
_HURT = r"(?:kill|harm|hurt|cut|hang|drown|stab|burn)(?:s|ed|t?ing)?"
_ENDING = r"(?=\W*$|\s*[.,;!?]| (?:now|today|tonight|again|any ?more|any longer|because|and|but|all|than)\b)"
_ATTACKED = r"(?:abused|beaten|hit|hurt|attacked|raped|stabbed|strangled|threatened)"
_CRISIS = (
    rf"\b{_ONE}{_IS}{{1,3}} (?:\w+ ){{0,3}}suicidal\b",
    rf"\b{_ONE}\b[^.?!]{{0,40}}\b{_HURT} {_ONESELF}\b",
    rf"\b{_ONE}(?: (?:at|in|on) (?:my|our|the|this) \w+)?(?:{_IS}| started| still| often| also| to| wants?){{0,3}} "
    rf"self[- ]?harm",
    rf"\b(?:think|plan|consider|contemplat|attempt|tr(?:y|ied)|thought)\w*\b[^.?!]{{0,12}}\bsuicide\b{_ENDING}",
    rf"\b{_ONE}\b[^.?!]{{0,12}} want(?:s|ed)? to (?:die|be dead)\b(?! (?:at|in|with))",
    r"\b(?:want|going|try|tried|trying|plan|think|thought|feel like|threaten)\w*(?: \w+){0,2} end(?:ing)? "
    r"(?:it all\b|(?:my|his|her|their) (?:own )?li(?:fe|ves)\b)",
    r"(?<!people )(?<!patients )(?<!anyone )(?<!those )\bthreaten\w* to jump\b|\b(?:cut|cutting|slit) (?:my"
    r"|his|her|their) wrists\b|\bcommit(?:ting)? suicide\b",
    r"\b(?:taken|took|taking) (?:\w+ ){0,2}overdose",
    rf"\b(?:i|he|she) can(?:['’]?t|not) go on\b(?:{_ENDING}| like this)",
    rf"\b(?:do|does)(?: not|n['’]?t) want to (?:live|be here|be alive|wake up)\b{_ENDING}",
    rf"\b{_ONE}\b[^.?!]{{0,20}} better off dead\b{_ENDING}|\bwish {_ONE} (?:was|were) dead\b|\bno point (?:in "
    rf")?living\b{_ENDING}",
    rf"\b(?:i|he|she)(?: would|['’]?d) rather be dead\b|\b(?:i|he|she) (?:just )?wants? to end it\b{_ENDING}",
    rf"\b{_ONE}\b[^.?!]{{0,30}}{_IS} (?:being )?{_ATTACKED}\b(?=[^?]{{0,60}}\b(?:now|help|scared|by|home)\b)",
    r"\b(?:beat|hitt?|hurt|attack|rap|strangl|threaten|abus)(?:e?s|ing)? me\b(?! if)",
    # What kills is a person: phones, heels and waiting kill as well.
    rf"\b(?:{_ONE}|who|ex)\b[^.?!]{{0,30}}\bkill(?:s|ing)? me\b(?! if)|^\W*kill(?:s|ing)? me\b",
    rf"\b{_ONE}{_IS} in (?:\w+ )?danger\b(?! of\b)|\b(?:i|we|she|he){_IS} (?:not safe|unsafe) at home\b",
    r"\bscared for (?:my|her|his|their) li(?:fe|ves)\b",
    r"\b(?:i|he|she|they)(?:['’]ve|['’]s|['’]m| have| has| am| is)? (?:been )?(?:just )?(?:sav(?:ed|ing)(?: up)?"
    r"|stockpil\w+|"
    r"hoard\w+|put(?:ting)? (?:aside|by)|collect(?:ed|ing)) (?:all )?(?:(?:my|his|her|the|enough) )?(?:\w+ )?"
    r"(?:pills|tablets|meds|medicines?|painkillers)\b(?! (?:packs|boxes|waste))",
    # In the words of messages, and misspelt.
    r"\bkms\b|\bun-?aliv\w+|(?<!people )\b(?:wan(?:t|na)|wnat|wants) (?:to |2 )?(?:die|dei|be dead)\b(?! (?:at"
    r"|in|with|for))|"
    r"\bsu[icd]{2,5}al\b(?= ?(?:thoughts|$|[.,!?]|and|but|can|again|help|please))|\bki(?:l"
    r"|ll)(?:ing)? (?:my ?self)\b",
    r"\bsuicid(?:al|e) (?:thoughts|note|hotline|helpline|line|plan)\b(?! (?:in|of|for|among))|"
    r"\b(?:attempt|contemplat|commit)\w* suicide\b|\bfeel(?:ing)? (?:\w+ )?suicidal\b",
    r"\b(?:end(?:ing)?|finish) (?:it all|it (?:tonight|now|today|soon|2nite|tonite)|my (?:own )?life|his life"
    r"|her life|"
    r"their lives)\b|\btak(?:e|ing) (?:my|his|her|their) (?:own )?(?:life|lives)\b|\btop (?:my|him"
    r"|her)self\b",
    r"\b(?:painless\w*|least painful|easiest|quickest|best) (?:\w+ )?way to (?:die|kill|end|go)\b|\bnoose\b|\bhang "
    r"(?:my|your|him|her)self\b|\bplace to jump from\b|\bdo it painlessly\b|\bhow long (?:\w+ ){1,5}(?:bleed out"
    r"|to die)\b|"
    r"\b(?:how many|would|will|what happens if you take) [^.?!]{0,30}\b(?:overdose|kill me|on purpose)\b",
    r"\b(?:took|taken|taking|takes?(?! to\b)|swallow\w*|drank|drunk|necked)\b[^.?!]{0,40}\b(?:bleach"
    r"|antifreeze|too many|all "
    r"(?:my|his|her|their|of)|load of|handful of|bottle of|on purpose|them all)\b[^.?!]{0,30}(?:pills?|tablets?|"
    r"medic\w+|meds|\w*depressants?|\w+killers|paracetamol|ibuprofen|insulin|tramadol|methadone|morphine"
    r"|beta ?blockers"
    r"|bleach|$)|\b(?:swallowed|drank|drunk) (?:\w+ )?(?:bleach|antifreeze|batter(?:y|ies))\b|"
    r"\bi took (?:\w+ )?(?:\d\d|twenty|thirty|forty|fifty)\b|\boverdosed\b(?! (?:patients|people|on (?:strateg"
    r"|polic|report|document|meeting|data|paper|acronym)\w*))|\bOD(?:['’]?ing"
    r"|['’]?ed|['’]d)\b|"
    r"\bi\b[^.?!]{0,30}\boverdos(?:e|ing)\b|\bstockpil\w+ (?:my|his|her|their) (?:\w+ )?(?:med\w+|tablets|pills)\b",
    r"\b(?:roof|ledge|bridge|railway|tracks|platform|cliff)\b[^.?!]{0,40}\b(?:jump|won['’]?t come down|goodbye)|"
    # Who is there, since panels and gardens are on roofs too.
    r"\bjump(?:ing)? (?:off|in front of)\b|\b(?:i|he|she|they|is|am|are|was|(?:i|he|she|they|who"
    r"|there)['’]?(?:s|m|re)"
    r"|stood|standing|sat|sitting|climbed|patient|man|woman|boy|girl|some(?:one|body)|friend|mate|son|daughter"
    r"|brother"
    r"|sister|mum|dad|husband|wife|partner|colleague)(?: (?:up|out))? on the (?:roof|ledge|tracks|railway line)\b"
    r"(?! garden)|"
    r"\b(?:throw|drown|shoot) (?:my|him|her|them)sel(?:f|ves)\b"
    r"|\bset (?:my|him|her|them)sel(?:f|ves) (?:on fire|alight)\b",
    r"\b(?:better|easier|happier) (?:off )?(?:if i|without me|with me (?:dead|gone))\b|\b(?:nobody"
    r"|no ?one)\b[^.?!]{0,15}"
    r"\b(?:miss me|notice if i|cares? if i)\b|\bif i (?:die|died|wasn['’]?t here|weren['’]?t here|was gone"
    r"|was dead|were "
    r"(?:dead|gone))\b|\b(?:was|been) never born\b|\bnever been born\b",
    r"\b(?:don['’]?t|do not|dont|not|never|rather not) (?:wanna|want to|to)? ?(?:be here|be alive|live"
    r"|wake up|go on "
    r"living)\b(?= (?:any|no|tomorrow|again|now)|\W*$|,|\.)|\bno (?:reason|point)\b[^.?!]{0,12}\b(?:alive|living"
    r"|to live|"
    r"going on)\b|\bnothing (?:left )?to live for\b|\blost the will to live\b|\blife (?:isn['’]?t|is not|ain['’]?t"
    r"|not) "
    r"worth\b|\bdone with life\b|\blife is pointless\b|\bdeserve to live\b|\bcarry on living\b"
    r"|\bhad enough of life\b",
    r"\b(?:keep|can['’]?t|not) (?:\w+ )?(?:myself |be )safe\b|\bi(?:['’]m| am) not safe\b|\b(?:hurt|harm|cut"
    r"|cutting|burn|"
    r"stab|starv)(?:ing|ed|e)? (?:my|him|her|them)sel(?:f|ves)\b|\bcutting again\b|\bdo something (?:stupid|bad|to "
    r"myself)\b|\bthinking about (?:cutting|overdosing|jumping)\b",
    r"\b(?:plan|decided|ready|going) (?:how |for )?(?:i['’]d |to )(?:die|end it)\b(?! (?:out|with))"
    r"|\bgoodbye (?:everyone|messages?|letters?|note)\b|\b(?:written|left|wrote) (?:the|a"
    r"|my) (?:\w+ )?note\b|"
    r"\blast (?:message|night) (?:from|alive|on earth)\b|\bbefore i end it\b|\bbe gone by (?:morning|tomorrow)\b",
    r"\bvoices\b[^.?!]{0,15}\btell|\bgod told (?:me|him|her)\b|\b(?:want|going|gonna|feel like|thoughts? of"
    r"|thinking of|"
    r"wants)\b[^.?!]{0,12}\b(?:kill|killing|stab|hurt|hurting|harm|harming|drown|shake|shoot)(?:ing)? (?:him|her"
    r"|them|"
    r"some(?:one|body)|people|(?:my|the|his|her) (?:baby|wife|husband|mum|dad|kids?|children|child|neighbours?"
    r"|partner))\b|"
    r"\bshook the baby\b|\bpillow over\b",
    r"\b(?:don['’]?t|do not|not|never|no longer) (?:wanna|want to|to) exist\b",
    # Means at hand, and an end that is named.
    r"\b(?:sat|sitting|stood|standing|i['’]?m|i am|here) (?:\w+ ){0,2}with (?:an?|the|my) (?:blade|razor|rope"
    r"|belt|ligature|noose|pills"
    r"|tablets|bottle of pills)\b|\bwant(?:ing|s|ed)? (?:it|this|everything) (?:all to (?:stop|end|be over)\b"
    r"|to (?:stop|end) for good\b)"
    r"|\b(?:i|he|she|i['’]ll|he['’]ll|she['’]ll|will|gonna) be dead (?:by|before|soon|tomorrow)\b",
    # Violence and abuse, told by those who suffer or see it.
    r"\b(?:he|she|they|dad|mum|husband|wife|partner|boyfriend|girlfriend|stepdad|stepfather|son|carer|uncle"
    r"|brother|ex|"
    r"boss|manager|resident|worker|men|foreman|gaffer|supervisor)\b[^.?!]{0,20}\b(?:hits?|beats?|beat"
    r"|punch(?:es|ed)|kick(?:s|ed)|slap(?:s|ped)|"
    r"strangl\w+|chok(?:es|ed)|rap(?:es|ed)|attack(?:s|ed)|touch(?:es|ed)|hurt(?:s|ing)?|abus(?:es|ed|ing)|threatens|"
    r"stab(?:s|bed)|locked) (?:me|us|him|her|them|my|our|a (?:\w+ )?patient)\b(?! (?:to|into) (?:think|work))",
    # Who broke it is another than whose it is.
    r"\b(?:(?:he|dad|father|husband|boyfriend|stepdad|partner|uncle)\b[^.?!]{0,30}\bbroke (?:my|her|our|their)"
    r"|(?:she|mum|mother|wife|"
    r"girlfriend)\b[^.?!]{0,30}\bbroke (?:my|his|our|their)|(?:he|dad|father|stepdad"
    r"|uncle)\b[^.?!]{0,30}\bmade (?:my|our)\b[^.?!]{0,30}"
    r"\bbroke his) (?:\w+ )?(?:fingers?|arms?|jaw|nose|ribs?|wrists?|legs?|teeth|hand|collarbone)\b"
    r"|\bshow(?:ed|n|s) (?:me|us|her|him) (?:\w+ ){0,3}(?:marks|bruis\w+|weals|welts|burns|scars)\b(?! scheme)",
    r"\b(?:i|she|he)(?:['’]ve| was| has| have|['’]s)? (?:been |just been )?(?:raped|sexually (?:abused|assaulted)"
    r"|trafficked|"
    r"stalked|groomed|held against|kept as a slave|locked in)\b|\b(?:(?:i|he|she)(?:['’]m|['’]s| am| is"
    r"| was) being (?:attacked|followed)|being (?:stalked|trafficked|groomed|beaten|exploited|hurt|"
    r"sexually abused|kept (?:as|locked)|held against))\b(?![^.?!]{0,40}\b(?:programme|policy|scheme))",
    r"\b(?:man|woman|someone|somebody|he|she|patient|boy|lad|ex|husband|farmer|uncle|partner|boyfriend|wife"
    r"|dad|father|mum"
    r"|brother|son|stepdad|bloke|fella|chap|visitor)\b[^.?!]{0,40}\b(?:with|got"
    r"|has|out) "
    r"(?:a |the )?(?:knife|gun|hammer|machete|shotgun|blade|weapon|axe|bat)\b(?! (?:crime|amnesty|violence))"
    r"|\b(?:there['’]s|got) a (?:bomb"
    r"|man with)\b|"
    r"\bhas (?:just )?been (?:stabbed|shot)\b|\bblades? under\b|\bknife to (?:his|her|my)\b",
    r"\b(?:told|disclosed|tells|confided)\b[^.?!]{0,50}\b(?:beat(?:s|en|ing)?|hits?|touch(?:es|ed)|rap(?:ed|es)"
    r"|abuse[ds]?|"
    r"hurts?|kill(?:s|ing)? (?:him|her|them|my)\w*|suicid\w*|wants? to die|end (?:it|her|his)|threatens"
    r"|takes? her pension)\b",
    r"(?<!people )(?<!patients )(?<!those )\bthreat(?:en|ens|ened|ening) (?:to (?:kill|stab|hurt|jump|burn|set"
    r"|harm|shoot)|me|us|staff|him|her|suicide)\b|"
    r"\b(?:kill|stab|find) (?:me|us)\b(?! (?:some|a|the|in))|\bkill her next time\b"
    r"|\bbreak (?:my|his|"
    r"her) legs\b",
    r"\bforc(?:e|ed|ing) (?:me|her|him|\w+ (?:sister|daughter|cousin|niece))? ?(?:in)?to (?:a )?marr"
    r"|\bmarriage\b[^.?!]{0,20}"
    r"\babroad|\btake (?:me|her|my sister) (?:abroad|to be cut)|\bsister to be cut\b"
    r"|\bhonour[- ]based violence, my\b|"
    r"\b(?:online|man) [^.?!]{0,20}making me\b|\bsend pictures\b",
    r"\b(?:cigarette burns|burn marks|bruis(?:es|ed) all over|black eye|unexplained bruis\w+)\b"
    r"|\bsafeguarding (?:concern|"
    r"referral|alert|issue)s?\b(?=\s*:|\s(?:about|for|regarding|now)|\W*$)|\b(?:report|reporting) (?:the |an? "
    r"|child |elder |"
    r"sexual )?(?:abuse|neglect|child abuse)\b|\bi think (?:\w+ ){1,5}(?:being |is )(?:beaten|abused|neglected"
    r"|trafficked|"
    r"exploited|hurt|groomed)\b|\bchild(?:ren)?\b[^.?!]{0,40}\b(?:screaming|left alone|no food|is being"
    r"|are being)\b|\bleft "
    r"the kids alone\b|\bcarer slap|\bi can hear blows\b|\bto leave (?:me|her)\b[^.?!]{0,10}\bthreat",
    r"\b(?:collapsed|unconscious|unresponsive|not breathing|isn['’]?t breathing|won['’]?t wake up|not responding"
    r"|bleeding to "
    r"death|choking|hav(?:ing|e) a heart attack|turned? blue|in labour(?! (?:ward|suite"
    r"|market)))\b(?![^.?!]{0,30}\b(?:programme|scheme|market|"
    r"party|contracts?)\b)|\bblood everywhere\b|\b(?:can['’]?t|cannot) breathe\b"
    r"(?! (?:for|because of) (?:all )?(?:the )?(?:traffic|fumes|lorries|pollution|cars))|\bseizure in\b"
    r"|\bi think i['’]?m dying\b|"
    r"\bcall (?:the police|an ambulance)\b|\bfreezing to death\b|\bgetting sleepy\b",
    r"\b(?:i(?:['’]m| am)|(?:my|her|his) \w+ is|she['’]?s|he['’]?s) (?:in"
    r"|having) (?:a )?(?:mental health )?(?:crisis|mental "
    r"breakdown|breakdown)\b(?! (?:of|financially|over|about))|^\W*mental health crisis now|\bcrisis (?:team"
    r"|line) number\b|"
    r"\b(?:speak|talk|number for|call|ring|phone)\b[^.?!]{0,12}\bsamaritans\b|\bsamaritans (?:number|urgent)",
    r"\b(?:gone|went) missing\b[^?]{0,40}\b(?:note|jump|suicid|ward)|\bmissing from (?:the ward|home)\b"
    r"|\brun away from home\b|"
    r"\b(?:scared|frightened|terrified|afraid) (?:of|to go)\b[^.?!]{0,25}\b(?:husband|wife|home|him|partner|dad"
    r"|mum|ex|back|"
    r"mother|father)\b|\bscared he['’]?ll\b|\btrying to break the door\b|\bhe['’]?s outside\b|\bi am terrified\b",
)
_RULES = tuple(re.compile(rule, re.I) for rule in _CRISIS)
# What people say of a board, a deadline or a sore back, and mean no harm by.
_BUSINESS = (
    r"(?:forms?|paper\w*|e-?mails?|data|spreadsheets?|meetings?|admin|reports?|work|acronyms|jargon|tenders?|bids?|"
    r"targets|requests|policies|procurement|finance|commissioners|plans?|strateg\w+|pilots?|schemes?|ideas?|budgets?|"
    r"projects?|programmes?|proposals?|deals?|disputes?|laptop|deadlines?|case|motion|story|momentum|framework)"
)
_FIGURES = (
    r"\b(?:boards?|chair|chief exec\w*|directors?|boss|manager|finance|committee|governors?|auditors?)\b[^.?!]{0,40}"
    r"\b(?:kill|murder|shoot|hang|strangle|crucify) (?:me|us|it)\b",
    rf"\b(?:{_BUSINESS}|head|back|feet|tooth|knees?|cough|shoes|heat|cost|phones?|queues?|heels) "
    r"(?:is |are |was |['’]s )?(?:\w+ )?killing (?:me|us)\b",
    r"\bkilling (?:my|our) (?:knees?|feet|back|head|eyes|legs|budget|mood)\b|\bdying (?:to (?:know|hear|see)"
    r"|for an?)\b",
    rf"\b(?:drown\w*|buried|swamped|strangled|snowed|bogged down) (?:in|under|by"
    rf"|with) (?:\w+ ){{0,2}}?(?:{_BUSINESS}|red tape)\b",
    r"\bdead (?:on (?:my|our|their) feet|tired|beat|quick|easy|simple|slow|keen|good|useful|busy|quiet|in the water"
    r"|ends?|wood|lines?|weight)\b|\bit['’]?s dead (?:tonight|today|here|in here|quiet)\b",
    r"\b(?:i|we)(?:['’]?d| would| could) (?:\w+ )?(?:kill|die|murder|sell my soul) for (?:an?|some)\b",
    r"\bcould (?:\w+ )?(?:kill|strangle|murder|shoot|throttle) (?:whoever|the (?:person|people|man|one) (?:who"
    r"|that))\b",
    r"\bthe death of (?:me|us)\b|\b(?:sick|bored|tired|worked) to death\b"
    r"|\bdi(?:e|ed|ing) of (?:boredom|embarrassment|shame|laughter)\b",
    rf"\b(?:wits['’]? end|end of (?:my|our) (?:tether|rope)) (?:with|over) (?:\w+ )?{_BUSINESS}\b",
    r"\b(?:gave|give|gives|giving) (?:me|us) (?:nearly |almost )?a heart attack\b",
    r"\bbleed(?:ing)? (?:money|cash|dry)\b|\bburn(?:s|ing|ed|t)? (?:through|out on) \w+|\bshot (?:it |us |me )?down\b"
    r"|\bshot in the arm\b|\bbullet[- ]proof\b|\bkiller (?:question|fact)\b|\bkill list\b|\bcut to the bone\b",
    rf"\bkill(?:ed|ing)? (?:off )?(?:the|that|this|our) {_BUSINESS}\b",
    rf"\b{_BUSINESS} (?:\w+ ){{0,3}}?(?:dies?|died|dying|dead|killed(?: off)?|on life support)\b",
    r"\brather (?:\w+ ){1,5}than (?:do|sit|fill|read|go|write|open|attend)\b",
    r"\b(?:numbers?|rates?|figures?|income|funding|attendance|applications?)\b[^.?!]{0,30}\boff a cliff\b",
)
_FIGURE_OF_SPEECH = re.compile("|".join(_FIGURES), re.I)
_MEANS_OR_INTENT = re.compile(
    r"\b(?:on purpose|deliberately|fatal|lethal|deadly|die|dead|suicid\w*|razors?|blades?|knife|noose"
    r"|end (?:it|things)"
    r"|finish myself|drown\w*|jump (?:off|when|in front)|bleach|weed ?killer|drain cleaner|antifreeze|petrol"
    r"|white spirit|slammed|punch\w*|kicked|slapped|strangl\w*|chok(?:ed|es)|beat(?:s|en|ing)? (?:me|him|her|them|up)"
    r"|(?:hit|hits|hitting|shook|shakes?) (?:me|him|her|us|my)|throws? things|(?:belt|bite|burn|finger|cane) marks"
    r"|(?:burn|scratch|cutt?|carv)\w* (?:\w+ )?(?:his|her|my|their) (?:arms?|legs?|wrists?|thighs?|skin)"
    r"|scared of him|afraid of him|rape\w*|molest\w*|can['’]?t go on|give up on life|breaking point)\b",
    re.I,
)


def is_crisis(text: str) -> bool:
    """Whether somebody speaks of a person in danger now."""
    literal = _FIGURE_OF_SPEECH.sub(" ", text)
    return any(rule.search(literal) for rule in _RULES)


def meant(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Where the text, from ``start`` to ``end``, is not a figure of speech."""
    end = len(text) if end is None else end
    figures = [figure.span() for figure in _FIGURE_OF_SPEECH.finditer(text, start, end)]
    starts = [start, *(last for _, last in figures)]
    ends = [*(first for first, _ in figures), end]
    return [(first, last) for first, last in zip(starts, ends, strict=True) if first < last]


def names_means_or_intent(text: str) -> bool:
    """Whether what sounds clinical may be harm done or meant: a wound by a razor, a dose that is meant to kill."""
    return bool(_MEANS_OR_INTENT.search(text))
