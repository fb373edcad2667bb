"""Makes a C array of a file. usage: embed_sample.py INPUT OUTPUT.c"""

import pathlib
import sys

data = pathlib.Path(sys.argv[1]).read_bytes()
numbers = ",".join(str(byte) for byte in data)
pathlib.Path(sys.argv[2]).write_text(
    f'#include "api/sample.h"\n\nconst char sample[] = {{{numbers}}};\nconst size_t sample_size = sizeof sample;\n',
    encoding="utf-8",
)
