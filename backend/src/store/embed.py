"""Makes store/queries.[ch] from sql/queries/*.sql: one struct query per file, named as the file.

usage: embed.py OUTPUT.h OUTPUT.c FILE.sql ...
"""

import pathlib
import re
import sys


def statement(path):
    """The text without comment lines and without the final semicolon."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    return text.strip().rstrip(";")


def c_string(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "\n\t".join(f'"{line}\\n"' for line in escaped.split("\n"))


def main(header, source, *files):
    queries = []
    for path in sorted(pathlib.Path(file) for file in files):
        text = statement(path)
        parameters = max((int(n) for n in re.findall(r"\$(\d+)", text)), default=0)
        changes = re.search(r"\b(INSERT|UPDATE|DELETE|COPY)\b", text) is not None
        queries.append((path.stem, text, parameters, not changes))
    with open(header, "w", encoding="utf-8") as out:
        out.write("/* Made by store/embed.py from sql/queries. */\n#ifndef STORE_QUERIES_H\n#define STORE_QUERIES_H\n\n")
        out.write("#include <stdbool.h>\n\n")
        out.write("struct query {\n\tconst char *name, *text;\n\tint parameters;\n\tbool reads; /* changes nothing */\n\tint number; /* below QUERIES */\n};\n\n")
        out.write(f"#define QUERIES {len(queries)}\n\n")
        for name, *_ in queries:
            out.write(f"extern const struct query query_{name};\n")
        out.write("\n#endif\n")
    with open(source, "w", encoding="utf-8") as out:
        out.write('#include "store/queries.h"\n')
        for number, (name, text, parameters, reads) in enumerate(queries):
            out.write(f'\nconst struct query query_{name} = {{"{name}",\n\t{c_string(text)},\n\t{parameters}, {str(reads).lower()}, {number}}};\n')


main(*sys.argv[1:])
