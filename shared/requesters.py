"""Words that tell who is no longer, not yet or not provably on a case (是否承办本案).

Data alone, for all that ask whether somebody may know what a case holds.
"""

# Kin of the officer, who was on the case, who is only to come to it.
BESIDE_THE_CASE = (
    "(?:承办|经办|办案|主办)[^，。；]{0,8}的(?:妻|丈夫|配偶|爱人|家[人属]|亲[属戚友]|朋友|"
    "父亲|母亲|父母|儿子|女儿|[兄弟姐妹哥])|"
    "(?:^|[^复])(?:原|前任|曾经?)(?:任|是|为|系)?[^，。；]{0,4}(?:承办|经办|主办|办案)|"
    "调离|离任|离职|退休|不再(?:承办|经办|负责)|已(?:经)?移交他人|"
    "(?:拟|将|即将|申请|尚未)(?:任|调|接手|接办|承办)"
)
# A claim that nobody has verified settles nothing.
UNVERIFIED = "自称|声称|冒充|未(?:出示|核实|查验)[^，。；]{0,6}(?:证|身份)"
