"""The console: pages in a browser, for the people who look after what goes into QuickBooks.

How a page is added. A page is a function in a module of its own under `service/console`, and a template:

    pages = Blueprint("history", __name__)

    @pages.get("/company/<company>/history")
    @needs(Privilege.VIEW)
    def history() -> str:
        with reading() as work:
            found = ...
        return render_template("history.html", found=found)

Then name the blueprint in `door.PAGES`, and a link to it in `navigation.MENUS` if it has one. The rest is done before
the function is called (`guard`): who it is, whether the token of a form is good, whether the company is one that this
person may know of (404), and whether the privilege is held there (403). A page that names no privilege is refused
when the application is built. `visit.here()` is the visit: the person, the company, the time. `reading()` and
`writing()` open the units of work; `url_for` fills in the company by itself. Templates extend `page.html`, take parts
from `parts.html`, and show times, dates and money through the filters of `reader.Reader`. After something was done,
say so with `notices.tell` and redirect (`visit.back_to`).
"""
