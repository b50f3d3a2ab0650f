-- LAST: the number of the last job that was queued. IDS: from a job's key to its number.
-- BODIES, TRIES, ERRORS: from a number to the job, how often it has failed, and how it failed last.
-- DUE: the numbers of the jobs that wait, by when they are due. PARKED: of those that were given up, and
-- ALL: of all, by number. Times are in milliseconds and stay text: as numbers they would be rounded.
local LAST, IDS, BODIES, TRIES, ERRORS, DUE, PARKED, ALL = unpack(KEYS)
