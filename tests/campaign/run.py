"""One run of the campaign: a seed, some days of orders, people and mishaps, then quiet days, then the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from random import Random

from qwc.company import CompanyFile
from qwc.connector import Outcome, Visit
from qwc.connector.transport import ClientKilled
from qwc.mishaps import Mishap
from tests.campaign.accountant import Accountant
from tests.campaign.books import Books
from tests.campaign.order_system import OrderSystem
from tests.campaign.site import Site
from tests.campaign.verdict import Judge, Verdict
from tests.campaign.weather import (
    CALLS_OF_A_VISIT,
    Mail,
    Street,
    deliver_again,
    mishaps_of_a_visit,
    trouble_in,
)

QUIET_VISITS_AT_MOST = 16


@dataclass(frozen=True)
class Played:
    """A run that is over: its seed, what happened in it, and what is wrong in the end."""

    seed: int
    story: list[str]
    verdict: Verdict
    visits: int
    asked_for_what_is_there: int


class Run:
    """Plays one seed at a site. The same seed makes the same run, whatever was played before it."""

    def __init__(self, site: Site, seed: int, other_file: CompanyFile, days: int = 3) -> None:
        self._site = site
        self._seed = seed
        self._days = days
        self._chance = Random(seed)
        self._other_file = other_file
        self._shop = site.shop()
        self._documents = [self._shop.document, self._shop.add_connection(f"{self._shop.name}-second")]
        self._shop.connector(document=self._documents[1]).register()
        self._orders = OrderSystem(self._shop, self._chance)
        self._books = Books(self._shop.file)
        self._accountant = Accountant(self._shop, self._orders, self._books, self._chance)
        self._post_box: list[Mail] = []
        self._story: list[str] = []
        self._visits = 0

    def play(self) -> Played:
        """Play the run to its end and judge it. An exception that gets out carries the seed and the story so far."""
        try:
            return self._played()
        except BaseException as failure:
            failure.add_note("\n".join([f"seed {self._seed}", *self._story]))
            raise

    def _played(self) -> Played:
        chance = self._chance
        self._shop.change_company(set_limit=chance.choice((1, 2, 3, 5, 100)), link_existing=chance.random() < 0.4)
        others = self._other_file.counts()
        for day in range(1, chance.randint(1, self._days) + 1):
            self._tell(f"Day {day}.")
            self._stormy_day()
        self._tell("Quiet days.")
        rests = self._comes_to_rest()
        verdict = Judge(self._shop, self._orders, self._books).judge()
        if not rests:
            verdict.stuck.append(f"it does not come to rest within {QUIET_VISITS_AT_MOST} visits")
        if self._other_file.counts() != others:
            verdict.wrong_content.append("something was written into another company's file")
        return Played(self._seed, self._story, verdict, self._visits, self._accountant.asked_for_what_is_there)

    def _stormy_day(self) -> None:
        chance = self._chance
        for _ in range(chance.randint(1, 7)):
            self._tell(self._orders.save_something())
        for _ in range(chance.choice((0, 1, 2, 3))):
            self._tell(self._accountant.decide_something())
        if chance.random() < 0.4:
            self._somebody_deletes()
        for _ in range(chance.randint(1, 3)):
            self._go_on(minutes=chance.choice((5, 15, 60, 300)))
            self._visit_in_a_storm()
        if chance.random() < 0.3:
            self._tell(f"a proxy delivers again: {deliver_again(self._site, self._post_box, chance)}")

    def _visit_in_a_storm(self) -> None:
        mishaps = mishaps_of_a_visit(self._chance)
        self._tell(f"on the way: {', '.join(map(str, mishaps)) or 'nothing'}")
        intrusions = {
            self._chance.randint(1, CALLS_OF_A_VISIT): self._chance.choice(_INTRUSIONS)
            for _ in range(self._chance.choice((0, 1, 1, 2)))
        }
        troubles = {self._chance.randint(1, 3): self._trouble for _ in range(self._chance.choice((0, 1, 1, 2)))}
        street = Street(
            self._site, self._post_box, {number: partial(one, self) for number, one in intrusions.items()}, troubles
        )
        self._visit(self._chance.choice((0, 0, 0, 1)), *mishaps, street=street)

    def _visit(self, which: int, *mishaps: Mishap, street: Street | None = None) -> Visit:
        self._visits += 1
        connector = self._shop.connector(
            *mishaps,
            document=self._documents[which],
            transport=street or Street(self._site, self._post_box, {}, {}),
            other=self._other_file,
        )
        try:
            visit = connector.update()
        except ClientKilled as killed:
            # Killed while it let go of the company file after a call that had failed.
            visit = Visit(outcome=Outcome.KILLED, status=str(killed))
        self._tell(f"the Web Connector {which + 1} came: {visit.outcome}, {visit.status!r}, {len(visit.calls)} calls")
        return visit

    def _comes_to_rest(self) -> bool:
        """Clean visits, and whatever a person has to decide, until nothing goes on any more."""
        self._shop.file.clear_mishaps()
        self._site.lose_database(0)
        for _ in range(QUIET_VISITS_AT_MOST):
            self._go_on(hours=5)
            decided = self._accountant.tidy_up()
            for told in decided:
                self._tell(told)
            visit = self._visit(0)
            if visit.outcome is Outcome.NOTHING_TO_DO and not decided:
                return True
        return False

    # What comes in between two calls of a visit.

    def _trouble(self) -> None:
        self._tell(f"in QuickBooks: {trouble_in(self._shop.file, self._chance)}")

    def _restart(self) -> None:
        self._tell("the service is started anew")
        self._site.restart()

    def _lose_database(self) -> None:
        self._tell("the service loses its database for a moment")
        self._site.lose_database(self._chance.randint(1, 2))

    def _somebody_saves(self) -> None:
        self._tell(self._orders.save_something())

    def _somebody_decides(self) -> None:
        self._tell(self._accountant.decide_something())

    def _somebody_deletes(self) -> None:
        self._tell(self._books.delete_one(self._chance))
        if self._books.deleted and self._chance.random() < 0.5:
            self._tell(self._orders.save_again(self._chance.choice(sorted(self._books.deleted))))

    def _the_other_comes(self) -> None:
        self._visit(1)

    def _the_same_comes(self) -> None:
        self._visit(0)

    def _old_mail_comes(self) -> None:
        self._tell(f"a proxy delivers again: {deliver_again(self._site, self._post_box, self._chance)}")

    def _a_long_time_passes(self) -> None:
        self._go_on(hours=5)

    def _go_on(self, **by: float) -> None:
        self._site.clock.go_on(**by)

    def _tell(self, sentence: str) -> None:
        self._story.append(sentence)


_INTRUSIONS = (
    Run._restart,
    Run._lose_database,
    Run._somebody_saves,
    Run._somebody_saves,
    Run._somebody_decides,
    Run._somebody_deletes,
    Run._the_other_comes,
    Run._the_same_comes,
    Run._old_mail_comes,
    Run._a_long_time_passes,
)
