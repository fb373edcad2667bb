#include "core/timestamp.h"

#include "base/limits.h"

#define NANOS_PER_SECOND 1000000000
#define SECONDS_PER_DAY  86400

/* Days from 1970-01-01 to a date of the Gregorian calendar, in years that begin in March. */
static int64_t days(int64_t year, int64_t month, int64_t day)
{
	int64_t march_year = year - (month <= 2), era = march_year / 400;
	int64_t year_of_era = march_year - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static int64_t days_of_month(int64_t year, int64_t month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return lengths[month - 1] + (month == 2 && leap);
}

/* Reads exactly `count` digits, advancing. */
static bool digits(const char **text, const char *end, int count, int64_t *ret_number)
{
	int64_t number = 0;

	for (int i = 0; i < count; i++, (*text)++) {
		if (*text == end || **text < '0' || **text > '9')
			return false;
		number = number * 10 + (**text - '0');
	}
	*ret_number = number;
	return true;
}

static bool one_of(const char **text, const char *end, char a, char b)
{
	if (*text == end || (**text != a && **text != b))
		return false;
	(*text)++;
	return true;
}

static bool fraction(const char **text, const char *end, int64_t *ret_nanos)
{
	int64_t nanos = 0, scale = NANOS_PER_SECOND / 10;
	const char *first;

	*ret_nanos = 0;
	if (!one_of(text, end, '.', '.'))
		return true;
	for (first = *text; *text < end && **text >= '0' && **text <= '9'; (*text)++) {
		nanos += (**text - '0') * scale;
		scale /= 10;
	}
	*ret_nanos = nanos;
	return *text > first;
}

static bool offset(const char **text, const char *end, int64_t *ret_seconds)
{
	int64_t hours, minutes;
	bool west;

	*ret_seconds = 0;
	if (*text == end || one_of(text, end, 'Z', 'z'))
		return *text == end;
	west = **text == '-';
	if (!one_of(text, end, '+', '-') || !digits(text, end, 2, &hours) ||
		!one_of(text, end, ':', ':') || !digits(text, end, 2, &minutes))
		return false;
	*ret_seconds = (hours * 60 + minutes) * (west ? -60 : 60);
	return *text == end && hours < 24 && minutes < 60;
}

enum timestamp_problem timestamp_from_seconds(int64_t seconds, int64_t nanos, int64_t *ret_ns)
{
	if (nanos < 0 || nanos >= NANOS_PER_SECOND)
		return TIMESTAMP_MALFORMED;
	if (seconds < days(LIMIT_YEAR_FIRST, 1, 1) * SECONDS_PER_DAY ||
		seconds >= days(LIMIT_YEAR_LAST + 1, 1, 1) * SECONDS_PER_DAY)
		return TIMESTAMP_OUT_OF_RANGE;
	*ret_ns = seconds * NANOS_PER_SECOND + nanos;
	return TIMESTAMP_OK;
}

enum timestamp_problem timestamp_parse(const char *text, size_t size, int64_t *ret_ns)
{
	const char *end = text + size;
	int64_t year, month, day, hour, minute, second, nanos, ahead;

	if (!digits(&text, end, 4, &year) || !one_of(&text, end, '-', '-') ||
		!digits(&text, end, 2, &month) || !one_of(&text, end, '-', '-') ||
		!digits(&text, end, 2, &day) ||
		(!one_of(&text, end, 'T', 't') && !one_of(&text, end, ' ', ' ')) ||
		!digits(&text, end, 2, &hour) || !one_of(&text, end, ':', ':') ||
		!digits(&text, end, 2, &minute) || !one_of(&text, end, ':', ':') ||
		!digits(&text, end, 2, &second) || !fraction(&text, end, &nanos) ||
		!offset(&text, end, &ahead))
		return TIMESTAMP_MALFORMED;
	if (month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) || hour > 23 ||
		minute > 59 || second > 60)
		return TIMESTAMP_MALFORMED;
	if (second == 60) {
		second = 59;
		nanos = NANOS_PER_SECOND - 1;
	}
	return timestamp_from_seconds(days(year, month, day) * SECONDS_PER_DAY + hour * 3600 +
					      minute * 60 + second - ahead,
		nanos, ret_ns);
}
