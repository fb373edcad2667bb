/*
 * The user that the SSO proxy names. nginx passes its headers on as CPA_AUTH_*, and only when the
 * connection comes from a trusted address (CPA_PEER_TRUSTED); the secret proves that it was the
 * proxy and no other program on its machine.
 */
#ifndef API_PROXY_USER_H
#define API_PROXY_USER_H

#include "api/auth.h"
#include "api/proxy_secret.h"

/*
 * Fills in the request's user; nothing is filled in when no user is named. The role is the highest
 * that one of the groups has, by exact names: none unless the settings give it.
 * ERR_UNAUTHENTICATED when the secret, the name or the groups cannot be accepted, ERR_UNAVAILABLE when
 * the secret's file cannot be read.
 */
MUST_CHECK bool proxy_user(const struct auth_settings *settings, struct proxy_secret *secret,
	struct request *request, struct err *err);

#endif
