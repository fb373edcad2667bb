"""Makes store/queries.[ch] from sql/queries/*.sql: one struct query per file, named as the file; and
MIGRATIONS, the numbers of all files in sql/migrations as an array of PostgreSQL.

usage: embed.py OUTPUT.h OUTPUT.c QUERIES MIGRATIONS
"""

import pathlib
import re
import sys

HEADER = """/* Made by store/embed.py from sql/queries. */
#ifndef STORE_QUERIES_H
#define STORE_QUERIES_H

#include <stdbool.h>

struct query {{
	const char *name, *text;
	int parameters;
	bool reads; /* changes nothing */
	int number; /* below QUERIES */
}};

#define QUERIES {count}
#define MIGRATIONS "{{{migrations}}}"

{declarations}

#endif
"""


def statement(path):
    """The text without comment lines and without the final semicolon."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    return text.strip().rstrip(";")


def c_string(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "\n\t".join(f'"{line}\\n"' for line in escaped.split("\n"))


def definition(number, path):
    text = statement(path)
    parameters = max((int(n) for n in re.findall(r"\$(\d+)", text)), default=0)
    reads = re.search(r"\b(INSERT|UPDATE|DELETE|COPY)\b", text) is None
    return (
        f'const struct query query_{path.stem} = {{"{path.stem}",\n\t{c_string(text)},\n'
        f"\t{parameters}, {str(reads).lower()}, {number}}};\n"
    )


def write(path, text):
    """Only when it differs, so that nothing is compiled again for nothing."""
    path = pathlib.Path(path)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main(header, source, folder, migrations):
    files = sorted(pathlib.Path(folder).glob("*.sql"))
    names = "\n".join(f"extern const struct query query_{path.stem};" for path in files)
    numbers = sorted(path.name.split("_")[0] for path in pathlib.Path(migrations).glob("*.sql"))
    write(header, HEADER.format(count=len(files), migrations=",".join(numbers), declarations=names))
    definitions = (definition(number, path) for number, path in enumerate(files))
    write(source, '#include "store/queries.h"\n\n' + "\n".join(definitions))


main(*sys.argv[1:])
