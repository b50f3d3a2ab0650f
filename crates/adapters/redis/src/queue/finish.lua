-- ARGV: of each job its key, what became of it, when it's due again, its tries, and its error.
for i = 1, #ARGV, 5 do
    local id, outcome = redis.call('HGET', IDS, ARGV[i]), ARGV[i + 1]
    -- One that is gone was done by somebody else, and stays gone.
    if id and outcome == 'done' then
        redis.call('HDEL', IDS, ARGV[i])
        redis.call('HDEL', BODIES, id)
        redis.call('HDEL', TRIES, id)
        redis.call('HDEL', ERRORS, id)
        redis.call('ZREM', DUE, id)
        redis.call('ZREM', PARKED, id)
        redis.call('ZREM', ALL, id)
    elseif id then
        redis.call('HSET', TRIES, id, ARGV[i + 3])
        redis.call('HSET', ERRORS, id, ARGV[i + 4])
        if outcome == 'park' then
            redis.call('ZREM', DUE, id)
            redis.call('ZADD', PARKED, id, id)
        else
            redis.call('ZADD', DUE, 'XX', ARGV[i + 2], id)
        end
    end
end
