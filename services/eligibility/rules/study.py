"""After eighteen: school goes on, service begins, care ends (成年后的就学、入伍与退出).

The readings R1 to R5: who was paid at an orphan-type rate leaves with six months; who is still
at school goes on until the last graduation; enlisting while enrolled gives twelve months
and the subsidy resumes on return; doubtful studies go to a person.
"""

from services.eligibility.rules.child import a_minor
from shared.law import about, all_of, any_of, none_of, rule

STILL, EXIT = "WL24:2.1.0d-1", "WL24:2.1.0c-3"


@rule("WL24:2.1.0c-1", "成年前已按政府供养范围享受补助")
def paid_before(previous_award: str, *, exit_rate_classes: tuple[str, ...]) -> bool:
    """Paid before at a rate of the government-support guarantee."""
    return previous_award in exit_rate_classes


@rule("WL24:2.1.0c-2", "此前按低保家庭儿童享受补助")
def paid_as_dibao_child(previous_award: str) -> bool:
    """Paid before as the child of a dibao family."""
    return previous_award == "dibao_supplement"


@rule(STILL, "低保家庭儿童成年后可继续享受")
def dibao_child_goes_on(*, dibao_child_continues_after_adult: bool) -> bool:
    """Whether the county lets a dibao child go on after eighteen."""
    return dibao_child_continues_after_adult


entitled_to_go_on = any_of(
    "entitled_to_go_on",
    "此前享受的补助可延续",
    "Paid before at a rate that may go on",
    about("child", "", paid_before),
    all_of(
        "dibao_child_may",
        "低保家庭儿童且准许延续",
        "A dibao child, where the county allows it",
        about("child", "", paid_as_dibao_child),
        dibao_child_goes_on,
    ),
)


@rule(STILL, "仍在校就学")
def in_school(study_status: str) -> bool:
    """Enrolled."""
    return study_status == "enrolled"


@rule(STILL, "两个学段之间且已被录取")
def between_stages(study_status: str, admitted: bool) -> bool:
    """Between two stages with an admission: the summer is bridged."""
    return study_status == "between" or (study_status == "graduated" and admitted)


@rule(STILL, "学段属于可延续的学段")
def of_a_stage_that_counts(study_stage: str, *, continuing_stages: tuple[str, ...]) -> bool:
    """A stage up to the bachelor's; a master's course goes to a person."""
    return study_stage in continuing_stages


@rule(STILL, "未涉及学段")
def of_no_stage_in_question(stage_unsaid: bool) -> bool:
    """Nobody speaks of a stage: the sentence asks of school alone (仍在校就学)."""
    return stage_unsaid


@rule(STILL, "全日制就学")
def full_time(study_mode: str) -> bool:
    """Full-time study."""
    return study_mode == "full_time"


studies_on = all_of(
    "studies_on",
    "年满十八周岁仍在校就学",
    "Of age and still in school",
    any_of(
        "at_school",
        "在校或者升学衔接",
        "At school, or between two stages",
        about("child", "", in_school),
        about("child", "", between_stages),
    ),
    any_of(
        "stage_fits",
        "学段可延续，或者未涉及学段",
        "A stage that counts, or no stage in question",
        about("child", "", of_a_stage_that_counts),
        about("child", "", of_no_stage_in_question),
    ),
    about("child", "", full_time),
    clause=STILL,
)

goes_on = all_of(
    "goes_on",
    "年满十八周岁仍在校就学，继续享受",
    "Goes on after eighteen until graduation",
    none_of("of_age", "已满十八周岁", "Eighteen", about("child", "", a_minor)),
    entitled_to_go_on,
    studies_on,
    clause=STILL,
)


@rule("WL24:2.1.0d-3", "就学期间应征入伍")
def serving(study_status: str) -> bool:
    """Enlisted while studying."""
    return study_status == "enlisted"


@rule("WL24:2.1.0d-4", "保留学籍")
def status_is_kept(status_retained: bool) -> bool:
    """The school keeps the student's status."""
    return status_retained


@rule("WL24:2.1.0d-4", "服役后返校就学")
def back_from_service(served: bool) -> bool:
    """Back at school after service."""
    return served


@rule(EXIT, "具备劳动能力")
def able_to_work(labour_capacity: bool) -> bool:
    """Recorded as able to work."""
    return labour_capacity


@rule(EXIT, "具备完全民事行为能力")
def of_full_capacity(civil_capacity: str) -> bool:
    """Recorded as of full civil capacity."""
    return civil_capacity == "full"


leaves = all_of(
    "leaves",
    "成年且具备劳动能力和完全民事行为能力，不再纳入保障",
    "Of age and able: leaves the guarantee",
    none_of("grown_up", "已满十八周岁", "Eighteen", about("child", "", a_minor)),
    about("child", "", able_to_work),
    about("child", "", of_full_capacity),
    clause=EXIT,
)


@rule("WL24:2.1.0c-4", "成年退出一次性发放月数")
def months_on_leaving(*, lump_sum_adult_months: int) -> int:
    """Months paid at once on leaving."""
    return lump_sum_adult_months


@rule("WL24:2.1.0d-2", "毕业后一次性发放月数")
def months_on_graduation(*, lump_sum_graduation_months: int) -> int:
    """Months paid at once after graduation."""
    return lump_sum_graduation_months


@rule("WL24:2.1.0d-3", "应征入伍一次性发放月数")
def months_on_enlisting(*, lump_sum_enlistment_months: int) -> int:
    """Months paid at once on enlisting."""
    return lump_sum_enlistment_months
