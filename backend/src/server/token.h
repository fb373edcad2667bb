/* `cpa token create`: a token by who may write to the database, such as the first one. */
#ifndef SERVER_TOKEN_H
#define SERVER_TOKEN_H

int token_run(int argc, char **argv);

#endif
