"""One circuit a service: after several failures in a row nobody waits for it in vain (熔断)."""

from dataclasses import dataclass

FAILURES = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0


@dataclass(slots=True)
class Circuit:
    """Closed, open until an instant, or letting one request through to try. Monotonic seconds."""

    failures: int = 0
    open_until: float = 0.0
    trying: bool = False
    pause: float = FIRST_PAUSE

    def lets_through(self, moment: float) -> bool:
        """Whether a request may go to the service now; the first after a pause is the trial."""
        if self.failures < FAILURES:
            return True
        if moment < self.open_until or self.trying:
            return False
        self.trying = True
        return True

    def worked(self) -> None:
        """The service answered."""
        self.failures, self.trying, self.pause = 0, False, FIRST_PAUSE

    def failed(self, moment: float) -> None:
        """The service could not be reached, or said that it is away."""
        self.failures += 1
        if self.failures >= FAILURES:
            if self.trying:
                self.pause = min(self.pause * 2, LONGEST_PAUSE)
            self.open_until = moment + self.pause
        self.trying = False

    def wait(self, moment: float) -> int:
        """Seconds until it makes sense to try again, for `Retry-After`."""
        return max(1, round(self.open_until - moment))
