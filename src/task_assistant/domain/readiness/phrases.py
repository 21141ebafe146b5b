"""Ways in which people ask, invite, announce and advertise, by what they are a sign of. All are linear-time patterns."""

from __future__ import annotations

from task_assistant.domain.readiness.votes import Side

DOABLE = (
    "send|forward|e-?mail|fax|copy|provide|add|remove|change|update|make|revise|prepare|draft|check|confirm|include|"
    "print|save|schedule|set up|setup|arrange|get|find|look|respond|reply|advise|tell me|"
    "let (?:me|us|him|her|them) know|"
    "give (?:me|us|him|her)|pull|run|put|fill|complete|submit|contact|ask|verify|correct|distribute|pass|route|post|"
    "resend|note|book|order|move|create|redraft|rewrite|summari[sz]e|review|keep|use|see|coordinate|work|handle|take"
)
DAYS = r"(?:mon|tue|wed|thu|thur|fri|sat|sun)(?:s|day|sday|nesday|rsday|urday)?|tomorrow|today|tonight|\d"
ASK = r"(?:please|pls|kindly|can you|could you|would you|will you|can i get|could i get|may i have|need you to|want you to|like you to)"
OPEN = r"^(?:\W*(?:also|and|so|then|ok|okay|hi|hey|note|again|in addition|meanwhile|now)\b\W{0,2})?(?:[a-z]+,\s)?(?:please |pls )?"
TALK = r"(?:talk|speak|discuss|chat|visit|meet|get together|touch base|catch up)"

PHRASES: tuple[tuple[str, Side, float, tuple[str, ...]], ...] = (
    ("request", "agent", 1.6, (
        rf"\b{ASK}\b[^.?!]{{0,25}}?\b(?:{DOABLE})\b",
        rf"{OPEN}(?:send|forward|e-?mail|fax|copy)\b",
        rf"{OPEN}(?:add|remove|update|change|revise|correct|include|make|put|move|create|prepare|draft)\b",
        rf"{OPEN}(?:check|confirm|find|get|look|see|review|verify)\b",
        rf"{OPEN}(?:schedule|book|order|reserve|arrange|set|coordinate)\b",
        r"\b(?:send|forward|e-?mail|fax|mail|get|give|provide) (?:it |them |this |that |those )?(?:to )?(?:me|us|him|her|them)\b",
        r"\blet (?:me|us|him|her|them) know\b", r"\bkeep (?:me|us) (?:posted|informed|updated|advised|in the loop)\b",
        r"\bi (?:also )?(?:need|want|would like|'d like) (?:a|an|the|your|some|copies|to get|to have|to see|to know)\b",
        r"\b(?:would|will) (?:be )?(?:greatly |much )?(?:helpful|appreciate[d]?|ideal|great) (?:it )?if\b",
        r"\bmake sure\b", r"\bplease (?:note|be advised|find|see)\b", r"\battached (?:is|are|please|you)\b",
        r"\b(?:don't|do not) forget\b", r"\bif (?:you could|you can|possible)\b", r"\basap\b|\bas soon as possible\b",
        r"\bneed your\b", r"\bneeds? to be (?:sent|done|made|changed|added|updated|revised|included|signed)\b",
        r"\bwhy don't (?:you|we)\b", r"\bremind(?:er)?\b", r"\bplease\b[^.?!]{0,40}$",
    )),
    ("scheduling", "agent", 1.3, (
        r"\b(?:are|r|is|be|if) (?:you|u|we|he|she|everyone|they) (?:are |is )?(?:still )?(?:available|free|around)\b",
        r"\bwhen (?:are|do|would|will|can|could|is) (?:you|we|it|a good)\b", r"\bwhat (?:time|day|date)s?\b",
        rf"\bhow(?:'s| is| about| does)\b[^.?!]{{0,80}}(?:\b(?:{DAYS})|lunch|dinner)",
        r"\bset[- ]?(?:up|a)\b[^.?!]{0,60}\b(?:meeting|call|time|lunch|conference|date)",
        r"\b(?:schedule|reschedule|arrange|organi[sz]e|coordinate)\b[^.?!]{0,60}\b(?:meetings?|calls?|time|conference|visit|lunch|dinner)",
        r"\b(?:your|my|our|his|her) (?:availability|schedule|calendar)\b", r"\bavailable\b", r"\bconference call\b",
        rf"\b(?:meet|meeting|call|lunch|dinner|drinks|coffee)\b[^.?!]{{0,60}}\b(?:on|at|next|this|for) (?:{DAYS}|week|month|the)",
        r"\bget together\b", rf"\b{TALK}\b[^.?!]{{0,60}}(?:\b(?:{DAYS})|\b(?:next|this) week|\bmorning|\bafternoon)",
        rf"\b(?:would|'d) (?:like|love|want) to (?:{TALK})\b", rf"\blet'?s (?:try to )?{TALK}\b",
        rf"\bwe (?:can|could|should|might|may) (?:then )?{TALK}\b", r"\bhave a (?:quick )?(?:discussion|meeting|chat|call|talk)\b",
        r"\bat your (?:earliest )?convenience\b", r"\b(?:have|got|get) a (?:few )?(?:minutes?|moment|chance|time)\b",
        r"\b(?:meeting|call|appointment|lunch|dinner)\b[^.?!]{0,40}\b(?:cancel|resched|postpone|moved?|confirm)",
        r"\bworks? (?:for|best|better)\b", r"\b(?:delay|postpone|reschedule|move) the\b", rf"\b(?:good|best) (?:day|time)\b|\b(?:{DAYS}) is (?:good|fine|ok)",
        r"\b(?:interview|meeting|conference|call)s? (?:is|are|will be|with|at|on|for)\b", r"\bmeet (?:with )?(?:you|me|us|him|her|them)\b",
        r"\b(?:useful|worthwhile|helpful|good|important|great|nice) (?:for us )?to (?:discuss|talk|have|meet|get|speak)\b",
        r"\b\d{1,2}(?::\d\d)? ?(?:am|pm|a\.m|p\.m)\b",
    )),
    ("voice", "human", 1.8, (
        r"\b(?:call|ring|phone|page|buzz) (?:me|us|my|our)\b", r"\bgive (?:me|us|him|her|them) a (?:quick )?(?:call|ring|buzz|shout)\b",
        r"\b(?:call|ring|phone|tell|telling|calling) (?:him|her|them|your|the)\b", r"\b(?:we|i|you) (?:all )?need to (?:talk|discuss|speak|chat)\b",
        r"\bneed to (?:talk|speak)\b", r"\bin person\b|\bface to face\b", r"\bcall (?:at|on|if|when|with)\b", r"\b(?:at|on) (?:my )?(?:cell|home|office|phone|extension|ext|x\d)\b",
        r"\b(?:talk|speak|chat) (?:to|with) (?:you|me|us)\b", r"\b(?:talk|speak|chat) (?:to|with) [a-z]+\b", r"\btouch base\b",
        r"\bi'?ll call\b|\bi will call\b", r"\bon the phone\b|\bby phone\b", r"\breach me\b",
    )),
    ("place", "human", 1.8, (
        r"\bhard cop(?:y|ies)\b", r"\b(?:in|by|through) the mail\b", r"\bby mail\b", r"\bbring (?:it|them|your|the|a|me|my|some)\b",
        r"\b(?:stop|come|drop|swing) (?:by|over|in|to|on|up|down|out)\b", r"\bpick (?:me|him|her|them|us|it|up)\b",
        r"\b(?:at|to) my (?:office|desk|house|place|home)\b", r"\bvisit (?:us|our (?:office|store|booth))\b", r"\bcall your doctor\b|\byour doctor\b",
        r"\b(?:go|come|going|coming) (?:to|with|out|home|see)\b", r"\bdeliver\b|\bin stores?\b|\bat the door\b", r"\bwear\b|\beat\b|\bdrink\b|\bride\b|\bwalk\b",
    )),
    ("signature", "human", 1.6, (r"\bsign (?:the|and|it|this|both|below|off|where)\b|\bsignature\b|\bexecuted?\b", r"\b(?:notar|swear|testif)",)),
    ("not to do", "ask", 1.2, (
        r"\bplease (?:ignore|disregard|delete)\b", r"\b(?:please )?(?:do not|don't) (?:make|send|reply|respond|worry|waste|hesitate|use|share|distribute)\b",
        r"\bno (?:action|need|longer)\b", r"\bnever mind\b|\bunless\b",
    )),
    ("your word", "human", 1.3, (
        r"\bwhat (?:would|do|are|is) (?:you|your)(?:r)?\b", r"\b(?:do|shall|should) (?:we|i) (?:need|want|meet|have|go|do|be|use)\b",
        r"\b(?:will|would|are) you (?:be )?(?:able|willing|ready) to\b", r"\byour (?:wish|decision|choice|preference|opinion|blessing|position)\b",
        r"\bdo you (?:foresee|see|have any (?:objection|thoughts|ideas|interest))\b", r"\b(?:do|would) you mind\b", r"\b(?:you|u) think\b",
        r"\b(?:your|any|some) (?:thoughts|opinion|views?|input|ideas?|suggestions?|advice|guidance)\b", r"\b(?:your|any) (?:feedback|comments)\b",
        r"\byour (?:approval|permission|consent)\b|\bapproved?\b",
        r"\bdo (?:you|u) (?:still )?(?:want|like|prefer|agree|feel|wish|plan|intend)\b", r"\bare you (?:still )?(?:interested|ok|okay|comfortable|happy|planning|going|coming|sure)\b",
        r"\bwould you (?:like|prefer|be interested|consider|recommend|want|care)\b", r"\bshould (?:we|i|legal|he|she|they)\b", r"\binterested in\b", r"\binterested\?",
        r"\blet me know (?:if|whether) (?:you|this|that) (?:want|like|think|agree|is ok|are interested|would|'d)",
        r"\b(?:let me know|tell me|know|hear) (?:what|how|where) (?:you|it|your)\b", r"\bif you want\b|\bif you(?:'d| would) (?:like|prefer)\b",
        r"\bwould like (?:you|to have you) to\b", r"\b(?:ok|okay|all right|alright) with you\b", r"\bi (?:would )?(?:suggest|propose|recommend)\b",
        r"\bagree\b", r"\bdecide|\bdecision\b", r"\bconsider\b", r"\bam i\b|\bcan i\b|\bcould i\b|\bmay i\b|\bis it ok",
    )),
    ("being there", "human", 1.2, (
        r"\b(?:you(?:r)? )?(?:join|attend|participate|come along)\b", r"\bhave you (?:join|attend|come|here)\b", r"\b(?:parties|party|golf|trip|hunting|game|beers?|drinks|wedding|walk)\b",
        r"\b(?:happy|honou?red|pleased|proud) (?:to have|if you)\b", r"\brsvp\b|\bregister\b", r"\btake (?:this|our|a (?:moment|few|quick)|part)\b",
    )),
    ("courtesy", "ask", 1.3, (
        r"\b(?:any|have|a) (?:further |additional |other |more )?(?:questions?|problems?|concerns?)\b", r"\bfeel free\b", r"\bhesitate\b",
        r"\blook(?:ing)? forward\b", r"\b(?:happy|glad|pleased) to\b", r"\bthanks?\b", r"\bwelcome\b",
        r"\bif you (?:received|believe|feel|think|did|know|need|are|have)\b", r"\bwe (?:will|'ll|are|look|shall|hope)\b", r"\bwe (?:can|could|may|might)\b",
        r"\bfor more information\b|\bto learn more\b", r"\bi (?:hope|wish|love|understand|believe|think|assume|guess)\b",
        r"\bi (?:will|'ll|am going to|plan|intend|may|shall)\b|\bi'll\b", r"\bi (?:was|did|have|had|am|just|got)\b|\bi'(?:m|ve|d)\b",
        r"\byou (?:can|may|could|will|might|should|need|must)\b", r"\b(?:sorry|congratulations|happy|enjoy|good luck|best)\b",
    )),
    ("question", "agent", 0.9, (
        r"^(?:do|did|does|is|are|was|were|has|have|any)\b[^?]{0,300}\?", r"^(?:what|which|who|where|when)\b[^?]{0,300}\?", r"^(?:how|why)\b[^?]{0,300}\?",
        r"\bdo (?:you|u) (?:know|have|get|happen)\b", r"\bwondering (?:if|whether)\b", r"\bdid (?:you|u|we|he|she|they)\b", r"\b(?:has|have) (?:you|anyone|he|she|they|we)\b", r", [^,?]{0,80}\?$",
        r"\bany (?:word|news|update|idea|luck|progress)\b", r"\bstatus of\b|\bwhere (?:do )?(?:we|you|that|things) stand",
    )),
    ("opting out", "agent", 1.5, (
        r"\bopt(?:ing)?[- ]?out\b", r"\bunsubscribe\b", r"\b(?:stop|cease) (?:receiving|getting)\b", r"\bremove\b[^.]{0,60}\b(?:list|mailing|me)\b",
        r"\bno longer (?:wish|want)\b|\bnot (?:want|wish) to receive\b", r"\b(?:not|never) be contacted\b|\bprefer not to\b|\brather not\b",
    )),
    ("account work", "agent", 0.8, (
        r"\b(?:verify|confirm|activate|validate)\b[^.]{0,30}\b(?:address|e-?mail|account|registration|subscription)\b", r"\b(?:download|retrieve|export)\b",
        r"\b(?:reset|change|forgot)\b[^.]{0,20}\bpassword\b", r"\blog ?in\b|\bsign in\b", r"\b(?:track|status of|check)\b[^.]{0,20}\b(?:order|package|shipment)\b",
        r"\b(?:complete|finish)\b[^.]{0,20}\b(?:registration|profile|application|order|purchase)\b", r"\b(?:cancel|upgrade|renew|update)\b[^.]{0,30}\b(?:account|subscription|order|profile|billing|payment)\b",
        r"\b(?:confirmation|verification|activation|security) code\b", r"\bset up your\b|\bsteps\b",
    )),
)  # fmt: skip

MAILING: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("link", (r"\$link", r"https?:", r"\bwww\.")), ("click", (r"\bclick", r"\bgo (?:here|to:)", r"\b(?:link|url|button|page)\b")),
    ("download", (r"\bdownload\b", r"\bapps?\b", r"\bitunes\b|\bapp store\b|\bandroid\b|\biphone\b|\bipad\b",)), ("subscription", (r"\bsubscri", r"\bunsubscribe\b", r"\bnewsletters?\b", r"\bmailing list\b")),
    ("account", (r"\baccount\b", r"\bpassword\b", r"\blog ?in\b", r"\bprofile\b", r"\bemail address\b")),
    ("ours", (r"\bour (?:site|website|team|service|customers?|newsletter|privacy|users|apps?|support|store|products?)\b", r"\bcustomer service\b|\bcustomer support\b|\bsupport team\b")),
    ("selling", (r"\b(?:free|save|sale|offers?|deals?|discount|coupon|premium|trial|shipping|shop|purchase|buy now|credit|rates?|bonus|win|order)\b",)),
    ("survey", (r"\bsurvey\b", r"\brate\b", r"\breview us\b")), ("automatic", (r"\bthis (?:e-?mail|message)\b", r"\b(?:below|fields|browser|paste|notifications?)\b", r"\bauto(?:matic|mated)")),
    ("social", (r"\b(?:facebook|twitter|instagram|linkedin|google)\b", r"@[a-z_]+")), ("device", (r"\byour (?:order|device|product|phone|computer|browser|purchase|data)\b",)),
)  # fmt: skip
