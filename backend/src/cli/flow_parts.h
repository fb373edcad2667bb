/* Where a file of flows can be read in two parts at a time. */
#ifndef CLI_FLOW_PARTS_H
#define CLI_FLOW_PARTS_H

#include <stdint.h>

/*
 * An offset near the middle of the file that begins a record, whatever came before it; 0 where there is none or
 * the file is too small for two parts. It is found after a line that is an object by itself, at a line that begins
 * with one: within a value JSON has a comma between two objects, so both are records of their own.
 */
int64_t flow_parts_split(int descriptor);

/* The line ends before the offset. */
unsigned long flow_parts_lines(int descriptor, int64_t end);

#endif
