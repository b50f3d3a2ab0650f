-- ARGV: whom to wake, when the jobs are due, then the key and the body of each.
local queued = false
for i = 3, #ARGV, 2 do
    local key, body = ARGV[i], ARGV[i + 1]
    if redis.call('HEXISTS', IDS, key) == 0 then
        -- Jobs that are due at the same time come in the order of their numbers as text.
        local id = string.format('%016d', redis.call('INCR', LAST))
        redis.call('HSET', IDS, key, id)
        redis.call('HSET', BODIES, id, body)
        redis.call('ZADD', ALL, id, id)
        redis.call('ZADD', DUE, ARGV[2], id)
        queued = true
    end
end
if queued then
    redis.call('PUBLISH', ARGV[1], '')
end
