"""What an instrument of law finds and asks of a guardian, in the words of a paper (认定与义务).

Pure. Codes are what is stored and counted; a county's own code is printed as it stands.
"""

from collections.abc import Iterable, Mapping

CONDUCT: Mapping[str, str] = {
    "neglect": "怠于履行监护职责，对未成年人疏于照料",
    "violence": "对未成年人实施家庭暴力",
    "abuse": "虐待未成年人",
    "left_alone": "使未成年人处于无人看护或者危险状态",
    "living_alone": "使未满十六周岁的未成年人脱离监护单独生活",
    "abandonment": "遗弃未成年人",
    "no_schooling": "不依法送未成年人接受义务教育",
    "tolerated_misconduct": "放任、纵容未成年人的不良行为或者违法犯罪行为",
    "abetted_misconduct": "教唆、利用未成年人实施违法犯罪行为",
    "begging": "胁迫、利诱、利用未成年人乞讨",
    "unfit_delegation": "将未成年人委托给不适宜的人照护",
    "refused_guidance": "拒不接受家庭教育指导",
    "violated_order": "不履行已送达的监护干预文书",
    "other": "其他不依法履行监护职责或者侵犯未成年人合法权益的行为",
}

DUTIES: Mapping[str, str] = {
    "provide_care": "为未成年人提供生活、健康、安全等方面的保障",
    "stay_with_child": "与未成年人共同生活，陪伴和照料未成年人",
    "do_not_leave_alone": "不得使未成年人处于无人看护状态或者脱离监护单独生活",
    "weekly_contact": "与未成年人每周至少联系和交流一次，了解其生活、学习、心理等情况",
    "contact": "与未成年人保持联系，了解其生活、学习、心理等情况",
    "send_to_school": "保障未成年人接受并完成义务教育",
    "stop_violence": "停止一切形式的家庭暴力、虐待",
    "keep_away": "不得骚扰、跟踪、接触未成年人及其照护人",
    "move_out": "迁出未成年人的住所",
    "attend_parent_education": "按时参加家庭教育指导（亲职教育）",
    "entrust_lawfully": "不能亲自照护的，依法委托有照护能力的成年人代为照护",
    "seek_treatment": "接受戒毒、戒酒或者心理治疗",
    "pay_maintenance": "按期支付抚养费",
    "accept_visits": "接受走访、回访和监督",
    "report_progress": "按期报告履行监护职责的情况",
}


def in_words(codes: Iterable[str], words: Mapping[str, str]) -> list[str]:
    """Codes as a paper prints them."""
    return [words.get(code, code) for code in codes]


def code_of(words: Mapping[str, str], word: str) -> str | None:
    """The code whose sentence was told."""
    return next((code for code, said in words.items() if said == word), None)
