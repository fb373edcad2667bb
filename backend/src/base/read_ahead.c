#include "base/read_ahead.h"

#include "base/mem.h"

/* Large enough that two threads seldom wake each other, small enough for the cache of a processor. */
#define PIECE (128 * 1024)

struct piece {
	char *bytes;
	size_t size;
};

struct read_ahead {
	read_more *more;
	void *context;
	struct piece pieces[2];
	int reading; /* the piece that is read */
	struct background *background;
};

struct read_ahead *read_ahead_new(void *mem, read_more *more, void *context)
{
	struct read_ahead *ahead = mem_new(mem, struct read_ahead);

	ahead->more = more;
	ahead->context = context;
	for (int i = 0; i < 2; i++)
		ahead->pieces[i].bytes = mem_array(ahead, char, PIECE);
	/* after the buffers: freed before them */
	ahead->background = background_new(ahead);
	return ahead;
}

static bool read_piece(void *context, struct err *err)
{
	struct read_ahead *ahead = context;
	struct piece *piece = &ahead->pieces[ahead->reading];

	return ahead->more(ahead->context, piece->bytes, PIECE, &piece->size, err);
}

bool read_ahead_next(
	struct read_ahead *ahead, const char **ret_bytes, size_t *ret_size, struct err *err)
{
	const struct piece *piece = &ahead->pieces[ahead->reading];
	bool done = background_busy(ahead->background) ? background_wait(ahead->background, err)
						       : read_piece(ahead, err);

	if (!done)
		return false;
	*ret_bytes = piece->bytes;
	*ret_size = piece->size;
	if (piece->size > 0) {
		ahead->reading = 1 - ahead->reading;
		background_begin(ahead->background, read_piece, ahead);
	}
	return true;
}
