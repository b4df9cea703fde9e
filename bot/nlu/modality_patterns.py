"""The words by which `modality` tells asking for a thing from speaking of it.

All patterns run over `wording.plain` text: lower case, "do not" for "don't", "please" for "pls".
"""

from __future__ import annotations

import re


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in parts))


# "if possible", "I'd be grateful if you closed …", "would you mind …": manners, not conditions.
_COURTESY = _any(
    r"\bif (?:(?:it|that|this) (?:is|would be) )?(?:at all )?(?:possible|ok|okay|alright|all right|fine"
    r"|convenient)(?: with you)?,?",
    r"\bif you (?:can|could|would|will|please|do not mind|would not mind|would be so kind),?(?: as)?(?: to)?",
    r"\b(?:i|we) (?:would|will|should) (?:\w+ ){0,3}?(?:appreciate|grateful|glad|happy|thankful|obliged|like)"
    r"(?: it)?(?: very much| a lot)? if you(?: could| would| can| will)?",
    r"\bit would be (?:\w+ )?(?:great|nice|good|kind|lovely|helpful|best)(?: of you)? if you(?: could| would| can)?",
    r"\b(?:i|we) (?:am |are |was |were |just )*wonder(?:ing)? if (?:you|someone|somebody) (?:could|can|would|will"
    r"|might)",
    r"\b(?:would|do) you mind\b",
    r"\b(?:would|is) it (?:be )?(?:possible|ok|okay|alright) (?:for you to|if you|to have|to get)",
    r"\bdo you think you (?:could|can)\b|\bany chance (?:that )?you (?:could|can)\b|\b(?:perhaps"
    r"|maybe) you (?:could|can)\b",
    r"\b(?:may|can|could|might) i (?:please )?(?:ask|request|beg|trouble)(?: that)?(?: you)?(?: to| for)?\b",
    r"\b(?:can|could|will|would) not you\b|\bwhy do not you\b",
)
_BREAK = _any(
    r"[,:;()]| - | – | — ",
    r"\bbut\b|\bso(?= (?:please|delete|i |we |you |can |could |just |stop))|\bthen\b|\btherefore\b|\bplease\b"
    r"|\bkindly\b",
    r"\band(?= (?:please|then|i|we|you|now|also|just|can|could|therefore|so)\b)",
    r"(?<!\bif)(?<!\bwhen)(?<!\bthat)(?<!\bsay)(?<!\bsaid)(?<!\bsaying)(?<!\bthink)(?<!\bmean)(?<!\bnot)(?<!\bsure)"
    r"(?<!\bdo)(?<!\bdid)(?<!\bcan)(?<!\bcould)(?<!\bmay)(?<!\bmust)(?<!\bshould)(?<!\bwould)"
    r" (?=i (?:want|need|would like|wish|demand|request)\b)",
)
_NEGATOR = (
    r"\b(?:not|never|neither|nor|without|nobody|no one|no longer|by no means|under no circumstances|instead of"
    r"|rather than|no need|no (?:wish|intention|desire|plans?|reason|way|point)|refuse|avoid|against|stop"
    r"|refrain from|prevent)\b"
)
_LINK = (
    r"(?:want|wants|wanted|wish|wishing|need|needed|like|mean|meant|intend|intending|plan|planning|ask|asking|asked"
    r"|tell|telling"
    r"|told|say|saying|said|request|requesting|requested|think|thinking|try|trying|going|go|have|having|had|be|been"
    r"|being"
    r"|get|getting|let|to|you|me|us|i|we|anyone|anybody|someone|somebody|that|ever|even|actually|really|just|simply|yet"
    r"|automatically|accidentally|suddenly|dare|at|all|about|of|for|in|on|favou?r|ahead|and|or|start|starting|begin"
    r"|should"
    r"|would|could|will|authori[sz]e|agree|permission|give|gave|given|it|this|the|my|our|account|accounts|profile|data"
    r"|information|details|settings?|newsletter|newsletters|posts?|sharing|facebook|any|anything|everything|membership"
    r"|email|emails|request|deletion|close|delete|remove|erase|cancel|terminate|change|turn|opt|enable|allow|stop"
    r"|another"
    r"|either|necessarily|by|mistake|please|is|are|am|was|were|has|want(?:s|ed)?|objections?|newsletter|list)"
)
_NEGATED = re.compile(rf"{_NEGATOR}(?:,? {_LINK}){{0,9}}\s*$")
# "Stop the newsletter and delete …" are two orders.
_STOP_AND = re.compile(r"\bstop (?:\w+ ){1,5}and $")
_DENIAL = re.compile(r"\b(?:not|never|nobody|no one|without|refuse)\b")
_ASIDE = re.compile(r"\b(?:not|never)(?: ever)?,[^,.]{0,40},? ?$")
_THING = re.compile(
    r"\b(?:account|profile|data|information|details|it|this|anything|everything|any more|anymore|emails?"
    r"|newsletters?|posts?)\s*$"
)
_NEW_ORDER = re.compile(r" (?:it|them|everything|all|now|please|me|sending|posting|sharing|emailing|calling)\b")
_UNABLE = re.compile(r"\b(?:i|we) (?:can|could) not(?: seem to| even)?\s*$|\b(?:unable|failed|trying|tried) to\s*$")

ASKS = _any(
    r"\bwhat\b|\bhow\b|\bwhy\b|\bwho\b|\bwhere\b|\bwhether\b|\bcurious\b|\bwonder\w*",
    r"\b(?:just|only|merely|simply) (?:asking|asked|curious|wondering|checking|want(?:ed)? to (?:know|understand"
    r"|ask))\b",
    r"\btell me\b",
)
JUST_ASKING = _any(
    r"\b(?:just|only|merely|simply|purely) (?:asking|curious|wondering|checking|interested|a question)\b",
    r"\b(?:just|only|merely|simply) (?:want(?:ed)?|would like|need(?:ed)?) to (?:know|ask|understand|learn|find out)\b",
    r"\bout of (?:\w+ )?(?:curiosity|interest)\b|\bhypothetical\w*\b|\btheoretical\w*\b|\bfor the sake of argument\b",
)
REPORTED = _any(
    r"\b(?:my|a|an|the|his|her|our|your|some|another|this|that) (?:[\w-]+ ){0,2}?(?:friend|wife|husband|spouse"
    r"|partner|boss"
    r"|manager|colleague|coworker|brother|sister|mother|father|mum|mom|dad|son|daughter|lawyer|flatmate|roommate"
    r"|neighbou?r"
    r"|client|freelancer|teacher|cousin|uncle|aunt|guy|person|page|site|website|email|mail|message|policy|button|link"
    r"|article|letter|footer|form|text|forum|blog|bot|agent)s?\b[^.?!]{0,25}?\b(?:said|says|say|told|tells|wrote|writes"
    r"|suggest\w*|recommend\w*|advis\w*|thinks?|thought|reckons?|wants?|wanted|asks?|asked|claims?|insist\w*|reads"
    r"|titled"
    r"|called|labelled|named)\b",
    r"\b(?:someone|somebody|everyone|everybody|people|they|he|she|it|you) (?:just |once |also |only |always )?"
    r"(?:said|says|say|told|tells|wrote|suggested|recommended|advised|claims?|claimed|keeps? saying)\b",
    r"\bi (?:have )?(?:was|been|got) told\b|\bi (?:have )?(?:heard|read|saw|seen)\b|\baccording to\b",
    r"\bthe (?:button|link|word|words|phrase|sentence|option|heading|menu item)\b",
)
FORWARDED = re.compile(r"-{2,} ?(?:original|forwarded) message|\bforwarded message\b|\bbegin forwarded\b|\bwrote: ?>?")
TELL = _any(
    r"\b(?:tell|explain|show|advise|inform|know|clarify|describe|wonder\w*|curious|find out|understand|learn|ask|asking"
    r"|question|questions|see|hear|idea|remind)\b(?: [\w']+){0,4}? (?:how|what|if|whether|where|when|why|which|who)\b",
    r"\b(?:tell|explain|know|question|questions|information|instructions|more|curious|read"
    r"|learn)\b(?: \w+){0,2}? (?:about|on|regarding)\b",
    r"\b(?:explain|describe|clarify)\b",
)
SUPPOSING = _any(
    r"\bwhat (?:would|will|does|could|might|happens?|becomes?|if)\b",
    r"\b(?:if|when|once|after|before|until|unless|in case|suppose|supposing|assuming|imagine|whether|let us say"
    r"|say)\b,?"
    r"(?: (?:say|for example|hypothetically|perhaps|ever|tomorrow|one day),?)?(?: that)?(?: \w+){0,2}?"
    r" (?:i|we|someone|somebody|anyone|anybody|users?|people|one|they|he|she|you|my \w+|the account"
    r"|an account)\b[^,:]{0,40}$",
    r"\b(?:thinking|think|thought|idea|thoughts) (?:about|of)(?: \w+){0,3} $|\bconsider(?:ing)?(?: \w+){0,2} $",
    r"\bcontemplat\w+(?: \w+){0,2} $|\bdebating(?: \w+){0,3} $|\btempted to $",
    r"\b(?:i|we) (?:might|may)\b|\b(?:you|they) ever (?:just )?$",
    r"\b(?:i|we) (?:almost|nearly|was going to|were going to|was about to)\b",
    r"\b(?:should|shall|would|must) (?:i|we)\b|\b(?:one day|some ?day|eventually|in (?:the )?future)\b",
)
DOUBTING = re.compile(
    r"\b(?:maybe|perhaps|possibly|not sure|unsure|undecided)\b|\b(?:be|was|is) (?:\w+ )?(?:silly|stupid|daft|mad|crazy"
    r"|foolish|a shame|a pity|a mistake)(?: of me| for me)? to $"
)
_ABOUT = re.compile(
    r"\b(?:when|after|before|while|upon|without|about|by|prior to|than|through|from|(?:case|event|effects?"
    r"|consequences?"
    r"|implications?|downsides?|result|outcome|risks?|point|meaning|idea) of)(?: (?!and\b|then\b)\w+){0,1} $"
)
_NOMINAL = re.compile(r"\w+(?:ing|tion|ure|al)\b|opt")
_UNLESS_YOU = re.compile(
    r"\b(?:if|unless|until) you (?:do not |will not |can not |refuse to |fail to |finally |would )?$"
)
SUPPOSING_AFTER = re.compile(
    r"[^.?!]*\b(?:if|when|after|once|unless) (?:i|we|someone|somebody|nobody|he|she|they|a user)\b"
    r"(?! (?:still |even )?(?:have|had)\b)|[^.?!]*\b(?:without (?:asking|telling|my)|by yoursel\w+|by itself"
    r"|automatically|on your own)\b|[^.?!]{0,40}\b(?:one day|some ?day|in (?:the )?future|eventually|at some point)\b"
)
WONDERING = _any(
    r"\b(?:how|where|why|which|who|whom|whether)\b|(?<!know )(?<!matter )\bwhat\b(?! i (?:want|need))|\bwhen (?:do"
    r"|does|will|can|is|are)\b",
)
ASKING = _any(
    r"^\W*(?:(?:and|so|but|also|hi|hello|hey|ok|okay|well|then|now|um|er)\b[ ,]*)*(?:can|could|may|might|shall"
    r"|should|must|do"
    r"|does|did|would|will|is|are|am|was|were|has|have) (?:not )?(?:i|we|one|it|there|people|users?|someone"
    r"|somebody|anyone|anybody"
    r"|members?|my|the|this|that|an|a|accounts?|they|he|she)\b",
    r"\b(?:do|does|did|are|were|have|had) (?:not )?(?:you|outsource)\b",
    r"^\W*(?:can|could|will|would|does|is|are|was|has|should|must|may) $",
    r"^\W*(?:(?:and|so|but|also|hi|hello|hey|ok|okay|well|then|now)\b[ ,]*)*(?:do(?! not\b)|does|did|is|are|was|were|am"
    r"|has|have)\b(?! not\b)",
    r"\b(?:is|was) (?:it|there)\b|\bable to\b|\ballowed to\b|\bpossible to\b",
)
# Being content with a thing is not a wish to end it.
CONTENT = _any(
    r"\bno objections?\b|\bnothing against\b|\bkeep me (?:on|in|subscribed)\b"
    r"|\b(?:not|never) (?:take|turn|switch|cut) (?:it|them|that) (?:away|off)\b",
    r"(?:^|[,;:.!] ?|\b(?:please|just|so|do|them|it|e?mails|newsletters?) )keep (?:\w+ ){0,3}?"
    r"(?:coming|going|sending|emailing|mailing|posting|texting)\b",
    r"\b(?:keep|leave) (?:(?!me\b)\w+ ){1,4}?on(?:$|[.!,]| (?:please|for|as)\b)",
    r"\bi (?:really |do |quite )?(?:like|love|enjoy|welcome|appreciate) (?:getting |receiving |reading )?"
    r"(?:your|the|these|those) (?:\w+ )?(?:e?mails?|newsletters?|bulletins?|offers?|letters?|posts?|calls?|texts?)\b",
    r"\b(?:happy|fine|ok|okay) with (?:getting |receiving )?(?:your|the) (?:e?mails?|newsletters?|offers?|letters?)\b",
)
REQUEST = _any(
    r"\bplease\b|\bkindly\b",
    r"\b(?:can|could|would|will) (?:not )?(?:you|someone|somebody|anyone|your team|the team|support)\b",
    r"\b(?:may|can|could) (?:i|we) (?:please )?(?:have|get)\b",
)
_NOT_INVERTED = "".join(f"(?<!{word} )" for word in ("can", "could", "do", "did", "may", "must", "should", "would"))
_ADVERB = r"(?:do |really |just |now |hereby |also |still |simply |therefore |formally |kindly |very much |only )*"
DEMAND = _any(
    rf"{_NOT_INVERTED}\b(?:i|we) {_ADVERB}(?:want|need|wish|request|demand|insist|require|expect|ask|instruct"
    rf"|desire|decided|prefer|choose|beg)\b",
    rf"\b(?:i|we) would {_ADVERB}(?:like|love|prefer|rather|want|appreciate)\b",
    r"\b(?:i|we) (?:am|are) (?:\w+ )?(?:asking|requesting|demanding|exercising|invoking|writing|going)\b",
    r"\b(?:i|we) have (?:now )?(?:decided|chosen|made up)\b",
    r"\byou (?:must|should|have to|need to|are to|ought to|shall|can|may|better)\b",
)
STATUS = re.compile(
    r"^\W*(?:(?:hi|hello|hey|so|and|but|or|why|when|well|ok)\b\W*)*(?:have|has|had|did|was|is|were|are) (?:not )?"
    r"(?:you|they|my|it|anybody|anyone|someone)\b(?! (?:going|able|possible|ok|okay|hard|easy|free|true|safe"
    r"|necessary|allowed))"
)
_DONE = re.compile(r"\w+(?:ed|wn|ne)\b|shut\b")
_I_DID = re.compile(r"\bi (?:have |had )?(?:already |just |once |never )?$")
RETRACT = _any(
    r"\bnever ?mind\b|\bnvm\b|\b(?:scratch|scrap|ignore|disregard|cancel) that\b|\bforget (?:it|that|about it"
    r"|what i (?:said|wrote))\b",
    r"\b(?:just|only) kidding\b|\bjk\b|\bchanged my mind\b|\bsecond thoughts?\b|\bi take (?:that|it) back\b",
    r"\bleave (?:it|that|everything)(?:$|[.!,]| (?:as|be|open|alone|there|on|the way))",
    r"\bkeep (?:it|that|everything)(?:$|[.!,]| (?:open|on|as|there|active|running|alive|that way))",
    r"\b(?:better|rather|please do) not(?:$|[.!,])|\bdo not do (?:it|that|anything)\b|\bnot really[.!]*$",
    r"\b(?:actually|wait|hm+|oh|sorry|well|um)\b[ ,.!-]*(?:no|nope|nah|do not|not)\b",
    r"(?:^|[,.:-] ?)\b(?:no|nope|nah)[ ,.!-]+(?:wait|leave|keep|do not|stop|better|actually|not|forget"
    r"|please do not)\b",
    r"(?:^|[,:-] ?)(?:(?:actually|hm+|wait|oh|please)[ ,]+)*(?:no|nope|nah|do not|stop|not|not yet)\W*$",
    r"\bhold on(?:$|[.!,]| (?:a|no|first|one)\b)|\blet it (?:be|stay)\b",
    r"\b(?:no|nope|oops|oh|ah|argh|wait)[ ,.!-]+(?:hang|hold) on\b|\bsent (?:that |this )?too soon\b"
    r"|(?:^|[,.;!-] ?)disregard(?:$|[.,;!])|\bleave me (?:on|subscribed|as i am)\b"
    r"|\bforget i (?:said|asked|wrote)\b",
)
RETRACT_LEAVING = re.compile(r"\b(?:keep|leave) (?:my|the|this|our) (?:account|profile|membership|settings?)\b")
# "Pull back my request to have my profile removed": what was asked for earlier is to be undone.
UNDOES = re.compile(
    r"\b(?:pull|take|call|withdraw|cancel|revoke|retract|rescind|undo|reverse|revert|stop|abort|halt|drop|disregard"
    r"|ignore|void|annul|nullify|scrap|forget|rid of)\b[^.!?]{0,25}?\b(?:my|the|that|this|any) (?:\w+ ){0,2}?(?:request"
    r"|deletion|erasure|removal|closure|cancellation)\b"
)
# Accounts and lists of other firms are not ours to close.
ELSEWHERE = re.compile(
    r"\b(?:twitter|instagram|insta|tiktok|whatsapp|snapchat|linkedin|google|gmail|youtube|netflix|spotify|amazon|paypal"
    r"|bank|tinder|reddit|ebay|uber|apple|icloud|microsoft|windows|iphone|android|telegram|discord|pinterest|airbnb"
    r"|hotmail|yahoo|outlook|steam|xbox|playstation|guest list|waiting list|party|alarm|timer|music|lights?)\b"
)
HERE = re.compile(r"\b(?:you|your|yours|outsource|this site|this website|here)\b")
DO_IT = re.compile(
    r"(?:^|[,:;-] ?|\bplease |\bthen |\bso )(?:do (?:it|so)\b|go ahead\b)|\bplease do(?: so| it)?[.!]*$"
    r"|\bif so,? (?:please )?do\b"
)
_OF_OTHERS = re.compile(
    r"\b(?:my|his|her|a|another) (?:[\w-]+ ){0,1}?(?:friend|wife|husband|partner|boss|colleague|brother|sister"
    r"|mother|father"
    r"|mum|mom|dad|son|daughter|neighbou?r|client|freelancer|cousin|user|member)(?: (?:has|had|just|also|already))* $"
)
# Words of refusal. Where they stand, consent is never read out of the message, whatever the classifier heard.
OPPOSED = re.compile(
    r"\b(?:stop|off|nothing|nobody|no more|refrain|quit|never|(?<!why )not(?! (?:mind|object|only))|no longer|none"
    r"|zero|private"
    r"|unsubscribe|opt(?:ing|ed)? out|withdraw|revoke|refuse|block|prevent|exclude|away from|tired of|sick of|fed up"
    r"|enough|object|against|spam|spamming|get rid of|get me off|leave me off|take me off|untick\w*"
    r"|uncheck\w*|unlink\w*|disconnect\w*|detach\w*|cease|end|ended|sever|cut|no|disable|cancel|remove|alone|keep off"
    r"|stay off|retract|rescind|forbid|prohibit|embarrass\w*|annoy\w*)\b"
)
# Permission in plain words.
GRANTED = re.compile(
    r"\b(?:i (?:give|grant) (?:you )?(?:leave|permission|consent)|(?:you may|you can|feel free to|go ahead and|please)"
    r" (?:post|publish|share|send|email|text|call|pass)|start (?:sending|posting|sharing|emailing|texting)"
    r"|begin (?:sending|posting|sharing|asking)|let (?:\w+ ){1,3}(?:see|view|have|know)\b"
    r"|sign (?:me|us|my \w+) up"
    r"|add (?:me|us|my \w+) (?:back )?to|put (?:me|us) back|(?:once more|again)$|i allow|i permit|resubscribe"
    r"|turn (?:\w+ ){0,4}(?:back )?on|switch (?:\w+ ){0,4}(?:back )?on|enable|re-?activate)\b"
)
OFF_NOW = re.compile(r"\b(?:stop|turn (?:\w+ ){0,4}off|switch (?:\w+ ){0,4}off|no more|unsubscribe me|disable)\b")
# "Undo my opt-out", "I unsubscribed by mistake": a refusal that is taken back.
REVERTED = re.compile(
    r"\b(?:undo|revers\w*|revert|mistake|in error|accident\w*"
    r"|changed my mind|cancel my|my opt[ -]?outs?|my objection|regret\w*"
    r"|mean to|back (?:on|in)|me back|on again|resubscribe)\b"
)
SUPPOSE = re.compile(
    r"\bwhat (?:if|happens|would happen|will happen)\b|\bsuppos(?:e|ing)\b|\bhypothetical\w*\b|\bimagine\b"
)
KEEP = re.compile(r"\b(?:keep|leave|save) (?:my|the|this|our) (?:account|profile|membership)\b")
OPEN_QUESTION = re.compile(
    r"\W*(?:(?:hi|hello|hey|ok|so|and|but|well)\b\W*)*(?:how|what|why|where|when|which|who|(?:can|may|could|should"
    r"|shall|do|am) i"
    r"|do you|does|did|is|are|was|were)\b"
)
# "So nobody gets my number, right?": a belief to be put right, not an order.
RIGHT = re.compile(r"[^.!]*\b(?:right|correct|true|is it not|do you|does it)\W*$")
# "I'd rather not" and "in theory" make a question of what could be an order.
IN_THEORY = re.compile(r"\b(?:in theory|theoretically|hypothetically|in principle|one day|for the sake of argument)\b")
# "You don't share my data, right?" and "don't you share it?" ask; "don't share it" orders.
BELIEVES = re.compile(
    r"^\W*(?:(?:so|and|but|ok|well|surely)\b\W*)*(?:(?:you|they|outsource(?:\.com)?) (?:do|does|did|will|would|can"
    r"|have|are) not\b"
    r"|(?:you|they) never\b).*(?:\?|\b(?:right|correct|true|do you|will you|ok|yes))\W*$"
    r"|^\W*(?:(?:so|and|but)\b\W*)*(?:do|does|did|have|are) (?:not )?(?:you|outsource)\b.*\?\W*$"
)


def sentences(text: str) -> list[str]:
    """Cuts plain text after sentence marks and runs of dots; the marks stay."""
    text = re.sub(r"\.{2,}|…", ". ", text)
    return [part for part in re.split(r"(?<=[.!?;])\s+", text) if part.strip(" .!?;")]


def strip_courtesy(sentence: str) -> str:
    """The sentence with polite wrappings replaced by "please"."""
    return re.sub(r"\s+", " ", _COURTESY.sub(" please ", sentence)).strip()


def last_clause(before: str) -> str:
    """What stands between the last clause boundary and the mention; a "please" at the boundary is kept."""
    start = 0
    for boundary in _BREAK.finditer(before):
        start = boundary.start() if boundary.group() in ("please", "kindly") else boundary.end()
    return before[start:]


def quoted(before: str, after: str) -> bool:
    """Whether the mention stands inside quotation marks."""
    if before.count('"') % 2 == 1 and '"' in after:
        return True
    return re.search(r"(?:^|[\s(:])'[^']*$", before) is not None and re.search(r"'(?:\W|$)", after) is not None


def negates(clause: str, after: str) -> bool:
    """Whether a negation in the clause reaches the verb that follows it."""
    if _UNABLE.search(clause) or not _NEGATED.search(clause):
        return False
    if _STOP_AND.search(clause) and not _DENIAL.search(clause):
        return False
    return not (_THING.search(clause) and _NEW_ORDER.match(after))


def negated_aside(before: str) -> bool:
    """Whether the negation stands before an aside ("don't, whatever happens, delete …")."""
    return _ASIDE.search(before) is not None


def about_it(before: str, verb: str) -> bool:
    """Whether the act is only a topic or a point in time ("after closing …", "the effects of deletion")."""
    return _ABOUT.search(before) is not None and _NOMINAL.match(verb) is not None


def of_others(before: str) -> bool:
    """Whether somebody else did it ("my friend deleted his account")."""
    return _OF_OTHERS.search(before) is not None


def unable(clause: str) -> bool:
    """Whether the person says they cannot manage to do it."""
    return _UNABLE.search(clause) is not None


def threatens(before: str) -> bool:
    """Whether the condition is on what we do ("if you don't delete …"), which makes it a demand."""
    return _UNLESS_YOU.search(before) is not None


def done_by_me(clause: str, verb: str) -> bool:
    """Whether the person says they did it themselves ("I deleted my account last year")."""
    return _I_DID.search(clause) is not None and _DONE.match(verb) is not None
