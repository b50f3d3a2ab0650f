-- KEYS: the user's connections of this kind. ARGV: the one that has gone, up to when a confirmation is too
-- old. Answers 1 if it was the last.
local was_there = redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
if was_there == 1 and redis.call('ZCARD', KEYS[1]) == 0 then
    return 1
end
return 0
