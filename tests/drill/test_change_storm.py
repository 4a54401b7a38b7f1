"""The judge of the storm of changes sees a mail that should not have gone out."""

from tools.drill.change_storm import History, Mail, judged

ITEM = (0, 0)


def history() -> History:
    """One item, published at 100 and changed by a publication that was acknowledged at 200."""
    found = History()
    found.known[0] = [(100, {ITEM: 1}), (200, {ITEM: 2})]
    return found


def mail(revision: int, *, at: float, checked_at: float) -> Mail:
    return Mail("a@goryeong.example", "m", at, checked_at, {ITEM: revision}, times_fit=True)


def test_what_was_checked_after_the_change_and_states_the_old_place_is_stale():
    line = judged([mail(1, at=202, checked_at=201)], history())

    assert (line["stale"], line["overtaken"], line["left_wrong"]) == (1, 0, 1)


def test_a_change_between_check_and_acceptance_overtakes_the_mail_but_the_person_hears_of_it():
    line = judged([mail(1, at=201, checked_at=199), mail(2, at=205, checked_at=204)], history())

    assert (line["stale"], line["overtaken"], line["left_wrong"]) == (0, 1, 0)
    assert line["window_max_ms"] == 2000


def test_who_was_told_the_old_place_and_nothing_since_is_left_wrong():
    line = judged([mail(1, at=150, checked_at=149)], history())

    assert (line["stale"], line["left_wrong"]) == (0, 1)


def test_a_time_that_does_not_belong_to_the_place_beside_it_is_noticed():
    wrong = Mail("a@goryeong.example", "m", 150, 149, {ITEM: 1}, times_fit=False)

    assert judged([wrong], history())["wrong_times"] == 1
