"""The pages behind a claim link, read as a browser reads them. Also the end-to-end run reads them by this."""

from html.parser import HTMLParser


class ClaimPage(HTMLParser):
    """The form with choices of a page, as a browser would send it, and the addresses of badges on it, in their order."""

    def __init__(self, text: str):
        super().__init__()
        self.action, self.fields, self.choices, self.badges = None, {}, set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        if tag == "form":
            self.form, self.hidden = has["action"], {}
        elif tag == "input" and has["type"] == "hidden":
            self.hidden[has["name"]] = has["value"]
        elif tag == "input" and has["type"] == "radio":
            self.action, self.fields = self.form, self.hidden
            self.choices.add((has["name"], has["value"]))
        elif tag == "a" and "/badges/" in has["href"]:
            self.badges.append(has["href"])
