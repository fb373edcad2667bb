/* The reasons for which a side of a connection made no rule, as named and as told. */
#include "core/generate.h"

static const struct {
	const char *name, *reason;
} reasons[LEFT_OUT_REASONS] = {
	[LEFT_OUT_NOT] = {"used", "It made a rule."},
	[LEFT_OUT_UNUSABLE] = {"unusable", "The sightings prove nothing about policy."},
	[LEFT_OUT_UNORIENTED] = {"unoriented", "No line tells which end is the server. Capture its "
					       "beginning, or add is_reply to the "
					       "exporter's field mask."},
	[LEFT_OUT_GUESS] = {"guess", "Which end is the server is only a guess by its ports, and "
				     "guesses are switched off."},
	[LEFT_OUT_SENT] = {"sent", "It left the client, but nothing shows that it arrived. Capture "
				   "at the server's node too."},
	[LEFT_OUT_DENIED] = {"denied",
		"It was dropped by default deny. Such drops make rules only on request."},
	[LEFT_OUT_REFUSED] = {"refused",
		"An explicit deny rule dropped it. No allow is proposed against a deny."},
	[LEFT_OUT_AUTHENTICATE] = {"authentication_required",
		"It needs mutual authentication, which is not set up; a rule alone would not let "
		"it pass."},
	[LEFT_OUT_L7_DENIED] = {"l7_denied", "Every request on it was refused by an L7 rule."},
	[LEFT_OUT_AUDITED] = {"audited", "Audit mode let it pass although policy would have denied "
					 "it, and audited traffic is "
					 "switched off."},
	[LEFT_OUT_SCAN] = {"scan", "Many ports of one server were tried a few times each: that "
				   "looks like a scan, not like a "
				   "need."},
	[LEFT_OUT_RARE] = {"rare", "It was seen less often than the minimum asked for."},
	[LEFT_OUT_PEER_UNKNOWN] = {"peer_unknown",
		"The peer cannot be told or selected: it has no labels that stay, or no address. "
		"Add "
		"source.labels, destination.labels and IP to the exporter's field mask."},
	[LEFT_OUT_SUBJECT_UNKNOWN] = {"subject_unknown",
		"The pod cannot be selected: it has no labels that stay. Label it, or add its "
		"labels to the "
		"exporter's field mask."},
	[LEFT_OUT_HOST] = {"local_host",
		"It comes from the pod's own node (probes, for example), which is always let in."},
	[LEFT_OUT_NO_EVIDENCE] = {"no_evidence", "It was seen, but nothing shows that it works."},
	[LEFT_OUT_FOREIGN] = {"foreign_cluster", "The pod is in a cluster whose nodes did not "
						 "report, so most of its traffic is unknown."},
	[LEFT_OUT_OPTION] = {"option", "The options exclude this direction or workload."},
	[LEFT_OUT_NO_POD] = {"no_pod",
		"Neither end is a pod, so no policy for pods can speak of it. If one is, add "
		"source.labels and destination.labels to the exporter's field mask."},
	[LEFT_OUT_INEXPRESSIBLE] = {"inexpressible", "The kind of policy asked for cannot say it."},
};

const char *left_out_name(enum left_out reason)
{
	return (unsigned)reason < LEFT_OUT_REASONS ? reasons[reason].name : "";
}

const char *left_out_reason(enum left_out reason)
{
	return (unsigned)reason < LEFT_OUT_REASONS ? reasons[reason].reason : "";
}
