/*
 * Private to the policy writer: YAML by libyaml's emitter, quoted so that every reader of YAML 1.1
 * or 1.2 gets the same texts back. A failure is kept and told at the end, so that callers write
 * straight on.
 */
#ifndef CORE_POLICY_WRITE_YAML_H
#define CORE_POLICY_WRITE_YAML_H

#include "base/err.h"
#include "core/policy.h"

struct yaml_writer;

struct yaml_writer *yaml_writer_new(void *mem);

/* Ends the text, which `mem` of yaml_writer_new owns, and frees the writer. */
MUST_CHECK bool yaml_writer_end(
	struct yaml_writer *w, const char **ret_text, size_t *ret_size, struct err *err);

/* Keeps a refusal, to be told by yaml_writer_end; the first one stays. */
void write_refuse(struct yaml_writer *w, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void write_document_begin(struct yaml_writer *w);
void write_document_end(struct yaml_writer *w);
void write_map_begin(struct yaml_writer *w);
void write_map_end(struct yaml_writer *w);

/* A key; its value comes next. */
void write_key(struct yaml_writer *w, const char *key);

/* A list as the value of `key`. */
void write_list_begin(struct yaml_writer *w, const char *key);
void write_list_end(struct yaml_writer *w);

/* WRITE_SHORT: plain where that is safe. */
enum write_style { WRITE_SHORT, WRITE_QUOTED };

void write_text(struct yaml_writer *w, const char *text, enum write_style style);
void write_text_member(struct yaml_writer *w, const char *key, const char *text);
void write_quoted_member(struct yaml_writer *w, const char *key, const char *text);
void write_number_member(struct yaml_writer *w, const char *key, int number);
void write_texts_member(struct yaml_writer *w, const char *key, const char *const *items,
	size_t count, enum write_style style);

/* These write nothing for "", no members, unknown, NULL. */
void write_optional_member(struct yaml_writer *w, const char *key, const char *text);
void write_key_values_member(
	struct yaml_writer *w, const char *key, const struct key_values *values);
void write_tristate_member(struct yaml_writer *w, const char *key, enum tristate value);
void write_node_member(struct yaml_writer *w, const char *key, const struct yaml_node *node);

void write_selector(struct yaml_writer *w, const struct selector *selector);

/* The `spec` member of a Kubernetes NetworkPolicy (policy_write_kubernetes.c). */
void write_kubernetes_spec(struct yaml_writer *w, const struct policy *policy);

#endif
