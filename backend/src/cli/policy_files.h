/* Policy files and folders -> one set of policies, for the offline commands. */
#ifndef CLI_POLICY_FILES_H
#define CLI_POLICY_FILES_H

#include "base/err.h"
#include "core/policy.h"

struct policy_files {
	struct policies policies;
	const char **files; /* of each policy, where it was read */
	size_t capacity;
	size_t other_objects; /* in the files, which are no policies */
};

/*
 * Adds the policies of a file, stdin ("-") or folder. Objects of other kinds are counted and left
 * out, as folders of manifests hold them too; a policy that cannot be read is an error that names
 * file, line and column. Everything is owned by `mem`.
 */
MUST_CHECK bool policy_files_read(
	void *mem, const char *path, struct policy_files *input, struct err *err);

/* The file of a policy of input->policies. */
const char *policy_files_path(const struct policy_files *input, const struct policy *policy);

#endif
