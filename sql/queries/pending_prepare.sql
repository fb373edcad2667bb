-- Makes the session's pending_* tables unless they are there.
SELECT pending_prepare();
