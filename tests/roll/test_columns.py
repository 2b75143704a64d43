"""Which column is what: by headings, by content, as said; or a question."""

from __future__ import annotations

import pytest

from ccin_vote.roll.columns import Columns, NoSuchColumn, Question
from tests.support.lists import columns_in

FOUND: dict[str, tuple[str, dict[str, str], dict[str, int]]] = {
    "usual headings": (
        "E-mail address,MEMBER NO,organisation\na@b.org,1,A", {}, {"email": 0, "id": 1, "name": 2},
    ),
    "signs and lines in headings": ("Member_No.,Name:,E -- mail\n1,A,a@b.org", {}, {
        "id": 0, "name": 1, "email": 2,
    }),
    "a name in two columns": (
        "First name,Surname,Email\nA,B,a@b.org", {}, {"first-name": 0, "surname": 1, "email": 2},
    ),
    "a strange heading over addresses": ("Name,Kontakt\nA,a@b.org", {}, {"name": 0, "email": 1}),
    "a heading that is said": (
        "Name,Email,Contact e-mail 2\nA,a@b.org,b@b.org", {"email": "contact E-MAIL 2"},
        {"name": 0, "email": 2},
    ),
    "a number that is said": ("Name,Email\nA,a@b.org", {"name": "1"}, {"name": 0, "email": 1}),
    "no address at all": ("Name,Phone\nA,020", {"email": ""}, {"name": 0}),
    "headings that nobody knows": (
        "Verein,Post\nA,a@b.org", {"name": "verein"}, {"name": 0, "email": 1},
    ),
    "no headings": ("x,1,a@b.org,Ann\nx,2,b@b.org,Bob", {}, {"email": 2, "id": 1, "name": 3}),
    "no headings, and a space in the first address": (
        "1,a @b.org,Ann\n2,b@b.org,Bob", {}, {"email": 1, "id": 0, "name": 2},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said", "places"), FOUND.values(), ids=FOUND)
def test_a_column_is_found(text: str, said: dict[str, str], places: dict[str, int]) -> None:
    """Without a question."""
    columns = columns_in(text.encode(), said)
    assert isinstance(columns, Columns), columns
    assert columns.places == places


ASKED: dict[str, tuple[str, list[str]]] = {
    "two columns of addresses": ("Name,Eins,Zwei\nA,a@b.org,b@b.org", ["email"]),
    "two of one heading": ("Name,Email,E-mail\nA,a@b.org,b@b.org", ["email"]),
    "no name": ("Wer,Email\nA,a@b.org", ["name"]),
    "neither": ("Name,Phone\nA,020\n", ["email"]),
    "two texts without headings": ("Ann,Oslo,a@b.org\nBob,Rome,b@b.org", ["name"]),
}


@pytest.mark.parametrize(("text", "fields"), ASKED.values(), ids=ASKED)
def test_what_is_not_clear_is_asked(text: str, fields: list[str]) -> None:
    """With the columns to choose from, and what stands in them."""
    questions = columns_in(text.encode())
    assert isinstance(questions, tuple)
    assert [question.field for question in questions] == fields


def test_a_question_shows_what_stands_in_the_columns() -> None:
    """A heading alone may not tell."""
    text = b"Name,Eins,Zwei\nA,,b@b.org\nB,a@b.org,c@b.org"
    assert columns_in(text) == (
        Question(
            "email",
            "more than one column could be the e-mail address",
            ("2: 'Eins', such as 'a@b.org'", "3: 'Zwei', such as 'b@b.org'"),
        ),
    )


def test_a_column_that_there_is_not_is_told_with_the_nearest() -> None:
    """A slip of the keyboard is seen at once."""
    found = columns_in(b"Name,Contact e-mail\nA,a@b.org", {"email": "Contact emial"})
    assert found == NoSuchColumn(
        "There is no column 'Contact emial'; did you mean 'Contact e-mail'?"
    )
