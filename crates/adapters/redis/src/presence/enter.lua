-- KEYS: the user's connections of this kind. ARGV: the new one, now, up to when a confirmation is too old,
-- how many there may be, for how many milliseconds to keep them. Answers those that have to go.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
local all = redis.call('ZRANGE', KEYS[1], 0, -1)
-- Ids are made in the order of time.
table.sort(all)
local evicted = {}
for i = 1, #all - tonumber(ARGV[4]) do
    redis.call('ZREM', KEYS[1], all[i])
    evicted[i] = all[i]
end
return evicted
