"""Pages people print (文书): the templates of a service. A word nobody gives them is an error."""

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def templates_of(package: str) -> Environment:
    """The templates in a package's folder; what is told in a page is text, never markup."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
