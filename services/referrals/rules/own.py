"""What a sentence says of the child itself, and as it is now (本人、现状).

Pure. What is said of kin or companions, what was so before, what is only planned and what is
denied twice are taken out before the words are read as facts: left out is unknown, never no.
"""

import re

_KIN = (
    "父母|父亲|母亲|生父|生母|继父|继母|养父|养母|[父母爸妈]|祖父|祖母|爷爷|奶奶|外公|外婆|"
    "(?:表|堂|双胞胎)?(?:弟弟|妹妹|哥哥|姐姐)|其[弟妹兄姐哥]"
)
_COMPANION = "室友|同学|同桌|同伴|邻居|朋友|男友|女友|丈夫|妻子|配偶"
# The state of another, up to its word: 其弟弟重度智力残疾, 父亲为流浪人员被抢救.
_OF_OTHERS = re.compile(
    f"(?:{_KIN}|{_COMPANION})[^，。；、的孩童子女其]{{0,8}}?"
    "(?:(?:视力|听力|言语|肢体|智力|精神|多重)?(?:残疾|残障)[一二三四1-4]?级?|重残|智障|瘫痪|"
    "流浪(?:人员|乞讨)[^，。；、]*|昏迷|抢救|车祸)|"
    f"(?:{_COMPANION})[^，。；、]{{0,2}}(?:是|为|系|属于?)[^，。；、]*"
)
# What was so until the sentence says what is so now; who somebody was goes on to count.
_FORMER = re.compile(
    "(?:原(?:先|来|本|鉴定|评定|为|是|系|属|[农城][^，。；孤困]*户)|曾|去年|前年|此前|以前|过去|从前)"
    "[^，。；孤困]*[，,](?=[^。；]{0,12}(?:现(?!有)|如今|今年|今已|目前|复[评查检]|改[为成]|"
    "已?(?:迁|转|变更)))"
)
_PLANNED = re.compile(
    "(?:拟|计划|打算|准备|有意|希望|想)(?:报考|考取|考入|考|升入?)[^，。；]*|"
    "(?:被|已)?[^，。；被已]{0,8}录取[，,]?(?:但|却|而|后)?(?:自愿|主动)?"
    "(?:放弃|未(?:去|入学|报到|就读))[^，。；]*"
)
_DENIED_TWICE = re.compile("(?:并非|并不是|不是)(?:没有|无)")


def of_the_child(text: str) -> str:
    """The words that tell of the child as it is."""
    for beside in (_OF_OTHERS, _FORMER, _PLANNED):
        text = beside.sub("", text)
    return _DENIED_TWICE.sub("有", text)
