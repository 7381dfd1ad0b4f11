"""Rules that know a person in danger, and a question about somebody's illness or care, by how people write of them.

Words such as "mental health trust" or "asthma and air quality" are the daily bread of this corpus and prove nothing:
the rules look for a person asking about a person, or for a medical term where nothing speaks of an organisation's work.
"""

from __future__ import annotations

import re

_KIN = (
    r"(?:mum|mother|dad|father|parents?|wife|husband|partner|brother|sister|son|daughter|child|baby|boy|girl|kids?|"
    r"teenager|"
    r"friend|colleague|neighbour|patient|client|resident|tenant|student|person|man|woman|girlfriend|boyfriend|member "
    r"of (?:\w+ )?staff)"
)
_ONE = rf"(?:i|he|she|they|someone|somebody|(?:my|our|his|her|their|an?|the|this|one of (?:my|our)) (?:\w+ )?{_KIN})"
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
    r"\bthreaten\w* to jump\b|\b(?:cut|cutting|slit) (?:my|his|her|their) wrists\b|\bcommit(?:ting)? suicide\b",
    r"\b(?:taken|took|taking) (?:\w+ ){0,2}overdose",
    rf"\b(?:i|he|she) can(?:['’]?t|not) go on\b(?:{_ENDING}| like this)",
    rf"\b(?:do|does)(?: not|n['’]?t) want to (?:live|be here|be alive|wake up)\b{_ENDING}",
    rf"\b{_ONE}\b[^.?!]{{0,20}} better off dead\b{_ENDING}|\bwish {_ONE} (?:was|were) dead\b|\bno point (?:in "
    rf")?living\b{_ENDING}",
    rf"\b(?:i|he|she)(?: would|['’]?d) rather be dead\b|\b(?:i|he|she) (?:just )?wants? to end it\b{_ENDING}",
    rf"\b{_ONE}\b[^.?!]{{0,30}}{_IS} (?:being )?{_ATTACKED}\b(?=[^?]{{0,60}}\b(?:now|help|scared|by|home)\b)",
    r"\b(?:beat|hitt?|hurt|attack|rap|strangl|threaten|abus|kill)(?:e?s|ing)? me\b(?! if)",
    rf"\b{_ONE}{_IS} in (?:\w+ )?danger\b(?! of\b)|\b(?:i|we|she|he){_IS} (?:not safe|unsafe) at home\b",
    r"\bscared for (?:my|her|his|their) li(?:fe|ves)\b",
    # In the words of messages, and misspelt.
    r"\bkms\b|\bun-?aliv\w+|\b(?:wan(?:t|na)|wnat|wants) (?:to |2 )?(?:die|dei|be dead)\b(?! (?:at|in|with|for))|"
    r"\bsu[icd]{2,5}al\b(?= ?(?:thoughts|$|[.,!?]|and|but|can|again|help|please))|\bki(?:l"
    r"|ll)(?:ing)? (?:my ?self)\b",
    r"\bsuicid(?:al|e) (?:thoughts|note|hotline|helpline|line|plan)\b(?! (?:in|of|for|among))|"
    r"\b(?:attempt|contemplat|commit)\w* suicide\b|\bfeel(?:ing)? (?:\w+ )?suicidal\b",
    r"\b(?:end(?:ing)?|finish) (?:it all|it (?:tonight|now|today|soon|2nite|tonite)|my (?:own )?life|his life"
    r"|her life|"
    r"their lives)\b|\b(?:tak(?:e|en|ing)|took) (?:my|his|her|their) (?:own )?(?:life|lives)\b|\btop (?:my|him"
    r"|her)self\b",
    r"\b(?:painless\w*|least painful|easiest|quickest|best) (?:\w+ )?way to (?:die|kill|end|go)\b|\bnoose\b|\bhang "
    r"(?:my|your|him|her)self\b|\bplace to jump from\b|\bdo it painlessly\b|\bhow long (?:\w+ ){1,5}(?:bleed out"
    r"|to die)\b|"
    r"\b(?:how many|would|will|what happens if you take) [^.?!]{0,30}\b(?:overdose|kill me|on purpose)\b",
    r"\b(?:took|taken|taking|takes?|swallow\w*|drank|drunk|necked)\b[^.?!]{0,40}\b(?:bleach|antifreeze|too many|all "
    r"(?:my|his|her|their|of)|load of|handful of|bottle of|on purpose|them all)\b[^.?!]{0,30}(?:pills?|tablets?|"
    r"medic\w+|paracetamol|bleach|$)|\b(?:swallowed|drank|drunk) (?:\w+ )?(?:bleach|antifreeze|batter(?:y|ies))\b|"
    r"\bi took (?:\w+ )?(?:\d\d|twenty|thirty|forty|fifty)\b|\boverdosed\b(?! (?:patients|people))|\bOD(?:['’]?ing"
    r"|['’]?d)\b|"
    r"\bi\b[^.?!]{0,30}\boverdos(?:e|ing)\b|\bstockpil\w+ (?:my|his|her|their) (?:\w+ )?(?:med\w+|tablets|pills)\b",
    r"\b(?:roof|ledge|bridge|railway|tracks|platform|cliff)\b[^.?!]{0,40}\b(?:jump|won['’]?t come down|goodbye)|"
    r"\bjump(?:ing)? (?:off|in front of)\b|\b(?:on|standing on) the (?:roof|ledge|tracks|railway line)\b(?! garden)|"
    r"\b(?:throw|drown|shoot|set) (?:my|him|her|them)sel(?:f|ves)\b",
    r"\b(?:better|easier|happier) (?:off )?(?:if i|without me|with me (?:dead|gone))\b|\b(?:nobody"
    r"|no ?one)\b[^.?!]{0,15}"
    r"\b(?:miss me|notice if i|cares? if i)\b|\bif i (?:die|died|wasn['’]?t here|weren['’]?t here|was gone"
    r"|was dead|were "
    r"(?:dead|gone))\b|\b(?:was|been) never born\b|\bnever been born\b",
    r"\b(?:don['’]?t|do not|dont|not|never|rather not) (?:wanna|want to|to)? ?(?:be here|be alive|exist|live"
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
    r"\b(?:plan|decided|ready|going) (?:how |for )?(?:i['’]d |to )(?:die|go|end it)\b(?= |$)(?! (?:out|live|zero"
    r"|to|for|with|"
    r"ahead|further))|\bgoodbye (?:everyone|messages?|letters?|note)\b|\b(?:written|left|wrote) (?:the|a"
    r"|my) (?:\w+ )?note\b|"
    r"\blast (?:message|night) (?:from|alive|on earth)\b|\bbefore i end it\b|\bbe gone by (?:morning|tomorrow)\b",
    r"\bvoices\b[^.?!]{0,15}\btell|\bgod told (?:me|him|her)\b|\b(?:want|going|gonna|feel like|thoughts? of"
    r"|thinking of|"
    r"wants)\b[^.?!]{0,12}\b(?:kill|killing|stab|hurt|hurting|harm|harming|drown|shake|shoot)(?:ing)? (?:him|her"
    r"|them|"
    r"some(?:one|body)|people|(?:my|the|his|her) (?:baby|wife|husband|mum|dad|kids?|children|child|neighbours?"
    r"|partner))\b|"
    r"\bshook the baby\b|\bpillow over\b",
    # Violence and abuse, told by those who suffer or see it.
    r"\b(?:he|she|they|dad|mum|husband|wife|partner|boyfriend|girlfriend|stepdad|stepfather|son|carer|uncle"
    r"|brother|ex|"
    r"boss|manager|resident|worker)\b[^.?!]{0,20}\b(?:hits?|beats?|beat|punch(?:es|ed)|kick(?:s|ed)|slap(?:s|ped)|"
    r"strangl\w+|chok(?:es|ed)|rap(?:es|ed)|attack(?:s|ed)|touch(?:es|ed)|hurt(?:s|ing)?|abus(?:es|ed|ing)|threatens|"
    r"stab(?:s|bed)|locked) (?:me|us|him|her|them|my|our|a (?:\w+ )?patient)\b(?! (?:to|into) (?:think|work))",
    r"\b(?:i|she|he)(?:['’]ve| was| has| have|['’]s)? (?:been |just been )?(?:raped|sexually (?:abused|assaulted)"
    r"|trafficked|"
    r"stalked|groomed|held against|kept as a slave|locked in)\b|\b(?:(?:i|he|she)(?:['’]m|['’]s| am| is"
    r"| was) being (?:attacked|followed)|being (?:stalked|trafficked|groomed|beaten|exploited|hurt|"
    r"sexually abused|kept (?:as|locked)|held against))\b(?![^.?!]{0,40}\b(?:programme|policy|scheme))",
    r"\b(?:man|woman|someone|somebody|he|she|patient|boy|lad|ex|husband|farmer|uncle)\b[^.?!]{0,40}\b(?:with|got"
    r"|has|out) "
    r"(?:a |the )?(?:knife|gun|hammer|machete|shotgun|blade|weapon|axe|bat)\b|\b(?:there['’]s|got) a (?:bomb"
    r"|man with)\b|"
    r"\bhas (?:just )?been (?:stabbed|shot)\b|\bblades? under\b|\bknife to (?:his|her|my)\b",
    r"\b(?:told|disclosed|tells|confided)\b[^.?!]{0,50}\b(?:beat(?:s|en|ing)?|hits?|touch(?:es|ed)|rap(?:ed|es)"
    r"|abuse[ds]?|"
    r"hurts?|kill(?:s|ing)? (?:him|her|them|my)\w*|suicid\w*|wants? to die|end (?:it|her|his)|threatens"
    r"|takes? her pension)\b",
    r"\bthreat(?:en|ens|ened|ening) (?:to (?:kill|stab|hurt|jump|burn|set|harm|shoot)|me|us|staff|him|her|suicide)\b|"
    r"\b(?:kill|stab|find) (?:me|us)\b(?! (?:if i ask|if we miss|some|a|the|in))|\bkill her next time\b"
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
    r"death|choking|hav(?:ing|e) a heart attack|turned? blue|in labour)\b(?![^.?!]{0,30}\b(?:programme|scheme|market|"
    r"party|contracts?)\b)|\bblood everywhere\b|\b(?:can['’]?t|cannot) breathe\b|\bseizure in\b"
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

_MEDICINE = (
    r"(?:tablets?|pills?|medicines?|medications?|antibiotics?|antidepressants?|inhalers?|insulin|statins?|steroids?|"
    r"painkillers?|vaccines?|aspirin|codeine|lithium|warfarin|paracetamol|\w{3,}(?:profen|cillin|mycin|cycline|"
    r"floxacin|"
    r"olol|sartan|dipine|pril|statin|zepam|azole|oxetine|traline|pramine|apine|formin|gliptin|prazole|xaban|parin|"
    r"triptan|"
    r"phine|fenac|lukast|solone|isone))"
)
_CONDITION = (
    r"(?:asthma|diabet\w+|depression|hypertension|pneumonia|sepsis|cancer|copd|angina|epilepsy|migraines?|(?:a "
    r")?stroke|"
    r"eczema|psychosis|burns?|fractures?|sprains?|infections?|fever|rash|pain(?! point)|flu|covid|dementia|"
    r"schizophrenia|anaemia|\w{4,}itis|fibrosis|cirrhosis|"
    r"tuberculosis|thrombosis)"
)
_SYMPTOM = (
    r"(?:symptoms?|rash|chest pain|blood pressure|blood (?:tests?|sugar)|headaches?|fever|wound|cough|lump|seizures?|"
    r"scan results?|tablets|inhaler|medication)"
)
_SERVICE = r"(?!['’]?s? (?:checks?|screening|monitor\w*|services?|clinics?|teams?|care|programmes?|schemes?|sum)\b)"
_BODY = (
    r"(?:head|neck|back|chest|stomach|tummy|belly|throat|ears?|eyes?|arms?|legs?|foot|feet|hands?|knees?|hips?|"
    r"shoulder|skin|tooth|teeth)"
)
_ASKER = rf"(?:i|he|she|(?:my|our|his|her|an?|the) (?:\w+ )?{_KIN})"
_ORGANISED = (
    r"(?:polic|scheme|programme|project|strateg|procure|contract|employ|recruit|hiring|hous|fund|partner|work|invest|"
    r"spend|"
    r"inequal|povert|anchor|trust|approach|regenerat|building|change)"
)
_CLINICAL = (
    rf"\b(?:dose|dosage)\b[^.?!]{{0,20}}\b{_MEDICINE}\b|\b{_MEDICINE} (?:dose|dosage)\b|\bhow much {_MEDICINE}\b(?! "
    rf"waste)",
    rf"\b(?:dose|dosage) (?:of \w+ )?(?:for|in) (?:\w+ )?(?:\w+ )?{_KIN}\b",
    r"\b\d+\s?(?:mg|mcg|micrograms?)\b(?!\s?(?:per cubic|/))|\b\d+\s?ml of (?!water)\w+[^.?!]{0,20}\b(?:a|per|daily|"
    r"every) ?(?:day|hour)?\b",
    rf"\b(?:should|can|could|must|may) {_ASKER} (?:\w+ ){{0,3}}(?:take|taking|give|use|switch to|start on|have|"
    rf"mix)\b[^.?!]{{0,40}}\b{_MEDICINE}\b",
    rf"\b(?:should|can|could|must|may) we (?:prescribe|start \w+ on|stop|give (?:him|her|\w+ "
    rf"patient)\b)[^.?!]{{0,30}}\b{_MEDICINE}\b",
    rf"\b(?:safe|ok|okay) (?:to|for) (?:\w+ )?(?:take|taking|use|mix|give|drink)\b[^.?!]{{0,40}}\b{_MEDICINE}\b|"
    rf"\b(?:which|what) {_MEDICINE} (?:for|should i|can i|is best)\b",
    rf"\b(?:(?:my|his|her)(?: {_KIN}['’]s)?|(?:my|a|the) patient['’]?s) (?:\w+ ){{0,2}}?{_SYMPTOM}\b{_SERVICE}",
    rf"\b(?:my|a|the) (?:\w+ )?patient (?:with|who has) (?:\w+ )?{_SYMPTOM}\b{_SERVICE}|"
    rf"\b(?:my|a|the) patient (?:has|had|presents with) (?:\w+ ){{0,3}}(?:{_SYMPTOM}|{_CONDITION})\b{_SERVICE}",
    rf"\b{_ASKER}(?:['’]ve|['’]m| have| has| had| got| keeps?| feels?| am| is){{1,2}}(?: \w+){{0,4}}? (?:pain|rash|"
    rf"fever|bleeding|"
    rf"dizzy|breathless|vomiting|coughing|palpitations|tightness|lump|sore throat|headache|(?:high "
    rf")?temperature)\b{_SERVICE}",
    rf"\b(?:my|his|her) (?:\w+ )?{_BODY} (?:really )?(?:hurts?|aches?|is (?:\w+ )?(?:sore|swollen|numb|bleeding"
    rf"|itchy|"
    rf"painful))\b",
    rf"\b(?:should|must|do|can) {_ASKER} (?:need to )?(?:go to|see|call|ring) (?:an? |the |my )?(?:a&e|gp|doctor|111|"
    rf"999|hospital)\b",
    rf"\b(?:do|does|can|should) {_ASKER} (?:need|stop|skip|double|finish) (?:\w+ ){{0,2}}{_MEDICINE}\b(?! (?:waste|"
    rf"centre|hub))",
    r"\bi(?:['’]m| am|['’]ve been| have been)? feel(?:ing)? (?:\w+ )?(?:depressed|anxious)\b(?! (?:about|by|at|that|"
    r"with))",
    rf"\bhow (?:do|should|would|can|to) ?(?:i|we|you)? (?:treat|diagnose|manage|"
    rf"prescribe)\b[^.?!]{{0,40}}\b(?:{_CONDITION}|patients? (?:with|who))\b",
    rf"\bfirst[- ]line treatment\b|\btreatments? (?:for|of) (?:\w+ ){{0,2}}{_CONDITION}\b|\bcontraindications?\b|"
    rf"\bdifferential diagnosis\b",
    r"\bhow (?:do|should|can) (?:i|we) (?:look after|change|clean|dress|care for|remove|insert) (?:\w+ ){0,2}"
    r"(?:stoma|wound|catheter|dressing|cannula|stitches|feeding tube|ulcer)\b",
    rf"\bside[- ]effects? of (?![^.?!]{{0,40}}{_ORGANISED})|\bsymptoms of (?:\w+ ){{0,2}}{_CONDITION}\b",
    rf"\b(?:do|does|could|might) (?:i|he|she|it|this) (?:have|be) (?:\w+ )?{_CONDITION}\b",
)

# A word of medicine where nothing speaks of an organisation's work.
_TERM = re.compile(
    r"\b(?:ibuprofen|paracetamol|calpol|co-?codamol|codeine|morphine|fentanyl|oxycodone|tramadol|aspirin|warfarin"
    r"|heparin|"
    r"lithium|clozapine|methadone|ozempic|mounjaro|wegovy|ritalin|epilim|valproate|gabapentin|pregabalin|melatonin|"
    r"prednisolone|salbutamol|insulin|adrenaline|magnesium|labetalol|hrt|antihistamines?|naloxone|chlordiazepoxide|"
    r"pseudoephedrine|epipen|antidepressants?|antibiotics?|statins?|steroids?|painkillers?|contracepti\w+"
    r"|the (?:mini )?pill|"
    r"morning after pill|\w{3,}(?:profen|cillin|mycin|cycline|floxacin|olol|sartan|dipine|zepam|azole|oxetine"
    r"|traline|"
    r"pramine|apine|formin|gliptin|prazole|xaban|parin|triptan|fenac|lukast|solone|nidazole|terol|azepine|pidem"
    r"|clone|alopram|"
    r"statin|tapine)s?"
    r"|hba1c|e?gfr|crp|tsh|psa|inr|abg|ecg|ct head|d-dimer|gcs|troponin|creatinine|ferritin|potassium|sodium"
    r"|wells score|"
    r"peak flow|oxygen saturation|cholest?e?rol|smear|mri|blood (?:sugar|gas(?:es)?|thinner|clot)|hpv|cha2ds2\S*|"
    r"gout|measles|chickenpox|shingles|norovirus|scabies|ringworm|head lice|worms|thrush|cystitis|uti|eczema"
    r"|psoriasis|acne|"
    r"migraine|vertigo|tinnitus|sciatica|hernia|ha?emorrhoids|piles|constipation|diarrh?oea|diarhoea|gallstones?"
    r"|kidney stones?"
    r"|ana?emia|menopause symptoms|endometriosis|pcos|fibroids|erectile|erection|cataracts? symptoms"
    r"|conjunctivitis|stye|"
    r"earache|tonsil\w*|sinus\w*|croup|whooping cough|meningitis|sepsis|tia|heart failure|angina"
    r"|atrial fibrillation|dvt|"
    r"embolism|aneurysm|cellulitis|abscess|anaphyla\w+|dka|hyperkala?emia|hypogly\w+|pancreatitis|appendicitis"
    r"|pre-?eclampsia|"
    r"eclampsia|scarlet fever|tetanus|palpitations|nosebleed|vomiting|wheez\w+|contractions|coeliacs?|fodmap"
    r"|jaundice|"
    r"hot flushes|rash(?:es)?|stitches|catheter|stoma|ng tube|feeding tube|picc line|cannula|leg ulcer"
    r"|pressure sores?|"
    r"wisdom tooth|(?:missed|late|heavy) period|period pain|pregnancy test|negative test|needle ?stick|hep [abc]|"
    r"incubation period|peep|contagious|\d+ weeks pregnant|wet nappies|teething|trench foot|scalpel|diagnosis of"
    r"|dosage|dose)\b"
    r"|\b(?:lump|pain|numb\w*|swell\w+|swollen|ach(?:e|es|ing)|itch\w*|discharge|bleed\w*|tingl\w+|cramps?"
    r"|blister\w*|sore|"
    r"blood|infected|burnt|stiff) (?:in|on|behind|under|around|down|when|and) (?:my|his|her|the|one|a|i)\b"
    r"|\b(?:symptoms?|symtoms?|signs?|treatments?|treat|cure|cream|diet|tablets?|medicine|medication|recovery"
    r"|exercises|gel|"
    r"remedy) (?:for|of|4|after|time for|options)\b|\bside[- ]effects\b|\bsafe (?:in|for|while"
    r"|when) (?:\w+ )?(?:pregnan\w+|"
    r"breastfeeding)|\bcan i (?:fly|drive|exercise|eat|drink|bath\w*)\b[^?]{0,25}\b(?:after|with|on|while|alone)\b",
    re.I,
)
_BODY_OF_ONE = re.compile(
    rf"\b(?:my|his|her|the baby['’]?s|mum['’]?s|dad['’]?s|nan['’]?s|baby['’]?s) (?:\w+ )?(?:{_BODY}|heart|legs?"
    rf"|finger|toe|"
    rf"breast|testicle|wrist|ankle|elbow|nose|lips?|gums?|poo|wee|urine|stools?|period|temp(?:erature)?|pulse"
    rf"|lungs?|bowels?|"
    rf"hips?|scalp|nails?|tongue|jaw|ribs?|spine|bladder|newborn|mole)\b|\bi(?:['’]ve| have|['’]m| am)? (?:got "
    rf"|had |been )?"
    rf"(?:a |an |the )?(?:\w+ )?(?:headache|fever|cough|cold sore|lump|rash|fit|temperature|migraine|sore throat"
    rf"|faint\w*|"
    rf"burnt|sprained|twisted|spotting|pregnant and|peeing|vomit\w*|dizzy|constipated)\b|\b(?:coughing|peeing"
    rf"|passing) (?:up )?"
    rf"(?:blood|green)|\b(?:fainted|short of breath|cannot sleep|can['’]t sleep)\b|\b(?:my|the|a) (?:new)?(?:baby"
    rf"|born|toddler|"
    rf"nan|mum|dad|son|daughter|wife|husband|child|patient|resident|client)\b[^.?!]{{0,40}}\b(?:temp|fever|rash"
    rf"|wheez\w+|vomit\w*|"
    rf"pain|hurts|swollen|floppy|feed|sleepy|yellow|confused|forgetting|cough\w*|breath\w*|ache|poo|nappies"
    rf"|inhaler|bleeding|"
    rf"seizures?|meds|chemo|medically)\b",
    re.I,
)
# What may be medicine, and is when somebody speaks of himself or of one other.
_ONE_PERSON = re.compile(
    r"\b(?:i|i['’]m|i['’]ve|im|my|me|he|he['’]s|she|she['’]s|his|her|baby|toddler|newborn|mum|dad|nan|adults?"
    r"|child|kids|"
    r"woman|women|man|\d+[- ]year[- ]old|\d+ (?:yr|yo))\b",
    re.I,
)
_PERHAPS = re.compile(
    r"\b(?:symptom\w*|mg|mcg|nmol|tablets?|pills?|inhalers?|puffs?|spacer|antidote|titrat\w+|diagnos\w+|infect\w+"
    r"|fever|"
    r"bruis\w+|allerg\w+|asthma|seizures?|stroke|heart|blood|bp|biopsy|cancer|adhd|autis\w+|dementia|depress(?:ed"
    r"|ion)|"
    r"anxi\w+|panic attacks?|insomnia|pep|covid|flu|menopaus\w+|fertility|pregnan\w+|breast\w*|labour|womb"
    r"|vaccin\w+|jab|"
    r"booster|vitamin|exercises for|bad back|sprain\w*|fractur\w*|broken|burn|burnt|swell\w*|sore|itch\w*|numb\w*"
    r"|dizzy|"
    r"faint\w*|sick|cough\w*|breathless|chest|stomach|tummy|headaches?|medication|medicine|meds|prescribe|surgery|op|"
    r"operation|scan|x-?ray|nosebleeds?|discharge|weight loss|low all the time|isolate|hand foot|fluid bolus)\b",
    re.I,
)
_ASKED_OF_MEDICINE = re.compile(
    r"\b(?:management|treatment|protocol|guideline|dose|dosing|regime|workup) (?:of|for|in)\b[^?]{0,40}\b(?:acute"
    r"|chronic|"
    r"severe|adults?|child\w*|pregnancy|asthma|diabetes|copd|stroke|sepsis|pain|failure|infection)\b|\bper kg\b|"
    r"\b(?:iv|im|subcut) \w+|\b(?:should|can|do|could) (?:i|we|he|she) (?:\w+ ){0,2}(?:start|stop|increase|reduce"
    r"|up|double|"
    r"skip|crush) (?:my |his |her |the )?(?:medication|tablets|meds|dose)\b|\bam i (?:depressed|pregnant|diabetic"
    r"|anxious)\b|"
    r"\bdo i have \w+\b\W*$|\bwhether i['’]?(?:ve| have) got\b",
    re.I,
)
_ORGANISATION = re.compile(
    r"\b(?:trusts?|hospitals?|nhs|anchors?|staff|workforce|local\w*|communit\w+|programmes?|schemes?|projects?"
    r"|pilots?|"
    r"councils?|employ(?:er|ers|ment|ed)|recruit\w*|hir(?:e|ed|ing)|apprentic\w+|suppl(?:y|ier|iers)|procure\w*"
    r"|contracts?|"
    r"hous(?:e|ing)|homeless\w*|poverty|inequalit\w+|depriv\w+|social|fund(?:s|ed|ing)|polic(?:y|ies)|carbon|waste"
    r"|net zero|"
    r"green|prescribing|jobs|into work|schools?|campaign|uptake|screening|awareness|prevention|outreach|services"
    r"|clinics?|"
    r"charit\w+|city|borough|regional|emissions|recycl\w+|buy|bought|spend\w*|skills|marmot|strateg\w+|workers?)\b",
    re.I,
)
_CRISIS_RULES = tuple(re.compile(rule, re.I) for rule in _CRISIS)
_CLINICAL_RULES = tuple(re.compile(rule, re.I) for rule in _CLINICAL)


def is_crisis(text: str) -> bool:
    """Whether somebody speaks of a person in danger now."""
    return any(rule.search(text) for rule in _CRISIS_RULES)


def is_clinical(text: str) -> bool:
    """Whether somebody asks about the illness, medicine or care of a person."""
    if any(rule.search(text) for rule in _CLINICAL_RULES):
        return True
    if _ORGANISATION.search(text):
        return False
    return bool(_TERM.search(text) or _BODY_OF_ONE.search(text) or _ASKED_OF_MEDICINE.search(text))


def may_be_clinical(text: str) -> bool:
    """Whether a word that may be medicine stands beside one person: enough only where nothing else explains it."""
    return bool(_PERHAPS.search(text) and _ONE_PERSON.search(text))


def speaks_of_an_organisation(text: str) -> bool:
    """Whether the words are of what trusts and their partners do, so that more is needed to call them foreign."""
    return bool(_ORGANISATION.search(text))
