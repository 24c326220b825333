"""English sentences about a child and its parents, put into the words that are read (英汉对照).

Data alone, before the glosses all services share; a line stands before those it contains.
"""

import re

from services.eligibility.rules.periods import spelled
from shared.gloss import WORDS, Lines, compiled, in_order

_WITH = "(?:liv(?:es|ing)|stay(?:s|ing)|is) with(?: (?:her|his|the|their|both))*"
_LINES: Lines = (
    # what is not so
    (r"no longer|not .{0,12}any ?more", "不再"),
    (r"(?:not|never) (?:been )?heard (?:of|from)|no (?:word|news|trace|contact)", "失联"),
    (r"lost (?:all )?contact|cannot be (?:reached|found)|whereabouts unknown", "失联"),
    (r"\w+n't|not|never|without", "未"),
    ("no", "无"),
    # how long
    (r"(\d+)[- ]years?(?![- ]old)", r"\1年"),
    (r"(\d+)[- ]months?", r"\1个月"),
    (r"(\d+)[- ]days?", r"\1日"),
    ("for life|life sentence", "无期徒刑"),
    # who, and with whom
    (rf"{_WITH} parents", "与父母一起生活"),
    (rf"{_WITH} father", "与父亲一起生活"),
    (rf"{_WITH} mother", "与母亲一起生活"),
    ("step-?fathers?", "继父"),
    ("step-?mothers?", "继母"),
    ("(?:maternal |paternal )?grand(?:parents?|pa|ma|fathers?|mothers?)", "祖父母"),
    ("uncles?", "叔叔"),
    ("aunts?", "姑姑"),
    ("both parents|parents", "父母"),
    ("fathers?|dad", "父亲"),
    ("mothers?|mum|mom", "母亲"),
    ("neighbou?rs?", "邻居"),
    ("teachers?", "老师"),
    ("girl|boy|child(?:ren)?|son|daughter", "孩子"),
    # what became of the parents; whom they killed, or whom they lost, is another
    (r"killed (?:an?|his|her|the|one|two|three|some) \w+", ""),
    ("(?:wife|husband|spouse|partner) (?:has |was |is )?(?:died|dead|killed|passed away)", ""),
    ("died|dies|dead|deceased|killed|passed away|drowned", "去世"),
    (r"missing[^.;]{0,24}declared(?: missing)? by(?: an?| the)? court", "宣告失踪"),
    ("declared missing", "宣告失踪"),
    (r"disappear\w*|vanish\w*|went missing|missing", "失联"),
    ("r(?:an|uns?|unning) away|left home", "离家出走"),
    ("drug (?:isolation|rehabilitation)", "强制隔离戒毒"),
    ("sentenced|imprisoned|jailed|in (?:prison|jail)|serv(?:es|ing)|sentence", "服刑"),
    ("released|freed|out of prison", "释放"),
    ("remarried", "再婚"),
    ("divorced", "离异"),
    ("deported", "遣送出境"),
    ("(?:rights|guardianship) (?:was |were )?revoked", "撤销监护人资格"),
    (r"migrant workers?|work\w*(?: \w+)? (?:away|elsewhere|far away|out of town)", "外出务工"),
    (r"work\w* (?:in|at|near) ([A-Z]\w+)", r"在\1工作"),
    (r"lives? in ([A-Z]\w+)", r"健在，住\1，"),
    ("raises?|brings? up", "抚养"),
    ("left the (?:family|house|household)", "离家出走"),
    ("search receipts?|receipt of (?:the|its|their) search", "查找回执"),
    ("employers?|boss", "老板"),
    ("comes? home|returns? home", "回家"),
    ("drinks?|drunk|alcoholics?", "酗酒"),
    ("executed", "死亡"),
    ("strokes?", "中风"),
    ("bedridden|paraly[sz]ed", "瘫痪"),
    ("comatose|coma", "昏迷"),
    ("housewife|farmers?|farming|employed|fisherm[ae]n|shop ?keepers?", "健在"),
    # the child
    (r"registered (?:in|at) ([A-Z]\w+)", r"，户籍在\1，"),
    ("sle(?:eps?|pt) (?:rough|outdoors|on the street|under a bridge)|homeless", "露宿街头"),
    ("penniless|has no money|starving|hungry", "身无分文"),
    ("stranded|stray(?:ed|s)?|wander(?:s|ing|ed)?", "流落街头"),
    ("bullied|bullying", "校园欺凌"),
    ("locked (?:up|in)", "囚禁"),
    *WORDS,
)
_PATTERNS = compiled(_LINES)


_CHINESE = re.compile("[\u4e00-\u9fff]")


def in_chinese(text: str) -> str:
    """An English sentence in the words that are read, in its own order; a Chinese one as it is."""
    return text if _CHINESE.search(text) else in_order(spelled(text), _PATTERNS)
