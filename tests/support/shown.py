"""What an operator's screen shows, and what each push does to it, as the browser's modules have it."""

import re

ENTRY = re.compile(r'(?=<\w+[^>]*\bid="entry-\d+")')


def entries_in(html):
    """Split what the server drew into its entries, by id."""
    parts = [part.strip() for part in ENTRY.split(html) if 'id="entry-' in part]
    return {re.search(r'id="(entry-\d+)"', part)[1]: part for part in parts}


class Shown:
    """A list, its counters and one conversation; how they are fetched is another's concern."""

    def __init__(self, view, number):
        self.view, self.number = view, number
        self.rows, self.counts, self.entries, self.head, self.seq = {}, {}, {}, "", 0
        self.left = {}  # the numbers at which conversations left the list
        self.gone = False

    def apply(self, frame):
        """Apply one push; return whether something was missed."""
        return getattr(self, f"on_{frame['kind']}", lambda frame: False)(frame)

    def on_row(self, frame):
        number, seq = frame["number"], frame["seq"]
        if seq >= max(self.rows.get(number, (0,))[0], self.left.get(number, 0)):
            self.rows[number] = (seq, frame["html"].strip())

    def on_removal(self, frame):
        number, seq = frame["number"], frame["seq"]
        self.left[number] = seq
        if self.rows.get(number, (0,))[0] <= seq:
            self.rows.pop(number, None)

    def on_counts(self, frame):
        for view, n in frame["changes"].items():
            if view in self.counts:
                self.counts[view] += n

    def on_conversation(self, frame):
        if frame["seq"] <= self.seq:
            return False
        if frame["first"] > self.seq + 1:
            return True
        self.entries |= entries_in(frame["entries"])
        self.head, self.seq = frame["head"].strip(), frame["seq"]
        return False

    def on_contact(self, frame):
        self.seq = 0  # what it shows is drawn anew
        return True

    def on_refused(self, frame):
        self.gone, self.entries, self.head = True, {}, ""
