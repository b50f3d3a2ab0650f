-- ARGV: whom to wake, when the jobs are due, and perhaps the key of the only one. Answers how many.
local ids
if ARGV[3] then
    local id = redis.call('HGET', IDS, ARGV[3])
    ids = id and redis.call('ZSCORE', PARKED, id) and { id } or {}
else
    ids = redis.call('ZRANGE', PARKED, 0, -1)
end
for _, id in ipairs(ids) do
    redis.call('ZREM', PARKED, id)
    redis.call('ZADD', DUE, ARGV[2], id)
    redis.call('HDEL', TRIES, id)
    redis.call('HDEL', ERRORS, id)
end
if #ids > 0 then
    redis.call('PUBLISH', ARGV[1], '')
end
return #ids
