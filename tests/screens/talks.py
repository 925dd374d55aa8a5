"""What is said in the conversations that the pictures open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from helpdesk.demo.plan import Step, Story
from helpdesk.demo.scripts import Person

SHOP = "https://haldencycles.example"
TALK = [  # questions and answers of a dealer who has many
    (
        "Friday is fine. And the margins, do they stay?",
        "They stay for 2026, with one step more from forty bikes on.",
    ),
    (
        "We sold forty-one last year.",
        "Then you are in it from the first order. I have noted it on your account.",
    ),
    (
        "Which colours will the City 8 have?",
        "Moss, sand and the dark blue of this year. Red is no more.",
    ),
    ("A pity, red sold well here.", "I hear that from three dealers this week and pass it on."),
    (
        "Can we order two Cargo 20 to try out?",
        "Yes, as demonstration bikes with 15 % off, for six months at least.",
    ),
    (
        "Good, please two in sand.",
        "Ordered: HC-41180 and HC-41181, they leave the works in week 14.",
    ),
    (
        "Do they come with the new pack?",
        "Both with the 725 Wh pack, and with the key that fits the lock.",
    ),
    ("And the insulated sleeves?", "I put two into the box, they cost nothing."),
    (
        "Our mechanic asks for the torque table of the Trail 29.",
        "It is in the dealers' library under Workshop, I send you the page as well.",
    ),
    (
        "He has it, thank you. Who trains new mechanics?",
        "Chen does, twice a year in Porto. The next days are 21 and 22 April.",
    ),
    (
        "Two places for us please",
        "Done, the invitations are on their way to the workshop's address.",
    ),
    (
        "Can the invoice be one for both orders?",
        "Yes. I ask Léa to join them, you have it tomorrow.",
    ),
    ("It arrived, all fine.", "Lovely. Anything else, just write here."),
    (
        "What about last year's price labels?",
        "Throw them away, the new ones come with the first box.",
    ),
]


@dataclass(frozen=True)
class Scene:
    """Lines are minutes before now, a verb of the demo's or of ours, who, and what."""

    name: str
    contact: Person
    page: tuple[str, str]
    lines: tuple[tuple[Any, ...], ...]

    def story(self, number: int, now: datetime) -> Story:
        steps = [Step(now - timedelta(minutes=ago), verb, *more) for ago, verb, *more in self.lines]
        return Story(number, self.contact, *self.page, steps)


ORDER = ("Cargo 20 spare pack", f"{SHOP}/parts/cargo-20-pack")
MARA = Person("Ruth Okafor", "ruth@brightcourier.example", "Bristol")
SCENES = [
    Scene(
        "long",
        Person("Pieter de Groot", "pieter@groenefietsen.example", "Utrecht"),
        ("Dealer price list", f"{SHOP}/dealers"),
        (
            (9000, "receive", "", "Good morning, is the dealer price list for 2026 out yet?"),
            (8990, "read", "sam"),
            (
                8988,
                "send",
                "sam",
                "Good morning Pieter. It comes out on Friday; shall I send it to you then?",
            ),
            (8988, "sent"),
            *[
                (ago, verb, *more)
                for n, (asked, told) in enumerate(TALK)
                for ago, verb, *more in (
                    (8900 - n * 210, "receive", "", asked),
                    (8880 - n * 210, "read", "sam"),
                    (8876 - n * 210, "send", "sam", told),
                    (8876 - n * 210, "sent"),
                    (8874 - n * 210, "seen"),
                )
            ],
            (212, "receive", "", "One more thing: do the spare parts go up as well?"),
        ),
    ),
    Scene(
        "later",
        Person("Sofía Marín", "sofia.marin@example.com", "Valencia"),
        ("Trail 29", f"{SHOP}/bikes/trail-29"),
        (
            (
                190,
                "receive",
                "",
                "Motor cuts out on steep hills, but only when it is warm outside.",
            ),
            (170, "read", "olga"),
            (169, "move", "olga", "Technical"),
            (168, "assign", "olga", "olga"),
            (
                160,
                "send",
                "olga",
                "That sounds like the heat protection. Which update does the app show?",
            ),
            (160, "sent"),
            (150, "seen"),
            (121, "receive", "", "4.2, I updated yesterday"),
            (
                118,
                "later",
                "olga",
                "The workshop has an answer on this tomorrow morning: I write to you then.",
            ),
        ),
    ),
    Scene(
        "failed",
        Person("Oliver Bennett", "", "Leeds"),
        ("Delivery", f"{SHOP}/delivery"),
        (
            (95, "receive", "", "Can the parcel go to my neighbour at 14 Mill Road instead?"),
            (88, "read", "olga"),
            (87, "move", "olga", "Orders"),
            (86, "assign", "olga", "olga"),
            (80, "send", "olga", "I have asked the depot to hold it until you say when."),
            (79, "fail", "", "The website did not answer for two days"),
        ),
    ),
    Scene(
        "due",
        Person("Leïla Haddad", "leila@example.com", "Lyon"),
        ("The app", f"{SHOP}/app"),
        (
            (
                18,
                "receive",
                "",
                "The app will not pair after update 4.2. It shows three dots and then nothing.",
            ),
        ),
    ),
    Scene(
        "held",
        Person("Nadia Petrenko", "nadia@example.com", "Gdańsk"),
        ("Warranty", f"{SHOP}/warranty"),
        (
            (
                61,
                "receive",
                "",
                "I crashed and the fork of my Trail 29 has a crack at the crown. Is there a crash replacement?",
            ),
            (50, "read", "ivan"),
            (50, "move", "ivan", "Technical"),
        ),
    ),
    Scene(
        "chat",
        MARA,
        ORDER,
        (
            (
                1180,
                "receive",
                "",
                "Hi, two of our twelve Cargo 20s stopped charging over the weekend. The packs blink red three times.",
            ),
            (1177, "read", "ivan"),
            (
                1177,
                "send",
                "ivan",
                "Three red blinks means the cells are too cold to charge. Could you bring both packs indoors overnight and try again?",
            ),
            (1177, "sent"),
            (1175, "seen"),
            (1172, "receive", "", "Will do, thank you for the quick answer."),
            (1165, "tag", "ivan", "battery"),
            (1165, "tag", "ivan", "warranty"),
            (1164, "move", "ivan", "Technical"),
            (1164, "assign", "ivan", "olga"),
            (
                1161,
                "note",
                "ivan",
                "@Olga their depot isn't heated, same story in January. If a pack stays dead it's the B52 batch, so swap it and offer the insulated sleeves.",
            ),
            (1158, "close", "ivan"),
            (1150, "rate", "", ("good", "Quick answer, let's see if it works")),
            (
                52,
                "receive",
                "",
                "Both came in overnight. One charges now, the other still blinks. We have a full round tomorrow, so we need a swap or a loaner today.",
            ),
            (44, "read", "olga"),
            (
                43,
                "send",
                "olga",
                "Good morning Ruth. Could you send me a photo of the pack that blinks?",
            ),
            (43, "sent"),
            (41, "seen"),
        ),
    ),
]
