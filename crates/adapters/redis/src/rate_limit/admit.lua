-- KEYS: the times under this key. ARGV: now, when the window began, its length, the limit, whether to count.
-- Times are in milliseconds, and stay text where they are handed on: as numbers they would be rounded.
local now, began, length, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local counting = redis.call('ZCOUNT', KEYS[1], '(' .. began, '+inf')
if counting >= limit then
    if limit == 0 then
        return math.max(1, tonumber(length))
    end
    -- One more fits when all but `limit - 1` no longer count.
    local last_to_go = redis.call(
        'ZRANGEBYSCORE', KEYS[1], '(' .. began, '+inf', 'WITHSCORES', 'LIMIT', counting - limit, 1)
    return math.max(1, tonumber(last_to_go[2]) - tonumber(began))
end
if ARGV[5] == '1' then
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', began)
    local n = 0
    while redis.call('ZADD', KEYS[1], 'NX', now, now .. ':' .. n) == 0 do
        n = n + 1
    end
    redis.call('PEXPIRE', KEYS[1], length)
end
return 0
