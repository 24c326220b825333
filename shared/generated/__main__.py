"""`python -m shared.generated`: write deploy/generated anew."""

from shared.generated.coverage import ROOT
from shared.generated.documents import FOLDER, documents


def main() -> None:
    """Write what changed, remove what nobody generates any more, and say so."""
    folder = ROOT / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wanted = documents()
    for name, text in wanted.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"{FOLDER}/{name}")
    for path in sorted(folder.iterdir()):
        if path.name not in wanted:
            path.unlink()
            print(f"{FOLDER}/{path.name} (removed)")


main()
