"""English said of what happened on a day, put into the words of the law (事件用语的英汉对照).

Data alone; a line stands before those whose words it contains.
"""

from shared.gloss import Lines, compiled, in_order

_HOME = "(?:welfare (?:institution|institute|home)|children'?s home|orphanage)"
_TO = r"(?: (?:the|an?|her|his|their|wenling|city|child(?:ren)?'?s?))*"
_SCHOOL = "(?:school|college|university|studies|study|class(?:es)?)"
_WENT = "(?:moved|taken|placed|admitted|transferred|entered|came|went|into)(?: (?:in)?to| in)?"
_MOVED = "(?:hukou|registration) [^.;,]{0,24}?(?:moved|transferred|relocated)"
_BEGAN = "(?:start|beg[au]n|found|got|took)\\w*"
_DIBAO = r"dibao(?: (?:of|for) (?:the|her|his|their|this) \w+)?(?: is| was| has been)?"
_LINES: Lines = (
    # what did not happen, or not yet
    (r"no longer|not .{0,12}any ?more|ceased to", "不再"),
    (r"(?:\w+n't|not|never|without)(?: yet)?(?: been)?", "未"),
    (r"refus\w+|declin\w+", "拒绝"),
    (r"reject\w+|turned down|not granted", "未获"),
    (r"plan\w*|intend\w*|expect\w*|will|hopes?|is about|due", "拟"),
    # who
    ("(?:grand|step-?)(?:fathers?|mothers?|parents?|pa|ma)|uncles?|aunts?|relatives?", "亲属"),
    ("brothers?|sisters?|siblings?|cousins?|neighbou?rs?|friends?|classmates?", "亲属"),
    ("adoptive parents?|adopters?", "收养人"),
    ("both parents|parents?", "父母"),
    ("fathers?|dad", "父亲"),
    ("mothers?|mum|mom", "母亲"),
    ("guardians?", "监护人"),
    # categories
    ("(?:scattered|community) orphan", "社会散居孤儿"),
    (r"institution\w* orphan", "福利机构孤儿"),
    ("de facto (?:unsupported|orphan)(?: child)?", "事实无人抚养儿童"),
    ("(?:own|self) difficulty(?: child)?", "自身困境儿童"),
    # homes and registrations
    (rf"(?:left|out of|discharged from){_TO} {_HOME}", "离开福利机构"),
    (rf"{_WENT}{_TO} {_HOME}", "入住福利机构"),
    (rf"{_MOVED}(?: out| away)? to (\w+)", r"户籍迁至\1"),
    (rf"{_MOVED} (?:out|away)", "户籍迁出"),
    (rf"{_MOVED} (?:in|here)", "户籍迁入"),
    # school and service
    (r"discharged from(?: \w+){0,2} (?:army|military|navy|service)|demobili[sz]ed", "退役"),
    (r"discharged from(?: \w+){0,2} hospital", "出院"),
    (rf"dropp?\w* out(?: of {_SCHOOL})?|(?:quit|left){_TO} {_SCHOOL}|expelled", "退学"),
    (rf"leave of absence|(?:suspend|interrupt)\w*{_TO} {_SCHOOL}", "休学"),
    (r"enlist\w*|conscript\w*|joined(?: the)? (?:army|military|navy)", "入伍"),
    (rf"(?:return\w*|went|came|is|back)(?: back)? (?:to|at){_TO} {_SCHOOL}", "返校"),
    (rf"resum\w+{_TO} {_SCHOOL}", "返校"),
    (rf"(?:admitted (?:to|by)|admission to){_TO}(?: \w+){{0,2}} {_SCHOOL}", "录取"),
    ("enrol\\w* (?:in|with)(?: the)?(?: medical| health| residents'?)* insurance", "参保登记"),
    (r"enrol\w*", "入学"),
    (r"graduat\w+", "毕业"),
    (rf"{_BEGAN}(?: to| up)?(?: an?)? (?:work\w*|job|employment)|employed|hired", "参加工作"),
    # parents
    (r"re-?(?:arrested|imprisoned|detained|jailed)", "再次逮捕"),
    (r"imprison\w*|jailed|sentenced|arrested|detained|drug (?:isolation|rehab\w*)", "入狱"),
    (r"releas\w+|freed|parole\w*|out of prison", "释放"),
    (r"found|located|traced|reappear\w*", "找到"),
    (r"disappear\w*|vanish\w*|lost contact|missing", "失联"),
    (r"(?:came|come|went|return\w*)(?: back)?(?: home)?|back home", "回家"),
    ("t(?:ook|akes|aken) (?:the child|her|him|them) (?:back|home|in)", "接回"),
    # awards
    ("dibao[- ]?(?:margin|edge|border)", "低保边缘"),
    (rf"(?:left|leaves|lost|exited|removed from|withdrawn from){_TO} dibao", "退出低保"),
    (rf"{_DIBAO} (?:stopped|ended|cancell?ed|terminated|revoked|withdrawn)", "退出低保"),
    (rf"(?:granted|joined|entered|added to|approved for|admitted to){_TO} dibao", "纳入低保"),
    (rf"{_DIBAO} (?:granted|approved|started|restored)", "纳入低保"),
    ("handed over|hand-?over|sent home|escorted home|reunited", "移交"),
    ("adoption (?:was |is )?regist\\w+|adopted|adoption", "被收养"),
    ("died|dies|deceased|passed away|killed|death", "死亡"),
    ("(?:passed|through)(?: \\w+){0,2} review|review passed", "复核通过"),
    ("chang\\w+ (?:of )?schools?|(?:an)?other school", "转学"),
    ("moved house|new address", "搬家"),
    ("bank account (?:was )?changed|new bank account", "更换账户"),
    ("payments? (?:was |were )?(?:stopped|suspended|ended)", "停发"),
    ("became|changed to|turned into", "转为"),
    (r"confirm\w*|recogni[sz]ed|approved", "确认"),
    (r"appl(?:y|ied|ies|ication)", "申请"),
    ("sudden(?:ly)?|unattended", "突发"),
)
_PATTERNS = compiled(_LINES)


def in_chinese(text: str) -> str:
    """An English event in the words of the law, in its own order; Chinese stays as it is."""
    return in_order(text, _PATTERNS)
