/* The packed facts of a flow keep every value of every field, and no field touches another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/facts.h"

static void check(struct facts facts)
{
	struct facts back = facts_unpack(facts_pack(&facts));

	assert_int_equal(back.verdict, facts.verdict);
	assert_int_equal(back.direction, facts.direction);
	assert_int_equal(back.is_reply, facts.is_reply);
	assert_int_equal(back.reply, facts.reply);
	assert_int_equal(back.event, facts.event);
	assert_int_equal(back.point, facts.point);
	assert_int_equal(back.reason, facts.reason);
	assert_int_equal(back.tcp_flags, facts.tcp_flags);
	assert_int_equal(back.no_time, facts.no_time);
	assert_int_equal(back.l7_type, facts.l7_type);
	assert_int_equal(back.l7_kind, facts.l7_kind);
	assert_int_equal(back.outcomes[SIDE_EGRESS], facts.outcomes[SIDE_EGRESS]);
	assert_int_equal(back.outcomes[SIDE_INGRESS], facts.outcomes[SIDE_INGRESS]);
	assert_int_equal(back.drop_reason, facts.drop_reason);
	assert_true(facts_pack(&facts) >= 0);
}

static void test_each_field_alone(void **state)
{
	(void)state;
	check((struct facts){0});
	check((struct facts){.verdict = VERDICT_TRANSLATED});
	check((struct facts){.direction = DIRECTION_EGRESS});
	check((struct facts){.is_reply = TRISTATE_YES});
	check((struct facts){.reply = true});
	check((struct facts){.event = EVENT_L7});
	check((struct facts){.point = POINT_TO_ENDPOINT});
	check((struct facts){.reason = REASON_ENCRYPT_OVERLAY});
	check((struct facts){.tcp_flags = TCP_NS | TCP_FIN});
	check((struct facts){.no_time = true});
	check((struct facts){.l7_type = L7_SAMPLE});
	check((struct facts){.l7_kind = L7_OTHER});
	check((struct facts){.outcomes = {0xff, 0}});
	check((struct facts){.outcomes = {0, 0xff}});
	check((struct facts){.drop_reason = 4095});
}

static void test_all_fields_full(void **state)
{
	(void)state;
	check((struct facts){.verdict = VERDICT_TRANSLATED,
		.direction = DIRECTION_EGRESS,
		.is_reply = TRISTATE_YES,
		.reply = true,
		.event = EVENT_L7,
		.point = POINT_TO_ENDPOINT,
		.reason = REASON_ENCRYPT_OVERLAY,
		.tcp_flags = 511,
		.no_time = true,
		.l7_type = L7_SAMPLE,
		.l7_kind = L7_OTHER,
		.outcomes = {0xff, 0xff},
		.drop_reason = 4095});
}

/* The statements in sql/queries rely on these places. */
static void test_places_of_the_statements(void **state)
{
	(void)state;
	assert_int_equal(facts_pack(&(struct facts){.verdict = VERDICT_DROPPED}), 2);
	assert_int_equal(facts_pack(&(struct facts){.direction = DIRECTION_EGRESS}), 2 << 3);
	assert_int_equal(facts_pack(&(struct facts){.reply = true}), 1 << 7);
	assert_int_equal(facts_pack(&(struct facts){.no_time = true}), 1 << 28);
	assert_true(facts_pack(&(struct facts){.outcomes = {1, 0}}) == INT64_C(1) << 34);
	assert_true(facts_pack(&(struct facts){.outcomes = {0, 1}}) == INT64_C(1) << 42);
	assert_true(facts_pack(&(struct facts){.drop_reason = 1}) == INT64_C(1) << 50);
}

static void test_only_what_is_counted_apart(void **state)
{
	struct facts facts = {.verdict = VERDICT_DROPPED,
		.no_time = true,
		.outcomes = {1, 2},
		.reply = true,
		.tcp_flags = TCP_SYN,
		.drop_reason = 7};
	struct facts counted = facts_unpack(facts_counted(facts_pack(&facts)));

	(void)state;
	assert_int_equal(counted.verdict, VERDICT_DROPPED);
	assert_true(counted.no_time);
	assert_int_equal(counted.outcomes[SIDE_INGRESS], 2);
	assert_false(counted.reply);
	assert_int_equal(counted.tcp_flags, 0);
	assert_int_equal(counted.drop_reason, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_field_alone),
		cmocka_unit_test(test_all_fields_full),
		cmocka_unit_test(test_places_of_the_statements),
		cmocka_unit_test(test_only_what_is_counted_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
