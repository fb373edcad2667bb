/*
 * Every bound on what comes from outside, each with its reason; each is tested at its edge.
 * Sizes in bytes unless the name says otherwise.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* One flow record. Hubble's own reader stops at 64 KiB; node labels and URLs can exceed that. */
#define LIMIT_RECORD (1024 * 1024)
/* JSON nesting of a record: real flows stay below 10. */
#define LIMIT_JSON_DEPTH 64
/* Arrays and {"flows": [...]} objects around the records, one in the other; OTLP has three. */
#define LIMIT_ENVELOPE_DEPTH 16
/* Bytes that compressed input may always become, and how many per compressed byte beyond that.
 * Flows shrink to a 10th, hardly ever to a 100th; a gzip bomb to a 1000th. */
#define LIMIT_INFLATE_FREE  (32 * 1024 * 1024)
#define LIMIT_INFLATE_RATIO 200
/* log2 of the window that zstd may ask us to keep in memory: 8 MiB, what its levels 1 to 19 use. */
#define LIMIT_ZSTD_WINDOW 23
/* Years of a time stamp: a node with an unset clock says 1970, Go's "no time" says 0001. */
#define LIMIT_YEAR_FIRST 1970
#define LIMIT_YEAR_LAST  2100
/* Events that one record of an aggregating exporter stands for. */
#define LIMIT_WEIGHT 1000000000000
/* Log records around a flow, one in the other ("log" of Fluent Bit in "body" of OpenTelemetry). */
#define LIMIT_UNWRAP 2
/* Endpoints that a reader remembers (a power of two), and the text of one: together a few MiB. */
#define LIMIT_SCAN_ENDPOINTS 4096
#define LIMIT_SCAN_ENDPOINT  2048
/* The same for what follows the endpoints in a record: some 20 kinds of events for each interface of a node. */
#define LIMIT_SCAN_RESTS 2048
#define LIMIT_SCAN_REST  2048
/* What came of a line so far waits for the rest if it is shorter. The wait may be in vain, and then it is read twice. */
#define LIMIT_SCAN_WAIT 4096
/* Texts and lists of a record that is read without jansson. */
#define LIMIT_SCAN_ROOM (16 * 1024)
/* Labels of one endpoint: Cilium identities have a few dozen. */
#define LIMIT_LABELS 256
/* One label, key and value: prefix 253 + name 63 + value 63, and the source. */
#define LIMIT_LABEL 1024
/* The name of a pod, namespace, cluster, node, host ...: DNS allows 253, escapes in DNS questions more;
 * a name must fit into an index entry of PostgreSQL, 2700. */
#define LIMIT_NAME 1024
/* DNS names, addresses or workloads listed for one side of one flow. */
#define LIMIT_NAMES 256
/* Policies named by one flow as having allowed or denied it. */
#define LIMIT_POLICY_REFERENCES 64
/* HTTP headers of one L7 record. */
#define LIMIT_HEADERS 256
/* Any other text of a record (a URL, a header). */
#define LIMIT_TEXT (64 * 1024)
/* Line errors that an import keeps and shows. */
#define LIMIT_IMPORT_ERRORS 20

/* Reporting nodes named by one connection; more are not listed. */
#define LIMIT_CONNECTION_NODES 16
/* DNS names kept for one connection: a shared address of a CDN has dozens. */
#define LIMIT_CONNECTION_NAMES 64
/*
 * Different requests or questions kept for one connection; beyond it the connection is marked, and no
 * rule is made of them. A crawler asks for thousands of names; each costs some 200 bytes.
 */
#define LIMIT_L7_FACTS 5000

/* A YAML text given for reading: a file may hold a whole cluster's policies, some 1 KiB each. */
#define LIMIT_YAML (16 * 1024 * 1024)
/* Characters of a policy that is sent to the API; the largest real ones are some 100 KiB. */
#define LIMIT_POLICY_TEXT (1024 * 1024)
/* YAML nesting: a policy needs 12; libyaml is quadratic in it. */
#define LIMIT_YAML_DEPTH 32
/* YAML nodes and documents of one text. */
#define LIMIT_YAML_NODES     1000000
#define LIMIT_YAML_DOCUMENTS 100000
/* Policy files that one command reads, each up to LIMIT_YAML. */
#define LIMIT_POLICY_FILES 10000
/* Clusters whose nodes reported the flows of one file: a mesh has a few. */
#define LIMIT_CLUSTERS 64
/* Peers that a replay of a stream remembers before it begins anew, some 100 MB of them. */
#define LIMIT_PARTIES 100000
/* Problems told about one document; an author looks at the first few. */
#define LIMIT_PROBLEMS 1000
/* Parts of rules compared to find surprises in company, which grows by the square: some 0.1 s. */
#define LIMIT_COMPARISONS 5000000
/* Annotations of an object, keys and values together: the API server's own bound. */
#define LIMIT_ANNOTATIONS (256 * 1024)
/* A regular expression in an HTTP rule, and the text it is tried on. */
#define LIMIT_PATTERN 4096
/* RE2's memory for one pattern, program and automaton: a policy may hold thousands of them. */
#define LIMIT_PATTERN_MEMORY (1024 * 1024)
/* Programs of all patterns of one simulation; more of them are answered "unknown". */
#define LIMIT_PATTERNS_MEMORY (256 * 1024 * 1024)

/* Query parameters of one request: every filter given a few times. */
#define LIMIT_QUERY_PARAMETERS 256
/* {names} in the path of a route; our own table, which has two at most. */
#define LIMIT_PATH_PARAMETERS 4

/* A user's name, as long as an address of e-mail may be, and the header with all groups: nginx takes
 * headers of 8 KiB. */
#define LIMIT_IDENTITY    256
#define LIMIT_GROUPS_TEXT (8 * 1024)
/* The SSO proxy's secret: nobody guesses 16 bytes; longer than 256 is no secret but another file. */
#define LIMIT_PROXY_SECRET_LEAST 16
#define LIMIT_PROXY_SECRET       256
/* API tokens: where they are used, in words; tokens of one owner that hold at a time; days they hold, a
 * year as others take it; a rotated one holds for a day more. */
#define LIMIT_TOKEN_NAME   100
#define LIMIT_TOKENS       100
#define LIMIT_TOKEN_DAYS   366
#define TOKEN_DAYS_DEFAULT 90
#define TOKEN_OVERLAP_S    (24 * 3600)
/* Limits of what a user may see, and the name of a cluster or namespace in one. */
#define LIMIT_LIMITS     100
#define LIMIT_LIMIT_NAME 253
/* A setting that is a text. */
#define LIMIT_SETTING 4096

/* Flows stored at a time. A COPY of 10,000 rows reaches 90 % of an endless one (limits.md 2); larger batches than
 * this take memory and no less time, since one is copied while the next one is read. */
#define LIMIT_BATCH_FLOWS 16384
/* Text of L7 events kept for one batch. */
#define LIMIT_BATCH_TEXT (16 * 1024 * 1024)
/* Identities or connections an import remembers before it begins to collect them anew: some 600 bytes each. */
#define LIMIT_IMPORT_CONNECTIONS 16384
/* Seconds that an import tries to store flows of which another one holds some; then it is a 503. */
#define LIMIT_YIELD_S 30
/* What a stream may have read and not committed: events, and milliseconds. */
#define LIMIT_STREAM_FLOWS 10000
#define LIMIT_STREAM_MS    1000
/* Counts by connection, hour and verdict held back before they are sent. */
#define LIMIT_TALLY 16384
/* Different days in one import: each is a partition. */
#define LIMIT_IMPORT_DAYS 400
/* Names of nodes in one import, and of drop reasons at all (Cilium knows some 80). */
#define LIMIT_IMPORT_NODES 20000
#define LIMIT_DROP_REASONS 1000
/* Times before 1970 are mistakes, and the far future would be kept for ever. */
#define LIMIT_TIME_EARLIEST_S INT64_C(0)
#define LIMIT_TIME_AHEAD_S    (24 * 3600)

/* Rows of one page. */
#define LIMIT_PAGE         1000
#define LIMIT_PAGE_DEFAULT 100
/* Values of one filter parameter, and the text of one. */
#define LIMIT_FILTER_VALUES 100
#define LIMIT_FILTER_TEXT   1024
/* Flows named one by one for generating. */
#define LIMIT_FLOW_IDS 100000
/* Policies that one request names for comparing or replaying. */
#define LIMIT_POLICIES_NAMED 1000
/* Connections listed of a replay: more than a person reads; the counts are of all. */
#define LIMIT_REPLAYED 1000
/* Connections that one analysis reads. */
#define LIMIT_ANALYSIS_CONNECTIONS 200000
/* Flows counted one by one before the answer is "at least". */
#define LIMIT_COUNT 100000
/* The same of flows with an L7 text, each of which is read twice. */
#define LIMIT_COUNT_L7 10000
/* Bodies: a batch of flows, a policy or two, a request with flow ids. An upload has no bound. */
#define LIMIT_BODY_FLOWS  (8 * 1024 * 1024)
#define LIMIT_BODY_POLICY (4 * 1024 * 1024)
#define LIMIT_BODY_IDS    (8 * 1024 * 1024)
#define LIMIT_BODY_SMALL  (64 * 1024)
/* Workers of one host that the metrics tell apart; two for each core is the usual number. */
#define LIMIT_WORKERS 256
/* The answer to a batch that cpa push sent, which names LIMIT_IMPORT_ERRORS records at most. */
#define LIMIT_ANSWER (1024 * 1024)
/* An API token or another bearer token, such as a JWT. */
#define LIMIT_TOKEN 4096
/* As long as a server's Retry-After is believed; a wrong clock in it may mean years. */
#define LIMIT_RETRY_AFTER_S 3600
/* What cpa push holds in one batch at most, and in all while the server is away. */
#define LIMIT_PUSH_RECORDS 1000000
#define LIMIT_PUSH_BATCH   (64 * 1024 * 1024)
#define LIMIT_PUSH_BUFFER  (1024 * 1024 * 1024)
/* An Idempotency-Key: a UUID has 36. */
#define LIMIT_IDEMPOTENCY_KEY 255
/* A change summary or the name of an import. */
#define LIMIT_SUMMARY     1000
#define LIMIT_IMPORT_NAME 255

#endif
