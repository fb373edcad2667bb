/*
 * The stream is a row of frames: at the start, and again where one ends, the next bytes are looked
 * up in `formats`. Each format is a start and a step; the step turns what it can of the pending
 * input into one piece of output.
 */
#include "core/decompress.h"

#include "base/limits.h"
#include "base/mem.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define PIECE (64 * 1024)

enum step { STEP_MORE, STEP_END, STEP_BROKEN };

struct input {
	const unsigned char *bytes;
	size_t size;
};

struct decompress {
	byte_sink *sink;
	void *context;
	const struct format *format; /* NULL: to be found by the next bytes */
	bool any_frame;              /* a compressed frame came before */
	unsigned char head[8];       /* bytes kept until there are enough to tell */
	size_t head_size;
	z_stream zlib;
	bool zlib_ready;
	ZSTD_DStream *zstd;
	uint64_t bytes_in, bytes_out;
	unsigned char piece[PIECE];
};

struct format {
	const char *magic;
	size_t magic_size;
	bool (*start)(struct decompress *decompress);
	enum step (*step)(struct decompress *decompress, struct input *input, size_t *ret_size);
	const char *name;
	const char *advice; /* for what we do not read */
};

static void zlib_close(void *object)
{
	inflateEnd(object);
}

/* 15 bits of window, and 32 more: gzip or zlib by the header. */
static bool zlib_start(struct decompress *decompress)
{
	if (decompress->zlib_ready)
		return inflateReset(&decompress->zlib) == Z_OK;
	if (inflateInit2(&decompress->zlib, 15 + 32) != Z_OK)
		return false;
	mem_attach(decompress, &decompress->zlib, zlib_close);
	decompress->zlib_ready = true;
	return true;
}

static enum step zlib_step(struct decompress *decompress, struct input *input, size_t *ret_size)
{
	z_stream *stream = &decompress->zlib;
	int result;

	stream->next_in = (Bytef *)(uintptr_t)input->bytes;
	stream->avail_in = (uInt)(input->size < PIECE ? input->size : PIECE);
	stream->next_out = decompress->piece;
	stream->avail_out = PIECE;
	result = inflate(stream, Z_NO_FLUSH);
	input->size -= (size_t)(stream->next_in - input->bytes);
	input->bytes = stream->next_in;
	*ret_size = PIECE - stream->avail_out;
	if (result == Z_STREAM_END)
		return STEP_END;
	return result == Z_OK || result == Z_BUF_ERROR ? STEP_MORE : STEP_BROKEN;
}

static void zstd_close(void *object)
{
	ZSTD_freeDStream(object);
}

static bool zstd_start(struct decompress *decompress)
{
	if (decompress->zstd == NULL) {
		decompress->zstd = ZSTD_createDStream();
		if (decompress->zstd == NULL)
			return false;
		mem_attach(decompress, decompress->zstd, zstd_close);
		if (ZSTD_isError(ZSTD_DCtx_setParameter(
			    decompress->zstd, ZSTD_d_windowLogMax, LIMIT_ZSTD_WINDOW)))
			return false;
	}
	return !ZSTD_isError(ZSTD_DCtx_reset(decompress->zstd, ZSTD_reset_session_only));
}

static enum step zstd_step(struct decompress *decompress, struct input *input, size_t *ret_size)
{
	ZSTD_inBuffer in = {input->bytes, input->size, 0};
	ZSTD_outBuffer out = {decompress->piece, PIECE, 0};
	size_t result = ZSTD_decompressStream(decompress->zstd, &out, &in);

	input->bytes += in.pos;
	input->size -= in.pos;
	*ret_size = out.pos;
	if (ZSTD_isError(result))
		return STEP_BROKEN;
	return result == 0 ? STEP_END : STEP_MORE;
}

#define MAGIC(text) text, sizeof(text) - 1

static const struct format formats[] = {
	{MAGIC("\x1f\x8b"), zlib_start, zlib_step, "gzip", NULL},
	{MAGIC("\x78\x01"), zlib_start, zlib_step, "zlib", NULL},
	{MAGIC("\x78\x9c"), zlib_start, zlib_step, "zlib", NULL},
	{MAGIC("\x78\xda"), zlib_start, zlib_step, "zlib", NULL},
	{MAGIC("\x28\xb5\x2f\xfd"), zstd_start, zstd_step, "zstd", NULL},
	{MAGIC("\x50\x2a\x4d\x18"), zstd_start, zstd_step, "zstd", NULL}, /* pzstd */
	{MAGIC("\xfd\x37zXZ"), NULL, NULL, "xz", "decompress it first, or use gzip or zstd"},
	{MAGIC("BZh"), NULL, NULL, "bzip2", "decompress it first, or use gzip or zstd"},
	{MAGIC("PK\x03\x04"), NULL, NULL, "zip", "unpack it and send the files in it"},
	{MAGIC("\x04\x22\x4d\x18"), NULL, NULL, "lz4", "use gzip or zstd"},
	{MAGIC("\xff\x06\x00\x00sN"), NULL, NULL, "snappy", "set compression to gzip or zstd"},
	{MAGIC("\xff\xfe"), NULL, NULL, "UTF-16 text",
		"save it as UTF-8 (in PowerShell: `| Out-File -Encoding utf8 FILE`)"},
	{MAGIC("\xfe\xff"), NULL, NULL, "UTF-16 text", "save it as UTF-8"},
};

static const struct format plain = {.magic = "", .name = "plain"};

struct decompress *decompress_new(void *mem, byte_sink *sink, void *context)
{
	struct decompress *decompress = mem_new(mem, struct decompress);

	decompress->sink = sink;
	decompress->context = context;
	return decompress;
}

uint64_t decompress_bytes(const struct decompress *decompress)
{
	return decompress->bytes_out;
}

/* The format that begins like `head`; NULL with `ret_more` if more bytes are needed to tell. */
static const struct format *recognise(
	const unsigned char *head, size_t size, bool at_end, bool *ret_more)
{
	*ret_more = false;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		const struct format *format = &formats[i];
		size_t shared = size < format->magic_size ? size : format->magic_size;

		if (memcmp(head, format->magic, shared) != 0)
			continue;
		if (shared == format->magic_size)
			return format;
		*ret_more = !at_end;
		if (*ret_more)
			return NULL;
	}
	return &plain;
}

static bool begin(struct decompress *decompress, const struct format *format, struct err *err)
{
	if (format->advice != NULL)
		return err_set(err, ERR_UNSUPPORTED, "The input is %s, which is not read here: %s.",
			format->name, format->advice);
	if (format == &plain && decompress->any_frame)
		return err_set(err, ERR_INVALID,
			"After the compressed data come bytes that are no compressed data.");
	if (format != &plain && !format->start(decompress))
		return err_set(err, ERR_INTERNAL, "%s cannot be started.", format->name);
	decompress->format = format;
	decompress->any_frame = format != &plain;
	return true;
}

static bool hand_on(struct decompress *decompress, size_t size, struct err *err)
{
	decompress->bytes_out += size;
	if (decompress->bytes_out > LIMIT_INFLATE_FREE + decompress->bytes_in * LIMIT_INFLATE_RATIO)
		return err_set(err, ERR_TOO_LARGE,
			"The %s data grows more than %d-fold when decompressed, which flows never "
			"do "
			"(a decompression bomb?). Decompress it yourself if it is sound.",
			decompress->format->name, LIMIT_INFLATE_RATIO);
	return size == 0 ||
	       decompress->sink(decompress->context, (char *)decompress->piece, size, err);
}

static bool pass(struct decompress *decompress, struct input *input, struct err *err)
{
	size_t size = input->size;

	input->size = 0;
	decompress->bytes_out += size;
	return size == 0 ||
	       decompress->sink(decompress->context, (const char *)input->bytes, size, err);
}

/* Runs the current format until the input is used up or its frame ends. */
static bool run(struct decompress *decompress, struct input *input, struct err *err)
{
	if (decompress->format == &plain)
		return pass(decompress, input, err);
	for (;;) {
		size_t before = input->size, size;
		enum step step = decompress->format->step(decompress, input, &size);

		decompress->bytes_in += before - input->size;
		if (!hand_on(decompress, size, err))
			return false;
		if (step == STEP_BROKEN)
			return err_set(err, ERR_INVALID,
				"The %s data is broken after %llu bytes of plain text%s.",
				decompress->format->name, (unsigned long long)decompress->bytes_out,
				decompress->zstd == NULL
					? ""
					: " (or was made with --long or --ultra: use levels "
					  "up to 19)");
		if (step == STEP_END) {
			decompress->format = NULL;
			return true;
		}
		if (input->size == 0 && size < PIECE)
			return true;
	}
}

/* Moves bytes to `head` until they tell the format; false on error. */
static bool find_format(
	struct decompress *decompress, struct input *input, bool at_end, struct err *err)
{
	while (decompress->format == NULL) {
		bool more = true;
		const struct format *format = NULL;

		/* gzip files may be padded with zeros, as tapes were. */
		while (decompress->any_frame && decompress->head_size == 0 && input->size > 0 &&
			*input->bytes == 0) {
			input->bytes++;
			input->size--;
		}
		if (decompress->head_size > 0)
			format = recognise(decompress->head, decompress->head_size, at_end, &more);
		if (format != NULL)
			return begin(decompress, format, err);
		if (input->size == 0)
			return true;
		decompress->head[decompress->head_size++] = *input->bytes++;
		input->size--;
	}
	return true;
}

static bool take(struct decompress *decompress, struct input *input, bool at_end, struct err *err)
{
	do {
		struct input head = {decompress->head, 0};

		if (!find_format(decompress, input, at_end, err))
			return false;
		if (decompress->format == NULL)
			return true;
		head.size = decompress->head_size;
		decompress->head_size = 0;
		if (head.size > 0 && !run(decompress, &head, err))
			return false;
		if (decompress->format != NULL && !run(decompress, input, err))
			return false;
	} while (input->size > 0);
	return true;
}

bool decompress_feed(struct decompress *decompress, const void *bytes, size_t size, struct err *err)
{
	struct input input = {bytes, size};

	return size == 0 || take(decompress, &input, false, err);
}

bool decompress_end(struct decompress *decompress, struct err *err)
{
	struct input nothing = {decompress->head, 0};

	if (!take(decompress, &nothing, true, err))
		return false;
	if (decompress->format != NULL && decompress->format != &plain)
		return err_set(err, ERR_INVALID,
			"The %s data is cut: it ends before its end mark. Send the whole file.",
			decompress->format->name);
	return true;
}
