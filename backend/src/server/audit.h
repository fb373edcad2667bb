/* `cpa audit verify`: is the audit as it was written (store/audit.h)? */
#ifndef SERVER_AUDIT_H
#define SERVER_AUDIT_H

int audit_run(int argc, char **argv);

#endif
