from typing import Any

from django.core.management.base import BaseCommand

from helpdesk import translations


class Command(BaseCommand):
    help = "Bring the catalogues of translations up to date with the code."

    def handle(self, *args: Any, **options: Any) -> None:
        for language in translations.languages():
            catalogue = translations.update(language)
            missing = len(list(translations.untranslated(catalogue)))
            self.stdout.write(
                f"{translations.source_of(language)}: {len(catalogue)} entries, {missing} to translate."
            )
