"""The cast: Bu Siti and Pak Budi own a business each, Dede works for one. Every call gives a person with a number of her own."""

import itertools
from dataclasses import dataclass, field

from e2e.phone import Phone

PASSWORD = "bandeng bakar enak"

_numbers = itertools.count(1)


def new_number() -> str:
    """A phone number that nobody has, as people write it."""
    return f"0812-5{next(_numbers):07}"


@dataclass(frozen=True)
class Person:
    """What somebody types when she signs up."""

    name: str
    business: str
    password: str = PASSWORD
    number: str = field(default_factory=new_number)

    @property
    def sign_up_form(self) -> dict[str, str]:
        """The fields of the form, filled."""
        return {
            "name": self.name,
            "phone": self.number,
            "password": self.password,
            "business_name": self.business,
            "agreed": "1",
        }


def bu_siti() -> Person:
    """Owns "Sate Bandeng Bu Siti"."""
    return Person("Bu Siti", "Sate Bandeng Bu Siti")


def pak_budi() -> Person:
    """Owns another business and must see nothing of hers."""
    return Person("Pak Budi", "Keripik Pak Budi")


def dede() -> Person:
    """Works for an owner; has no business of his own."""
    return Person("Dede", "")


def sign_up(phone: Phone, person: Person) -> None:
    """Signs up without showing the form: for tests about something else."""
    phone.send("/sign-up", person.sign_up_form)


def sign_in(phone: Phone, person: Person) -> None:
    """Signs in without showing the form."""
    phone.send("/sign-in", {"phone": person.number, "password": person.password, "next": "/"})


def invite(owner: Phone, label: str) -> str:
    """The path of a new invitation link of the owner's business."""
    return link_in(owner.send("/staff/invitations", {"label": label})).removeprefix(owner.url)


def link_in(page: str) -> str:
    """The link that a page shows once."""
    return page.partition("<code>")[2].partition("</code>")[0]


def join(phone: Phone, person: Person, link: str) -> None:
    """Takes an invitation as a new person."""
    phone.send(link, {name: text for name, text in person.sign_up_form.items() if name != "business_name"})
