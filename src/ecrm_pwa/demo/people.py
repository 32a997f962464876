"""Who signs in. All numbers of the village begin with 0812-0000: they look like numbers and are made up."""

from dataclasses import dataclass

PASSWORD = "sate bandeng enak"  # noqa: S105 (no secret: it is printed wherever the demo is)


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `number` as people write it."""

    name: str
    number: str
    who: str
    """For the operator, in English."""
    language: str = "id"


SITI = Person("Bu Siti", "0812-0000-0001", "owns Sate Bandeng Bu Siti, the busiest")
DEDE = Person("Dede", "0812-0000-0002", "works for Bu Siti")
BUDI = Person("Pak Budi", "0812-0000-0003", "owns two businesses, emping and gipang")
MAESAROH = Person("Hj. Maesaroh", "0812-0000-0004", "owns the rabeg kitchen with the long name")
LALA = Person("Lala", "0812-0000-0005", "owns the pandan craft and uses the app in English", language="en")
NUNUNG = Person("Teh Nunung", "0812-0000-0006", "began four days ago, a tailor")
ANI = Person("Bu Ani", "0812-0000-0007", "coach of the village, has no business")

PEOPLE = (SITI, DEDE, BUDI, MAESAROH, LALA, NUNUNG, ANI)
